import { join } from 'node:path';
import type { Machine } from '../../bench/machine.ts';
import { inPercent } from '../../src/percent.ts';
import { writeReadmeSection } from '../../src/studies/readme-section.ts';
import { keptJson } from '../shared/kept-json.ts';

export const RESULTS = 'results/few-labels';

/** What learns, and from where. Rates: the paper's where a layer starts anew, a fifth of it where all is trained already. */
export const WAYS = {
  head: { words: 'the head of the default weights', init: true, freeze: true, learningRate: 0.05 },
  all: { words: 'all of the default weights', init: true, freeze: false, learningRate: 0.01 },
  scratch: { words: 'a network from scratch', init: false, freeze: false, learningRate: 0.05 },
} as const;

/** A network that was trained on one draw of recordings, and tested on speakers whom it never heard. */
export interface Trial {
  readonly way: keyof typeof WAYS;
  /** recordings of each class */
  readonly size: number;
  readonly draw: number;
  /** of the tested recordings, [0, 1] */
  readonly wa: number;
  readonly ua: number;
  /** null where nothing leaks */
  readonly leaks: string | null;
}

/** `figures.json` */
export interface FewLabels {
  readonly made: Machine;
  /** recordings */
  readonly tested: number;
  readonly trials: readonly Trial[];
  /** the default weights as they are */
  readonly unlabelled: { readonly wa: number; readonly ua: number };
}

/** The generated section of results/few-labels/README.md. */
export async function writeFewLabelsPage(): Promise<void> {
  const figures = await keptJson<FewLabels>(join(RESULTS, 'figures.json'));
  if (figures) await writeReadmeSection(RESULTS, 'figures', 'A few labels of a new corpus', page(figures));
}

function page({ made, tested, trials, unlabelled }: FewLabels): string {
  const sizes = [...new Set(trials.map(({ size }) => size))];
  const cell = (way: string, size: number) => {
    const own = trials.filter((trial) => trial.way === way && trial.size === size).map(({ ua }) => ua);
    const mean = own.reduce((sum, ua) => sum + ua, 0) / own.length;
    return `${inPercent(mean)} (${inPercent(Math.min(...own))} to ${inPercent(Math.max(...own))})`;
  };
  const rows = Object.entries(WAYS).map(
    ([way, { words }]) => `| ${words} | ${sizes.map((size) => cell(way, size)).join(' | ')} |`,
  );
  return `UA in % on ${tested} recordings of eight speakers of RAVDESS whom no network heard: mean of three draws, and
the least and greatest of them. The default weights as they are reach ${inPercent(unlabelled.ua)}.

| learned | ${sizes.map((size) => `${size} of each class`).join(' | ')} |
|---|${sizes.map(() => '--:').join('|')}|
${rows.join('\n')}

Made by \`npx tsx recipes/few-labels.ts\` on ${made.processor}, commit ${made.commit}.`;
}
