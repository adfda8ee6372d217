// Scores recordings, raw float32 at 16 kHz, with the audio-classification pipeline of transformers.js on local files alone.
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { env, pipeline } from '@huggingface/transformers';

const [folder, ...files] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const classify = await pipeline('audio-classification', basename(folder));
const answers = [];
for (const file of files) {
  const { buffer } = new Uint8Array(await readFile(file));
  answers.push(await classify(new Float32Array(buffer), { top_k: null }));
}
console.log(JSON.stringify(answers));
