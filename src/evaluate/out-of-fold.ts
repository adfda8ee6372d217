import { SAMPLE_RATE } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { changed } from '../features/front-end.ts';
import type { Segmentation } from '../features/segmentation.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';
import { refuseOtherFiles } from '../run/hashes.ts';
import { readIfThere, readJson, runPaths } from '../run/run-folder.ts';
import { MANIFEST } from '../run/run-schemas.ts';
import type { ScoredUtterance } from '../statistics/temperature.ts';
import { createRecordingReader, inOrder, recognizeEach, type Scored } from './score.ts';

export interface ScoringOptions {
  readonly threads?: number;
  /** in the place of the checkpoint's own settings; default: none */
  readonly frontEnd?: Partial<Segmentation>;
  /** what becomes of a recording before it is scored, such as noise; default: nothing */
  readonly alter?: (samples: Float32Array, utterance: string) => Promise<Float32Array> | Float32Array;
  /** the file of an encoder of the user's own, where the network was trained behind one */
  readonly encoder?: string | undefined;
  readonly onProgress?: (done: number, inAll: number) => void;
  /** aborted, scoring stops within a second or two and its reason is thrown */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Scores each recording of a run by the checkpoint of the fold that tests it, which never heard its speaker, and keeps the logits of
 * its segments.
 *
 * @param run a finished run of `attune crossval`
 * @param directory the corpus that it was made from
 * @throws AttuneError `run` where there is no such run, a checkpoint is missing, or a file is damaged
 */
export async function scoreOutOfFold(
  run: string,
  directory: string,
  options: ScoringOptions = {},
): Promise<ScoredUtterance[]> {
  const paths = runPaths(run);
  const manifest = await readJson(paths.manifest, MANIFEST);
  if (!manifest) throw new AttuneError('run', `there is no run in ${run}: give the folder of one that is finished`);
  const tested = manifest.recordings.filter(({ fold }) => fold !== undefined);
  const folds = [...new Set(tested.map(({ fold }) => fold!))];
  await refuseOtherFiles(run, [paths.manifest, ...folds.map(paths.checkpoint)]);
  const scored: ScoredUtterance[] = [];
  for (const fold of folds) {
    const file = paths.checkpoint(fold);
    const bytes = await readIfThere(file);
    if (!bytes) throw new AttuneError('run', `${file} is missing: let the run in ${run} finish first`);
    const own = tested.filter((recording) => recording.fold === fold);
    const onProgress = (done: number) => options.onProgress?.(scored.length + done, tested.length);
    scored.push(...(await scoreRecordings(readCheckpoint(bytes, file), own, directory, { ...options, onProgress })));
  }
  return scored;
}

/**
 * Scores recordings by one checkpoint, and keeps the logits of their segments.
 *
 * @throws AttuneError `corpus` where a recording has changed since the manifest was written
 */
export async function scoreRecordings(
  checkpoint: Checkpoint,
  recordings: readonly Scored[],
  directory: string,
  { frontEnd, alter, ...options }: ScoringOptions = {},
): Promise<ScoredUtterance[]> {
  const heard = { ...checkpoint, frontEnd: changed(checkpoint.frontEnd, frontEnd) };
  const { classes } = checkpoint;
  const reader = createRecordingReader(directory);
  const read = async (recording: Scored) => {
    const waveform = await reader(recording);
    return alter ? { sampleRate: SAMPLE_RATE, samples: await alter(waveform.samples, recording.utterance) } : waveform;
  };
  const scored: ScoredUtterance[] = [];
  for await (const { recording, recognition } of recognizeEach(heard, recordings, read, {
    ...options,
    temperature: 1,
  })) {
    const { utterance, speaker, emotion, fold = 'none' } = recording;
    const logits = recognition.segments.map(({ logits }) => inOrder(logits, classes));
    scored.push({ utterance, speaker, fold, emotion, logits });
  }
  return scored;
}
