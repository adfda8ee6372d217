import * as f from '../../graph/functions.ts';
import type { Tensor } from '../../graph/graph.ts';
import { conv1Moments } from '../conv1-moments.ts';
import type { Cells, Family, Head, Maps, Network } from '../network.ts';
import { statisticsOf } from '../normed-convolution.ts';
import {
  CNN_ARCHITECTURE,
  type CnnArchitecture,
  DEFAULT_CNN,
  type FilterShape,
  type Layer,
  layers,
  parametersOf,
} from './architecture.ts';
import { attentionLogits, attentionMaps, HEADS, LAST_LAYERS } from './heads.ts';
import { trunkInTraining, trunkInUse } from './trunk.ts';

/** The paper's networks: convolutions, batch norms and pools, and one of three heads. */
export const CNN: Family<CnnArchitecture> = {
  kind: 'cnn',
  schema: CNN_ARCHITECTURE,
  defaults: DEFAULT_CNN,
  build(architecture) {
    const { pooling, classes, conv1Only } = architecture;
    const all = layers(architecture);
    const head = HEADS[pooling];
    return {
      ...{ kind: 'cnn', takes: 'spectrogram', name: conv1Only ? conv1Name(conv1Only) : `${pooling} pooling`, classes },
      ...{
        parameters: parametersOf(all, architecture),
        statistics: statisticsOf(all),
        settings: settings(architecture),
      },
      // the moments of Figure 2's large filters cost far more than they gain
      ...(!conv1Only && { once: conv1Moments(all[0]!) }),
      ...(pooling === 'attention' && { maps: maps(all, architecture) }),
      head: lastLayer(all, architecture),
      inTraining(x, parameters, moments) {
        const { maps, statistics } = trunkInTraining(x, parameters, all, moments);
        return { logits: x.graph.scope('head', () => head(maps, parameters, architecture)), statistics };
      },
      inUse: (x, weights) =>
        trunkInUse(x, weights, all, (maps, parameters) => [head(maps, parameters, architecture)])[0]!,
    } satisfies Network;
  },
};

/** What of the head knows the classes. */
function lastLayer(all: readonly Layer[], architecture: CnnArchitecture): Head {
  const { parameters, inputs, inputOf, logits } = LAST_LAYERS[architecture.pooling];
  return {
    ...{ parameters, logits, inputs: inputs(all.at(-1)!.channels) },
    inputOf: (x, weights) =>
      trunkInUse(x, weights, all, (maps, parameters) => [inputOf(maps, parameters, architecture)])[0]!,
  };
}

/** The two maps of Eq. 7, over the cells of the last feature maps. */
const maps = (all: readonly Layer[], architecture: CnnArchitecture): Maps => ({
  ...{ score: architecture.attentionScore, softmax: architecture.attentionSoftmax },
  cells: (bins, frames) => cellsOf(all, bins, frames),
  inUse(x, weights) {
    const [logits, topDown, bottomUp] = trunkInUse(x, weights, all, (maps, parameters) => {
      const flat = attentionMaps(maps, parameters, architecture);
      const [, , height, width] = maps.shape as number[];
      const asMap = (map: Tensor) => f.reshape(map, [0, 0, height!, width!]);
      return [attentionLogits(flat, architecture), asMap(flat.topDown), asMap(flat.bottomUp)];
    });
    return { logits: logits!, topDown: topDown!, bottomUp: bottomUp! };
  },
});

/**
 * The cells that pools and filters give. Each 2x2 pool halves both axes and leaves an odd last row or column out.
 *
 * Receptive fields: a layer whose outputs stand `step` bins apart widens the field by (taps - 1) steps
 * (Araujo et al. 2019, https://doi.org/10.23915/distill.00021).
 */
function cellsOf(all: readonly Layer[], bins: number, frames: number): Cells {
  let [rows, columns, side, seesBins, seesFrames] = [bins, frames, 1, 1, 1];
  for (const { filters, pool } of all) {
    seesBins += (Math.max(...filters.map(({ shape }) => shape[2]!)) - 1) * side;
    seesFrames += (Math.max(...filters.map(({ shape }) => shape[3]!)) - 1) * side;
    if (!pool) continue;
    seesBins += side;
    seesFrames += side;
    side *= 2;
    rows = Math.floor(rows / 2);
    columns = Math.floor(columns / 2);
  }
  return { rows, columns, cellBins: side, cellFrames: side, seesBins, seesFrames };
}

// Typed by the architecture itself, so that a setting added there and missing here does not compile.
const LABELS: Readonly<Record<Exclude<keyof CnnArchitecture, 'kind'>, string>> = {
  pooling: 'Pooling',
  classes: 'Classes',
  poolAfter: 'Max-pool after convolution',
  attentionSoftmax: 'Attention: softmax over the map',
  attentionScore: 'Attention: score over the map',
  bilinearNorm: 'Bilinear: order of normalisation',
  width: 'Width, times the paper’s channels',
  conv1Only: 'Conv1 alone: height and width of its filters',
};

function settings({ conv1Only, ...architecture }: CnnArchitecture): [string, unknown][] {
  const all = { ...architecture, ...(conv1Only && { conv1Only: shapeName(conv1Only) }) };
  const keys = Object.keys(LABELS) as (keyof typeof LABELS)[];
  return keys.flatMap((key) => (all[key] === undefined ? [] : [[LABELS[key], all[key]]]));
}

const shapeName = ({ height, width }: FilterShape) => `${10 * height} Hz by ${10 * width} ms`;
const conv1Name = (filter: FilterShape) => `Conv1 alone, ${shapeName(filter)}`;
