import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepare } from '../../src/evaluate/prepare.ts';
import { createExplainer } from '../../src/explain/explainer.ts';
import { openCache } from '../../src/features/cache.ts';
import { createExtractor } from '../../src/features/extractor.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import type { Offset } from '../../src/features/segmentation.ts';
import { SPECTROGRAM_SIZE } from '../../src/features/spectrogram.ts';
import { exportOnnx } from '../../src/recognize/export.ts';
import { s16, wav } from '../audio/files.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { humming, openExported, recognized, trained } from '../recognize/exported.ts';

/** 2 s beside a constant, and the same less its mean, which is calculated here. */
const steps = [...humming(32_000)];
const samples = Float32Array.from(steps, (x) => x / 32_768);
const mean = steps.reduce((a, b) => a + b) / 32_768 / steps.length;
const centred = samples.map((x) => x - mean);

const far = (a: ArrayLike<number>, b: ArrayLike<number>) => Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)));

/** A front end, and whether a segment's mean is taken out in training and in use; undefined: a version that could not say. */
const OFFSETS: [offset: Offset | undefined, inTraining: boolean, inUse: boolean][] = [
  ['keep', false, false],
  ['remove', true, true],
  ['remove-in-use', false, true],
  [undefined, false, true],
];
const frontEndOf = (offset: Offset | undefined) => {
  const { offset: _, ...unstated } = DEFAULT_FRONT_END;
  return offset ? { ...unstated, offset } : unstated;
};

describe('a constant of 2 % in a recording', async () => {
  const folder = await temporaryFolder();
  const plain = await trained(frontEndOf('keep'));
  const [loud, quiet] = [await recognized(plain, samples), await recognized(plain, centred)];
  const extractor = await createExtractor(DEFAULT_FRONT_END, 1);
  afterAll(() => extractor.close());

  it.each(OFFSETS)('with offset %s: in training taken out is %s', async (offset, inTraining) => {
    const frontEnd = frontEndOf(offset);
    await writeFile(join(folder, 'a.wav'), wav(s16(...steps)));
    const utterances = [{ id: 'a', file: 'a.wav', emotion: 'sad', speaker: 's' }] as const;
    const corpus = { name: 'made', directory: folder, utterances, leftOut: {} };
    const cache = join(folder, `cache-${offset}`);
    const { recordings } = await prepare(corpus, [], { frontEnd, cache });
    const kept = await openCache(cache, frontEnd);
    const learned = new Float32Array(SPECTROGRAM_SIZE);
    kept.read(recordings[0]!.sha256, 0, learned);
    const [whole, less] = [await extractor.extract([samples]), await extractor.extract([centred])];
    expect(far(learned, inTraining ? less : whole)).toBeLessThan(1e-3); // rounding of the file
    expect(far(whole, less)).toBeGreaterThan(0.1); // so that the one cannot pass for the other
  });

  it.each(OFFSETS)('with offset %s: recognised, explained and exported alike', async (offset, _, inUse) => {
    const checkpoint = await trained(frontEndOf(offset));
    const expected = inUse ? quiet : loud;
    const most = Math.max(...expected.logits.map(Math.abs));
    expect(far(loud.logits, quiet.logits)).toBeGreaterThan(0.01 * most);

    const [explainer, exported] = [await createExplainer(checkpoint), await openExported(await exportOnnx(checkpoint))];
    const [maps] = await explainer.explain({ samples, sampleRate: 16_000 });
    const answers = {
      recognised: (await recognized(checkpoint, samples)).logits,
      explained: checkpoint.classes.map((name) => maps!.logits[name]!),
      exported: (await exported.answer(samples)).logits,
    };
    for (const [face, logits] of Object.entries(answers))
      expect(far(logits, expected.logits), face).toBeLessThan(1e-4 * most);
    await Promise.all([explainer.close(), exported.close()]);
  });
});
