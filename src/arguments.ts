import * as v from 'valibot';
import { kindOf, type Schema } from './json.ts';

/**
 * The schemas of all options of `T`: `v.strictObject({ ... } satisfies Options<T>)` does not compile where one is missing or of another
 * type. Unlike in JSON, `undefined` stands for an option that is absent.
 */
export type Options<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K>
    ? v.OptionalSchema<Schema<Exclude<T[K], undefined>>, undefined>
    : Schema<T[K]>;
};

/** Something to call; what with, only its compiler can tell. */
export const callback = v.custom<never>((value) => typeof value === 'function', 'a function');

/** An object of one of JavaScript's own kinds, such as `Float32Array`, wherever it was made: in a frame or a worker they are other classes. */
export const made = <T>(kind: string): Schema<T> => v.custom<T>((value) => tagOf(value) === kind, kindOf(kind));

/** A number of any kind: whoever takes it says more of its range. */
export const numeric = v.custom<number>((value) => typeof value === 'number', 'a number');

/** Samples of one channel. */
export const floats = made<Float32Array>('Float32Array');

/** What tells long work to stop. */
export const signal = v.custom<AbortSignal>((value) => tagOf(value) === 'AbortSignal', 'an AbortSignal');

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);
