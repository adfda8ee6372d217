import type { Machine } from '../../bench/machine.ts';
import { inPercent } from '../../src/percent.ts';
import { writeReadmeSection } from '../../src/studies/readme-section.ts';
import { keptJson } from '../shared/kept-json.ts';
import type { ByCut, Choice, ShortFigures } from './figures.ts';
import { type Fill, IN_WORDS } from './fills.ts';
import { CUTS, type Cut } from './scores.ts';

export const RESULTS = 'results/short-recordings';
export const OTHERS = `${RESULTS}/others.json`;

/** `figures.json`: EmoDB, by networks that never heard the speaker. */
export interface ShortRuns {
  readonly made: Machine;
  readonly runs: readonly ({ readonly run: string; readonly temperature: number } & Choice)[];
}

/** `others.json`: corpora that nothing was chosen by, scored by the default weights. */
export interface ShortOthers {
  readonly made: Machine;
  readonly corpora: readonly { readonly name: string; readonly fills: Readonly<Record<'pad' | 'repeat', ByCut>> }[];
}

const whole = (share: number) => (100 * share).toFixed(0);

/** The generated sections of results/short-recordings/README.md, from what is there. */
export async function writeShortPage(): Promise<void> {
  const title = 'Recordings under 2 s';
  const chosen = await keptJson<ShortRuns>(`${RESULTS}/figures.json`);
  if (chosen) await writeReadmeSection(RESULTS, 'choice', title, choicePage(chosen));
  const others = await keptJson<ShortOthers>(OTHERS);
  if (others) await writeReadmeSection(RESULTS, 'others', title, othersPage(others));
}

function choicePage({ runs, made }: ShortRuns): string {
  const sections = runs.map(({ run, fills, uncut, long, criterion, chosen, chosenFor, nested, gain }) => {
    const votes = (Object.keys(fills) as Fill[])
      .map((fill) => [fill, Object.values(chosenFor).filter((own) => own === fill).length] as const)
      .filter(([, count]) => count)
      .map(([fill, count]) => `\`${fill}\` for ${count}`)
      .join(', ');
    const { interval } = gain;
    const between = interval ? ` [${inPercent(interval.low)}, ${inPercent(interval.high)}]` : '';
    const rows = (Object.keys(fills) as Fill[]).map((fill) =>
      row(`\`${fill}\`: ${IN_WORDS[fill]}`, fills[fill]!, [inPercent(criterion[fill]!), inPercent(uncut[fill]!.ua)]),
    );
    const alone = [...new Set<Fill>(['pad', chosen])].map((fill) =>
      row(`\`${fill}\`, of recordings of 2 s and more alone`, long.fills[fill]!, ['', inPercent(long.uncut.ua)]),
    );
    return `## [${run}](../../${run})

${table(['mean UA', 'all, uncut'], [...rows, row('each speaker as the others choose', nested, ['', '']), ...alone])}

Chosen by all speakers: \`${chosen}\`. By the nine others: ${votes} of ${Object.keys(chosenFor).length} speakers. What that choice gains over zeros after the recording, on
the speakers who had no say in it: ${inPercent(gain.ua)} points of UA${between}.`;
  });
  return `${sections.join('\n\n')}

${LEGEND} Made by \`npm run build && npx tsx recipes/short-recordings.ts choose\`, ${made.date}, ${made.processor}, ${made.cores} cores, commit ${made.commit}; all figures are in [figures.json](figures.json).`;
}

function othersPage({ corpora, made }: ShortOthers): string {
  const sections = corpora.map(({ name, fills }) => {
    const rows = (['pad', 'repeat'] as const).map((fill) => row(`\`${fill}\`: ${IN_WORDS[fill]}`, fills[fill], []));
    return `## ${name}\n\n${table([], rows)}`;
  });
  return `The default weights on corpora that had no say in any choice, looked at once, when it was made.

${sections.join('\n\n')}

Made by \`npm run build && npx tsx recipes/short-recordings.ts others\`, ${made.date}, ${made.processor}, ${made.cores} cores, commit ${made.commit}; all figures are in [others.json](others.json).`;
}

const LEGEND =
  'UA in percent; in round brackets how many percent of the recordings are called sad and are sad. *As it is*: utterances of the corpus under 2 s; all others are cut down to their loudest part, which chooses. Mean UA: over the lengths that they are cut to. All, uncut: UA of all recordings of the row as they are. Square brackets: 95 % jackknife-t interval over speakers.';

const HEADS: Readonly<Record<Cut, string>> = {
  ...{ '0.5': '0.5 s', '0.8': '0.8 s', '1': '1.0 s', '1.3': '1.3 s', '1.6': '1.6 s', whole: 'as it is' },
};

const table = (more: readonly string[], rows: readonly string[]) => {
  const heads = ['filled with', ...CUTS.map((cut) => HEADS[cut]), ...more];
  return `| ${heads.join(' | ')} |\n|${heads.map(() => '---|').join('')}\n${rows.join('\n')}`;
};

const row = (name: string, cuts: ByCut, more: readonly string[]) =>
  `| ${[name, ...CUTS.map((cut) => (cuts[cut] ? cell(cuts[cut]) : '–')), ...more].join(' | ')} |`;

const cell = ({ ua, calledSad, trulySad }: ShortFigures) =>
  `${inPercent(ua)} (${whole(calledSad)}, ${whole(trulySad)})`;
