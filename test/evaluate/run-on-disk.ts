import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { predictionsCsv } from '../../src/run/predictions-file.ts';
import type { RunOptions } from '../../src/run/run-files.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';
import { ENVIRONMENT } from './run.ts';

/** Writes what is compared of a run, or of a peer, which has no options; returns the folder. */
export async function writeRun(
  folder: string,
  predictions: readonly Prediction[],
  options?: RunOptions,
  peer?: unknown,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'predictions.csv'), predictionsCsv(predictions, EMOTIONS));
  const config = { corpus: 'made', options, environment: ENVIRONMENT };
  if (options) await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  if (peer) await writeFile(join(folder, 'peer.json'), JSON.stringify(peer));
  return folder;
}
