import { join } from 'node:path';
import type { Machine } from '../../bench/machine.ts';
import { inPercent } from '../../src/percent.ts';
import { writeReadmeSection } from '../../src/studies/readme-section.ts';
import { keptJson } from '../shared/kept-json.ts';

export const RESULTS = 'results/few-labels';

/**
 * What learns, and from where. Rates of the paper's network: its own where a layer starts anew, a fifth of it where all is trained already.
 * Behind the encoder all is as `attune train --front-end encoder` has it.
 */
export const WAYS = {
  'encoder-head': { words: 'the head of the default weights', weights: 'encoder', init: true, freeze: true },
  'encoder-new': { words: 'a new head behind the speech encoder', weights: 'encoder', init: false, freeze: false },
  head: { words: "the head of the paper's weights", weights: 'paper', init: true, freeze: true, learningRate: 0.05 },
  all: { words: "all of the paper's weights", weights: 'paper', init: true, freeze: false, learningRate: 0.01 },
  scratch: {
    words: "the paper's network from scratch",
    weights: 'paper',
    init: false,
    freeze: false,
    learningRate: 0.05,
  },
} as const;
/** Of the recordings. The paper's network takes minutes a trial, and has one. */
export const DRAWS = { encoder: [1, 2, 3, 4, 5], paper: [1] } as const;

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
  /** UA of the weights as they are */
  readonly unlabelled: Readonly<Record<keyof typeof DRAWS, number>>;
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
    if (own.length === 1) return inPercent(mean);
    return `${inPercent(mean)} (${inPercent(Math.min(...own))} to ${inPercent(Math.max(...own))})`;
  };
  const rows = Object.entries(WAYS).map(
    ([way, { words }]) => `| ${words} | ${sizes.map((size) => cell(way, size)).join(' | ')} |`,
  );
  return `UA in % on ${tested} recordings of eight speakers of RAVDESS whom no network heard. Behind the encoder:
mean of ${DRAWS.encoder.length} draws of the recordings, and the least and greatest of them; the paper's network: one
draw. As they are, the default weights reach ${inPercent(unlabelled.encoder)} there, the paper's ${inPercent(unlabelled.paper)}.

| learned | ${sizes.map((size) => `${size} of each class`).join(' | ')} |
|---|${sizes.map(() => '--:').join('|')}|
${rows.join('\n')}

Made by \`npx tsx recipes/few-labels.ts\` on ${made.processor}, commit ${made.commit}.`;
}
