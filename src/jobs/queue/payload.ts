import { isAbsolute, posix, win32 } from 'node:path';
import * as v from 'valibot';
import { anything, byName, list, type Properties, type Schema, whole } from '../../json.ts';
import { STORED, type Stored, sha256Of } from './pieces.ts';

/** What the bytes of a unit's files depend on beside its input: plain JSON, such as a processor's name. */
export type Site = Readonly<Record<string, string>>;

/** A file of a unit, and where its bytes lie. */
export interface CarriedFile {
  /** relative to the folder of its execution, with forward slashes */
  readonly path: string;
  readonly stored: Stored;
}

/** A unit of work on its way. */
export interface Payload {
  /** of units */
  readonly kind: string;
  /** names it in messages */
  readonly name: string;
  /** what it is a unit of: the last name of the folder that takes its files */
  readonly of: string;
  readonly input: unknown;
  /** what does it, such as a version of Attune and of its training */
  readonly version: string;
  /** files that units share, its configuration among them */
  readonly shared: readonly CarriedFile[];
  /** what it leaves */
  readonly left: readonly string[];
  /** what it goes on from */
  readonly states: readonly string[];
  /** what a worker must be equal to; absent: it may differ */
  readonly only?: Site;
  /** how files come and go */
  readonly exchange: 'redis' | 'folder';
}

/** Whether a path stays within the folder that it is relative to. */
const isInside = (path: string) =>
  path !== '' &&
  !isAbsolute(path) &&
  !win32.isAbsolute(path) &&
  !/[\0\\]/.test(path) &&
  posix.normalize(path) === path &&
  !path.split('/').includes('..');

const inside = v.custom<string>((path) => typeof path === 'string' && isInside(path), 'a path within the folder');
const text = v.pipe(v.string(), v.maxLength(1000));

const CARRIED: Schema<CarriedFile> = v.object({ path: inside, stored: STORED } satisfies Properties<CarriedFile>);
const site = byName(text) as Schema<Site>;

export const PAYLOAD: Schema<Payload> = v.object({
  ...{ kind: text, name: text, of: text, input: anything as Schema<unknown>, version: text, shared: list(CARRIED) },
  ...{ left: list(inside), states: list(inside) },
  only: v.exactOptional(site),
  exchange: v.picklist(['redis', 'folder']),
} satisfies Properties<Payload>);

/** What came of a unit. */
export interface Result {
  /** what it left, in the order in which it is to appear */
  readonly files: readonly CarriedFile[];
  /** what it told and nothing took the place of */
  readonly events: readonly unknown[];
  /** where it was done */
  readonly site: Site;
  /** names the worker */
  readonly worker: string;
  /** of work, without what came before and after it */
  readonly milliseconds: number;
}

export const RESULT: Schema<Result> = v.object({
  ...{ files: list(CARRIED), events: list(anything as Schema<unknown>), site, worker: text, milliseconds: whole(0) },
} satisfies Properties<Result>);

/** A unit's state, for whoever goes on with it. */
export const STATES: Schema<readonly CarriedFile[]> = list(CARRIED);

/** How a unit is called where units of several runs are told of. */
export const titleOf = ({ name, of }: Pick<Payload, 'name' | 'of'>): string => `${name} (${of})`;

/** The same unit has the same name, whoever asks for it: 40 hexadecimal digits. */
export const idOf = ({ kind, input, version, shared, left, only }: Payload): string =>
  sha256Of(
    JSON.stringify([kind, input, version, shared.map(({ path, stored }) => [path, stored.sha256]), left, only ?? null]),
  ).slice(0, 40);
