import { describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { readSafetensors, writeSafetensors } from '../../src/graph/safetensors.ts';
import type { Values } from '../../src/graph/session.ts';
import { type Architecture, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { POOLINGS } from '../../src/model/cnn/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';

function checkpointOf(architecture: Architecture = DEFAULT_ARCHITECTURE): Checkpoint {
  return {
    architecture,
    frontEnd: { ...DEFAULT_FRONT_END, scaling: 'minmax', testHopSeconds: 0.5 },
    classes: ['neutral', 'happy', 'angry', 'sad'],
    tensors: initialWeights(architecture, 3),
    notes: { corpus: 'a corpus', fold: '03' },
  };
}

/** A checkpoint with some of its tensors or metadata changed; `undefined` takes one out. */
function changed(
  tensors: Record<string, Values | undefined>,
  metadata: Record<string, string | undefined> = {},
): Uint8Array {
  const file = readSafetensors(writeCheckpoint(checkpointOf()), 'a checkpoint');
  const present = <T>(all: Readonly<Record<string, T | undefined>>) =>
    Object.fromEntries(Object.entries(all).filter((entry): entry is [string, T] => entry[1] !== undefined));
  return writeSafetensors({
    tensors: present({ ...file.tensors, ...tensors }),
    metadata: present({ ...file.metadata, ...metadata }),
  });
}

describe('a checkpoint', () => {
  it.each(POOLINGS)('of %s pooling is read as it was written', (pooling) => {
    const checkpoint = checkpointOf({ ...DEFAULT_ARCHITECTURE, pooling, poolAfter: [2, 3], width: 0.5 });
    expect(readCheckpoint(writeCheckpoint(checkpoint), 'a checkpoint')).toEqual(checkpoint);
  });

  it('of a version that did not state what becomes of the mean is read and written as it is', () => {
    const { offset: _, shortInUse: __, ...frontEnd } = DEFAULT_FRONT_END;
    const bytes = writeCheckpoint({ ...checkpointOf(), frontEnd });
    const { metadata } = readSafetensors(bytes, 'a checkpoint');
    expect(metadata.front_end).toBe(
      '{"scaling":"peak","shortUtterances":"pad","trainHopSeconds":1,"testHopSeconds":0.4}',
    );
    expect(readCheckpoint(bytes, 'a checkpoint').frontEnd).toEqual(frontEnd);
  });

  it('has the same bytes for the same content', () => {
    const [first, second] = [1, 2].map(() => writeCheckpoint(checkpointOf()));
    expect(Buffer.compare(first!, second!)).toBe(0);
  });

  it('keeps tensors beside the network, such as momentum', () => {
    const extra = { data: Float32Array.of(1, 2), shape: [2] };
    expect(
      readCheckpoint(changed({ 'momentum.bn1.bias': extra }), 'a checkpoint').tensors['momentum.bn1.bias'],
    ).toEqual(extra);
  });

  it('keeps the reference of its classes', () => {
    const reference = [1, 2, 3, 4].map((x) => [x, -x, 0.5, 1e-9]);
    const bytes = writeCheckpoint({ ...checkpointOf(), reference });
    expect(readCheckpoint(bytes, 'a checkpoint')).toEqual({ ...checkpointOf(), reference });
    expect(readSafetensors(bytes, 'a checkpoint').metadata.reference).toBe(JSON.stringify(reference));
  });

  it('never lets notes stand in for its settings', () => {
    const checkpoint = { ...checkpointOf(), notes: { architecture: 'another', format: 'another' } };
    const { architecture, notes } = readCheckpoint(writeCheckpoint(checkpoint), 'a checkpoint');
    expect(architecture).toEqual(DEFAULT_ARCHITECTURE);
    expect(notes).toEqual({});
  });
});

describe('a file that is no such checkpoint', () => {
  const zeros = (...shape: number[]): Values => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });
  /** Zeros but for number 7. */
  const filled = (length: number, value: number): Values => {
    const { data, shape } = zeros(length);
    data[7] = value;
    return { data, shape };
  };
  const gap = JSON.stringify({ ...DEFAULT_ARCHITECTURE, pooling: 'gap' });
  const wide = JSON.stringify({ ...DEFAULT_ARCHITECTURE, width: 2 });
  const classes = (names: readonly string[]) => changed({}, { classes: JSON.stringify(names) });
  const unknown = JSON.stringify({ ...DEFAULT_ARCHITECTURE, pooling: 'max' });

  it.each<[string, Uint8Array, RegExp]>([
    ['is cut short', writeCheckpoint(checkpointOf()).subarray(0, 5000), /not a whole safetensors file/],
    [
      'has no metadata',
      writeSafetensors({ tensors: {}, metadata: {} }),
      /no checkpoint of Attune: its metadata has no valid arch/,
    ],
    ['lacks its architecture', changed({}, { architecture: undefined }), /its metadata has no valid architecture/],
    [
      'has an architecture that is no JSON',
      changed({}, { architecture: '{' }),
      /its metadata has no valid architecture/,
    ],
    [
      'has an unknown pooling',
      changed({}, { architecture: unknown }),
      /its metadata has no valid architecture\.pooling/,
    ],
    ['lacks its front end', changed({}, { front_end: undefined }), /its metadata has no valid front_end/],
    [
      'has an unknown offset',
      changed({}, { front_end: JSON.stringify({ ...DEFAULT_FRONT_END, offset: 'add' }) }),
      /its metadata has no valid front_end\.offset/,
    ],
    ['lacks its classes', changed({}, { classes: undefined }), /its metadata has no valid classes/],
    ['has a temperature of 0', changed({}, { temperature: '0' }), /expected a temperature from 0.001 to 1000, got 0/],
    [
      'has a temperature that float32 does not hold',
      changed({}, { temperature: '1e-320' }),
      /expected a temperature from 0.001 to 1000, got 1e-320/,
    ],
    [
      'has a reference of numbers that are not finite',
      changed({}, { reference: '[[1e999]]' }),
      /its metadata has no valid reference\[0\]\[0\]: expected a number from -1000 to 1000, got Infinity/,
    ],
    [
      'has a reference of other classes',
      changed({}, { reference: '[[1,2,3,4],[1,2,3,4],[1,2,3,4],[1,2,3]]' }),
      /expected mean logits of 4 classes by 4 in its reference, got 3/,
    ],
    ['has a weight that is no number', changed({ 'bn2.bias': filled(32, Number.NaN) }), /in bn2\.bias, got NaN at 7/],
    ['has an infinite weight', changed({ 'bn2.bias': filled(32, -Infinity) }), /in bn2\.bias, got -Infinity at 7/],
    [
      'has an infinite number beside the network',
      changed({ 'momentum.bn2.bias': filled(32, Infinity) }),
      /in momentum\.bn2\.bias, got Infinity at 7/,
    ],
    [
      'has a variance below 0',
      changed({ 'bn2.running_var': filled(32, -1) }),
      /finite numbers of 0 or more in bn2\.running_var, got -1 at 7/,
    ],
    [
      'has fewer class names than classes',
      changed({}, { classes: '["neutral"]' }),
      /classes: expected two classes or more, got a list of 1/,
    ],
    [
      'has a class name twice',
      classes(['neutral', 'happy', 'sad', 'happy']),
      /classes\[3\]: expected a name that no .*"happy"/,
    ],
    ['has an empty class name', classes(['neutral', 'happy', 'sad', '']), /classes\[3\]: expected a name of 1 to 100/],
    ['has a class name of two lines', classes(['neutral', 'happy', 'sad', 'a\nb']), /classes\[3\]: expected a name/],
    ['has a class named __proto__', classes(['neutral', 'happy', 'sad', '__proto__']), /classes\[3\]: expected a name/],
    [
      'has classes for 100,000',
      classes(Array.from({ length: 100_000 }, (_, i) => `c${i}`)),
      /expected a list of 1000 at/,
    ],
    ['has other class names than classes', classes(['neutral', 'happy', 'sad']), /names for 4 classes, got 3/],
    ...(
      [
        [{ poolAfter: [99, -1, 0.5] }, /poolAfter\[0\]: expected a whole number from 1 to 5, got 99/],
        [{ poolAfter: [2, 2] }, /poolAfter: expected in order, each once, got a list of 2/],
        [{ poolAfter: [3, 1] }, /poolAfter: expected in order/],
        [{ poolAfter: Array(100_000).fill(1) }, /poolAfter: expected a list of 5 at the most, got a list of 100000/],
        [{ poolAfter: [null] }, /poolAfter\[0\]: expected a whole number from 1 to 5, got null/],
        [{ classes: 1e9 }, /classes: expected a whole number from 2 to 1000, got 1000000000/],
        [{ classes: 4.5 }, /classes: expected a whole number from 2 to 1000, got 4\.5/],
        [{ width: 1e6 }, /width: expected a multiple of 0\.125 from 0\.125 to 8, got 1000000/],
        [{ width: 0.3 }, /width: expected a multiple/],
        [{ width: '1' }, /width: expected a multiple .*, got "1"/],
        [{ dropout: 0.5 }, /dropout: expected no such setting, .* knows none, got "dropout"/],
      ] as const
    ).map(([change, message]): [string, Uint8Array, RegExp] => [
      `has an architecture with ${JSON.stringify(change).slice(0, 40)}`,
      changed({}, { architecture: JSON.stringify({ ...DEFAULT_ARCHITECTURE, ...change }) }),
      message,
    ]),
    ...(
      [
        [{ testHopSeconds: 0.0001 }, /testHopSeconds: expected a number from 0\.01 to 2, got 0\.0001/],
        [{ testHopSeconds: 2.5 }, /testHopSeconds: expected a number from 0\.01 to 2, got 2\.5/],
        [{ trainHopSeconds: 1e300 }, /trainHopSeconds: expected a number from 0\.01 to 60/],
        [{ testHopSeconds: undefined }, /testHopSeconds: expected a value, got nothing/],
      ] as const
    ).map(([change, message]): [string, Uint8Array, RegExp] => [
      `has a front end with ${JSON.stringify(change)}`,
      changed({}, { front_end: JSON.stringify({ ...DEFAULT_FRONT_END, ...change }) }),
      message,
    ]),
    [
      'holds the weights of another pooling',
      changed({}, { architecture: gap }),
      /fc\.weight to be float32 \[4,80\] for gap .*got none/,
    ],
    [
      'holds a network of another width',
      changed({}, { architecture: wide }),
      /conv1_freq\.weight to be float32 \[16,1,10,2\].*got float32 \[8,1,10,2\]/,
    ],
    ['lacks a tensor', changed({ 'conv3.weight': undefined }), /conv3\.weight to be float32 \[48,32,3,3\].*got none/],
    [
      'lacks running statistics',
      changed({ 'bn5.running_var': undefined }),
      /bn5\.running_var to be float32 \[80\].*got none/,
    ],
    [
      'has a tensor of another type',
      changed({ 'bn1.bias': { data: new BigInt64Array(16), shape: [16] } }),
      /got int64 \[16\]/,
    ],
    ['has a tensor of another shape', changed({ 'conv2.weight': zeros(32, 16, 9) }), /got float32 \[32,16,9\]/],
  ])('because it %s is refused by its name', (_, bytes, message) => {
    const read = () => readCheckpoint(bytes, 'fold.safetensors');
    expect(read).toThrow(AttuneError);
    expect(read).toThrow(expect.objectContaining({ code: 'checkpoint' }));
    expect(read).toThrow(/^fold\.safetensors/);
    expect(read).toThrow(message);
  });
});
