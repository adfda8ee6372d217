import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readState, writeState } from '../../src/evaluate/training-state.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { initialState } from '../../src/train/loop.ts';
import { DEFAULT_OPTIMIZER } from '../../src/train/optimizers/optimizers.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { DAMAGES, damaged, flipped } from '../damage.ts';

describe('the state of a fold in training', async () => {
  const path = join(await temporaryFolder(), '03.state.safetensors');
  const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.125 };
  const history = [{ epoch: 1, learningRate: 0.05, loss: 1.5, accuracy: 0.25 }];
  /** A fold may be called anything. */
  const fold = `"sha256":"${'0'.repeat(64)}" 03`;
  const { tensors } = initialState(architecture, 1);
  const state = {
    ...{ architecture, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors },
    notes: { fold, history: JSON.stringify(history) },
  };
  const refusal = (why: RegExp) => ({
    code: 'run',
    message: expect.stringMatching(
      new RegExp(`^${path} is no state that .*: ${why.source}\\. Delete it to train the fold anew\\.$`),
    ),
  });

  beforeAll(() => writeState(path, state));

  it('is read as it was written, and is a checkpoint to others', async () => {
    expect(await readState(path, fold, { optimizer: DEFAULT_OPTIMIZER })).toEqual({
      ...{ tensors, history },
      notes: expect.objectContaining({ fold }),
    });
    expect(readCheckpoint(await readFile(path), path).tensors).toEqual(tensors);
    expect(await readState(`${path}.gone`, fold, { optimizer: DEFAULT_OPTIMIZER })).toBeUndefined();
  });

  it.each(DAMAGES)('is refused by name with %s', async (_, damage) => {
    const reading = damaged(path, damage, () => readState(path, fold, { optimizer: DEFAULT_OPTIMIZER }));
    await expect(reading).rejects.toMatchObject(refusal(/it was damaged, or an older version wrote it/));
  });

  it('is refused with a flipped bit anywhere, its digest and the filling of its head too', async () => {
    const bytes = await readFile(path);
    const head = 8 + Number(bytes.readBigUInt64LE());
    const digest = bytes.indexOf('"sha256":"', bytes.indexOf('"history"'));
    const places = [0, 8, head - 1, head, digest, digest + 1, digest + 12, digest + 75, bytes.length - 1];
    for (let at = 9; at < bytes.length; at += 2503) places.push(at);
    for (const at of places)
      await expect(
        damaged(
          path,
          (whole) => flipped(whole, at),
          () => readState(path, fold, { optimizer: DEFAULT_OPTIMIZER }),
        ),
        `byte ${at}`,
      ).rejects.toThrow(/is no state that training can go on from/);
  });

  it('is refused without a digest, or as another fold’s', async () => {
    const older = () => Buffer.from(writeCheckpoint(state));
    const reading = damaged(path, older, () => readState(path, fold, { optimizer: DEFAULT_OPTIMIZER }));
    await expect(reading).rejects.toMatchObject(refusal(/it was damaged, or an older version wrote it/));
    await copyFile(path, `${path}.08`);
    await expect(readState(`${path}.08`, '08', { optimizer: DEFAULT_OPTIMIZER })).rejects.toThrow(
      /it is of fold "sha256":.* 03\. Delete it/,
    );
    await writeFile(path, await readFile(path));
    expect(await readState(path, fold, { optimizer: DEFAULT_OPTIMIZER })).toEqual({
      ...{ tensors, history },
      notes: expect.objectContaining({ fold }),
    });
  });
});
