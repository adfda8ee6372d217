import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { writeSyntheticCorpus } from '../../../src/corpus/synthetic.ts';
import { readPredictions } from '../../../src/run/predictions-file.ts';
import { attune, start, temporaryFolder } from '../../cli/attune.ts';
import { describeWithRedis } from './redis.ts';

/** A worker that says what it does. */
function hire(args: readonly string[]) {
  const child = start(['worker', ...args]);
  const worker = { child, said: '' };
  child.stderr.setEncoding('utf8').on('data', (text) => {
    worker.said += text;
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return worker;
}

describeWithRedis('studies on a queue', (redis) => {
  const parent = temporaryFolder();

  it('have their folds done by the worker that has their recordings, some by a folder that machines share', async () => {
    const folder = await parent;
    const at = (...path: string[]) => join(folder, ...path);
    await writeSyntheticCorpus(at('voices'), { speakers: 3, utterancesPerEmotion: 1, seed: 5 });
    await cp(at('voices'), at('other/voices'), { recursive: true });
    const changed = at('other/voices/f01_sad_01.wav');
    const bytes = await readFile(changed);
    bytes[bytes.length - 2]! ^= 1; // the last sample, by the least
    await writeFile(changed, bytes);
    const queue = ['--queue', redis().url, '--exchange', at('exchange')];
    const [other, own] = [
      hire([...queue, '--corpus-dir', at('other'), '--cache', at('cache 2'), '--jobs', '1']),
      hire([...queue, '--corpus-dir', folder, '--cache', at('cache'), '--jobs', '1']),
    ];
    while (![other, own].every(({ said }) => said.includes('waits for units'))) await sleep(20);
    const ask = (study: string, ...more: string[]) => {
      const settings = ['--out', at(study), '--cache', at('cache'), '--epochs', '1', '--queue', redis().url];
      return attune([study, at('voices'), ...settings, ...more]);
    };
    const twoFolds = ['--protocol', 'speaker-folds', '--folds', '2'];
    const asked = Promise.all([
      ask('sweep', ...twoFolds, '--heights', '2', '--widths', '2', ...queue.slice(2)),
      ask('gap', '--only', 'baseline', '--folds', '2'),
      ask('table1', ...twoFolds, '--systems', 'gap-pooling', '--seeds', '1'),
    ]);
    const isGivenBack = () => /fold \w+ \(.*\) given back: .*f01_sad_01\.wav/.test(other.said);
    while (!isGivenBack()) await sleep(20);
    other.child.kill('SIGTERM'); // it would be asked again and again
    for (const { status, stderr } of await asked) expect(status, stderr).toBe(0);
    for (const run of ['sweep/h002-w002', 'gap/baseline', 'table1/gap-pooling-1']) {
      const predictions = await readPredictions(at(run, 'predictions.csv'));
      expect([...new Set(predictions.map(({ fold }) => fold))], run).toEqual(['1', '2']);
      const { wa } = JSON.parse(await readFile(at(run, 'metrics.json'), 'utf8'));
      expect(wa).toBe(predictions.filter(({ emotion, predicted }) => emotion === predicted).length / 12);
    }
    expect(own.said.match(/fold \w+ \(\S+\) done/g)).toHaveLength(6);
    expect(other.said).not.toMatch(/fold \w+ \(\S+\) done/);
    expect(await readdir(at('exchange'))).toEqual([]); // all that came by it was fetched
    expect(await redis().client.keys('attune:piece*')).toEqual([]);
  });
});
