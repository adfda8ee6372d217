import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { frameWidth } from '../../src/features/encoder/frames.ts';
import { DEFAULT_ENCODER_FRONT_END, DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { FRAME_POOLINGS, type FramePooling, HAVE_CHANNELS } from '../../src/model/frames/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { exportOnnx } from '../../src/recognize/export.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { distance, LENGTHS, openExported, recognized, wandering } from './exported.ts';

/** An untrained network behind the encoder. */
function untrained(pooling: FramePooling): Checkpoint {
  const architecture = {
    ...({ kind: 'frames', classes: 4 } as const),
    ...{ pooling, channels: HAVE_CHANNELS.includes(pooling) ? 8 : 0 },
    frameWidth: frameWidth(DEFAULT_ENCODER_FRONT_END),
  };
  return {
    ...{ architecture, frontEnd: DEFAULT_ENCODER_FRONT_END, classes: EMOTIONS },
    tensors: initialWeights(architecture, 5),
  };
}

describe('a network behind the speech encoder', () => {
  it.each(FRAME_POOLINGS)('is exported with it, and answers the same: %s', async (pooling) => {
    const checkpoint = untrained(pooling);
    const bytes = await exportOnnx(checkpoint);
    expect(bytes.length).toBeLessThan(18e6); // 4.1 M numbers of the encoder, once
    const exported = await openExported(bytes);
    for (const length of [LENGTHS.half, LENGTHS['two and one']]) {
      const samples = wandering(length);
      expect(distance(await exported.answer(samples), await recognized(checkpoint, samples))).toBeLessThan(1);
    }
    await exported.close();
  });

  it('is written with it, and read as it was', () => {
    const checkpoint = { ...untrained('gap'), notes: {} };
    expect(readCheckpoint(writeCheckpoint(checkpoint), 'a checkpoint')).toEqual(checkpoint);
  });

  it('hears no more of a short recording with zeros after it', async () => {
    const recognizer = await createRecognizer(untrained('statistics'), { threads: 1 });
    const sound = wandering(16_000);
    const padded = new Float32Array(24_000);
    padded.set(sound);
    const answers = [sound, padded].map((samples) => recognizer.recognize({ samples, sampleRate: 16_000 }));
    const [alone, with0] = await Promise.all(answers);
    for (const name of EMOTIONS)
      expect(with0!.segments[0]!.logits[name]).toBeCloseTo(alone!.segments[0]!.logits[name]!, 3);
    await recognizer.close();
  });

  it('is refused behind spectrograms, by its name', async () => {
    await expect(createRecognizer({ ...untrained('gap'), frontEnd: DEFAULT_FRONT_END })).rejects.toThrow(
      "the checkpoint: expected a front end of kind encoder before gap pooling of an encoder's frames, got spectrogram",
    );
  });

  it('is refused behind another encoder than this version has', async () => {
    const frontEnd = { ...DEFAULT_ENCODER_FRONT_END, encoder: 'a'.repeat(64) };
    await expect(createRecognizer({ ...untrained('gap'), frontEnd })).rejects.toMatchObject({
      ...{
        code: 'checkpoint',
        message: expect.stringContaining(`trained behind the speech encoder of SHA-256 ${'a'.repeat(64)}`),
      },
    });
    const { architecture, ...one } = untrained('mean');
    const wide = { ...architecture, frameWidth: 3 * 384 } as typeof architecture;
    const three = { ...one, architecture: wide, tensors: initialWeights(wide, 1) };
    await expect(createRecognizer({ ...three, frontEnd: { ...DEFAULT_ENCODER_FRONT_END, blocks: 3 } })).rejects.toThrow(
      'the network wants 3 blocks of the speech encoder, which holds 2',
    );
  });
});
