import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import encodeWav from '@audio/encode-wav';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';

/** Length of the recording whose answer counts as the start. */
export const START_SECONDS = 3;

/** One call of `attune recognize`. */
export interface Call {
  readonly key: 'start' | 'file_16k' | 'file_44k' | 'folder_16k' | 'folder_44k';
  readonly name: string;
  readonly files: readonly string[];
  /** of all files together */
  readonly audioSeconds: number;
}

/** How much is scored: seconds of the one long file, and files of {@link START_SECONDS} in the folder. */
export interface Amount {
  readonly fileSeconds: number;
  readonly folderFiles: number;
}

/** Writes recordings of synthetic voices, and says what to call. */
export async function prepareCalls(folder: string, { fileSeconds, folderFiles }: Amount): Promise<Call[]> {
  const voices = [...synthesizeCorpus({ speakers: 2, utterancesPerEmotion: 2, seed: 1 })];
  const speech = Float32Array.from(voices.flatMap(({ waveform }) => [...waveform.samples]));
  const write = async (name: string, seconds: number, sampleRate: number) => {
    const encoder = await encodeWav({ sampleRate, bitDepth: 16 });
    encoder.encode([Float32Array.from({ length: seconds * sampleRate }, (_, i) => speech[i % speech.length]!)]);
    const file = join(folder, name);
    await writeFile(file, await encoder.flush());
    return file;
  };
  const calls: Call[] = [];
  for (const [rate, sampleRate] of [
    ['16k', 16_000],
    ['44k', 44_100],
  ] as const) {
    const kHz = `${sampleRate / 1000} kHz`;
    await mkdir(join(folder, rate), { recursive: true });
    const short: string[] = [];
    for (let i = 0; i < folderFiles; i++) short.push(await write(join(rate, `${i}.wav`), START_SECONDS, sampleRate));
    const [key, folderKey] = [`file_${rate}`, `folder_${rate}`] as const;
    if (rate === '16k')
      calls.push({
        key: 'start',
        name: `${START_SECONDS} s, ${kHz}`,
        files: short.slice(0, 1),
        audioSeconds: START_SECONDS,
      });
    const long = await write(`${rate}.wav`, fileSeconds, sampleRate);
    calls.push({ key, name: `one file of ${fileSeconds} s, ${kHz}`, files: [long], audioSeconds: fileSeconds });
    const audioSeconds = folderFiles * START_SECONDS;
    calls.push({
      key: folderKey,
      name: `${folderFiles} files of ${START_SECONDS} s, ${kHz}`,
      files: short,
      audioSeconds,
    });
  }
  return calls;
}
