import { InvalidArgumentError } from 'commander';
import { speakerPattern } from '../corpus/speaker-pattern.ts';
import { mostThreads } from '../graph/device.ts';

/** A whole number of `least` or more, to `most` where there is one. */
export const whole =
  (least: number, most = Number.POSITIVE_INFINITY) =>
  (text: string) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most < Number.POSITIVE_INFINITY ? `from ${least} to ${most}` : `of ${least} or more`;
    throw new InvalidArgumentError(`Expected a whole number ${range}.`);
  };

/** A number of threads or processes. */
export const cores = whole(1, mostThreads());

/** A number above 0. */
export const positive = (text: string) => {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
};

/** A number of 0 or more. */
export const atLeastZero = (text: string) => {
  const value = Number(text);
  if (text.trim() && value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number of 0 or more.');
};

/** Whole numbers of 1 or more, parted by commas. */
export const wholeList = (text: string) => (text === '' ? [] : text.split(',').map(whole(1)));

/** A pattern of speakers. */
export function pattern(text: string): string {
  try {
    speakerPattern(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return text;
}
