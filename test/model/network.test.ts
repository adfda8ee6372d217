import { describe, expect, it } from 'vitest';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { readSafetensors } from '../../src/graph/safetensors.ts';
import { type Architecture, createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { initialWeights } from '../../src/model/initialize.ts';

const checkpointOf = (architecture: Architecture) => ({
  architecture,
  frontEnd: DEFAULT_FRONT_END,
  classes: ['a', 'b', 'c', 'd'],
  tensors: initialWeights(architecture, 1),
});

describe('the kind of a network', () => {
  it('is the paper’s where none is said, and is not written for it: files of all versions are the same', () => {
    const [unsaid, said] = [DEFAULT_ARCHITECTURE, { ...DEFAULT_ARCHITECTURE, kind: 'cnn' as const }].map((one) =>
      writeCheckpoint(checkpointOf(one)),
    );
    expect(Buffer.compare(unsaid!, said!)).toBe(0);
    expect(readSafetensors(unsaid!, 'a checkpoint').metadata.architecture).toBe(
      '{"pooling":"attention","classes":4,"poolAfter":[1,2,3],"attentionSoftmax":true,"attentionScore":"sum","bilinearNorm":"sqrt-first","width":1}',
    );
    expect(createNetwork(DEFAULT_ARCHITECTURE)).toMatchObject({ kind: 'cnn', name: 'attention pooling', classes: 4 });
  });

  it('is written for every other, which is read as it was', () => {
    const checkpoint = { ...checkpointOf({ kind: 'linear', classes: 4, bands: 20 }), notes: {} };
    expect(readCheckpoint(writeCheckpoint(checkpoint), 'a checkpoint')).toEqual(checkpoint);
  });

  it.each<[unknown, RegExp]>([
    [
      { ...DEFAULT_ARCHITECTURE, kind: 'rnn' },
      /expected kind to be one of cnn, linear, frames, cnn-lstm, two-step, light-sernet, dense, blstm, got "rnn"/,
    ],
    [{ kind: 'linear', classes: 4, bands: 30 }, /expected bands to be a divisor of 400, got 30/],
    [{ kind: 'linear', classes: 4, bands: 40, width: 1 }, /expected width to be no such setting/],
    [{ ...DEFAULT_ARCHITECTURE, bands: 40 }, /expected bands to be no such setting/],
    ['cnn', /expected the architecture to be an object, got "cnn"/],
  ])('%j is refused', (architecture, message) => {
    const create = () => createNetwork(architecture as Architecture);
    expect(create).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(create).toThrow(message);
  });

  it('with weights of another is refused', () => {
    const weights = initialWeights(DEFAULT_ARCHITECTURE, 1);
    const bytes = writeCheckpoint({ ...checkpointOf({ kind: 'linear', classes: 4, bands: 40 }), tensors: weights });
    expect(() => readCheckpoint(bytes, 'x')).toThrow(
      'x: expected fc.weight to be float32 [4,40] for linear on 40 bands, got none',
    );
  });
});
