import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import encodeWav from '@audio/encode-wav';
import { toWaveform } from '../src/audio/load.ts';
import { loadRecognizer } from '../src/node.ts';
import type { Random } from '../src/random.ts';
import { mutateBytes } from './mutate.ts';
import { type Target, takenOrRefused } from './target.ts';

const LARGEST = 200_000; // bytes
/** Longer sound is decoded, not scored: scoring is what takes the time. */
const LONGEST_SCORED = 5; // seconds

/** Every decoder, and behind it the recogniser with the weights of the package. */
export const audio: Target = {
  name: 'audio',
  weight: 5,
  async prepare(_folder, { audio: directory }) {
    const seeds = [...(await madeHere()), ...(directory === undefined ? [] : await filesBelow(directory))];
    const recognizer = await loadRecognizer({ threads: 1, weights: 'paper' });
    return (random: Random) => {
      const [one, other] = [seeds[random.integer(seeds.length)]!, seeds[random.integer(seeds.length)]!];
      const input = mutateBytes(one.bytes, random, other.bytes);
      const scored = random.uniform() < 0.5;
      return {
        ...{ seed: one.name, input },
        run: () =>
          takenOrRefused('input.bin', async () => {
            const { waveform, warnings } = await toWaveform(input, 'input.bin');
            const short = waveform.samples.length <= LONGEST_SCORED * waveform.sampleRate;
            return { waveform, warnings, answer: scored && short ? await recognizer.recognize(waveform) : undefined };
          }),
      };
    };
  },
};

interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A second of two tones as WAV, in the forms that the encoder knows. */
async function madeHere(): Promise<Seed[]> {
  const channel = Float32Array.from({ length: 16_000 }, (_, n) => 0.3 * Math.sin(0.05 * n) + 0.1 * Math.sin(0.31 * n));
  const seeds: Seed[] = [];
  for (const bitDepth of [16, 32] as const) {
    const encoder = await encodeWav({ sampleRate: 16_000, bitDepth });
    const [body, rest] = [encoder.encode([channel, channel]), encoder.flush()];
    seeds.push({ name: `wav of ${bitDepth} bits`, bytes: new Uint8Array(Buffer.concat([body, rest])) });
  }
  return seeds;
}

async function filesBelow(directory: string): Promise<Seed[]> {
  const seeds: Seed[] = [];
  for (const name of (await readdir(directory, { recursive: true })).sort()) {
    const path = join(directory, name);
    const found = await stat(path);
    if (found.isFile() && found.size <= LARGEST && !name.endsWith('.md'))
      seeds.push({ name, bytes: new Uint8Array(await readFile(path)) });
  }
  return seeds;
}
