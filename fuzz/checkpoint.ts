import { readFile } from 'node:fs/promises';
import type { Waveform } from '../src/audio/waveform.ts';
import { AttuneError } from '../src/errors.ts';
import { type Checkpoint, readCheckpoint } from '../src/model/checkpoint.ts';
import type { Random } from '../src/random.ts';
import { createRecognizer } from '../src/recognize/recognizer.ts';
import { mutateBytes, mutateJson } from './mutate.ts';
import { type Target, takenOrRefused } from './target.ts';

const WEIGHTS = new URL('../weights/paper.safetensors', import.meta.url);
/** Keys whose text is JSON itself. */
const SETTINGS = ['architecture', 'front_end', 'classes', 'temperature'];

/** Files of weights, and what is recognised with those that are taken. */
export const checkpoint: Target = {
  name: 'checkpoint',
  weight: 2,
  async prepare() {
    const bytes = new Uint8Array(await readFile(WEIGHTS));
    const waveform = {
      samples: Float32Array.from({ length: 40_000 }, (_, n) => 0.3 * Math.sin(0.05 * n)),
      sampleRate: 16_000,
    };
    return (random: Random) => {
      const byBytes = random.uniform() < 0.4;
      const input = byBytes ? mutateBytes(bytes, random) : withHeader(bytes, random);
      return {
        ...{ seed: byBytes ? 'weights, bytes changed' : 'weights, header changed', input },
        run: () =>
          takenOrRefused('input.safetensors', async () =>
            answered(readCheckpoint(input, 'input.safetensors'), waveform),
          ),
      };
    };
  },
};

/** The answer of weights that were read: they may be so large that their sums are not finite, and no longer know their file. */
async function answered(checkpoint: Checkpoint, waveform: Waveform) {
  const recognizer = await createRecognizer(checkpoint, { threads: 1 });
  try {
    return await recognizer.recognize(waveform);
  } catch (error) {
    if (!(error instanceof AttuneError && error.code === 'checkpoint')) throw error;
    throw new AttuneError('checkpoint', `input.safetensors: ${error.message}`);
  } finally {
    await recognizer.close();
  }
}

/** The same tensors behind a header in which something is changed. */
function withHeader(bytes: Uint8Array, random: Random): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const key = SETTINGS[random.integer(SETTINGS.length)]!;
  const { __metadata__: metadata } = header;
  const changed =
    random.uniform() < 0.6 && metadata[key] !== undefined
      ? {
          ...header,
          __metadata__: { ...metadata, [key]: JSON.stringify(mutateJson(JSON.parse(metadata[key]), random)) },
        }
      : mutateJson(header, random);
  const text = new TextEncoder().encode(JSON.stringify(changed) ?? '');
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(text.length), true);
  return new Uint8Array(Buffer.concat([size, text, bytes.subarray(8 + length)]));
}
