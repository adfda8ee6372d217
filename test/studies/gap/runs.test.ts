import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Corpus } from '../../../src/corpus/utterance.ts';
import { AttuneError } from '../../../src/errors.ts';
import { runPaths, writeJson } from '../../../src/run/run-folder.ts';
import { isDivergence, noteDivergence } from '../../../src/studies/divergence.ts';
import { readEnded } from '../../../src/studies/gap/runs.ts';
import { temporaryFolder } from '../../cli/attune.ts';
import { ENVIRONMENT } from '../../evaluate/run.ts';
import { UTTERANCES, VARIANTS } from './study.ts';

describe('variants on disk', async () => {
  const out = await temporaryFolder();
  const corpus: Corpus = { name: 'emodb', directory: out, utterances: UTTERANCES, leftOut: {} };
  const variant = VARIANTS.find(({ name }) => name === 'attention-no-softmax')!;
  const run = join(out, variant.name);
  const start = async () => {
    await mkdir(run, { recursive: true });
    await writeJson(runPaths(run).config, { corpus: 'emodb', options: variant.options, environment: ENVIRONMENT });
    await writeJson(runPaths(run).manifest, { corpus: 'emodb', leftOut: {}, recordings: [] });
  };

  it('have not ended where nothing is there, nor where a run is unfinished', async () => {
    expect(await readEnded(out, corpus, VARIANTS)).toEqual(new Map());
    await start();
    expect(await readEnded(out, corpus, VARIANTS)).toEqual(new Map());
  });

  it('are refused where they were run with other options', async () => {
    await start();
    const options = { ...variant.options, seed: 2 };
    await expect(readEnded(out, corpus, [{ ...variant, options }])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('seed was 1, is 2'),
    });
  });

  it('have ended where training has diverged, but not where it failed otherwise', async () => {
    await start();
    expect(isDivergence(new AttuneError('run', 'the disk is full'))).toBe(false);
    expect((await readEnded(out, corpus, VARIANTS)).size).toBe(0);

    const message = 'fold 2: the loss is NaN in epoch 1: training has diverged; give a lower learning rate';
    const diverged = new AttuneError('run', message);
    expect(isDivergence(diverged)).toBe(true);
    await noteDivergence(run, diverged);
    const ended = await readEnded(out, corpus, VARIANTS);
    expect([...ended.keys()]).toEqual([variant.name]);
    expect(ended.get(variant.name)).toMatchObject({ diverged: { message }, environment: ENVIRONMENT });
    expect(ended.get(variant.name)!.run).toBeUndefined();
  });
});
