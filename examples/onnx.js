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
const bytes = await readFile(model);
const session = await ort.InferenceSession.create(bytes);
const answer = await session.run({ samples: new ort.Tensor(samples, [samples.length]) });
for (const [k, label] of JSON.parse(propertiesOf(bytes).labels).entries())
  console.log(label, answer.probabilities.data[k].toFixed(3));
console.log('segments start at', [...answer.segment_starts.data].map((start) => start.toFixed(1)).join(', '), 's');

// The runtime shows a file's properties in Python, not in JavaScript: `metadata_props`, field 14 of a ModelProto, are pairs of texts.
function propertiesOf(model) {
  const pairs = [...fieldsOf(model)].filter(({ field }) => field === 14);
  return Object.fromEntries(pairs.map((pair) => [...fieldsOf(pair.value)].map(({ value }) => value.toString())));
}

// Fields of a message: a varint of number and type, then another, which is the value (type 0) or counts the bytes of it (type 2).
function* fieldsOf(message) {
  for (let at = 0; at < message.length; ) {
    const [key, value] = [0, 0].map(() => {
      for (let [sum, scale] = [0, 1]; ; scale *= 128) {
        sum += (message[at] & 127) * scale;
        if (message[at++] < 128) return sum;
      }
    });
    const isNumber = key % 8 === 0;
    yield { field: key >> 3, value: isNumber ? value : message.subarray(at, at + value) };
    if (!isNumber) at += value;
  }
}

function stop(line) {
  console.error(line);
  process.exit(1);
}
