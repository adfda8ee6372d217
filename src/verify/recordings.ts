import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Listening } from '../run/events.ts';
import { readIfThere } from '../run/run-folder.ts';
import { count } from '../text.ts';
import type { FinishedRun } from './doubted-run.ts';
import { differs, type Statement, verdict } from './statement.ts';

/**
 * Whether the recordings are those of the manifest, by their hashes.
 *
 * @param directory the corpus folder; of a run across corpora the nearest folder that holds both
 */
export async function checkRecordings(
  { manifest }: FinishedRun,
  directory: string,
  { onEvent, signal }: Listening = {},
): Promise<Statement[]> {
  const { recordings } = manifest;
  const findings: string[] = [];
  let missing = 0;
  const hashes = new Map<string, string | undefined>(); // of each file, once
  for (const [i, { file, sha256 }] of recordings.entries()) {
    signal?.throwIfAborted();
    if (!hashes.has(file)) hashes.set(file, await hashIfThere(join(directory, file)));
    const found = hashes.get(file);
    if (!found) {
      missing++;
      findings.push(`${file} is missing from ${directory}`);
    } else if (found !== sha256)
      findings.push(`${file} in ${directory} is not the recording that the run was made from`);
    onEvent?.({ event: 'read', done: i + 1, inAll: recordings.length });
  }
  if (missing === recordings.length)
    return [
      differs(`none of ${count(missing, 'recording')}, such as ${recordings[0]?.file}, is in ${directory}: ${WHERE}`),
    ];
  return verdict(findings, `${count(recordings.length, 'recording')} in ${directory} have the hashes of manifest.json`);
}

async function hashIfThere(path: string): Promise<string | undefined> {
  const bytes = await readIfThere(path);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}

const WHERE = 'give the folder that the run was made from, or, for a run across corpora, the nearest that holds both';
