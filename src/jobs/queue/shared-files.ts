import { join } from 'node:path';
import { readWhole } from '../../read-file.ts';
import type { CarriedFile } from './payload.ts';
import { type Exchange, sha256Of } from './pieces.ts';
import type { Store } from './store.ts';

/** The files that units share, where workers find them. */
export interface SharedFiles {
  put(): Promise<void>;
  /** puts them there again where they are gone, as where Redis lost what it held */
  putAgain(): Promise<void>;
  /** takes those back that nobody else has units of */
  leave(): Promise<void>;
  files(): readonly CarriedFile[];
}

export function sharedFiles(given: {
  readonly folder: string;
  /** within the folder */
  readonly paths: readonly string[];
  readonly exchange: Exchange;
  readonly store: Store;
  /** for whom they are there */
  readonly who: string;
}): SharedFiles {
  const { folder, paths, exchange, store, who } = given;
  let files: readonly CarriedFile[] = [];
  const put = async () => {
    const carried: CarriedFile[] = [];
    for (const path of paths) {
      const bytes = await readWhole(join(folder, path));
      const key = `blob:${exchange.kind}:${sha256Of(bytes)}`; // the same file may be wanted here and there
      await store.want(key, who);
      carried.push({ path, stored: await exchange.put(key, bytes) });
    }
    files = carried;
  };
  return {
    put,
    async putAgain() {
      for (const { stored } of files) if (!(await exchange.has(stored))) return put();
    },
    async leave() {
      for (const { stored } of files) if ((await store.leave(stored.key, who)) === 0) await exchange.drop(stored);
    },
    files: () => files,
  };
}
