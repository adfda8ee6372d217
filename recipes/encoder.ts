// Writes weights/encoder.safetensors: stem and first two blocks of the speech encoder that the default weights listen with.
//
//   pip download --no-deps pipecat-ai==1.14.0
//   unzip -j pipecat_ai-1.14.0-py3-none-any.whl pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx
//   npx tsx recipes/encoder.ts smart-turn-v3.2-cpu.onnx [--blocks 2] [--out weights/encoder.safetensors]
//
// The numbers are those of the file: int8 with a scale for each output channel, biases and norms float32 (docs/decisions/encoder.md).
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encoderOf } from '../src/features/encoder/weights.ts';
import { writeSafetensors } from '../src/graph/safetensors.ts';
import type { Values } from '../src/graph/session.ts';
import { type Onnx, readOnnx } from './encoder/onnx.ts';

const SOURCE_SHA256 = '2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f';
const NOTES = {
  format: 'attune-encoder',
  source:
    'smart-turn v3.2 (Daily, BSD-2-Clause), fine-tuned from Whisper-tiny (OpenAI, MIT); licenses/ has both notices',
  source_sha256: SOURCE_SHA256,
};
/** Products of a block in the order in which the graph has them. */
const PRODUCTS = ['attention.key', 'attention.query', 'attention.value', 'attention.out', 'wide', 'narrow'];
const VECTORS: Readonly<Record<string, string>> = {
  'attention.query.bias': 'self_attn.q_proj.bias',
  'attention.value.bias': 'self_attn.v_proj.bias',
  'attention.out.bias': 'self_attn.out_proj.bias',
  'attention.norm.weight': 'self_attn_layer_norm.weight',
  'attention.norm.bias': 'self_attn_layer_norm.bias',
  'wide.bias': 'fc1.bias',
  'narrow.bias': 'fc2.bias',
  'norm.weight': 'final_layer_norm.weight',
  'norm.bias': 'final_layer_norm.bias',
};

const { values: flags, positionals } = parseArgs({
  options: {
    blocks: { type: 'string', default: '2' },
    out: { type: 'string', default: 'weights/encoder.safetensors' },
  },
  allowPositionals: true,
});
const [path] = positionals;
if (!path) throw new Error('expected the path of smart-turn-v3.2-cpu.onnx; the head of this file says how to get it');
const bytes = readFileSync(path);
const sha256 = createHash('sha256').update(bytes).digest('hex');
if (sha256 !== SOURCE_SHA256) throw new Error(`expected a file of SHA-256 ${SOURCE_SHA256}, got ${sha256}`);

const out = writeSafetensors({ tensors: tensorsOf(readOnnx(bytes), Number(flags.blocks)), metadata: NOTES });
const { blocks, width } = encoderOf(out, flags.out);
writeFileSync(flags.out, out);
const written = createHash('sha256').update(out).digest('hex');
process.stdout.write(`${flags.out}: ${out.length} bytes, ${blocks} block(s) of ${width}, SHA-256 ${written}\n`);

function tensorsOf({ tensors, products }: Onnx, blocks: number): Record<string, Values> {
  const there = (name: string): Values => {
    const found = tensors.get(name);
    if (!found) throw new Error(`the file has no ${name}`);
    return found;
  };
  const quantized = (name: string, source: string): [string, Values][] => [
    [name, there(`${source}_quantized`)],
    [`${name}.scale`, there(`${source}_scale`)],
  ];
  const convolution = (name: string): [string, Values][] => {
    const source = `inner.encoder.${name}`;
    const [bias, scale] = [there(`${source}.bias_quantized`), there(`${source}.bias_quantized_scale`)];
    const floats = Float32Array.from(scale.data as Float32Array, (factor, i) => Number(bias.data[i]) * factor);
    return [...quantized(`${name}.weight`, `${source}.weight`), [`${name}.bias`, { data: floats, shape: bias.shape }]];
  };
  const block = (i: number): [string, Values][] => [
    ...PRODUCTS.flatMap((name, k) => quantized(`block.${i}.${name}.weight`, products[i * PRODUCTS.length + k]!)),
    ...Object.entries(VECTORS).map(([name, source]): [string, Values] => [
      `block.${i}.${name}`,
      there(`inner.encoder.layers.${i}.${source}`),
    ]),
  ];
  return Object.fromEntries([
    ...['conv1', 'conv2'].flatMap(convolution),
    ...Array.from({ length: blocks }, (_, i) => block(i)).flat(),
  ]);
}
