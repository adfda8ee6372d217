// Emotions of a recording: node examples/recognize.js FILE [RUN/checkpoints/FOLD.safetensors]
import { readFile } from 'node:fs/promises';
import { createRecognizer, loadRecognizer, readCheckpoint } from 'attune';
import { readAudioFile } from 'attune/node';

const [file, checkpoint] = process.argv.slice(2);
const recognizer = checkpoint
  ? await createRecognizer(readCheckpoint(await readFile(checkpoint), checkpoint))
  : await loadRecognizer();
const { waveform } = await readAudioFile(file);
const { emotion, probabilities, segments } = await recognizer.recognize(waveform);

console.log(emotion, probabilities);
for (const { start, end, probabilities } of segments) console.log(`${start} s to ${end} s`, probabilities);
await recognizer.close();
