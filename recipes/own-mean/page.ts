import { readFile } from 'node:fs/promises';
import { writeWhole } from '../../src/files.ts';
import { inPercent } from '../../src/percent.ts';
import { withSection, writeReadmeSection } from '../../src/studies/readme-section.ts';
import { type ByMethod, DRAWS, LINES, METHODS, MIXES, type Mix, SIZES } from './draws.ts';
import type { OwnMeanFigures, StudiedCorpus } from './figures.ts';

const CARD = 'docs/model-card.md';

/** The sections of results/encoder/README.md and the model card on a source's own mean, from results/encoder/own-mean.json alone. */
export async function writeOwnMeanSections(folder: string, figures: OwnMeanFigures): Promise<void> {
  await writeReadmeSection(folder, 'own-mean', 'Behind a speech encoder', page(figures));
  await writeWhole(CARD, withSection(await readFile(CARD, 'utf8'), 'own-mean', cardSection(figures)));
}

/** Nothing taken out, by own answers, and the plain mean, as recorded: of the test speakers where they are scored. */
export function cardSection({ development, test }: OwnMeanFigures): string {
  const half = test ? 'test' : 'development';
  const cell = (ua: ByMethod) =>
    [ua.none, ua['own answers'], ua['plain mean']].map((value) => inPercent(value, 0)).join(', ');
  const rows = (test ?? development).flatMap(({ name, folders, speakers }) => [
    ...(Object.keys(MIXES) as Mix[]).map((mix) => {
      const cells = SIZES.map((size) =>
        cell(folders.find((one) => one.line === 'as recorded' && one.mix === mix && one.size === size)!.ua),
      );
      return `| ${name} | ${mix} | ${cells.join(' | ')} |`;
    }),
    `| ${name} | all of each speaker | ${SIZES.map((_, i) => (i ? '' : cell(speakers))).join(' | ')} |`,
  ]);
  return `UA in %, ${half} speakers: nothing taken out, what \`--normalize folder\` takes out, and what it
takes out with \`--mixed\`, the plain mean.

| | recordings in a folder | ${SIZES.join(' | ')} |
|---|---|${SIZES.map(() => '---').join('|')}|
${rows.join('\n')}`;
}

const WHO = {
  development: 'Development speakers',
  test: 'Test speakers, scored once when all was frozen',
} as const;

const three = (ua: ByMethod): string => METHODS.map((method) => inPercent(ua[method], 0)).join(' ');

export function page({ development, test, made }: OwnMeanFigures): string {
  const halves = [
    ['development', development],
    ['test', test],
  ] as const;
  const tables = halves.flatMap(([half, corpora]) => (corpora ? [`### ${WHO[half]}\n\n${table(corpora)}`] : []));
  return `UA in %, three figures a cell: nothing taken out, the plain mean of the folder (\`--mixed\`), and what
\`--normalize folder\` takes out, by its own answers. ${DRAWS} folders of each kind are drawn of the
recordings, with repeats; UA is of the recordings of all of them. In a folder of one emotion it is
the recall of each in turn.

${tables.join('\n\n')}

Made by \`npx tsx recipes/own-mean.ts develop\`${test ? ' and `test`' : ''} on ${made.date}, commit \`${made.commit}\`,
${made.processor}, ${made.runtime}, Node ${made.node}.`;
}

function table(corpora: readonly StudiedCorpus[]): string {
  const rows = corpora.flatMap(({ name, folders, speakers }) => [
    ...LINES.flatMap((line) =>
      (Object.keys(MIXES) as Mix[]).map((mix) => {
        const cells = SIZES.map((size) =>
          three(folders.find((one) => one.line === line && one.mix === mix && one.size === size)!.ua),
        );
        return `| ${name} | ${mix}, ${line} | ${cells.join(' | ')} |`;
      }),
    ),
    `| ${name} | all of each speaker | ${SIZES.map((_, i) => (i ? '' : three(speakers))).join(' | ')} |`,
  ]);
  return `| | recordings in a folder | ${SIZES.join(' | ')} |\n|---|---|${SIZES.map(() => '---').join('|')}|\n${rows.join('\n')}`;
}
