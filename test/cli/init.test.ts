import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { DEFAULT_ENCODER_FRONT_END, DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { attune, attuneInTurn, temporaryFolder } from './attune.ts';

const WEIGHTS = 'weights/paper.safetensors';
/** Its classes are neutral, happy, angry and sad; here they stand otherwise. */
const OTHERWISE = ['sad', 'happy', 'neutral', 'angry'];
const HEAD = ['top_down.weight', 'top_down.bias'];

describe('attune train and crossval --init', async () => {
  const folder = await temporaryFolder();
  const voices = join(folder, 'voices');
  const at = (name: string) => join(folder, name);
  const SMALL = ['--epochs', '1', '--batch-size', '4', '--cache', at('cache')];
  const train = (out: string, ...more: string[]) => ['train', voices, '--out', at(out), ...SMALL, ...more];
  const crossval = (...more: string[]) => [
    ...['crossval', voices, '--out', at('frozen'), ...SMALL, '--jobs', '2', '--init', WEIGHTS, '--freeze', ...more],
  ];
  const checkpoint = async (path: string) => readCheckpoint(await readFile(path), path);
  const inTurn = attuneInTurn();

  beforeAll(async () => {
    await writeSyntheticCorpus(voices, { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
    const { status, stderr } = await attune(crossval());
    expect(status, stderr).toBe(0);
  });

  it('starts from the weights, the head in the order of the classes: a rate of next to nothing changes none', async () => {
    const more = ['--init', WEIGHTS, '--classes', OTHERWISE.join(), '--learning-rate', '1e-30'];
    const { status, stderr } = await attune(train('still', ...more));
    expect(status, stderr).toBe(0);
    const [before, after] = [await checkpoint(WEIGHTS), await checkpoint(at('still/checkpoints/all.safetensors'))];
    expect(after.classes).toEqual(OTHERWISE);
    expect(after.frontEnd).toEqual(before.frontEnd);
    expect(after.temperature).toBeUndefined(); // which was fitted to other classes of other speakers
    for (const [name, { data }] of Object.entries(before.tensors)) {
      const row = (k: number) => Array.from(data.slice((k * data.length) / 4, ((k + 1) * data.length) / 4), Number);
      const expected = HEAD.includes(name) ? [3, 1, 0, 2].flatMap(row) : Array.from(data, Number);
      if (!name.includes('running')) expect(Array.from(after.tensors[name]!.data, Number), name).toEqual(expected);
    }
  });

  it('with --freeze learns the head alone, and says from which weights', async () => {
    const [before, after] = [await checkpoint(WEIGHTS), await checkpoint(at('frozen/checkpoints/f01.safetensors'))];
    for (const name of Object.keys(before.tensors))
      if (HEAD.includes(name)) expect(after.tensors[name], name).not.toEqual(before.tensors[name]);
      else expect(after.tensors[name], name).toEqual(before.tensors[name]);
    const { options } = JSON.parse(await readFile(at('frozen/config.json'), 'utf8'));
    const bytes = await readFile(WEIGHTS);
    expect(options).toMatchObject({ freeze: true, init: { sha256: createHash('sha256').update(bytes).digest('hex') } });
    expect((await readFile(at('frozen/init.safetensors'))).equals(bytes)).toBe(true);
  });

  it('leaves a run that can be verified and trained again by itself', async () => {
    const verify = ['verify', at('frozen'), voices, '--retrain', 'f01', '--cache', at('cache')];
    const { status, stdout } = await attune(verify);
    expect(stdout).toMatch(
      /^agrees +init\.safetensors is the checkpoint that config\.json says the run was started from$/m,
    );
    expect(stdout).toMatch(
      /^agrees +fold f01 was trained again: checkpoints\/f01\.safetensors is the same to the last/m,
    );
    expect(status).toBe(0);
    const init = at('frozen/init.safetensors');
    await rm(init);
    const without = (await inTurn(verify)).stdout;
    expect(without).toMatch(
      /^not checked +fold f01 was not trained again: the weights that it starts from are not here$/m,
    );
    expect(without).not.toMatch(/^differs/m);
    await copyFile(at('frozen/checkpoints/f01.safetensors'), init);
    const other = await inTurn(verify.slice(0, 2));
    expect(other.status).toBe(1);
    expect(other.stdout).toMatch(
      /^differs +init\.safetensors is not what config\.json says: sha256 was "\w+", is "\w+"$/m,
    );
    await copyFile(WEIGHTS, init);
  });

  it('goes on with the same weights alone', async () => {
    const again = await inTurn(crossval());
    expect(again.stderr).toContain('going on: 2 of 2 folds done');
    expect(again.status).toBe(0);
    const others = await inTurn(crossval('--init', at('frozen/checkpoints/f01.safetensors')));
    expect(others.status).toBe(2);
    expect(others.stderr).toMatch(
      /was started with other options\. Give the same to go on, or another --out\.\n(?: {2}.*\n)* {2}init\.sha256 was "\w{64}", is "\w{64}"/,
    );
    const none = await inTurn(
      crossval().filter((word) => word !== '--init' && word !== WEIGHTS && word !== '--freeze'),
    );
    expect(none.status).toBe(2);
    expect(none.stderr).toContain('init was {');
  });

  it.each([
    [['--pooling', 'gap'], `--pooling asks for "gap", but the weights of ${WEIGHTS} have "attention": leave it out`],
    [['--no-attention-softmax'], '--no-attention-softmax asks for false, but the weights'],
    [['--scaling', 'minmax'], '--scaling asks for "minmax", but the weights'],
    [['--short-in-use', 'pad'], '--short-in-use asks for "pad", but the weights'],
    [['--offset', 'remove'], '--offset asks for "remove", but the weights'],
    [['--init', 'paper', '--pooling', 'gap'], '--pooling asks for "gap", but the weights of /'], // those of the package
  ])('refuses %s, which the weights contradict, and takes what they agree with', async (more, message) => {
    const { status, stderr } = await inTurn(train('refused', '--init', WEIGHTS, '--short', 'pad', ...more));
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(2);
  });

  it('says what the weights were trained on, and what its own were: the fold’s recordings on top', async () => {
    const { options } = JSON.parse(await readFile(at('frozen/config.json'), 'utf8'));
    const emodb = { name: 'emodb', licence: 'CC0 1.0' };
    expect(options.init.trainedOn).toEqual({ corpora: [{ ...emodb, speakers: 10 }], recordings: 339 });
    const { provenance } = await checkpoint(at('frozen/checkpoints/f01.safetensors'));
    expect(provenance!.corpora).toEqual([expect.objectContaining(emodb), { name: 'synthetic', speakers: ['m01'] }]);
    expect(Buffer.from(provenance!.recordings, 'base64')).toHaveLength(8 * (339 + 4));
    expect(provenance!.incomplete).toBeUndefined();
    const { contamination } = JSON.parse(await readFile(at('frozen/metrics.json'), 'utf8'));
    expect(contamination).toBeUndefined();
  });

  it('refuses to test whom, and what, the weights have heard', async () => {
    const init = at('frozen/checkpoints/f01.safetensors');
    const { status, stderr } = await inTurn(crossval('--out', at('heard'), '--init', init));
    expect(status).toBe(1);
    expect(stderr).toContain('Fold m01 tests speakers whom its weights have heard before (m01)');
    expect(stderr).toContain('--accept speaker-heard:m01 lets this pass');
    expect(stderr).toContain('Fold m01 tests recordings that its weights have heard before');
    expect(stderr).not.toContain('Fold f01 tests');
  });

  it('says with every figure that contamination is unknown, of weights that do not say what they have heard', async () => {
    const { provenance: _, ...others } = await checkpoint(WEIGHTS);
    await writeFile(at('others.safetensors'), writeCheckpoint(others));
    const unknown = crossval('--init', at('others.safetensors'), '--out', at('unknown'));
    const { status, stdout, stderr } = await attune(unknown);
    expect(status, stderr).toBe(0);
    const text = (file: string) => readFile(join(at('unknown'), file), 'utf8');
    for (const figure of ['WA', 'UA', 'macro-F1'])
      expect(stdout).toMatch(new RegExp(`^${figure} contamination unknown +\\d`, 'm'));
    expect(stderr).toMatch(/^fold m01 done: WA \S+ %, UA \S+ % contamination unknown \(/m);
    expect(JSON.parse(await text('metrics.json')).contamination).toBe('unknown');
    expect((await text('predictions.csv')).split('\n', 2).map((line) => line.split(',').at(-1))).toEqual([
      ...['contamination', 'unknown'],
    ]);
    expect(await text('report.html')).toContain('<strong>contamination unknown</strong>');
    const own = await checkpoint(at('unknown/checkpoints/m01.safetensors'));
    expect(own.provenance).toMatchObject({ incomplete: true, corpora: [{ name: 'synthetic', speakers: ['f01'] }] });
    const compared = await inTurn(['compare', at('unknown'), at('frozen')]);
    expect(compared.stdout).toMatch(/^A contamination unknown +1 /m);
    expect(compared.stdout).toMatch(/^Contamination unknown: the weights or the speech encoder that folds of A start/m);
    expect((await inTurn(['verify', at('unknown')])).stdout).not.toMatch(/^differs/m);
  });

  it('names the pooling that contradicts weights behind an encoder, not what they imply beside it', async () => {
    for (const pooling of ['statistics', 'gap']) {
      const refused = await inTurn(train('refused', '--init', 'encoder', '--pooling', pooling));
      expect(refused.stderr).toContain(`--pooling asks for "${pooling}", but the weights of /`);
      expect(refused.status).toBe(2);
    }
  });

  it('takes the front end of weights behind an encoder, and refuses what contradicts them', async () => {
    const architecture = { kind: 'frames', pooling: 'gap', classes: 4, channels: 8 } as const; // of one block
    const { joined: _, ...own } = DEFAULT_ENCODER_FRONT_END;
    const frontEnd = { ...own, blocks: 1, heardDecibels: 25 };
    const tensors = initialWeights(architecture, 1);
    const file = at('frames.safetensors');
    await writeFile(file, writeCheckpoint({ architecture, frontEnd, classes: EMOTIONS, tensors }));
    const { status, stderr } = await attune(train('behind', '--init', file));
    expect(status, stderr).toBe(0);
    const { options } = JSON.parse(await readFile(at('behind/config.json'), 'utf8'));
    expect(options).toMatchObject({ architecture, frontEnd, balance: true, optimizer: { kind: 'adamw' } });
    for (const [flag, value, message] of [
      ['--heard', '20', '--heard asks for 20, but the weights of'],
      ['--blocks', '2', '--blocks asks for 2, but the weights of'],
      ['--channels', '9', '--channels asks for 9, but the weights of'],
      ['--pooling', 'attention', '--pooling asks for "attention", but the weights of'],
      ['--scaling', 'peak', '--scaling is for --front-end spectrogram, and not for encoder'],
      ['--front-end', 'spectrogram', '--init are of another family, frames'],
    ] as const) {
      const refused = await inTurn(train('contradicted', '--init', file, flag, value));
      expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  it('refuses weights that are none, of another family, or not given', async () => {
    const linear = { kind: 'linear', classes: 4, bands: 40 } as const;
    const tensors = initialWeights(linear, 1);
    const bytes = writeCheckpoint({ architecture: linear, frontEnd: DEFAULT_FRONT_END, classes: OTHERWISE, tensors });
    await mkdir(folder, { recursive: true });
    await writeFile(at('linear.safetensors'), bytes);
    await writeFile(at('short.safetensors'), bytes.subarray(0, 900));
    for (const [init, code, message] of [
      [at('linear.safetensors'), 2, '--init are of another family, linear (linear on 40 bands), than the network'],
      [at('short.safetensors'), 1, 'short.safetensors'],
      [at('nothing.safetensors'), 1, 'the checkpoint to start from cannot be read (ENOENT)'],
      ['', 2, 'expected a path for --init, got a blank one'],
    ] as const) {
      const { status, stderr } = await inTurn(train('refused', '--init', init));
      expect(stderr).toContain(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(status).toBe(code);
    }
    const { status, stderr } = await inTurn(train('refused', '--freeze'));
    expect([status, stderr.trim()]).toEqual([
      2,
      'attune: --freeze is for weights to start from: give --init too, or leave it out',
    ]);
  });
});
