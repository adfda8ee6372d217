import { join } from 'node:path';
import { createReader, readSame } from '../../src/audio/reader.ts';
import { createExplainer } from '../../src/explain/explainer.ts';
import { decidingSegment } from '../../src/explain/explanation.ts';
import { createExtractor } from '../../src/features/extractor.ts';
import { type FrontEnd, trainingSegments } from '../../src/features/front-end.ts';
import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import { type Checkpoint, readCheckpoint } from '../../src/model/checkpoint.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import type { Recording } from '../../src/run/run-files.ts';
import { readIfThere, runPaths } from '../../src/run/run-folder.ts';
import type { Subject } from '../../src/studies/faithfulness/study.ts';

/** Sums over all frames of the training segments of each recording, by utterance. */
export type Spectra = ReadonlyMap<string, { readonly sums: Float64Array; readonly frames: number }>;

/** Reads every recording and sums its training segments' spectrograms over their frames. */
export async function spectraOf(
  recordings: readonly Recording[],
  directory: string,
  frontEnd: FrontEnd,
): Promise<Spectra> {
  const extractor = await createExtractor(frontEnd, 1);
  const spectra = new Map<string, { sums: Float64Array; frames: number }>();
  const read = createReader();
  for (const { utterance, file, sha256 } of recordings) {
    const { waveform } = await readSame(read, join(directory, file), sha256);
    const segments = trainingSegments(waveform.samples, frontEnd);
    const sums = new Float64Array(BINS);
    for (const [i, value] of (await extractor.extract(segments)).entries())
      sums[Math.floor(i / FRAMES) % BINS]! += value;
    spectra.set(utterance, { sums, frames: segments.length * FRAMES });
  }
  await extractor.close();
  return spectra;
}

/** The mean of each bin over the training segments of everybody but the fold's speaker, `[400]`. */
export function trainingMeans(recordings: readonly Recording[], spectra: Spectra, fold: string): Float32Array {
  const training = recordings.filter((recording) => recording.fold !== fold);
  const parts = training.map(({ utterance }) => spectra.get(utterance)!);
  const frames = parts.reduce((sum, part) => sum + part.frames, 0);
  return Float32Array.from({ length: BINS }, (_, bin) => parts.reduce((sum, { sums }) => sum + sums[bin]!, 0) / frames);
}

/** The network of a fold as the run left it. */
export async function checkpointOf(run: string, fold: string): Promise<Checkpoint> {
  const file = runPaths(run).checkpoint(fold);
  const bytes = await readIfThere(file);
  if (!bytes) throw new Error(`expected the checkpoint ${file}, found none; run from the root of the repository`);
  return readCheckpoint(bytes, file);
}

/** The deciding segment of every utterance that the fold's network is tested on, with its maps. */
export async function subjectsOf(
  checkpoint: Checkpoint,
  recordings: readonly Recording[],
  directory: string,
): Promise<Subject[]> {
  const recognizer = await createRecognizer(checkpoint, { threads: 1 });
  const explainer = await createExplainer(checkpoint, { threads: 1 });
  const subjects: Subject[] = [];
  const read = createReader();
  for (const { utterance, speaker, file, sha256 } of recordings) {
    const { waveform } = await readSame(read, join(directory, file), sha256);
    const recognition = await recognizer.recognize(waveform);
    const predicted = recognition.emotion;
    const [maps] = await explainer.explain(waveform, { segments: [decidingSegment(recognition, predicted)] });
    subjects.push({ utterance, speaker, predicted, maps: maps! });
  }
  await recognizer.close();
  await explainer.close();
  return subjects;
}
