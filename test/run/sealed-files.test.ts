import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { makeRunFolder, runPaths, writeJson } from '../../src/run/run-folder.ts';
import { readEpoch, readFold, writeEpoch, writeFold } from '../../src/run/sealed-files.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { DAMAGES, damaged, flipped } from '../damage.ts';
import { predict } from '../evaluate/predict.ts';

describe('what folds and epochs leave behind', async () => {
  const run = join(await temporaryFolder(), 'run');
  const paths = runPaths(run);
  const predictions = [predict('a1', 'ann', 'neutral', 'happy'), predict('a2', 'ann', 'sad', 'sad')];
  const finished = { checkpoint: 'ab'.repeat(32), predictions };

  beforeAll(async () => {
    await makeRunFolder(run);
    await mkdir(dirname(paths.epoch('ann', 1)), { recursive: true });
    await writeFold(run, 'ann', finished);
    await writeEpoch(run, 'ann', 1, predictions);
  });

  it('is read as it was written', async () => {
    expect(await readFold(run, 'ann', EMOTIONS)).toEqual(finished);
    expect(await readEpoch(run, 'ann', 1, EMOTIONS)).toEqual(predictions);
    expect(await readFold(run, 'bob', EMOTIONS)).toBeUndefined();
    expect(await readEpoch(run, 'ann', 2, EMOTIONS)).toBeUndefined();
  });

  it('of older versions had no digest', async () => {
    await writeJson(paths.fold('bob'), predictions);
    expect(await readFold(run, 'bob', EMOTIONS)).toEqual({ predictions });
    await writeJson(paths.epoch('ann', 3), predictions);
    expect(await readEpoch(run, 'ann', 3, EMOTIONS)).toEqual(predictions);
  });

  it.each(DAMAGES)('is refused by name, with what to do, where it has %s', async (_, damage) => {
    const fold = paths.fold('ann');
    await expect(damaged(fold, damage, () => readFold(run, 'ann', EMOTIONS))).rejects.toMatchObject({
      code: 'run',
      message: expect.stringMatching(new RegExp(`^${fold} is .* or delete it to have the fold trained again\\.$`)),
    });
    const epoch = paths.epoch('ann', 1);
    await expect(damaged(epoch, damage, () => readEpoch(run, 'ann', 1, EMOTIONS))).rejects.toMatchObject({
      code: 'run',
      message: expect.stringMatching(
        new RegExp(`^${epoch} is .* or delete ${fold} and the checkpoint to have the fold`),
      ),
    });
  });

  it('never says anything else with a flipped bit', async () => {
    const { length } = await readFile(paths.fold('ann'));
    for (let at = 0; at < length; at += 17)
      await expect(
        damaged(
          paths.fold('ann'),
          (bytes) => flipped(bytes, at),
          () => readFold(run, 'ann', EMOTIONS),
        ),
        `byte ${at}`,
      ).rejects.toThrow(/or delete it to have the fold trained again/);
  });

  it('is not taken for that of another fold or epoch', async () => {
    await copyFile(paths.fold('ann'), paths.fold('cem'));
    await expect(readFold(run, 'cem', EMOTIONS)).rejects.toThrow(/cem\.json is not what was written of fold cem/);
    await copyFile(paths.epoch('ann', 1), paths.epoch('ann', 2));
    await expect(readEpoch(run, 'ann', 2, EMOTIONS)).rejects.toThrow(
      /2\.json is not what was written of epoch 2 of fold ann/,
    );
  });
});
