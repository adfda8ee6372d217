import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { hashFile } from '../../audio/file.ts';
import { byCodeUnits } from '../../corpus/adapter.ts';
import { cannotWrite, writeWhole } from '../../files.ts';
import { runtimeVersion } from '../../graph/session.ts';
import { formOf, list, sha256, within } from '../../json.ts';
import type { ClassifierFolder } from '../../recognize/hugging-face/folder.ts';
import { isSealed, seal } from '../../sealed.ts';

/** Changes when what a model is given does, so that older answers are not taken for new ones. */
const ANSWERS_VERSION = 1;

const SEALED = v.object({ sha256, content: list(within(0, 1)) });

/** What a model said of sounds before, a probability a label: a large one takes long, and may be stopped. */
export interface KeptAnswers {
  /** @param sound the hash of it */
  of(sound: string, ask: () => Promise<readonly number[]>): Promise<readonly number[]>;
}

/**
 * Opens what is kept of a model's answers in a folder, told by all that they depend on: its files, how it is fed, and the runtime.
 *
 * @throws AttuneError `run` where the folder cannot be made
 */
export async function openKeptAnswers(cache: string, { model, doNormalize, mostSamples, classes }: ClassifierFolder) {
  const files = (await readdir(dirname(model))).filter((name) => name.startsWith(basename(model))).sort(byCodeUnits);
  const hashes = await Promise.all(files.map((name) => hashFile(join(dirname(model), name)))); // numbers may lie beside it
  const labels = classes.length;
  const settings = { ANSWERS_VERSION, hashes, doNormalize, mostSamples, labels, runtime: runtimeVersion() };
  const key = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  const folder = join(cache, `answers-${key}`);
  await mkdir(folder, { recursive: true }).catch((cause) => Promise.reject(cannotWrite(folder, cause)));
  return {
    async of(sound, ask) {
      const path = join(folder, `${sound}.json`);
      const stored: unknown = await readFile(path, 'utf8')
        .then(JSON.parse)
        .catch(() => undefined);
      const found = formOf(stored, SEALED);
      if ('value' in found && isSealed(sound, stored) && found.value.content.length === labels)
        return found.value.content;
      const answer = await ask();
      await writeWhole(path, JSON.stringify(seal(sound, [...answer])), { sync: false }); // checked when it is read
      return answer;
    },
  } satisfies KeptAnswers;
}
