import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { createScorer } from '../../src/evaluate/score.ts';
import { DEFAULT_FRONT_END, type FrontEnd } from '../../src/features/front-end.ts';
import type { Offset } from '../../src/features/segmentation.ts';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import { makeRunFolder, runPaths } from '../../src/run/run-folder.ts';
import { checkScores } from '../../src/verify/scores.ts';
import { s16, wav } from '../audio/files.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { predict } from '../evaluate/predict.ts';
import { runOf } from '../evaluate/run.ts';
import { humming, trained } from '../recognize/exported.ts';

const FOLDS = ['ann', 'bob'];
const { offset: _, ...UNSTATED } = DEFAULT_FRONT_END;

/** What is said of a run whose folds were scored so, and whose config and checkpoints state so much of it. */
async function said(folder: string, scoredBy: readonly Offset[], frontEnd: FrontEnd) {
  const checkpoint = await trained(frontEnd);
  const made = runOf(FOLDS.map((speaker) => predict(`${speaker}-1`, speaker, 'sad', 'sad')));
  const recordings = await Promise.all(
    made.manifest.recordings.map(async (recording, i) => {
      const sound = wav(s16(...humming(40_000 + 4_000 * i)));
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, recording.file), sound);
      return { ...recording, sha256: createHash('sha256').update(sound).digest('hex') };
    }),
  );
  const manifest = { ...made.manifest, recordings };
  const config = { ...made.config, options: { ...made.config.options, frontEnd } };
  await makeRunFolder(folder);
  const predictions = [];
  for (const [i, recording] of manifest.recordings.entries()) {
    await writeFile(runPaths(folder).checkpoint(recording.fold!), writeCheckpoint(checkpoint));
    const score = createScorer(folder, { threads: 1, again: false });
    predictions.push(...(await score({ ...checkpoint, frontEnd: { ...frontEnd, offset: scoredBy[i]! } }, [recording])));
  }
  const sum = predictions.flatMap(({ probabilities }) => probabilities).reduce((a, b) => a + b, 0);
  expect(sum).toBeCloseTo(FOLDS.length, 5);
  expect(predictions[0]!.probabilities).toHaveLength(EMOTIONS.length);
  return checkScores({ run: folder, config, manifest, predictions, folds: FOLDS }, folder);
}

describe('what became of the mean of segments', async () => {
  const folder = await temporaryFolder();

  it.each<[string, Offset[], FrontEnd, RegExp]>([
    [
      'a run that does not state it',
      ['keep', 'keep'],
      UNSTATED,
      /, the offset that config.json does not state being keep: /,
    ],
    [
      'a run that does not state it',
      ['remove-in-use', 'remove-in-use'],
      UNSTATED,
      /, the offset that config.json does not state being remove-in-use: /,
    ],
    [
      'a run that two versions scored',
      ['keep', 'remove-in-use'],
      UNSTATED,
      /, the offset that config.json does not state being keep in 1 fold, remove-in-use in 1 fold: /,
    ],
    ['a run that states it', ['keep', 'keep'], { ...UNSTATED, offset: 'keep' }, /by their checkpoints: no probability/],
  ])('is found out of %s: %j', async (_, offsets, frontEnd, text) => {
    const statements = await said(join(folder, `found-${offsets}-${frontEnd.offset}`), offsets, frontEnd);
    expect(statements).toEqual([{ result: 'agrees', text: expect.stringMatching(text) }]);
  });

  it('is not guessed where the config states it', async () => {
    const statements = await said(join(folder, 'wrong'), ['keep', 'keep'], { ...UNSTATED, offset: 'remove' });
    expect(statements.map(({ result }) => result)).toEqual(['differs', 'differs']);
  });
});
