// Emotions of a recording, with the weights of a run: node examples/recognize.js RUN/checkpoints/FOLD.safetensors FILE
import { readFile } from 'node:fs/promises';
import { createRecognizer, readCheckpoint } from 'attune';
import { readAudioFile } from 'attune/node';

const [checkpoint, file] = process.argv.slice(2);
const recognizer = await createRecognizer(readCheckpoint(await readFile(checkpoint), checkpoint));
const { waveform } = await readAudioFile(file);
const { emotion, probabilities, segments } = await recognizer.recognize(waveform);

console.log(emotion, probabilities);
for (const { start, end, probabilities } of segments) console.log(`${start} s to ${end} s`, probabilities);
await recognizer.close();
