import { heading } from '../tables.ts';
import { lineOf, type Panel } from './panels.ts';
import type { Circumstances } from './store.ts';

/** MB that a segment takes in the cache of features. */
const SEGMENT_MB = 0.32;

/** A row for each point, under a row of headings. */
export const rowsOf = (panels: readonly Panel[]): string[][] => [
  ['what grows', 'to', 'segments/s', 'of proportional', 'peak RSS, MB'],
  ...panels.flatMap(({ axis, series }) =>
    series.flatMap(({ name, points, linearity }) =>
      points.map(({ x, ideal, segmentsPerS, peakRssMb }) => [
        series.length > 1 ? `${axis}: ${name}` : axis,
        x.toLocaleString('en-US'),
        `${segmentsPerS}`,
        `${Math.round((100 * segmentsPerS) / (ideal * linearity.best))} %`,
        `${peakRssMb}`,
      ]),
    ),
  ),
];

/** `growth.md`, beside `growth.svg`. */
export function growthPage(circumstances: Circumstances, panels: readonly Panel[]): string {
  const { threads, quick, date, cores, commit, engine } = circumstances;
  const command = `npm run bench -- --growth${quick ? ' --quick' : ''} --threads ${threads} --out FOLDER`;
  const [head, ...rows] = rowsOf(panels);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `# How training speed grows

\`${command}\`, ${date}, ${cores} cores, ${heading(circumstances)}, commit ${commit}, engine ${engine} of training.

![Training speed against batch, cores, corpus and network width](growth.svg)

The dashed lines are proportional to the best point: the same segments/s for every batch and every corpus, as many times the
segments/s as there are cores, and as many times fewer as a wider network takes more arithmetic. Linear is what stays within a tenth of them.

${panels.map((panel) => `- ${lineOf(panel)}`).join('\n')}

${row(head!)}
| --- |${' ---: |'.repeat(head!.length - 1)}
${rows.map(row).join('\n')}

Each measurement has a process of its own, or as many at the same time as the row says, of which the memory is the largest one's.
Speeds are those of the median step. Its segments have been trained on before, as in every epoch but the first, so the moments of
their taps are known, where the corpus is small enough for all to be kept; of a corpus as many segments are met as steps take, and a
fold that has met all has 2.8 kB a segment more in memory. They are read as in training: in random order, through the cache of features. The files are further names of the same 160 MB, so they come from the system's file cache; where a corpus
is larger than memory, a disk has to bring ${(SEGMENT_MB * largestCorpusRate(panels)).toFixed(0)} MB/s besides.
`;
}

const largestCorpusRate = (panels: readonly Panel[]) =>
  panels.find(({ key }) => key === 'corpus')!.series[0]!.points.at(-1)!.segmentsPerS;
