// Scores a 16 kHz mono 16-bit PCM wav with ONNX Runtime alone; `attune export` makes MODEL.onnx.
import { readFile } from 'node:fs/promises';
import ort from 'onnxruntime-node';

const FORMAT = '01000100803e0000007d000002001000'; // PCM, 1 channel, 16,000 Hz, 32,000 bytes/s, 2 bytes a sample, 16 bits
const [model, file] = process.argv.slice(2);
if (!file) stop('usage: node examples/onnx.js MODEL.onnx FILE.wav');
const wav = await readFile(file);
const chunks = {};
for (let at = 12, size; at + 8 <= wav.length; at += 8 + size + (size % 2)) {
  size = wav.readUInt32LE(at + 4);
  chunks[wav.toString('latin1', at, at + 4)] = wav.subarray(at + 8, at + 8 + size);
}
const pcm = chunks['fmt ']?.toString('hex').startsWith(FORMAT) && chunks.data;
if (!pcm) stop(`expected a 16 kHz mono 16-bit PCM wav; ffmpeg -i ${file} -ar 16000 -ac 1 OUT.wav makes one`);
const samples = Float32Array.from({ length: pcm.length >> 1 }, (_, i) => pcm.readInt16LE(2 * i) / 32768);

process.env.ORT_DISABLE_TELEMETRY = '1'; // or it sends its maker what it runs, and this command line
const session = await ort.InferenceSession.create(model);
const answer = await session.run({ samples: new ort.Tensor(samples, [samples.length]) });
const labels = ['neutral', 'happy', 'angry', 'sad']; // `labels` in the file's properties
for (const [k, label] of labels.entries()) console.log(label, answer.probabilities.data[k].toFixed(3));
console.log('segments start at', [...answer.segment_starts.data].map((start) => start.toFixed(1)).join(', '), 's');

function stop(line) {
  console.error(line);
  process.exit(1);
}
