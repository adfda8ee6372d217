import * as v from 'valibot';
import { readJson } from '../../src/run/run-folder.ts';

/** What a recipe has written itself, taken as it is so long as it is a list or an object; undefined where there is no such file. */
export const keptJson = <T>(path: string): Promise<T | undefined> =>
  readJson(
    path,
    v.custom<T>((value) => typeof value === 'object' && value !== null, 'a list or an object'),
  );
