import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { comparable } from '../../src/verify/older-checkpoint.ts';

/** Written before checkpoints said what they were trained on. */
const OLDER = readFileSync('results/default-weights/all/checkpoints/all.safetensors');

it('trained again by this version, an older checkpoint is the same to the last byte but for what it was trained on', () => {
  const { provenance } = readCheckpoint(readFileSync('weights/paper.safetensors'), 'the default weights');
  const checkpoint = readCheckpoint(OLDER, 'an older checkpoint');
  expect(checkpoint.provenance).toBeUndefined();
  const again = writeCheckpoint({ ...checkpoint, provenance: provenance! });
  expect(OLDER.equals(again)).toBe(false);
  expect(OLDER.equals(comparable(OLDER, again))).toBe(true);

  const other = writeCheckpoint({ ...checkpoint, provenance: { ...provenance!, incomplete: true } });
  expect(comparable(again, other)).toBe(other); // of this version each is compared whole
  expect(comparable(OLDER.subarray(0, 900), again)).toBe(again);
});
