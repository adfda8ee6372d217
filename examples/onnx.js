// Scores a 16 kHz mono 16-bit wav with ONNX Runtime alone: node examples/onnx.js MODEL.onnx FILE.wav (attune export makes MODEL.onnx)
import { readFile } from 'node:fs/promises';
import ort from 'onnxruntime-node';

const [model, file] = process.argv.slice(2);
const wav = await readFile(file);
const pcm = wav.subarray(wav.indexOf('data') + 8);
const samples = Float32Array.from({ length: pcm.length >> 1 }, (_, i) => pcm.readInt16LE(2 * i) / 32768);

const session = await ort.InferenceSession.create(model);
const answer = await session.run({ samples: new ort.Tensor(samples, [samples.length]) });
const labels = ['neutral', 'happy', 'angry', 'sad']; // `labels` in the file's properties
for (const [k, label] of labels.entries()) console.log(label, answer.probabilities.data[k].toFixed(3));
console.log('segments start at', [...answer.segment_starts.data].map((start) => start.toFixed(1)).join(', '), 's');
