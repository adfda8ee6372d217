// Makes the example recordings of the page, synthetic voices: dist/examples.
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import encodeWav from '@audio/encode-wav';
import { synthesizeCorpus } from '../src/corpus/synthetic.ts';

const folder = resolve(import.meta.dirname, '../dist/examples');
await mkdir(folder, { recursive: true });
for (const { utterance, waveform } of synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 4 })) {
  const encoder = await encodeWav({ sampleRate: waveform.sampleRate, bitDepth: 16 });
  encoder.encode([waveform.samples]);
  await writeFile(resolve(folder, `${utterance.emotion}.wav`), await encoder.flush());
}
