import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LOG_FRONT_END } from '../../src/features/front-end.ts';
import { SHORT_IN_USE } from '../../src/features/segmentation.ts';
import { SHORT_UTTERANCES } from '../../src/features/segments.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import { POOLINGS } from '../../src/model/cnn/architecture.ts';
import { DEFAULT_CNN_LSTM } from '../../src/model/cnn-lstm/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { exportOnnx } from '../../src/recognize/export.ts';
import { distance, LENGTHS, narrow, openExported, recognized, wandering } from './exported.ts';

/** Exported and run with each of these lengths, compared with the recogniser. */
async function compare(checkpoint: Checkpoint, lengths: readonly number[]) {
  const exported = await openExported(await exportOnnx(checkpoint));
  for (const length of lengths) {
    const samples = wandering(length);
    const [found, expected] = [await exported.answer(samples), await recognized(checkpoint, samples)];
    expect(distance(found, expected), `${length} samples`).toBeLessThan(1);
  }
  await exported.close();
}

describe('an exported recogniser answers like the recogniser itself', () => {
  it.each(SHORT_UTTERANCES)('at every length, with short utterances: %s', async (shortUtterances) => {
    const { shortInUse: _, ...frontEnd } = narrow().frontEnd; // as versions had it that did not state this
    await compare({ ...narrow(), frontEnd: { ...frontEnd, shortUtterances } }, Object.values(LENGTHS));
  });

  it('at every length, with short recordings repeated in use alone', async () => {
    const samples = wandering(LENGTHS.half);
    const [padded, repeated] = [narrow(), narrow('attention', { shortInUse: 'repeat' })];
    await compare(repeated, Object.values(LENGTHS));
    const trainedSo = narrow('attention', { shortUtterances: 'repeat', shortInUse: 'repeat' });
    const logits = async (checkpoint: Checkpoint) => (await recognized(checkpoint, samples)).logits;
    expect(await logits(repeated)).toEqual(await logits(trainedSo));
    expect(await logits(repeated)).not.toEqual(await logits(padded));
  });

  it('in segments of another length, side by side, the last filled with zeros or by itself', async () => {
    const architecture = { ...DEFAULT_CNN_LSTM, frames: 100, hidden: 4, dense: 4 };
    const tensors = initialWeights(architecture, 5);
    for (const shortInUse of SHORT_IN_USE) {
      const frontEnd = { ...DEFAULT_LOG_FRONT_END, segmentSeconds: 1, testHopSeconds: 1, shortInUse };
      const checkpoint = { ...narrow(), architecture, frontEnd, tensors };
      await compare(checkpoint, [1, 8000, 16_000, 17_280, 17_281, 57_664]);
    }
  });

  it.each(POOLINGS.filter((pooling) => pooling !== 'attention'))('with %s pooling', (pooling) =>
    compare(narrow(pooling), [LENGTHS.half, LENGTHS.odd]),
  );

  it('for twenty seconds', () => compare(narrow('gap'), [320_000]));

  it('at full width, with other scaling and hop', () => {
    const checkpoint = narrow('attention', { scaling: 'minmax', testHopSeconds: 0.7 });
    const tensors = initialWeights(DEFAULT_ARCHITECTURE, 2);
    return compare({ ...checkpoint, architecture: DEFAULT_ARCHITECTURE, tensors }, [LENGTHS.odd]);
  });
});

describe('the segments of an exported recogniser', () => {
  let exported: Awaited<ReturnType<typeof openExported>>;
  beforeAll(async () => {
    exported = await openExported(await exportOnnx(narrow()));
  });
  afterAll(() => exported.close());

  it.each([
    [1, [0]],
    [32_000, [0]],
    [32_001, [0, 0.0000625]],
    [38_400, [0, 0.4]],
    [57_664, [0, 0.4, 0.8, 1.2, 1.6, 1.604]], // 3.604 s
  ])('of %d samples start at %j s', async (length, starts) => {
    const found = (await exported.answer(wandering(length))).starts;
    expect(found).toHaveLength(starts.length);
    for (const [i, start] of starts.entries()) expect(found[i]).toBeCloseTo(start, 6);
  });

  it('come with maps whose product adds up to the logits', async () => {
    const out = await exported.run(wandering(LENGTHS.odd));
    const [topDown, bottomUp] = [out.top_down!, out.bottom_up!];
    expect([topDown.dims, bottomUp.dims]).toEqual([
      [6, 4, 50, 25],
      [6, 1, 50, 25],
    ]);
    const logits = Array.from(out.segment_logits!.data as Float32Array);
    const [a, b] = [topDown.data, bottomUp.data] as Float32Array[];
    for (const [i, logit] of logits.entries()) {
      let sum = 0;
      for (let cell = 0; cell < 1250; cell++) sum += a![1250 * i + cell]! * b![1250 * Math.floor(i / 4) + cell]!;
      expect(sum).toBeCloseTo(logit, 4);
    }
  });

  it('do not exist where there is no sample: the run fails, and the next one does not', async () => {
    await expect(exported.run(new Float32Array())).rejects.toThrow('out of data bounds');
    expect((await exported.answer(wandering(1))).starts).toEqual([0]);
  });
});

it('has no segments to repeat where there is no sample either', async () => {
  const exported = await openExported(await exportOnnx(narrow('gap', { shortInUse: 'repeat' })));
  await expect(exported.run(new Float32Array())).rejects.toThrow('out of data bounds');
  await exported.close();
});

it('refuses a hop of 0 s', async () => {
  await expect(exportOnnx(narrow('gap', { testHopSeconds: 0 }))).rejects.toThrow(
    'expected frontEnd.testHopSeconds to be a number from 0.01 to 2, got 0',
  );
});

it("asks for none of the runtime's own operators", async () => {
  for (const pooling of POOLINGS)
    expect(Buffer.from(await exportOnnx(narrow(pooling))).includes('com.microsoft'), pooling).toBe(false);
});
