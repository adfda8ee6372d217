import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { createExplainer } from '../../src/explain/explainer.ts';
import { createExtractor } from '../../src/features/extractor.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { Graph } from '../../src/graph/graph.ts';
import { readSafetensors } from '../../src/graph/safetensors.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import type { CnnArchitecture } from '../../src/model/cnn/architecture.ts';
import { attentionMaps } from '../../src/model/cnn/heads.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { ATTUNE_REFERENCE, describeWith } from '../folders.ts';
import { difference, evaluate, numbers, values } from '../graph/evaluate.ts';

const sum = (list: Iterable<number>) => [...list].reduce((a, b) => a + b, 0);
const SMALL = { ...DEFAULT_ARCHITECTURE, width: 0.5 };
const checkpointOf = (architecture: CnnArchitecture, scaling: 'peak' | 'minmax' = 'peak'): Checkpoint => ({
  architecture,
  frontEnd: { ...DEFAULT_FRONT_END, scaling },
  classes: EMOTIONS,
  tensors: initialWeights(architecture, 3),
  temperature: 2, // must not be seen
});
const [first] = [...synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 })];
const samples = new Float32Array(2.5 * 16_000);
samples.set(first!.waveform.samples.subarray(0, samples.length));
const WAVEFORM = { samples, sampleRate: 16_000 };

describe('the maps of a recording', () => {
  it.each<[string, Partial<CnnArchitecture>]>([
    ['summed', {}],
    ['averaged', { attentionScore: 'mean' }],
    ['summed without the softmax', { attentionSoftmax: false }],
  ])('multiply to what is %s to the uncalibrated logits of recognize', async (_, change) => {
    const checkpoint = checkpointOf({ ...SMALL, ...change });
    const [explainer, recognizer] = [await createExplainer(checkpoint), await createRecognizer(checkpoint)];
    const maps = await explainer.explain(WAVEFORM);
    const { segments } = await recognizer.recognize(WAVEFORM);
    await Promise.all([explainer.close(), recognizer.close()]);
    expect(maps.map(({ start }) => start)).toEqual([0, 0.4, 0.5]);
    for (const [i, { product, topDown, bottomUp, logits }] of maps.entries())
      for (const emotion of EMOTIONS) {
        const total = sum(product[emotion]!) / (change.attentionScore === 'mean' ? product[emotion]!.length : 1);
        expect(Math.abs(total - segments[i]!.logits[emotion]!)).toBeLessThan(1e-4);
        expect(Math.abs(logits[emotion]! - segments[i]!.logits[emotion]!)).toBeLessThan(1e-4);
        for (const cell of [0, 612, 1249])
          expect(product[emotion]![cell]).toBeCloseTo(topDown[emotion]![cell]! * bottomUp[cell]!, 6);
      }
    if (change.attentionSoftmax !== false) expect(sum(maps[0]!.bottomUp)).toBeCloseTo(1, 5);
  });

  it('come with the spectrogram that the network sees, of the segments that were asked for', async () => {
    const explainer = await createExplainer(checkpointOf(SMALL, 'minmax'));
    const [maps, ...others] = await explainer.explain(WAVEFORM, { segments: [1] });
    expect(others).toEqual([]);
    expect(maps!.start).toBe(0.4);
    const extractor = await createExtractor({ ...DEFAULT_FRONT_END, scaling: 'minmax' }, 1);
    const heard = samples.slice(6400, 6400 + 32_000);
    const mean = sum(heard) / heard.length;
    const expected = await extractor.extract([heard.map((x) => x - mean)]);
    expect(difference([...maps!.spectrogram], [...expected])).toBeLessThan(1e-4);
    await expect(explainer.explain(WAVEFORM, { segments: [3] })).rejects.toThrow(
      'expected a segment from 0 to 2, got 3',
    );
    await Promise.all([explainer.close(), extractor.close()]);
  });

  it('are refused where there are none', async () => {
    const gap = createExplainer(checkpointOf({ ...SMALL, pooling: 'gap' }));
    await expect(gap).rejects.toThrow(expect.objectContaining({ code: 'usage' }));
    await expect(gap).rejects.toThrow(/only attention pooling has attention maps, and this network has gap pooling/);
  });
});

it('attention maps of two channels and two by two places are those of a hand calculation', async () => {
  const X = [1, 2, 3, 4, -1, 0, 0, -1]; // channels [1 2; 3 4] and [-1 0; 0 -1]
  const feeds = {
    maps: values(X, [1, 2, 2, 2]),
    'top_down.weight': values([1, 0, 2, -1], [2, 2, 1, 1]),
    'top_down.bias': values([0, 0.5], [2]),
    'bottom_up.weight': values([1, 1], [1, 2, 1, 1]),
    'bottom_up.bias': values([7], [1]),
  };
  const graph = new Graph();
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { shape }]) => [name, graph.input(name, shape)]),
  );
  const { topDown, bottomUp } = attentionMaps(tensors.maps!, tensors, { ...DEFAULT_ARCHITECTURE, classes: 2 });
  graph.output('topDown', topDown);
  graph.output('bottomUp', bottomUp);
  const out = await evaluate(graph, feeds);
  // class 0: x; class 1: 2 x - y + 0.5; attention: e^(x + y) over their sum, x + y = 0, 2, 3, 3
  expect(numbers(out.topDown!)).toEqual([1, 2, 3, 4, 3.5, 4.5, 6.5, 9.5]);
  const powers = [0, 2, 3, 3].map(Math.exp);
  numbers(out.bottomUp!).forEach((value, i) => {
    expect(value).toBeCloseTo(powers[i]! / sum(powers), 6);
  });
});

describeWith(ATTUNE_REFERENCE, 'the maps of the network that PyTorch evaluated', () => {
  it('multiply and add up to its logits', async () => {
    const name = 'network-attention.safetensors';
    const { tensors } = readSafetensors(readFileSync(join(ATTUNE_REFERENCE, name)), name);
    const weights = Object.fromEntries(
      Object.entries(tensors).flatMap(([key, value]) => {
        // evaluation comes after two steps and with statistics that have converged
        const found = /^(?:after2\.(?!.*running)|eval\.(?!logits))(.*)$/.exec(key);
        return found ? [[found[1]!, value]] : [];
      }),
    );
    const graph = new Graph();
    const x = graph.input('x', tensors.input!.shape);
    const explained = createNetwork(DEFAULT_ARCHITECTURE).maps!.inUse(x, weights);
    graph.output('topDown', explained.topDown);
    graph.output('bottomUp', explained.bottomUp);
    const out = await evaluate(graph, { x: tensors.input! });
    const [n, classes, rows, columns] = out.topDown!.shape as [number, number, number, number];
    expect([n, classes, rows, columns]).toEqual([6, 4, 6, 5]); // of 48 bins by 40 frames
    const [topDown, bottomUp] = [numbers(out.topDown!), numbers(out.bottomUp!)];
    const cells = rows * columns;
    numbers(tensors['eval.logits']!).forEach((logit, row) => {
      const image = Math.floor(row / classes);
      const terms = Array.from({ length: cells }, (_, i) => topDown[row * cells + i]! * bottomUp[image * cells + i]!);
      expect(Math.abs(sum(terms) - logit)).toBeLessThan(1e-4);
    });
  });
});
