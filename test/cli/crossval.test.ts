import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { scoreOutOfFold } from '../../src/evaluate/out-of-fold.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import { makeRunFolder } from '../../src/run/run-folder.ts';
import { predictionsAt } from '../../src/statistics/temperature.ts';
import { attune, attuneInTurn, filesOf, killedWhen, start, temporaryFolder } from './attune.ts';

/** Small enough to train in seconds: 2 voices of 4 utterances, batches of 4, 2 epochs. */
const SMALL = ['--epochs', '2', '--batch-size', '4', '--learning-rate', '0.01', '--jobs', '2'];

/** Presses Ctrl-C once folds are trained: how it ended, what it said, and processes of folds that are left. */
async function interrupted(child: ReturnType<typeof start>) {
  let stderr = '';
  const closed = once(child, 'close');
  const training = new Promise<void>((begun) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      if (/folds to train|going on/.test(stderr)) begun();
    });
  });
  await training;
  let workers: string[] = [];
  while (!workers.length) workers = await childrenOf(child.pid!);
  child.kill('SIGINT');
  const [status] = await closed;
  return { status, stderr, left: workers.filter((pid) => existsSync(`/proc/${pid}`)) };
}

describe('attune crossval', async () => {
  const folder = await temporaryFolder();
  const voices = join(folder, 'voices');
  const cache = ['--cache', join(folder, 'cache')];
  const run = (name: string) => join(folder, name);
  const crossval = (out: string, more: readonly string[] = []) => [
    'crossval',
    voices,
    '--out',
    out,
    ...SMALL,
    ...cache,
    ...more,
  ];
  const inTurn = attuneInTurn();
  const results = ['predictions.csv', 'metrics.json', 'manifest.json', 'config.json'];
  const bytes = async (out: string) => {
    const checkpoints = (await readdir(join(out, 'checkpoints'))).sort();
    const files = [...results, ...checkpoints.map((file) => join('checkpoints', file))];
    return Object.fromEntries(
      await Promise.all(files.map(async (file) => [file, (await readFile(join(out, file))).toString('hex')])),
    );
  };

  beforeAll(async () => {
    await writeSyntheticCorpus(voices, { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
    const { status, stderr } = await attune(crossval(run('whole')));
    expect(stderr).toContain('fold m01 done');
    expect(status).toBe(0);
  });

  it('writes a run folder whose figures follow from its predictions', async () => {
    const predictions = await readPredictions(join(run('whole'), 'predictions.csv'));
    const metrics = JSON.parse(await readFile(join(run('whole'), 'metrics.json'), 'utf8'));
    const right = predictions.filter(({ emotion, predicted }) => emotion === predicted).length;
    expect(predictions).toHaveLength(8);
    expect(metrics.wa).toBeCloseTo(right / 8, 12);
    expect(metrics.intervals.wa).toBeNull(); // two speakers are too few
    for (const { speaker, fold, probabilities } of predictions) {
      expect(fold).toBe(speaker);
      expect(probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 4);
    }
    expect(existsSync(join(run('whole'), 'report.html'))).toBe(true);
  });

  it('keeps what scores every recording again: out of fold, the same predictions', async () => {
    const scored = await scoreOutOfFold(run('whole'), voices, { threads: 1 });
    const written = await readPredictions(join(run('whole'), 'predictions.csv'));
    const again = predictionsAt(scored, EMOTIONS, 1);
    expect(again).toHaveLength(written.length);
    for (const prediction of written) {
      const own = again.find(({ utterance }) => utterance === prediction.utterance)!;
      expect({ ...own, probabilities: [] }).toEqual({ ...prediction, probabilities: [] });
      prediction.probabilities.forEach((p, k) => {
        expect(own.probabilities[k]).toBeCloseTo(p, 5);
      });
    }
    await expect(scoreOutOfFold(join(folder, 'nothing'), voices)).rejects.toThrow('there is no run in');
  });

  it('tests the folds that others published, and says what they leave out', async () => {
    for (const [i, file] of (await readdir(voices)).entries()) // folders that say neither who speaks nor how
      await cp(join(voices, file), run(join('mixed', `${i % 3}`, file)));
    const named = EMOTIONS.flatMap((emotion) => [`f01_${emotion}_01,a`, `m01_${emotion}_01,b`]).slice(1);
    const rows = ['utterance,fold', `zoe/${named[0]}`, ...named.slice(1)];
    await writeFile(run('folds.csv'), rows.join('\n'));
    const more = ['--split', run('folds.csv'), '--accept', 'class-missing', '--epochs', '1', '--pooling', 'gap'];
    const { status, stderr } = await attune(crossval(run('split'), more).with(1, run('mixed')));
    expect(status, stderr).toBe(0);
    const { split } = JSON.parse(await readFile(join(run('split'), 'config.json'), 'utf8')).options;
    expect(split).toEqual({ name: 'folds.csv', sha256: expect.any(String), namesElsewhere: 1 });
    expect(stderr).toMatch(/^warning: .*folds\.csv names 7 of 8 utterances; the others are left out$/m);
    const verified = async (...more: string[]) => (await inTurn(['verify', run('split'), ...more])).stdout;
    expect(await verified()).toMatch(
      /^not checked {2}the folds: the split folds\.csv that makes them was not given; name it with --split$/m,
    );
    const given = ['--split', run('folds.csv')];
    expect(await verified(...given)).toMatch(/^agrees +7 recordings are tested by the folds of .*folds\.csv$/m);
    const manifest = await readFile(join(run('split'), 'manifest.json'), 'utf8');
    await writeFile(join(run('split'), 'manifest.json'), manifest.replace('"fold": "b"', '"fold": "a"'));
    expect(await verified(...given)).toMatch(/^differs +\d\/m01_\w+_01 is tested by fold a, in .*folds\.csv by b$/m);
    await writeFile(run('folds.csv'), ['utterance,fold', ...named.slice(1)].join('\n'));
    expect(await verified(...given)).toMatch(/^differs +.*folds\.csv has SHA-256 \w{64}, the split that/m);
    expect((await inTurn(['verify', run('whole'), ...given])).stderr).toContain('was not divided by folds of others');
  });

  it('marks a split that leaks in every output with a figure', async () => {
    const leaking = crossval(run('leaking'), ['--protocol', 'random-leaking', '--folds', '2', '--epochs', '1']);
    const { status, stdout, stderr } = await attune([...leaking, '--json']);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout).leaks).toBe('speakers');
    expect(stderr).toMatch(/^LEAKS: speakers stand on both sides of folds, so their figures say nothing about new/m);
    expect(stderr).toMatch(/^fold leaking-2 done: WA \S+ %, UA \S+ % LEAKS \(\d of 2\)$/m);
    const text = (file: string) => readFile(join(run('leaking'), file), 'utf8');
    expect(JSON.parse(await text('metrics.json')).leaks).toBe('speakers');
    expect((await text('predictions.csv')).trim().split('\n').slice(1)).toEqual(
      Array(8).fill(expect.stringMatching(/,speakers$/)),
    );
    const folds = (await text('log.jsonl')).split('\n').filter((line) => line.includes('"event":"fold"'));
    expect(folds).toEqual(Array(2).fill(expect.stringContaining('"leaks":"speakers"')));
    expect(await text('report.html')).toContain('<strong>LEAKS</strong>');
    const table = (await inTurn(leaking)).stdout;
    expect(table).toMatch(/^LEAKS: speakers stand on both sides of folds, so these figures say nothing about new/);
    for (const figure of ['WA', 'UA', 'macro-F1']) expect(table).toMatch(new RegExp(`^${figure} LEAKS +\\d`, 'm'));
  });

  it('started once more when it is done, changes nothing', async () => {
    const log = await readFile(join(run('whole'), 'log.jsonl'), 'utf8');
    const before = await bytes(run('whole'));
    const { status, stderr } = await inTurn(crossval(run('whole')));
    expect(status).toBe(0);
    expect(stderr).toContain('going on: 2 of 2 folds done');
    expect(await bytes(run('whole'))).toEqual(before);
    expect(await readFile(join(run('whole'), 'log.jsonl'), 'utf8')).toBe(log); // nothing was made in another environment
  });

  it('killed again and again and started again, ends with the bytes of an undisturbed run', async () => {
    await killedWhen(start(crossval(run('killed'))), (stderr) => /^read 8/m.test(stderr));
    const trained = (file: string) => /\.(state\.safetensors|json)$/.test(file); // an epoch is, or a whole fold
    await killedWhen(start(crossval(run('killed'))), () => filesOf(join(run('killed'), 'folds')).some(trained));
    expect(await interrupted(start(crossval(run('killed'))))).toMatchObject({
      status: 130,
      stderr: expect.stringMatching(
        /attune: stopped; what is done is kept, and the same command goes on from there\n$/,
      ),
      left: [],
    });
    const half = [
      ...['checkpoints/f01.safetensors.4711.part', 'folds/m01.state.safetensors.4712.part'], // killed while writing these
      ...['.report.html.attune-4713-0a1b2c3d.part', 'folds/.m01.json.attune-4714-0a1b2c3d.part'],
    ];
    const mine = ['thesis.part', 'folds/f01.json.part', 'folds/notes.4711.part'];
    await makeRunFolder(run('killed'));
    for (const file of [...half, ...mine]) await writeFile(join(run('killed'), file), 'the first bytes');
    const { status } = await attune(crossval(run('killed')));
    expect(status).toBe(0);
    expect(await bytes(run('killed'))).toEqual(await bytes(run('whole')));
    expect((await readdir(run('killed'), { recursive: true })).sort()).toEqual(
      [...(await readdir(run('whole'), { recursive: true })), ...mine].sort(),
    );
  });

  it('ends with a clear line when the disk is full, or a fold dies when the others are done, and goes on from there', async () => {
    const args = crossval(run('hindered'), ['--jobs', '1']);
    await mkdir(run('hindered'));
    await symlink('/dev/full', join(run('hindered'), 'log.jsonl'));
    const full = await attune(args);
    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(
      /attune: .*log\.jsonl could not be written: the disk is full\. .*start the same command again/,
    );
    expect(full.stderr).not.toMatch(/^ +at /m);
    await rm(join(run('hindered'), 'log.jsonl'));

    const child = start(args);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const closed = once(child, 'close');
    let worker: string | undefined;
    while (!worker) {
      await sleep(100);
      worker = (await childrenOf(child.pid!))[0];
    }
    process.kill(Number(worker), 'SIGKILL');
    expect(await closed).toEqual([1, null]);
    expect(stderr).toMatch(/^fold f01 failed: its process was ended by SIGKILL, perhaps for want of memory/m);
    expect(await readFile(join(run('hindered'), 'log.jsonl'), 'utf8')).toMatch(/"event":"failed".*"fold":"f01"/);
    expect(stderr).toMatch(/attune: fold f01: its process was ended by SIGKILL.*Start the same command again/);
    expect(await readdir(join(run('hindered'), 'folds'))).toContain('m01.json');
    expect((await attune(args)).status).toBe(0);
    expect(await bytes(run('hindered'))).toEqual(await bytes(run('whole')));
  });

  it('refuses a run that another command trains', async () => {
    await mkdir(run('busy'));
    const holder = { host: hostname(), pid: process.pid, began: Date.now() / 1000 - uptime(), token: 'a' };
    await writeFile(join(run('busy'), '.lock'), JSON.stringify(holder));
    const { status, stderr } = await inTurn(crossval(run('busy')));
    expect(stderr).toContain(`another command (process ${process.pid}) works on ${run('busy')}: wait for it, or give`);
    expect(status).toBe(2);
    expect(await readdir(run('busy'))).not.toContain('config.json');
    await rm(join(run('busy'), '.lock'));
  });

  it('refuses other options by name, and other recordings', async () => {
    const other = await inTurn(crossval(run('whole'), ['--seed', '2', '--pooling', 'gap']));
    expect(other.status).toBe(2);
    expect(other.stderr).toContain('seed was 1, is 2');
    expect(other.stderr).toContain('architecture.pooling was "attention", is "gap"');
    const changed = join(folder, 'changed');
    await mkdir(changed);
    for (const file of await readdir(voices)) await copyFile(join(voices, file), join(changed, file));
    await copyFile(join(voices, 'f01_sad_01.wav'), join(changed, 'f01_happy_01.wav'));
    const args = ['crossval', changed, '--out', run('whole'), ...SMALL, ...cache];
    const { status, stderr } = await inTurn(args);
    expect(status).toBe(1);
    expect(stderr).toMatch(/recordings are not those.*sha256/);
  });

  it('names an unreadable recording in the middle of a corpus', async () => {
    const broken = join(folder, 'broken');
    await mkdir(broken);
    for (const file of await readdir(voices)) await copyFile(join(voices, file), join(broken, file));
    await writeFile(join(broken, 'f01_sad_01.wav'), 'not a sound');
    await writeFile(join(broken, 'm01_sad_01.wav'), '');
    const { status, stderr } = await inTurn(['crossval', broken, '--out', run('of broken'), ...SMALL, ...cache]);
    expect(status).toBe(1);
    expect(stderr).toContain('m01_sad_01.wav');
    expect(stderr).not.toContain('    at ');
  });
});

/** The processes whose parent is `pid`. */
async function childrenOf(pid: number): Promise<string[]> {
  return readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]!.split(' ')[1] === String(pid);
    } catch {
      return false; // gone in the meantime
    }
  });
}
