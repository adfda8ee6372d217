import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { VERSION } from '../../src/version.ts';
import { attune, attuneInTurn, temporaryFolder } from './attune.ts';

describe('attune, used wrongly or given bad input', async () => {
  const folder = await temporaryFolder();
  const out = ['--out', join(folder, 'run'), '--cache', join(folder, 'cache')];
  const quickly = attuneInTurn();
  const make = async (name: string, files: Record<string, string> = {}) => {
    await mkdir(join(folder, name), { recursive: true });
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, name, file), text);
    return join(folder, name);
  };

  it.each<[string, () => Promise<string[]> | string[], number, RegExp]>([
    ['an unknown command', () => ['evaluate'], 2, /unknown command 'evaluate'/],
    ['an unknown option', () => ['crossval', folder, ...out, '--epoch', '3'], 2, /unknown option '--epoch'/],
    ['--jobs beyond all machines', () => ['crossval', folder, ...out, '--jobs', '100000'], 2, /number from 1 to \d+/],
    ['--threads beyond all', () => ['recognize', 'a.wav', '--threads', '100000'], 2, /number from 1 to \d+/],
    [
      'a time that no timer takes',
      () => ['worker', '--queue', 'redis://127.0.0.1', '--heartbeat', '1e7'],
      2,
      /--heartbeat <s>.*number from 0.1 to 86400/,
    ],
    ['--epochs 0', () => ['crossval', folder, ...out, '--epochs', '0'], 2, /whole number from 1 to 100000/],
    [
      'a pooling that does not exist',
      () => ['crossval', folder, ...out, '--pooling', 'max'],
      2,
      /attention, gap, bilinear/,
    ],
    [
      'an option of spectrograms before an encoder',
      () => ['train', folder, ...out, '--front-end', 'encoder', '--scaling', 'minmax'],
      2,
      /--scaling is for --front-end spectrogram, and not for encoder: leave one of them out/,
    ],
    [
      'an option of encoders before spectrograms',
      () => ['crossval', folder, ...out, '--heard', '20'],
      2,
      /--heard is for --front-end encoder, and not for spectrogram/,
    ],
    [
      'a pooling of frames before spectrograms',
      () => ['crossval', folder, ...out, '--pooling', 'statistics'],
      2,
      /--pooling statistics is for --front-end encoder: with spectrogram give attention, gap, bilinear/,
    ],
    [
      'channels before statistics',
      () => ['train', folder, ...out, '--front-end', 'encoder', '--pooling', 'statistics', '--channels', '8'],
      2,
      /--channels is for --pooling attention and gap, not for statistics/,
    ],
    ...(
      [
        [['--system', 'cnn-lstm', '--pooling', 'gap'], /--pooling gap is not for --system cnn-lstm: leave one of/],
        [['--system', 'cnn-lstm', '--front-end', 'encoder'], /--front-end encoder is not for --system cnn-lstm/],
        [['--system', 'gap-pooling', '--pooling', 'bilinear'], /--pooling bilinear is not for --system gap-pooling/],
        [['--system', 'cnn-lstm', '--scaling', 'minmax'], /--scaling is for --front-end spectrogram, and not for cnn/],
        [['--system', 'cnn-lstm', '--encoder', 'a.onnx'], /--encoder is for --front-end encoder, and not for cnn-lstm/],
        [['--alteration-damping', '1e308'], /'--alteration-damping <n>' .* Expected a number from 0 to 1000\./],
        [['--speaker-directions', '100000'], /'--speaker-directions <n>' .* Expected a whole number from 0 to 100\./],
        [['--channels', '5000'], /'--channels <n>' .* Expected a whole number from 0 to 4096\./],
        [['--heard', '0.5'], /'--heard <dB>' .* Expected a number from 1 to 200\./],
        [['--bin-hertz', '10'], /--bin-hertz is for --system cnn-lstm or --system two-step, and not for spectrogram/],
        [['--system', 'cnn-lstm', '--threshold', '0.4'], /--threshold is for --system two-step, and not for cnn-lstm/],
        [['--system', 'gap-pooling', '--threshold', '0.4'], /for --system two-step, and not for gap-pooling/],
        [
          ['--system', 'dnn-elm', '--short', 'drop'],
          /--short is for --front-end spectrogram or .*, and not for dnn-elm/,
        ],
        [['--system', 'dnn-elm', '--elm-units', '9'], /--elm-units is not for --elm rbf: leave one of them out/],
        [['--system', 'dnn-elm', '--elm', 'random', '--elm-gammas', '1'], /--elm-gammas is not for --elm random/],
        [['--system', 'dnn-elm', '--elm-ridges', '1,0'], /Expected a number above 0/],
        [['--system', 'rnn-elm', '--loudest', '0.1'], /--loudest is for --system dnn-elm, and not for rnn-elm/],
        [['--system', 'dnn-elm', '--frame-labels', 'latent'], /--frame-labels is for --system rnn-elm, and not/],
        [['--loudest', '0.1'], /--loudest is for --system dnn-elm, and not for spectrogram/],
        [['--segment-seconds', '7'], /--segment-seconds is for --system light-sernet, and not for spectrogram/],
        [['--system', 'two-step', '--inner-folds', '4'], /--inner-folds is for --threshold tuned: give that too/],
        [['--system', 'two-step', '--threshold', '1.5'], /'--threshold <p>' .* Expected a number from 0 to 1\./],
        [['--system', 'svm'], /Allowed choices are attention-pooling, .*cnn-lstm/],
      ] as const
    ).map(([more, line]): [string, () => string[], number, RegExp] => [
      more.join(' '),
      () => ['crossval', folder, ...out, ...more],
      2,
      line,
    ]),
    ['no --out', () => ['crossval', folder], 2, /--out/],
    ['a missing folder', () => ['crossval', join(folder, 'nowhere'), ...out], 1, /nowhere/],
    [
      'a folder without recordings',
      async () => ['crossval', await make('empty', { 'a.txt': '' }), ...out],
      1,
      /recording/,
    ],
    [
      'one speaker only',
      async () => {
        await writeSyntheticCorpus(join(folder, 'one'), { speakers: 1, utterancesPerEmotion: 1, seed: 1 });
        return ['crossval', join(folder, 'one'), ...out];
      },
      1,
      /at least two speakers/,
    ],
    [
      'a file for the run folder',
      async () => ['demo', '--out', join(await make('file', { run: '' }), 'run', 'x')],
      2,
      /run\/x is no folder that can be read/,
    ],
    [
      'a folder of other files for the demo',
      async () => ['demo', '--out', await make('thesis', { 'voices.txt': 'mine' })],
      2,
      /thesis holds voices\.txt, which no demo made/,
    ],
    [
      'the recordings for the run folder',
      async () => {
        await writeSyntheticCorpus(join(folder, 'two'), { speakers: 2, utterancesPerEmotion: 1, seed: 1 });
        return ['crossval', join(folder, 'two'), '--out', join(folder, 'two', '.')];
      },
      2,
      /holds the recordings; give the results a folder of their own/,
    ],
    [
      'a recording for the output',
      async () => {
        await writeSyntheticCorpus(join(folder, 'voice'), { speakers: 1, utterancesPerEmotion: 1, seed: 1 });
        await symlink(join(folder, 'voice', 'f01_sad_01.wav'), join(folder, 'link.txt'));
        return ['recognize', join(folder, 'voice'), '--out', join(folder, 'link.txt')];
      },
      2,
      /link\.txt is to be read, and so cannot be written/,
    ],
    ['copies of nothing', () => ['crossval', folder, ...out, '--copies', '3'], 2, /--copies is for --augment/],
    [
      'labels of no corpus to test on',
      () => ['crossval', folder, ...out, '--test-labels', 'happy=joy'],
      2,
      /--test-labels is for the corpus of --test-on/,
    ],
    [
      'a protocol beside a corpus to test on',
      () => ['crossval', folder, ...out, '--test-on', folder, '--protocol', 'speaker-folds'],
      2,
      /leave --protocol out/,
    ],
    ...(
      [
        [
          'classes that the corpus lacks',
          ['--classes', 'happy,rude'],
          /no recording is of class rude; the corpus has .*happy \(2\)/,
        ],
        ['a class of one speaker', ['--classes', 'happy,bored'], /class bored is of one speaker alone, 03/],
        ['one class alone', ['--classes', 'sad'], /expected two classes or more, .* got sad alone/],
        ['labels of one class', ['--labels', 'aroused=happy,angry'], /got aroused alone/],
        ['classes in broken quotes', ['--classes', '"happy'], /Expected four, all, or names of classes/],
      ] as const
    ).map(([name, more, line]): [string, () => Promise<string[]>, number, RegExp] => [
      name,
      async () => {
        const names = ['03a01Fa', '08a01Fa', '03a01Wa', '08a01Wa', '03a01Ta', '08a01Ta', '03a01La'];
        const corpus = await make('emodb', Object.fromEntries(names.map((name) => [`${name}.wav`, 'RIFF'])));
        return ['crossval', corpus, ...out, ...more];
      },
      2,
      line,
    ]),
    ['explain without a file', () => ['explain', '-', '--out', 'a.png'], 2, /explain does not read standard input/],
    [
      'a folder for the exported file',
      async () => ['export', '--out', await make('model.onnx')],
      1,
      /model\.onnx could not be written: it is a folder/,
    ],
    ['recognize without a recording', () => ['recognize'], 2, /expected recordings, or folders of them, got none/],
    [
      'a missing checkpoint',
      () => ['recognize', 'a.wav', '--checkpoint', join(folder, 'none')],
      1,
      /none.*cannot be read/,
    ],
    [
      'a checkpoint that is none',
      async () => ['recognize', 'a.wav', '--checkpoint', join(await make('bad', { c: 'abcdefghijkl' }), 'c')],
      1,
      /not a whole safetensors file/,
    ],
  ])('%s: one clear line', async (_, args, status, line) => {
    const ended = await quickly(await args());
    expect(ended.stderr).toMatch(line);
    expect(ended.stderr).toMatch(/^attune: /);
    expect(ended.status).toBe(status);
    expect(ended.stdout).toBe('');
    expect(ended.stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });

  it('prints its version, that of package.json', async () => {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    expect((await attune(['--version'])).stdout.trim()).toBe(manifest.version);
    expect(VERSION).toBe(manifest.version);
  });

  it('shows the stack with --debug', async () => {
    const { stderr } = await quickly(['--debug', 'crossval', join(folder, 'nowhere'), ...out]);
    expect(stderr).toMatch(/^ +at /m);
  });
});
