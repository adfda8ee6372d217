import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import type { Sweep } from '../../src/studies/filter-shapes/sweep.ts';
import { attune, attuneInTurn, type Ended, temporaryFolder } from './attune.ts';

describe('attune sweep', async () => {
  const folder = await temporaryFolder();
  const [voices, out] = [join(folder, 'voices'), join(folder, 'sweep')];
  const args = (...more: string[]) => [
    ...['sweep', voices, '--out', out, '--cache', join(folder, 'cache')],
    ...['--epochs', '1', '--jobs', '2'],
    ...more,
  ];
  const sweep = (...more: string[]) => attune(args(...more), { ATTUNE_CORPORA: folder });
  const inTurn = attuneInTurn();
  const oneSpeakerOut = ['--protocol', 'leave-one-speaker-out'];
  const read = (...path: string[]) => readFile(join(out, ...path), 'utf8');
  const eventsOf = async (size: string) =>
    (await read(size, 'log.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event as string);
  let first: Ended;

  beforeAll(async () => {
    await writeSyntheticCorpus(voices, { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
    first = await sweep(...oneSpeakerOut, '--heights', '2', '--widths', '2');
  });

  it('cross-validates Conv1 alone for a size, and writes figures that follow from its predictions', async () => {
    expect(first.status, first.stderr).toBe(0);
    expect(first.stderr).toContain('1 of 1: 20 Hz by 20 ms');
    expect(first.stdout).toMatch(/20 Hz by 20 ms .*\n\nExploratory: /);
    expect((await readdir(out)).sort()).toEqual(['README.md', 'figure2.svg', 'h002-w002', 'sweep.csv', 'sweep.json']);

    const { sizes, command, folds, options }: Sweep = JSON.parse(await read('sweep.json'));
    const predictions = await readPredictions(join(out, 'h002-w002', 'predictions.csv'));
    expect(sizes).toHaveLength(1);
    expect(sizes[0]!.wa).toBe(predictions.filter(({ emotion, predicted }) => emotion === predicted).length / 8);
    expect([folds, options.schedule.epochs, options.schedule.batchSize]).toEqual([2, 1, 8]);
    const [shown, outFolder] = command.split(' --out ');
    expect(shown).toBe(
      'npx attune sweep $ATTUNE_CORPORA/voices --heights 2 --widths 2 --epochs 1 --batch-size 8 --protocol leave-one-speaker-out --offset remove --seed 1',
    );
    expect(outFolder).toBe(out);
    const { architecture } = JSON.parse(await read('h002-w002', 'config.json')).options;
    expect(architecture).toMatchObject({ pooling: 'gap', poolAfter: [], conv1Only: { height: 2, width: 2 } });
  });

  it('goes on with further sizes without training the finished one again', async () => {
    const { status, stderr } = await sweep(...oneSpeakerOut, '--heights', '2,3', '--widths', '2');
    expect(status, stderr).toBe(0);
    const events = (await Promise.all(['h002-w002', 'h003-w002'].map(eventsOf))).map(
      (all) => all.filter((event) => event === 'epoch').length,
    );
    expect(events).toEqual([2, 2]); // an epoch a fold, each once
    const { sizes }: Sweep = JSON.parse(await read('sweep.json'));
    expect(sizes.map(({ run }) => run)).toEqual(['h002-w002', 'h003-w002']);
  });

  it('refuses other options for a size that was started', async () => {
    const { status, stderr } = await inTurn(args(...oneSpeakerOut, '--heights', '2', '--widths', '2', '--seed', '2'));
    expect(status).toBe(2);
    expect(stderr).toContain('seed was 1, is 2');
  });

  it.each([
    [['--heights', '2,401'], /--heights .*'2,401' is invalid.*whole numbers from 1 to 400/],
    [['--widths', ''], /--widths .*'' is invalid/],
    [['--protocol', 'random-leaking'], /Allowed choices are speaker-folds/],
    [['--protocol', 'leave-one-speaker-out', '--folds', '3'], /--folds is for the protocol speaker-folds/],
  ])('calls %j wrong use', async (more, message) => {
    const { status, stderr } = await inTurn(args(...more));
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});
