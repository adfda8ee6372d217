import type { Reference } from '../../src/model/reference.ts';
import { Random } from '../../src/random.ts';
import { sourceShift } from '../../src/recognize/source-shift.ts';
import { probabilitiesAt, type ScoredUtterance } from '../../src/statistics/temperature.ts';
import type { HeardCorpus } from './scores.ts';

/** What of a source's mean is taken out. */
export const METHODS = ['none', 'plain mean', 'own answers'] as const;
export type Method = (typeof METHODS)[number];

export const SIZES = [5, 10, 20, 50, 100] as const;

/** Shares of the classes in a folder, in their order: neutral first. A single emotion is each in turn. */
export const MIXES = {
  balanced: [0.25, 0.25, 0.25, 0.25],
  '80 % neutral': [0.8, 0.2 / 3, 0.2 / 3, 0.2 / 3],
  '95 % neutral': [0.95, 0.05 / 3, 0.05 / 3, 0.05 / 3],
  'one emotion': undefined,
} as const;
export type Mix = keyof typeof MIXES;

/** Through what the recordings of a folder came. */
export const LINES = ['as recorded', 'half by telephone'] as const;
export type Line = (typeof LINES)[number];

/** Folders drawn of each kind. */
export const DRAWS = 200;
const SEED = 1;

/** The weights that are tried. */
export interface Heard {
  readonly classes: readonly string[];
  readonly temperature: number;
  readonly reference: Reference;
}

/** A recording, and the number of its true class. */
interface Item {
  readonly logits: ScoredUtterance['logits'];
  readonly truth: number;
}

/** The number of the class that a recording is answered, less a shift of its logits. */
function answerOf({ logits }: Item, shift: readonly number[], temperature: number): number {
  const rows = logits.map((row) => row.map((logit, k) => logit - shift[k]!));
  const probabilities = probabilitiesAt(rows, temperature);
  return probabilities.indexOf(Math.max(...probabilities));
}

function shiftBy(method: Method, items: readonly Item[], { reference, temperature }: Heard): readonly number[] {
  const none = reference.map(() => 0);
  if (method === 'none') return none;
  const members = items.map((item) => ({ logits: item.logits, answer: answerOf(item, none, temperature) }));
  return sourceShift(members, reference, { mixed: method === 'plain mean' }).shift;
}

/** Right answers and recordings by true class. */
interface Count {
  readonly right: number[];
  readonly all: number[];
}

const uaOf = ({ right, all }: Count): number => {
  const recalls = right.flatMap((count, k) => (all[k] ? [count / all[k]] : []));
  return recalls.reduce((a, b) => a + b) / recalls.length;
};

function answerSource(items: readonly Item[], counts: Readonly<Record<Method, Count>>, heard: Heard): void {
  for (const method of METHODS) {
    const shift = shiftBy(method, items, heard);
    const { right, all } = counts[method];
    for (const item of items) {
      all[item.truth]!++;
      if (answerOf(item, shift, heard.temperature) === item.truth) right[item.truth]!++;
    }
  }
}

const noCounts = (classes: number): Record<Method, Count> =>
  Object.fromEntries(
    METHODS.map((method) => [method, { right: Array(classes).fill(0), all: Array(classes).fill(0) }]),
  ) as unknown as Record<Method, Count>;

export type ByMethod = Readonly<Record<Method, number>>;

const uas = (counts: Readonly<Record<Method, Count>>): ByMethod =>
  Object.fromEntries(METHODS.map((method) => [method, uaOf(counts[method])])) as unknown as ByMethod;

/** UA of the recordings of all folders of one kind together, drawn with repeats. */
export interface FolderFigures {
  readonly line: Line;
  readonly mix: Mix;
  readonly size: number;
  readonly ua: ByMethod;
}

export function folderFigures({ name, channels }: HeardCorpus, heard: Heard): FolderFigures[] {
  const { classes } = heard;
  const itemOf = ({ logits, emotion }: ScoredUtterance): Item => ({ logits, truth: classes.indexOf(emotion) });
  const [clean, altered] = [channels.clean.map(itemOf), channels.telephone.map(itemOf)];
  const byClass = classes.map((_, k) => clean.flatMap(({ truth }, i) => (truth === k ? [i] : [])));
  const draw = (line: Line, shares: readonly number[], size: number, random: Random): Item[] =>
    Array.from({ length: size }, (_, i) => {
      const own = byClass[drawn(shares, random)]!;
      const at = own[random.integer(own.length)]!;
      return (line === 'half by telephone' && i % 2 ? altered : clean)[at]!;
    });
  return LINES.flatMap((line) =>
    (Object.keys(MIXES) as Mix[]).flatMap((mix) =>
      SIZES.map((size) => {
        const counts = noCounts(classes.length);
        const random = Random.named(SEED, `${name} ${line} ${mix} ${size}`);
        for (let i = 0; i < DRAWS; i++) {
          const shares = MIXES[mix] ?? classes.map((_, k) => Number(k === i % classes.length));
          answerSource(draw(line, shares, size, random), counts, heard);
        }
        return { line, mix, size, ua: uas(counts) };
      }),
    ),
  );
}

/** UA where a source is all that a speaker has in the corpus: as much of each class. */
export function speakerFigures({ channels }: HeardCorpus, heard: Heard): ByMethod {
  const counts = noCounts(heard.classes.length);
  for (const speaker of new Set(channels.clean.map((one) => one.speaker))) {
    const own = channels.clean.filter((one) => one.speaker === speaker);
    const items = own.map(({ logits, emotion }) => ({ logits, truth: heard.classes.indexOf(emotion) }));
    answerSource(items, counts, heard);
  }
  return uas(counts);
}

/** A class by its share. */
function drawn(shares: readonly number[], random: Random): number {
  let left = random.uniform();
  const at = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return at < 0 ? shares.findLastIndex((share) => share > 0) : at;
}
