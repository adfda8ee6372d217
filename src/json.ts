import * as v from 'valibot';
import { AttuneError, type ErrorCode } from './errors.ts';
import { clipped } from './text.ts';

/** Checks JSON and gives it its type. */
export type Schema<T> = v.GenericSchema<unknown, T>;

/**
 * The schemas of all properties of `T`: `v.object({ ... } satisfies Properties<T>)` does not compile where one is missing, is of
 * another type, or may be absent in one of the two alone.
 */
export type Properties<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K>
    ? v.ExactOptionalSchema<Schema<Exclude<T[K], undefined>>, undefined>
    : Schema<T[K]> & { readonly default?: never };
};

/** Whose JSON it is, and what to tell whoever has it. */
export interface Origin {
  /** such as the path of the file */
  readonly name: string;
  readonly code: ErrorCode;
  /** what to do about a damaged one, a sentence */
  readonly remedy: string;
}

/** What is wrong with a value: where, such as `recordings[3].fold`, empty for the whole; what was expected there; and what came. */
export interface Fault {
  readonly path: string;
  readonly expected: string;
  readonly received: string;
}

/**
 * Text as JSON of a known form.
 *
 * @throws AttuneError of the origin's code, naming it, where the text is no JSON or of another form
 */
export function parseJson<T>(text: string, schema: Schema<T>, origin: Origin): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const { name, code, remedy } = origin;
    throw new AttuneError(code, `${name} is damaged and cannot be read as JSON. ${remedy}`, { cause });
  }
  return checkJson(value, schema, origin);
}

/** A parsed value of a known form; as {@link parseJson}. */
export function checkJson<T>(value: unknown, schema: Schema<T>, { name, code, remedy }: Origin): T {
  const found = formOf(value, schema);
  if (!('fault' in found)) return found.value;
  throw new AttuneError(code, `${name} is damaged ${told(found.fault)}. ${remedy}`);
}

/** Where and how a value is wrong: `at folds[2]: expected a whole number of 1 or more, got -1`. */
export const told = ({ path, expected, received }: Fault): string =>
  `at ${path || 'its start'}: expected ${expected}, got ${received}`;

/** @throws AttuneError `usage` where what a caller gave is of another form, as `expected epochs to be a whole number of 1 or more, got 0` */
export function checkArgument(value: unknown, schema: Schema<unknown>, name: string): void {
  const found = formOf(value, schema);
  if (!('fault' in found)) return;
  const { path, expected, received } = found.fault;
  const where = path && !path.startsWith('[') ? path : `${name}${path}`;
  throw new AttuneError('usage', `expected ${where} to be ${expected}, got ${received}`);
}

/** A value of a known form, or the first thing that is wrong with it. */
export function formOf<T>(value: unknown, schema: Schema<T>): { readonly value: T } | { readonly fault: Fault } {
  const found = v.safeParse(schema, value, CONFIG);
  if (found.success) return { value: found.output };
  const [{ input, path = [], message }] = found.issues;
  return {
    fault: { path: pathOf(path), expected: message, received: received(input) },
  };
}

/** How valibot's own words are said. */
const WORDS: Readonly<Record<string, string>> = {
  Array: 'a list',
  Object: 'an object',
  string: 'text',
  boolean: 'true or false',
  never: 'no such setting, for this version of Attune knows none',
};

const CONFIG = {
  abortEarly: true,
  message: ({ kind, type, expected, input }: v.BaseIssue<unknown>) => {
    const isMissing = kind === 'schema' && type.includes('object') && input === undefined && expected?.startsWith('"');
    if (isMissing) return 'a value';
    if (type === 'picklist') return `one of ${expected?.replace(/^\(|\)$/g, '').replaceAll(' | ', ', ')}`;
    return WORDS[expected ?? ''] ?? expected ?? 'something else';
  },
};

const pathOf = (items: readonly { readonly key?: unknown }[]): string =>
  items.reduce(
    (path, { key }) =>
      typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${clipped(`${key}`)}` : clipped(`${key}`),
    '',
  );

function received(input: unknown): string {
  if (input === undefined) return 'nothing';
  if (Array.isArray(input)) return `a list of ${input.length}`;
  if (typeof input === 'function') return 'a function';
  if (typeof input === 'object' && input !== null) return kindOf(input.constructor?.name ?? 'Object');
  const text = typeof input === 'string' ? JSON.stringify(input) : String(input);
  return clipped(text);
}

/** The name of a class as one of its things: `an Int16Array`, `a Promise`, `an object`. */
export function kindOf(name: string): string {
  if (name === 'Object' || !name) return 'an object';
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** An issue for valibot's `rawCheck`: what was expected at a key of a value. */
export const faultAt = <T extends object>(input: T, key: keyof T & (string | number), message: string) => ({
  message,
  input: input[key],
  path: [{ type: 'unknown', origin: 'value', input, key, value: input[key] }] as [v.UnknownPathItem],
});

/** A whole number in a range. */
export const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER): Schema<number> => {
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  return v.custom<number>(
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    `a whole number ${range}`,
  );
};

/** Seeds beyond it are others by number alone: the low 32 bits are all that counts. */
export const GREATEST_SEED = 2 ** 32 - 1;

/** A seed of random numbers. */
export const SEED: Schema<number> = whole(0, GREATEST_SEED);

/** A finite number in a range, its bounds included. */
export const within = (least: number, most: number): Schema<number> =>
  v.custom<number>(
    (value) => Number.isFinite(value) && (value as number) >= least && (value as number) <= most,
    `a number from ${least} to ${most}`,
  );

/** A number in [0, 1), such as a momentum: by 1, nothing new would ever count. */
export const below1: Schema<number> = v.custom<number>(
  (value) => typeof value === 'number' && value >= 0 && value < 1,
  'a number of 0 or more, below 1',
);

/** A number in (0, 1]. */
export const above0: Schema<number> = v.custom<number>(
  (value) => typeof value === 'number' && value > 0 && value <= 1,
  'a number above 0, 1 at the most',
);

/** A finite number. */
export const finite: Schema<number> = v.custom<number>((value) => Number.isFinite(value), 'a number');

/** A SHA-256, hexadecimal. */
export const sha256: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 of 64 hexadecimal digits'),
);

/** A list; one that is longer is no honest one. */
export const list = <T>(item: Schema<T>, most = 10_000_000): Schema<T[]> =>
  v.pipe(v.array(item), v.maxLength(most, `a list of ${most} at the most`));

/** Values of one form by names that may be anything, `__proto__` too, which valibot's record passes over. */
export const byName = <T>(schema: Schema<T>): Schema<Record<string, T>> =>
  v.pipe(
    v.custom<Record<string, unknown>>(isObject, 'an object'),
    v.rawTransform(({ dataset: { value: input }, addIssue, NEVER }) => {
      const entries: [string, T][] = [];
      for (const [key, value] of Object.entries(input)) {
        const { success, output, issues } = v.safeParse(schema, value, CONFIG);
        if (success) entries.push([key, output]);
        else {
          const [issue] = issues;
          addIssue({
            message: issue.message,
            input: issue.input,
            path: [{ type: 'object', origin: 'value', input, key, value }, ...(issue.path ?? [])],
          });
          return NEVER;
        }
      }
      return Object.fromEntries(entries);
    }),
  );

/** Lists and objects within each other that no file of Attune comes near to. */
const DEPTH = 16;

/** Any JSON of a sane depth, for what another version of Attune may have written beside what is known. */
export const anything: Schema<unknown> = v.custom<unknown>(
  (value) => isShallow(value, DEPTH),
  `lists and objects no more than ${DEPTH} within each other`,
);

/** Whether a value is an object and no list. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isShallow = (value: unknown, depth: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((own) => isShallow(own, depth - 1)));

/** Names a fold, a speaker, an utterance: any text but none. */
export const name = v.custom<string>(
  (text) => typeof text === 'string' && text.length > 0 && text.length <= 4096,
  'a name of 1 to 4096 characters',
);
