import * as f from '../../graph/functions.ts';
import type { Graph, Tensor } from '../../graph/graph.ts';
import type { Values } from '../../graph/session.ts';

/** An encoder's numbers by name, as `weights/encoder.safetensors` names them; all float32. */
export type EncoderTensors = Readonly<Record<string, Values>>;

/** Dimensions of a head of attention. */
const HEAD_WIDTH = 64;
const EPSILON = 1e-5;

/**
 * The stem of Whisper's encoder and its first blocks (Radford et al. 2022, section 2.2): two convolutions with GELU, the second of stride 2,
 * sinusoids for the place, then blocks of attention and a two-layer network, each behind a layer norm and beside a way around.
 *
 * @param mels `[n, 80, frames]`
 * @param heard `[n, frames / 2]`: 1 where there is sound; a frame of 0 is attended to by none
 * @returns `[n, frames / 2, width]` for the stem, then for each block: what the next one would be given
 */
export function encode(mels: Tensor, heard: Tensor, tensors: EncoderTensors, blocks: number): Tensor[] {
  const { graph } = mels;
  const weigh = constants(graph, tensors);
  const rows = f.reshape(mels, [0, mels.shape[1] as number, 1, -1]);
  const wide = gelu(f.conv(rows, weigh.kernel('conv1.weight'), [0, 1, 0, 1], weigh('conv1.bias')));
  const halved = gelu(f.conv(wide, weigh.kernel('conv2.weight'), [0, 1, 0, 1], weigh('conv2.bias'), [1, 2]));
  const [, width, , frames] = halved.shape as number[];
  const places = graph.constant(sinusoids(frames!, width!), [frames!, width!]);
  const all = [f.add(f.transpose(f.reshape(halved, [0, width!, frames!]), [0, 2, 1]), places)];
  const silenced = f.reshape(f.mul(f.sub(heard, 1), 1e9), [-1, 1, 1, frames!]);
  for (let block = 0; block < blocks; block++)
    all.push(
      graph.scope(`block ${block}`, () =>
        transformed(all.at(-1)!, silenced, (name) => weigh(`block.${block}.${name}`)),
      ),
    );
  return all;
}

/** Sines, then cosines, of wavelengths from 2 pi to 20,000 pi frames (Vaswani et al. 2017, section 3.5, in Whisper's order): `[frames, width]`. */
function sinusoids(frames: number, width: number): Float32Array {
  const half = width / 2;
  return Float32Array.from({ length: frames * width }, (_, i) => {
    const [frame, channel] = [Math.floor(i / width), i % width];
    const angle = frame * 10_000 ** (-(channel % half) / (half - 1));
    return channel < half ? Math.sin(angle) : Math.cos(angle);
  });
}

type Weigh = (name: string) => Tensor;

function transformed(x: Tensor, silenced: Tensor, weigh: Weigh): Tensor {
  const attended = attention(layerNorm(x, weigh, 'attention.norm'), silenced, weigh);
  const y = f.add(x, attended);
  const wide = gelu(linear(layerNorm(y, weigh, 'norm'), weigh, 'wide'));
  return f.add(y, linear(wide, weigh, 'narrow'));
}

/** Scaled dot products of each head: softmax(q k^T / sqrt(64)) v. Keys have no bias. */
function attention(x: Tensor, silenced: Tensor, weigh: Weigh): Tensor {
  const [, frames, width] = x.shape as number[];
  const heads = (y: Tensor) => f.transpose(f.reshape(y, [0, frames!, width! / HEAD_WIDTH, HEAD_WIDTH]), [0, 2, 1, 3]); // [n, heads, frames, 64]
  const query = f.mul(heads(linear(x, weigh, 'attention.query')), HEAD_WIDTH ** -0.5);
  const key = heads(f.matmul(x, weigh('attention.key.weight')));
  const value = heads(linear(x, weigh, 'attention.value'));
  const weights = f.softmax(f.add(f.matmul(query, f.transpose(key, [0, 1, 3, 2])), silenced), 3);
  const joined = f.reshape(f.transpose(f.matmul(weights, value), [0, 2, 1, 3]), [0, frames!, width!]);
  return linear(joined, weigh, 'attention.out');
}

/** `weight` is `[in, out]` */
const linear = (x: Tensor, weigh: Weigh, name: string): Tensor =>
  f.add(f.matmul(x, weigh(`${name}.weight`)), weigh(`${name}.bias`));

function layerNorm(x: Tensor, weigh: Weigh, name: string): Tensor {
  const centred = f.sub(x, f.reduceMean(x, [2], true));
  const variance = f.reduceMean(f.mul(centred, centred), [2], true);
  const normal = f.div(centred, f.sqrt(f.add(variance, EPSILON)));
  return f.add(f.mul(normal, weigh(`${name}.weight`)), weigh(`${name}.bias`));
}

/** x times the share of a normal distribution that lies below it: Hendrycks & Gimpel 2016 (https://arxiv.org/abs/1606.08415). */
const gelu = (x: Tensor): Tensor => f.mul(x, f.mul(f.add(f.erf(f.mul(x, Math.SQRT1_2)), 1), 0.5));

/** Weights as constants of a graph. */
function constants(graph: Graph, tensors: EncoderTensors) {
  const weigh = (name: string): Tensor => {
    const { data, shape } = tensors[name]!;
    return graph.constant(data as Float32Array, shape);
  };
  /** of a convolution along time: `[out, in, taps]` as `[out, in, 1, taps]` */
  const kernel = (name: string): Tensor => {
    const { data, shape } = tensors[name]!;
    return graph.constant(data as Float32Array, [shape[0]!, shape[1]!, 1, shape[2]!]);
  };
  return Object.assign(weigh, { kernel });
}
