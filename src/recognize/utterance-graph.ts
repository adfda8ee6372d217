import { SAMPLE_RATE } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { type FrontEnd, filledInUse, removedInUse } from '../features/front-end.ts';
import { fillLimit, hopSamples, segmentSamples } from '../features/segments.ts';
import { forEachSample } from '../graph/for-each-sample.ts';
import * as f from '../graph/functions.ts';
import { Graph, type Tensor } from '../graph/graph.ts';
import { forEachStep } from '../graph/scan.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { modelOf } from './model.ts';

/**
 * The recogniser as one graph, from samples to an utterance's probabilities: segmentation, front end, network, softmax and mean.
 * One segment at a time, so that memory beyond the samples and the outputs does not grow with the recording. Only operators of the
 * ONNX standard.
 *
 * Input `samples` `[samples]`: mono at 16 kHz, one or more, finite. Outputs:
 *
 * - `probabilities` `[classes]`: mean over the segments
 * - `segment_probabilities` `[segments, classes]`: softmax of the logits divided by the temperature
 * - `segment_logits` `[segments, classes]`
 * - `segment_starts` `[segments]`: seconds
 * - where the network has maps `top_down` `[segments, classes, H, W]` and `bottom_up` `[segments, 1, H, W]`, the maps of Eq. 7
 */
export async function utteranceGraph(checkpoint: Checkpoint): Promise<Graph> {
  const { temperature = 1, frontEnd } = checkpoint;
  refuseOutside(frontEnd);
  const { network, score, explain } = await modelOf(checkpoint);
  const graph = new Graph();
  const samples = graph.input('samples', ['samples']);
  const starts = segmentStarts(samples, frontEnd);
  const [logits, ...maps] = ofSegments(samples, starts, frontEnd, (segment) => {
    if (!network.maps) return [score(segment).logits];
    const { logits, topDown, bottomUp } = explain(segment);
    return [logits, topDown, bottomUp];
  });
  const probabilities = f.softmax(f.div(logits, temperature), 1);
  graph.output('probabilities', f.reduceMean(probabilities, [0]));
  graph.output('segment_probabilities', probabilities);
  graph.output('segment_logits', logits);
  graph.output('segment_starts', f.div(f.toFloat(starts), SAMPLE_RATE));
  for (const [i, map] of maps.entries()) graph.output(['top_down', 'bottom_up'][i]!, map);
  return graph;
}

/** @throws AttuneError `usage` where a network hears by an encoder that is no graph of ours */
function refuseOutside({ kind }: FrontEnd): void {
  if (kind === 'onnx')
    throw new AttuneError(
      'usage',
      'a network behind an encoder of your own cannot be exported as one graph, for that encoder is an ONNX file of its own; use the two together in Attune, or train behind the encoder that comes with it',
    );
}

/** No probability is less, so that its logarithm is a number: far below what a float32 holds beside 1. */
const LEAST_PROBABILITY = 1e-30;

/**
 * The recogniser as programs have it that know audio classifiers: from `input_values` `[batch, samples]`, each recording mono at 16 kHz,
 * one sample or more, finite, to `logits` `[batch, classes]`. Their softmax is what {@link utteranceGraph} calls `probabilities`, for
 * they are the logarithms of these.
 */
export async function classifierGraph(checkpoint: Checkpoint): Promise<Graph> {
  const { temperature = 1, frontEnd } = checkpoint;
  refuseOutside(frontEnd);
  const { score } = await modelOf(checkpoint);
  const graph = new Graph();
  const recordings = graph.input('input_values', ['batch', 'samples']);
  const [logits] = forEachStep([recordings], [], false, ([samples]) => {
    const starts = segmentStarts(samples!, frontEnd);
    const [logits] = ofSegments(samples!, starts, frontEnd, (segment) => [score(segment).logits]);
    const probabilities = f.reduceMean(f.softmax(f.div(logits, temperature), 1), [0]);
    return { outputs: [f.log(f.maximum(probabilities, LEAST_PROBABILITY))] };
  }).outputs;
  graph.output('logits', logits!);
  return graph;
}

/** What is made of each segment, one after another: `[1, 32000]` to tensors `[1, ...]`, and all of them stacked. */
function ofSegments(
  samples: Tensor,
  starts: Tensor,
  frontEnd: FrontEnd,
  build: (segment: Tensor) => readonly [Tensor, ...Tensor[]],
): readonly [Tensor, ...Tensor[]] {
  return forEachSample([starts], [], ([start]) => ({
    outputs: build(f.reshape(cutSegment(samples, start!, frontEnd), [1, segmentSamples(frontEnd)])),
  })).outputs as unknown as [Tensor, ...Tensor[]];
}

/**
 * Where the segments start, in samples, int64 `[segments]`, as `segmentStarts` of src/features has them: every hop, and a last one
 * that ends with the utterance, or holds what is left of it.
 */
function segmentStarts(samples: Tensor, frontEnd: FrontEnd): Tensor {
  const [hop, size] = [hopSamples(frontEnd.testHopSeconds), segmentSamples(frontEnd)];
  if (frontEnd.lastSegment === 'fill') {
    const limit = f.maximum(f.add(f.countOf(samples), fillLimit(hop, size)), 1);
    return f.range(samples.graph, limit, hop, 'segments');
  }
  const last = f.maximum(f.sub(f.countOf(samples), size), 0);
  return f.minimum(f.range(samples.graph, f.add(last, hop), hop, 'segments'), last);
}

/**
 * The segment that begins at `start`, `[1]` to `[32000]`, as the front end cuts it for use: mostly less the mean of its samples; what it
 * lacks is zeros, or what there is of it again and again. Where there is no sample at all there is none to gather, and the run fails.
 */
function cutSegment(samples: Tensor, start: Tensor, frontEnd: FrontEnd): Tensor {
  const count = f.countOf(samples);
  const [isFilled, size] = [frontEnd.lastSegment === 'fill', segmentSamples(frontEnd)];
  const left = isFilled ? f.sub(count, start) : count; // from the start of a segment that lacks some
  const offsets = f.range(start.graph, size, 1);
  const at = f.add(start, offsets);
  const isSample = f.less(at, count);
  const found = f.gather(samples, f.minimum(at, f.sub(count, 1)), 0);
  const sum = () => f.reduceSum(f.where(isSample, found, 0), [0]);
  const mean = removedInUse(frontEnd) ? f.div(sum(), f.toFloat(f.minimum(left, size))) : 0;
  if (filledInUse(frontEnd) === 'repeat') {
    const again = isFilled ? f.add(start, f.mod(offsets, left)) : f.mod(at, f.maximum(count, 1));
    return f.sub(f.gather(samples, again, 0), mean);
  }
  return f.where(isSample, f.sub(found, mean), 0);
}
