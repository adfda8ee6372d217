import { InvalidArgumentError } from 'commander';
import { speakerPattern } from '../corpus/speaker-pattern.ts';
import { mostThreads } from '../graph/device.ts';
import { GREATEST_SEED } from '../json.ts';

/** A whole number of `least` or more, to `most` where there is one. */
export const whole =
  (least: number, most = Number.POSITIVE_INFINITY) =>
  (text: string) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most < Number.POSITIVE_INFINITY ? `from ${least} to ${most}` : `of ${least} or more`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };

/** A seed of random numbers. */
export const seed = whole(0, GREATEST_SEED);

/** A number of threads or processes. */
export const cores = whole(1, mostThreads());

/** A number above 0. */
export const positive = (text: string) => {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
};

/** A number from `least` to `most`. */
export const within = (least: number, most: number) => (text: string) => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= least && value <= most)) throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
  return value;
};

/** Numbers above 0, parted by commas. */
export const positiveList = (text: string) => text.split(',').map(positive);

/** Whole numbers from 1 to `most`, parted by commas. */
export const wholeList = (most: number) => (text: string) => (text === '' ? [] : text.split(',').map(whole(1, most)));

/** A pattern of speakers. */
export function pattern(text: string): string {
  try {
    speakerPattern(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return text;
}
