import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import type { Gap } from '../../src/studies/gap/gap.ts';
import { attune, attuneInTurn, type Ended, temporaryFolder } from './attune.ts';

describe('attune gap', async () => {
  const folder = await temporaryFolder();
  const [voices, out] = [join(folder, 'voices'), join(folder, 'gap')];
  const args = (...more: string[]) => [
    ...['gap', voices, '--out', out, '--cache', join(folder, 'cache')],
    ...['--epochs', '2', '--jobs', '2', '--only', 'baseline'],
    ...more,
  ];
  const gap = (...more: string[]) => attune(args(...more), { ATTUNE_CORPORA: folder });
  const inTurn = attuneInTurn();
  const read = (...path: string[]) => readFile(join(out, ...path), 'utf8');
  let first: Ended;

  beforeAll(async () => {
    await writeSyntheticCorpus(voices, { speakers: 3, utterancesPerEmotion: 1, seed: 5 });
    first = await gap('--folds', '2');
  });

  it('runs what it is told to, and writes a table of all that there is and will be', async () => {
    expect(first.status, first.stderr).toBe(0);
    expect(first.stderr).toContain('1 of 1: baseline');
    expect(first.stdout).toMatch(/10 folds of utterances at random +not run yet .*LEAKS/);
    expect((await readdir(out)).sort()).toEqual(['README.md', 'baseline', 'gap.csv', 'gap.json', 'gap.svg']);
    const page = await read('README.md');
    const [shown, rest] = page.split(' --out ');
    expect(rest).toMatch(/^\S+ --only baseline\n/); // none of the others was asked for
    expect(shown).toMatch(/npx attune gap \$ATTUNE_CORPORA\/voices --epochs 2 --folds 2 --offset remove --seed 1$/);
    expect(page).toMatch(/^# What the gaps cost, on synthetic\n\n<!-- gap: generated -->/);
  });

  it('takes the figures from the run’s predictions, those of the best epoch from what it wrote after each', async () => {
    const { rows }: Gap = JSON.parse(await read('gap.json'));
    const predictions = await readPredictions(join(out, 'baseline', 'predictions.csv'));
    const right = predictions.filter(({ emotion, predicted }) => emotion === predicted).length;
    expect(rows[0]!.result!.wa).toBe(right / 12);
    for (const fold of ['1', '2']) {
      const [last, end] = [join('epochs', fold, '2.json'), join('folds', `${fold}.json`)];
      const [epoch, folded] = [JSON.parse(await read('baseline', last)), JSON.parse(await read('baseline', end))];
      expect(epoch.content).toEqual(folded.content.predictions); // the last epoch is what is scored
    }
    const chosen = rows.filter(({ result }) => result?.epochs);
    expect(chosen.map(({ name }) => name)).toEqual(['baseline-best-of-each-fold', 'baseline-best-of-all-folds']);
    for (const { result } of chosen) expect(result!.difference!.ua).toBeGreaterThanOrEqual(0);
  });

  it('goes on without training again, and keeps what was written beside its figures', async () => {
    await writeFile(join(out, 'README.md'), `What it means.\n\n${await read('README.md')}`);
    const { status, stderr } = await gap('--folds', '2');
    expect(status, stderr).toBe(0);
    expect(await read('README.md')).toMatch(/^What it means\.\n\n# What the gaps cost/);
    const epochs = (await read('baseline', 'log.jsonl')).split('\n').filter((line) => line.includes('"epoch"'));
    expect(epochs).toHaveLength(2 * 2);
  });

  it.each([
    [
      ['--folds', '2', '--only', 'baseline,best'],
      /expected some of the variants baseline, random-leaking, .*got "best"/,
    ],
    [['--folds', '2', '--only', ''], /got ""/],
    [['--folds', '2', '--seed', '2'], /seed was 1, is 2/],
    [['--folds', '4'], /4 folds take at least as many speakers, but there are 3/],
    [['--folds', '1'], /--folds .*'1' is invalid/],
  ])('calls %j wrong use', async (more, message) => {
    const { status, stderr } = await inTurn(args(...more));
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
