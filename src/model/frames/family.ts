import { ENCODER_FRAMES, ENCODER_WIDTH } from '../../features/encoder/identity.ts';
import * as f from '../../graph/functions.ts';
import type { Graph, Tensor } from '../../graph/graph.ts';
import type { Cells, Family, Head, Maps, Network, Tensors, Variable, Weights } from '../network.ts';
import { DEFAULT_FRAMES, FRAMES_ARCHITECTURE, type FramesArchitecture } from './architecture.ts';
import { attentionOver, type Frames, POOLS, pooledNumbers } from './pools.ts';

/** Added to variances (PyTorch's default for batch norm). */
const EPSILON = 1e-5;

/** Networks over the frames of a speech encoder: each number at mean 0 and deviation 1, perhaps a layer a frame, then a pool over time. */
export const FRAMES: Family<FramesArchitecture> = {
  kind: 'frames',
  schema: FRAMES_ARCHITECTURE,
  defaults: DEFAULT_FRAMES,
  build(architecture) {
    const { pooling, classes, channels } = architecture;
    const inUse = (x: Tensor, weights: Weights) => {
      const parameters = constants(x.graph, weights);
      const [mean, variance] = [parameters['norm.running_mean']!, parameters['norm.running_var']!];
      return { parameters, frames: hidden(x, normal(split(x), mean, variance), parameters, architecture) };
    };
    const pool = POOLS[pooling];
    const last = (input: Tensor, parameters: Tensors) => linear(input, parameters, HEADS[pooling]);
    const head: Head = {
      parameters: [`${HEADS[pooling]}.weight`, `${HEADS[pooling]}.bias`],
      inputs: pooledNumbers(architecture, ENCODER_WIDTH),
      inputOf(x, weights) {
        const { frames, parameters } = inUse(x, weights);
        return settled(pool(frames, parameters), parameters, architecture);
      },
      logits: last,
    };
    return {
      ...{ kind: 'frames', takes: 'encoder', name: `${pooling} pooling of an encoder's frames`, classes },
      ...{ parameters: parametersOf(architecture), statistics: statisticsOf(architecture), head },
      settings: [
        ['Pooling', pooling],
        ['Classes', classes],
        ['Channels', channels || 'as many as the encoder has'],
      ],
      ...(pooling === 'attention' && { maps: mapsOf(inUse) }),
      inTraining(x, parameters) {
        const all = split(x);
        const { mean, variance } = moments(all);
        const frames = hidden(x, normal(all, mean, variance), parameters, architecture);
        const pooled = x.graph.scope('pool', () => pool(frames, parameters));
        const statistics = { 'norm.running_mean': mean, 'norm.running_var': variance };
        if (pooling !== 'statistics') return { logits: last(pooled, parameters), statistics };
        const own = batchMoments(pooled);
        return {
          logits: last(standard(pooled, own.mean, own.variance), parameters),
          statistics: { ...statistics, 'pooled.running_mean': own.mean, 'pooled.running_var': own.variance },
        };
      },
      inUse(x, weights) {
        const { frames, parameters } = inUse(x, weights);
        return last(settled(pool(frames, parameters), parameters, architecture), parameters);
      },
    } satisfies Network;
  },
};

const HEADS = { attention: 'top_down', gap: 'fc', statistics: 'fc' } as const;

function parametersOf({ pooling, classes, channels }: FramesArchitecture): Map<string, Variable> {
  const of = (name: string, out: number, fanIn: number): [string, Variable][] => [
    [`${name}.weight`, { shape: [out, fanIn], initial: { fanIn } }],
    [`${name}.bias`, { shape: [out], initial: { fanIn } }],
  ];
  const inputs = pooledNumbers({ pooling, channels }, ENCODER_WIDTH);
  return new Map([
    ...(channels ? of('hidden', channels, ENCODER_WIDTH) : []),
    ...(pooling === 'attention' ? of('bottom_up', 1, inputs).slice(0, 1) : []), // softmax takes a bias out
    ...of(HEADS[pooling], classes, inputs),
  ]);
}

function statisticsOf({ pooling, channels }: FramesArchitecture): Map<string, Variable> {
  const of = (name: string, length: number): [string, Variable][] => [
    [`${name}.running_mean`, { shape: [length], initial: 0 }],
    [`${name}.running_var`, { shape: [length], initial: 1, least: 0 }],
  ];
  const pooled = pooling === 'statistics' ? of('pooled', pooledNumbers({ pooling, channels }, ENCODER_WIDTH)) : [];
  return new Map([...of('norm', ENCODER_WIDTH), ...pooled]);
}

/** Features `[n, 100, width + 1]`: frames, and which of them are heard. */
const split = (x: Tensor): Frames => ({
  frames: f.slice(x, [2], [0], [ENCODER_WIDTH]),
  heard: f.slice(x, [2], [ENCODER_WIDTH], [ENCODER_WIDTH + 1]),
});

/** Mean and variance of each number over all frames of the batch that are heard. */
function moments({ frames, heard }: Frames): { mean: Tensor; variance: Tensor } {
  const count = f.reduceSum(heard, [0, 1]); // [1]
  const mean = f.div(f.reduceSum(f.mul(frames, heard), [0, 1]), count); // [width]
  const centred = f.mul(f.sub(frames, mean), heard);
  return { mean, variance: f.div(f.reduceSum(f.mul(centred, centred), [0, 1]), count) };
}

const standard = (x: Tensor, mean: Tensor, variance: Tensor): Tensor =>
  f.div(f.sub(x, mean), f.sqrt(f.add(variance, EPSILON)));

/** Frames that are not heard are zeros. */
const normal = ({ frames, heard }: Frames, mean: Tensor, variance: Tensor): Frames => ({
  frames: f.mul(standard(frames, mean, variance), heard),
  heard,
});

function hidden(x: Tensor, { frames, heard }: Frames, parameters: Tensors, { channels }: FramesArchitecture): Frames {
  if (!channels) return { frames, heard };
  return { frames: x.graph.scope('hidden', () => f.relu(linear(frames, parameters, 'hidden'))), heard };
}

/** `weight` is `[out, in]` */
const linear = (x: Tensor, parameters: Tensors, name: string): Tensor =>
  f.add(f.matmul(x, f.transpose(parameters[`${name}.weight`]!, [1, 0])), parameters[`${name}.bias`]!);

/** Mean and variance of each number over a batch `[n, numbers]`. */
function batchMoments(pooled: Tensor): { mean: Tensor; variance: Tensor } {
  const mean = f.reduceMean(pooled, [0]);
  const centred = f.sub(pooled, mean);
  return { mean, variance: f.reduceMean(f.mul(centred, centred), [0]) };
}

/** Statistics at mean 0 and deviation 1; what other pools give as it is. */
const settled = (pooled: Tensor, parameters: Tensors, { pooling }: FramesArchitecture): Tensor =>
  pooling === 'statistics'
    ? standard(pooled, parameters['pooled.running_mean']!, parameters['pooled.running_var']!)
    : pooled;

const constants = (graph: Graph, weights: Weights): Tensors =>
  Object.fromEntries(
    Object.entries(weights).map(([name, { data, shape }]) => [name, graph.constant(data as Float32Array, shape)]),
  );

/** The two maps of Eq. 7 over time: their product adds up to the logits, for the softmax adds up to 1. */
const mapsOf = (inUse: (x: Tensor, weights: Weights) => { frames: Frames; parameters: Tensors }): Maps => ({
  ...{ score: 'sum', softmax: true },
  cells: cellsOf,
  inUse(x, weights) {
    const { frames, parameters } = inUse(x, weights);
    const attention = attentionOver(frames, parameters); // [n, 100]
    const topDown = f.transpose(linear(frames.frames, parameters, HEADS.attention), [0, 2, 1]); // [n, classes, 100]
    const bottomUp = f.reshape(attention, [0, 1, ENCODER_FRAMES]);
    return {
      logits: f.reduceSum(f.mul(topDown, bottomUp), [2]),
      topDown: f.reshape(topDown, [0, 0, 1, ENCODER_FRAMES]),
      bottomUp: f.reshape(bottomUp, [0, 1, 1, ENCODER_FRAMES]),
      heard: f.reshape(frames.heard, [0, 1, 1, ENCODER_FRAMES]),
    };
  },
});

/**
 * A cell is one frame at all frequencies. What it says can depend on the whole segment: the encoder's blocks attend to all of it, and its
 * level is that of all of it. The encoder hears up to 8 kHz, twice as high as spectrograms reach.
 */
const cellsOf = (bins: number, frames: number): Cells => ({
  ...{ rows: 1, columns: ENCODER_FRAMES, cellBins: bins, cellFrames: frames / ENCODER_FRAMES },
  ...{ seesBins: 2 * bins, seesFrames: frames },
});
