import { ENCODER_FRAMES } from '../../features/encoder/identity.ts';
import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { constants, linear } from '../layers.ts';
import type { Family, Head, Maps, Network, Tensors, Variable, Weights } from '../network.ts';
import { DEFAULT_FRAMES, FRAMES_ARCHITECTURE, type FramePooling, type FramesArchitecture } from './architecture.ts';
import { meanNetwork } from './mean.ts';
import { cellsOf, featuresOf, split, standard, widthOf } from './parts.ts';
import { attentionOver, type Frames, POOLS, pooledNumbers } from './pools.ts';

/** Networks over the frames of a speech encoder: each number at mean 0 and deviation 1, perhaps a layer a frame, then a pool over time. */
export const FRAMES: Family<FramesArchitecture> = {
  kind: 'frames',
  schema: FRAMES_ARCHITECTURE,
  defaults: DEFAULT_FRAMES,
  build(architecture) {
    const { pooling, classes, channels } = architecture;
    if (pooling === 'mean') return meanNetwork(architecture);
    const inUse = (x: Tensor, weights: Weights) => {
      const parameters = constants(x.graph, weights);
      const [mean, variance] = [parameters['norm.running_mean']!, parameters['norm.running_var']!];
      return { parameters, frames: hidden(x, normal(split(x), mean, variance), parameters, architecture) };
    };
    const pool = POOLS[pooling];
    const last = (input: Tensor, parameters: Tensors) => linear(input, parameters, HEADS[pooling]);
    const head: Head = {
      parameters: [`${HEADS[pooling]}.weight`, `${HEADS[pooling]}.bias`],
      inputs: pooledNumbers(architecture, widthOf(architecture)),
      inputOf(x, weights) {
        const { frames, parameters } = inUse(x, weights);
        return settled(pool(frames, parameters), parameters, architecture);
      },
      logits: last,
    };
    return {
      ...{ kind: 'frames', takes: 'encoder', features: featuresOf(architecture), classes },
      ...{ name: `${pooling} pooling of an encoder's frames`, head },
      ...{ parameters: parametersOf(architecture, pooling), statistics: statisticsOf(architecture) },
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

type LearnedPooling = Exclude<FramePooling, 'mean'>;
const HEADS: Readonly<Record<LearnedPooling, string>> = { attention: 'top_down', gap: 'fc', statistics: 'fc' };

function parametersOf(architecture: FramesArchitecture, pooling: LearnedPooling): Map<string, Variable> {
  const { classes, channels } = architecture;
  const width = widthOf(architecture);
  const of = (name: string, out: number, fanIn: number): [string, Variable][] => [
    [`${name}.weight`, { shape: [out, fanIn], initial: { fanIn } }],
    [`${name}.bias`, { shape: [out], initial: { fanIn } }],
  ];
  const inputs = pooledNumbers(architecture, width);
  return new Map([
    ...(channels ? of('hidden', channels, width) : []),
    ...(pooling === 'attention' ? of('bottom_up', 1, inputs).slice(0, 1) : []), // softmax takes a bias out
    ...of(HEADS[pooling], classes, inputs),
  ]);
}

function statisticsOf(architecture: FramesArchitecture): Map<string, Variable> {
  const width = widthOf(architecture);
  const of = (name: string, length: number): [string, Variable][] => [
    [`${name}.running_mean`, { shape: [length], initial: 0 }],
    [`${name}.running_var`, { shape: [length], initial: 1, least: 0 }],
  ];
  const pooled = architecture.pooling === 'statistics' ? of('pooled', pooledNumbers(architecture, width)) : [];
  return new Map([...of('norm', width), ...pooled]);
}

/** Mean and variance of each number over all frames of the batch that are heard. */
function moments({ frames, heard }: Frames): { mean: Tensor; variance: Tensor } {
  const count = f.reduceSum(heard, [0, 1]); // [1]
  const mean = f.div(f.reduceSum(f.mul(frames, heard), [0, 1]), count); // [width]
  const centred = f.mul(f.sub(frames, mean), heard);
  return { mean, variance: f.div(f.reduceSum(f.mul(centred, centred), [0, 1]), count) };
}

/** Frames that are not heard are zeros. */
const normal = ({ frames, heard }: Frames, mean: Tensor, variance: Tensor): Frames => ({
  frames: f.mul(standard(frames, mean, variance), heard),
  heard,
});

function hidden(x: Tensor, { frames, heard }: Frames, parameters: Tensors, { channels }: FramesArchitecture): Frames {
  if (!channels) return { frames, heard };
  return { frames: x.graph.scope('hidden', () => f.relu(linear(frames, parameters, 'hidden'))), heard };
}

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
