import { cp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { attune, attuneInTurn, filesOf, killedWhen, start, temporaryFolder } from './attune.ts';

describe('attune train', async () => {
  const folder = await temporaryFolder();
  const voices = join(folder, 'voices');
  const train = (out: string, more: readonly string[] = []) => [
    ...['train', voices, '--out', join(folder, out), '--cache', join(folder, 'cache')],
    ...[
      '--epochs',
      '2',
      '--batch-size',
      '4',
      '--optimizer',
      'adamw',
      '--augment',
      'speed,noise,masks',
      '--copies',
      '2',
    ],
    ...more,
  ];
  const inTurn = attuneInTurn();
  const checkpoint = (out: string) => join(folder, out, 'checkpoints', 'all.safetensors');

  beforeAll(() => writeSyntheticCorpus(voices, { speakers: 1, utterancesPerEmotion: 1, seed: 5 }));

  it('trains on everything, prints where the weights are, and keeps what is known of them', async () => {
    const { status, stdout, stderr } = await attune(train('whole'));
    expect(stderr).not.toContain('WA');
    expect(status).toBe(0);
    expect(stdout).toBe(`${checkpoint('whole')}\n`);
    expect(stderr).toContain('1 network to train\n');
    expect(stderr.trim().split('\n').at(-1)).toBe(
      `trained on 4 recordings; next: attune recognize RECORDING --checkpoint ${checkpoint('whole')}`,
    );
    const { notes } = readCheckpoint(await readFile(checkpoint('whole')), 'all');
    expect(JSON.parse(notes!.history!)).toHaveLength(2);
    const { options } = JSON.parse(await readFile(join(folder, 'whole', 'config.json'), 'utf8'));
    expect(options.augmentation).toEqual({ copies: 2, alterations: ['speed', 'noise'], masks: true });
    expect(options.optimizer).toMatchObject({ kind: 'adamw', weightDecay: 0.01 });
    expect(options.schedule.learningRate).toBe(0.001);
    const { recordings } = JSON.parse(await readFile(join(folder, 'whole', 'manifest.json'), 'utf8'));
    expect(recordings).toHaveLength(4);
    expect(recordings.every(({ fold }: { fold?: string }) => fold === undefined)).toBe(true);
  });

  it('can be verified, and trained again, though it has no figures', async () => {
    const whole = join(folder, 'whole');
    const { status, stdout, stderr } = await attune([
      ...['verify', whole, voices, '--retrain', 'all', '--cache', join(folder, 'cache')],
    ]);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(
      /^not checked +the figures: there are none, since the run trained one network on every rec/m,
    );
    expect(stdout).toMatch(/^agrees +4 recordings in /m);
    expect(stdout).toMatch(
      /^agrees +fold all was trained again: checkpoints\/all\.safetensors is the same to the last byte$/m,
    );
    expect(stdout).not.toMatch(/^differs/m);
    await cp(whole, join(folder, 'half'), { recursive: true });
    await rm(join(folder, 'half', 'folds', 'all.json'));
    expect((await inTurn(['verify', join(folder, 'half')])).stderr).toMatch(/folds\/all\.json: the run is unfinished/);
  });

  it('killed and started again, ends with the bytes of an undisturbed run; other options are refused by name', async () => {
    // an epoch is trained, or by a hair all of it
    const trained = (file: string) => /\.(state\.safetensors|json)$/.test(file);
    await killedWhen(start(train('killed')), () => filesOf(join(folder, 'killed', 'folds')).some(trained));
    expect((await attune(train('killed'))).status).toBe(0);
    expect(await readFile(checkpoint('killed'))).toEqual(await readFile(checkpoint('whole')));
    expect(await readdir(join(folder, 'killed', 'checkpoints'))).toEqual(['all.safetensors']);

    const { status, stderr } = await inTurn(train('killed', ['--copies', '3']));
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^attune: .* other options\. Give the same to go on, or another --out\.\n {2}augmentation\.copies was 2, is 3\n$/m,
    );
  });

  it('refuses what it does not know', async () => {
    const { status, stderr } = await inTurn(train('other', ['--augment', 'speed,echo']));
    expect(status).toBe(2);
    expect(stderr).toContain('Expected some of speed, room, noise, channel, masks, parted by commas.');
    expect((await inTurn(train('other', ['--protocol', 'speaker-folds']))).status).toBe(2);
  });
});
