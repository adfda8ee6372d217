import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPaths } from '../../src/run/run-folder.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { findings, PREDICTIONS, rewrite, unchecked, writeFinishedRun } from '../evaluate/finished-run.ts';

describe('verifying log.jsonl', async () => {
  const root = await temporaryFolder();
  let made = 0;
  const fresh = async (older = true) => ({
    run: await writeFinishedRun(join(root, String(++made)), PREDICTIONS, { older }),
  });

  it.each<[string, string | RegExp, string, string]>([
    [
      'loss',
      '"loss":1.25',
      '"loss":0.25',
      'fold ann, epoch 2: loss is 0.25 in log.jsonl, 1.25 in checkpoints/ann.safetensors',
    ],
    ['epoch', '"epoch":2', '"epoch":3', 'fold ann has an epoch 3 in log.jsonl, but not in checkpoints/ann.safetensors'],
    ['fold', '"fold":"ann"', '"fold":"cem"', 'log.jsonl tells of a fold cem, which manifest.json does not have'],
    ['figure of a fold', '"wa":1', '"wa":0.5', 'fold ann: wa is 0.5 in log.jsonl, 1 by predictions.csv'],
  ])('finds in the log another %s', async (_, from, to, expected) => {
    const { run } = await fresh();
    await rewrite(runPaths(run).log, from, to);
    await rm(runPaths(run).report); // which draws the log
    expect(await findings(run)).toEqual([expected]);
  });

  it('passes over what a kill may take from the log, and says so', async () => {
    const { run } = await fresh();
    await rewrite(runPaths(run).log, /"epoch":2.*\n/, '"epo\n');
    expect(await findings(run)).toEqual([expect.stringMatching(/^report\.html shows 2 \(Fold, Epochs/)]);
    expect(await unchecked(run)).toEqual(
      expect.arrayContaining([
        '1 epoch of the checkpoints: not in log.jsonl, as where a run was killed before it told',
        '1 line of log.jsonl: cut short, as where a run was killed while it wrote',
      ]),
    );
  });

  it.each([true, false])(
    'finds a part of zeros, whether hashes.json knows the log or not (older: %s)',
    async (older) => {
      const { run } = await fresh(older);
      const { log, report } = runPaths(run);
      await rm(report);
      const bytes = await readFile(log);
      const at = bytes.indexOf('"epoch":2') - 60;
      await writeFile(log, bytes.fill(0, at, at + 100));
      expect(await findings(run)).toContain('log.jsonl is damaged: line 3 is no entry, nor what a kill leaves of one');
    },
  );

  it.each<[string, string | RegExp, string]>([
    ['a time', '2026-03-01T09', '2025-03-01T09'],
    ['a blank at its end', /\n$/, ' \n'],
    ['a start in another environment', /"node":"[^"]*"/, '"node":"v1.0.0"'],
  ])('finds by its hash %s', async (_, from, to) => {
    const { run } = await fresh(false);
    await rewrite(runPaths(run).log, from, to);
    expect(await findings(run)).toContainEqual(
      expect.stringMatching(/^log\.jsonl is not the file that the run ended with: SHA-256/),
    );
  });

  it('misses it where the run ended with one', async () => {
    const { run } = await fresh(false);
    await rm(runPaths(run).log);
    expect(await findings(run)).toContain('log.jsonl is missing');
  });
});
