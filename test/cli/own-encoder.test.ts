import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAudioFile } from '../../src/audio/file.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import * as f from '../../src/graph/functions.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { blocks, blocksEncoder, modelOf } from '../features/outside/models.ts';
import { attune, attuneInTurn, temporaryFolder } from './attune.ts';

describe('attune behind an encoder of the user’s own', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const inTurn = attuneInTurn();
  const own = blocksEncoder(320);
  const sha256 = createHash('sha256').update(own).digest('hex');
  const SMALL = ['--epochs', '2', '--speaker-directions', '0', '--cache', at('cache')];
  const train = (out: string, ...more: string[]) => ['train', at('voices'), '--out', at(out), ...SMALL, ...more];
  const crossval = (...more: string[]) => ['crossval', at('voices'), '--out', at('run'), ...SMALL, ...more];
  const fold = () => at('run/checkpoints/f01.safetensors');
  const recording = () => join(at('voices'), readdirSync(at('voices')).find((name) => name.endsWith('.wav'))!);
  const json = (name: string) => JSON.parse(readFileSync(at(name), 'utf8'));
  let trained = { stdout: '', stderr: '' };

  beforeAll(async () => {
    await writeSyntheticCorpus(at('voices'), { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
    writeFileSync(at('own.onnx'), own);
    writeFileSync(at('other.onnx'), blocksEncoder(640));
    const { status, ...told } = await attune(crossval('--encoder', at('own.onnx'), '--jobs', '2'));
    expect(status, told.stderr).toBe(0);
    trained = told;
  });

  it('trains and scores, and says with every figure that contamination is unknown', () => {
    const { options } = json('run/config.json');
    expect(options.frontEnd).toMatchObject({
      ...{ kind: 'onnx', encoder: sha256, input: 'waveform', normalize: false, output: 'last_hidden_state', width: 2 },
    });
    expect(options).toMatchObject({ architecture: { kind: 'frames', frameWidth: 2, pooling: 'mean' }, balance: true });
    expect(JSON.stringify(options)).not.toContain('own.onnx'); // where the file lies is the user's
    for (const figure of ['WA', 'UA', 'macro-F1'])
      expect(trained.stdout).toMatch(new RegExp(`^${figure} contamination unknown +\\d`, 'm'));
    expect(trained.stderr).toMatch(/^fold f01 done: WA \S+ %, UA \S+ % contamination unknown \(/m);
    expect(json('run/metrics.json').contamination).toBe('unknown');
    expect(readFileSync(at('run/report.html'), 'utf8')).toContain('<strong>contamination unknown</strong>');
  });

  it('recognises as a calculation by hand of what it hears does', async () => {
    const { waveform } = await readAudioFile(recording());
    const segment = Float32Array.from({ length: 32_000 }, (_, i) => waveform.samples[i] ?? 0);
    const means = (of: (x: number) => number) =>
      Array.from({ length: 100 }, (_, i) => segment.slice(320 * i, 320 * (i + 1)).reduce((a, x) => a + of(x), 0) / 320);
    const [first, squares] = [means((x) => x), means((x) => x * x)];
    const { tensors, classes } = readCheckpoint(readFileSync(fold()), 'f01');
    const explained = await inTurn(['explain', recording(), ...use(fold()), '--segment', '1', '--out', at('map.json')]);
    expect(explained.status, explained.stderr).toBe(0);
    const { heard, segment: told } = json('map.json');
    const kept = [first, squares].map((frames) => {
      const loud = frames.filter((_, i) => heard.values[0][i] === 1);
      return loud.reduce((a, x) => a + x, 0) / loud.length;
    });
    const of = (name: string) => Array.from(tensors[name]!.data, Number);
    const [mean, deviation] = ['pooled.mean', 'pooled.deviation'].map(of);
    const normal = kept.map((x, k) => (x - mean![k]!) / deviation![k]!);
    const damped = of('alterations.directions'); // at right angles, so one after the other is all at once
    for (let row = 0; row < damped.length; row += 2) {
      const along = normal[0]! * damped[row]! + normal[1]! * damped[row + 1]!;
      normal[0]! -= along * damped[row]!;
      normal[1]! -= along * damped[row + 1]!;
    }
    const logits = classes.map(
      (_, c) => of('fc.bias')[c]! + normal.reduce((a, x, k) => a + x * of('fc.weight')[2 * c + k]!, 0),
    );
    const named = (values: readonly number[]) =>
      Object.fromEntries(classes.map((name, c) => [name, expect.closeTo(values[c]!, 3)]));
    expect(told.logits).toEqual(named(logits));
    const { status, stdout } = await inTurn(['recognize', recording(), ...use(fold()), '--format', 'json']);
    expect(status).toBe(0);
    const all = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const [{ probabilities }] = JSON.parse(stdout);
    expect(probabilities).toEqual(named(logits.map((logit) => Math.exp(logit) / all)));
  });

  const use = (checkpoint: string, encoder = at('own.onnx')) => [
    ...['--checkpoint', checkpoint, '--encoder', encoder, '--threads', '1'],
  ];

  it('verify checks all of it with the encoder, and without says what it did not check', async () => {
    const without = await inTurn(['verify', at('run'), at('voices'), '--retrain', 'f01', '--cache', at('cache')]);
    expect(without.status, without.stdout).toBe(0);
    for (const what of ['the scores of the checkpoints', 'fold f01 was not trained again'])
      expect(without.stdout).toContain(
        `not checked  ${what}: the encoder that the run was made behind was not given (SHA-256 ${sha256}); name its file with --encoder`,
      );
    const doubt = (encoder: string) => ['verify', at('run'), at('voices'), '--encoder', at(encoder)];
    const whole = await inTurn([...doubt('own.onnx'), '--retrain', 'f01', '--cache', at('cache')]);
    expect(whole.stdout).toMatch(/^agrees +the recordings of 2 folds were scored again by their checkpoints/m);
    expect(whole.stdout).toMatch(/^agrees +fold f01 was trained again: \S+ is the same to the last byte/m);
    expect([whole.status, whole.stdout]).toEqual([0, expect.not.stringMatching(/^not checked/m)]);
    expect(await inTurn(doubt('other.onnx'))).toMatchObject({ status: 1, stderr: expect.stringContaining(OTHER) });
  });

  const OTHER = `other.onnx is another than the network was trained behind: expected SHA-256 ${sha256}, got `;
  const MISSING = `expected its ONNX file (waveform in, frames of 2 out, SHA-256 ${sha256}), got none; give it with --encoder`;

  it.each<[string, () => string[], number, string]>([
    ['a checkpoint without it', () => ['recognize', recording(), '--checkpoint', fold()], 2, MISSING],
    ['a checkpoint with another', () => ['recognize', recording(), ...use(fold(), at('other.onnx'))], 1, OTHER],
    ['other weights with it', () => ['recognize', recording(), '--encoder', at('own.onnx')], 2, 'leave --encoder out'],
    ['maps without it', () => ['explain', recording(), '--checkpoint', fold(), '--out', at('x.json')], 2, MISSING],
    ['a start without it', () => train('x', '--init', fold()), 2, MISSING],
    ['a start with another', () => train('x', '--init', fold(), '--encoder', at('other.onnx')), 1, OTHER],
    ['to go on with another', () => crossval('--encoder', at('other.onnx')), 2, 'frontEnd.encoder'],
    ['export', () => ['export', '--checkpoint', fold(), '--out', at('x.onnx')], 2, 'cannot be exported as one graph'],
    [
      'export for transformers.js',
      () => ['export', '--checkpoint', fold(), '--out', at('x'), '--format', 'transformers'],
      2,
      'cannot be exported as one graph',
    ],
    [
      'a spectrogram beside it',
      () => train('x', '--encoder', at('own.onnx'), '--front-end', 'spectrogram'),
      2,
      '--encoder is for --front-end encoder, and not for spectrogram: leave one of them out',
    ],
    [
      'an option of spectrograms',
      () => train('x', '--encoder', at('own.onnx'), '--scaling', 'peak'),
      2,
      '--scaling is for --front-end spectrogram, and not for encoder: leave one of them out',
    ],
    [
      'an option of the encoder that comes with Attune',
      () => train('x', '--encoder', at('own.onnx'), '--no-join'),
      2,
      '--no-join is for the encoder that comes with Attune, and not for --encoder: leave one of them out',
    ],
    ['no file', () => train('x', '--encoder', at('none.onnx')), 1, 'none.onnx: the encoder cannot be read (ENOENT)'],
    ['what is no ONNX', () => train('x', '--encoder', recording()), 1, 'wav cannot be used as an encoder'],
    ['a claim that its file does not keep', () => train('x', '--encoder', claim()), 1, 'to take a log-mel spectrogram'],
    ['frames that are no numbers', () => train('x', '--encoder', broken()), 1, 'got numbers that are not finite'],
  ])('refuses %s in one line', async (_, args, status, message) => {
    const ended = await inTurn(args());
    expect(ended).toMatchObject({ status, stderr: expect.stringContaining(message) });
    expect(
      ended.stderr
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('Contamination') && !line.startsWith('  ')), // what differs stands in lines of its own
    ).toHaveLength(1);
  });

  /** An encoder whose JSON says otherwise than its inputs. */
  function claim(): string {
    writeFileSync(at('claim.onnx'), own);
    writeFileSync(at('claim.json'), '{"input": "log-mel"}');
    return at('claim.onnx');
  }

  /** An encoder that gives numbers for silence, and none for sound. */
  function broken(): string {
    const onnx = modelOf((graph) => {
      const frames = blocks(graph.input('x', [1, 32_000]), 320);
      return { frames: f.log(f.sub(1e-9, f.mul(frames, frames))) };
    });
    writeFileSync(at('broken.onnx'), onnx);
    return at('broken.onnx');
  }
});
