import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../src/corpus/emotions.ts';
import { writeSyntheticCorpus } from '../src/corpus/synthetic.ts';
import { AttuneError } from '../src/errors.ts';
import { initialWeights } from '../src/model/initialize.ts';
import * as doors from '../src/node.ts';
import { s16, wav } from './audio/files.ts';
import { temporaryFolder } from './cli/attune.ts';
import { predict } from './evaluate/predict.ts';
import { blocksEncoder } from './features/outside/models.ts';

const ARCHITECTURE = { ...doors.DEFAULT_ARCHITECTURE, width: 0.125 };
const CHECKPOINT = {
  ...{ architecture: ARCHITECTURE, frontEnd: doors.DEFAULT_FRONT_END, classes: EMOTIONS },
  tensors: initialWeights(ARCHITECTURE, 1),
};
const WAVEFORM = { samples: Float32Array.from({ length: 16_000 }, (_, i) => Math.sin(i / 9)), sampleRate: 16_000 };
const BYTES = wav(s16(...Array.from({ length: 4_000 }, (_, i) => (i % 100) * 99)));

/** What callers give where something else was expected, in JavaScript or past a cast. */
const WRONG: readonly (readonly [string, unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 3],
  ['not a number', Number.NaN],
  ['text', '\0'],
  ['a list', [7]],
  ['an empty object', {}],
  ['a list of nothing', [undefined]],
  ['integers', new Int16Array(3)],
  ['a function', () => 3],
  ['a promise', Promise.resolve(3)],
  ['a symbol', Symbol('x')],
  ['an object of another kind', { samples: [1, 2], name: 5, folds: 'two', seed: -1, options: null, signal: 'now' }],
];

type Call = (...values: never[]) => unknown;
const exported: Readonly<Record<string, unknown>> = { ...doors };

describe('whoever gives a public function what it does not take', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'a.wav');
  const predictions = EMOTIONS.map((emotion) => predict(`a${emotion}`, 'a', emotion, 'sad'));
  /** Right arguments of every function of the doors, and of what they return, by name. */
  const calls: Record<string, [Call, readonly unknown[]]> = {};

  beforeAll(async () => {
    writeFileSync(path, BYTES);
    await writeSyntheticCorpus(join(folder, 'voices'), { speakers: 2, utterancesPerEmotion: 1, seed: 1 });
    const corpus = await doors.readCorpus(join(folder, 'voices'));
    const network = {
      recognizer: await doors.createRecognizer(CHECKPOINT, { threads: 1 }),
      explainer: await doors.createExplainer(CHECKPOINT, { threads: 1 }),
    };
    for (const [name, bytes] of Object.entries(await doors.exportClassifier(CHECKPOINT))) {
      mkdirSync(dirname(join(folder, 'classifier', name)), { recursive: true });
      writeFileSync(join(folder, 'classifier', name), bytes);
    }
    writeFileSync(join(folder, 'encoder.onnx'), blocksEncoder(320));
    const recognition = await network.recognizer.recognize(WAVEFORM);
    const explanation = await doors.explainRecording(network, WAVEFORM, { name: 'x' });
    const spans = doors.timelineOf(recognition, [{ start: 0, end: 1 }]);
    const training = {
      ...{ corpus, out: folder, cache: folder, jobs: 1 },
      options: {
        ...{ protocol: 'leave-one-speaker-out', architecture: ARCHITECTURE, frontEnd: doors.DEFAULT_FRONT_END },
        ...{ schedule: doors.DEFAULT_SCHEDULE, optimizer: doors.DEFAULT_OPTIMIZER, seed: 1, threads: 1 },
      },
    };
    const arguments_: Record<string, readonly unknown[]> = {
      accepted: [[], []],
      answerOf: [recognition, [], 0],
      audacityLabels: [spans],
      auditCorpus: [corpus, {}],
      calibrationOf: [predictions],
      compareSystems: [[[{ run: 'a', predictions }], [{ run: 'b', predictions }]], { seed: 1, draws: 3 }],
      createEmbedder: [{ threads: 1 }],
      createExplainer: [CHECKPOINT, { threads: 1 }],
      createRecognizer: [CHECKPOINT, { threads: 1 }],
      createSpeechDetector: [],
      crossValidate: [training],
      descriptors: [WAVEFORM.samples, 'lee-tashev'],
      divideBySplit: [
        corpus,
        {
          path: 'folds.csv',
          sha256: '',
          test: new Map([['1', [{ name: corpus.utterances[0]!.id, source: 'line 2' }]]]),
          train: new Map(),
        },
      ],
      explainRecording: [network, WAVEFORM, { name: 'x' }],
      explanationJson: [explanation],
      exportClassifier: [CHECKPOINT],
      exportOnnx: [CHECKPOINT],
      findSpeech: [WAVEFORM.samples],
      foldsOf: [corpus, { protocol: 'leave-one-speaker-out', seed: 1 }],
      gendersOf: [[]],
      joinCorpora: [[corpus, corpus]],
      loadClassifier: [join(folder, 'classifier'), { threads: 1 }],
      loadDefaultCheckpoint: ['encoder', new URL(`file://${resolve('weights/attune.safetensors')}`)],
      loadEmbedder: [join(folder, 'encoder.onnx'), { threads: 1 }],
      loadRecognizer: [{ threads: 1 }],
      metricsOf: [predictions, { seed: 1 }],
      normalizeSource: [[recognition], { ...network.recognizer, reference: EMOTIONS.map(() => [0, 0, 0, 0]) }],
      openEncoder: [join(folder, 'encoder.onnx'), { threads: 1 }],
      openSound: [BYTES, 'x', {}],
      parseTurns: ['SPEAKER call 1 0.25 1.5 <NA> <NA> anna <NA> <NA>', 'x', undefined],
      pictureOf: [explanation, ['spectrogram']],
      rasterize: [doors.pictureOf(explanation, ['product'])],
      readAudioFile: [path, {}],
      readAudioStream: [path, {}],
      readCheckpoint: [BYTES, 'x'],
      readClasses: [join(folder, 'predictions.csv')],
      readCorpora: [[join(folder, 'voices')], {}],
      readCorpus: [join(folder, 'voices'), {}],
      readPredictions: [join(folder, 'predictions.csv')],
      readSplit: [join(folder, 'folds.csv')],
      readSystems: [[]],
      timelineOf: [recognition, [], { smoothSeconds: 0, abstainBelow: 0 }],
      toWaveform: [BYTES, 'x', {}],
      trainOnAll: [training],
      webVtt: [spans],
    };
    for (const [name, values] of Object.entries(arguments_)) calls[name] = [exported[name] as Call, values];
    calls['Recognizer.recognize'] = [network.recognizer.recognize, [WAVEFORM, {}]];
    calls['Explainer.explain'] = [network.explainer.explain, [WAVEFORM, {}]];
    calls['SpeechDetector.push'] = [doors.createSpeechDetector().push, [WAVEFORM.samples]];
  });

  /** What a call threw; undefined where it gave an answer. */
  async function thrownBy([call, values]: [Call, readonly unknown[]]): Promise<unknown> {
    try {
      await call(...(values as never[]));
      return undefined;
    } catch (error) {
      return error;
    }
  }

  it('has all of them here', () => {
    const functions = Object.entries(exported).filter(
      ([, value]) => typeof value === 'function' && value !== AttuneError,
    );
    expect(Object.keys(calls).filter((name) => !name.includes('.'))).toEqual(functions.map(([name]) => name).sort());
  });

  it.each(WRONG)('is told so by an AttuneError: %s', async (_, wrong) => {
    for (const [name, [call, values]] of Object.entries(calls))
      for (const [at] of values.entries()) {
        const thrown = await thrownBy([call, values.with(at, wrong)]);
        if (thrown !== undefined && !(thrown instanceof AttuneError))
          throw new Error(`${name}, argument ${at + 1}: ${(thrown as Error)?.stack ?? String(thrown)}`);
        const isUse = thrown === undefined || thrown.code === 'usage' || typeof wrong === 'string';
        expect(isUse, `${name}, argument ${at + 1}: ${thrown?.code} ${thrown?.message}`).toBe(true);
      }
  });

  it.each<[string, string, readonly unknown[], RegExp]>([
    ['Recognizer.recognize', 'nothing', [], /expected the sound to be a waveform.* or a stream.*, got nothing/],
    [
      'Recognizer.recognize',
      'a list of samples',
      [{ ...WAVEFORM, samples: [0.1, 0.2] }],
      /samples to be a Float32Array, got a list of 2/,
    ],
    [
      'Recognizer.recognize',
      'integers',
      [{ ...WAVEFORM, samples: new Int16Array(9) }],
      /samples to be a Float32Array, got an Int16Array/,
    ],
    ['Recognizer.recognize', 'a file', [BYTES], /expected the sound to be a waveform.* got a Uint8Array/],
    [
      'Recognizer.recognize',
      'what will be a waveform',
      [Promise.resolve(WAVEFORM)],
      /expected the sound to be a waveform.* got a Promise/,
    ],
    ['createRecognizer', 'the bytes of a checkpoint', [BYTES], /expected architecture to be a value, got nothing/],
    ['createRecognizer', 'a misspelt option', [CHECKPOINT, { thread: 1 }], /expected thread to be no such setting/],
    ['openSound', 'the path of a file', ['a.wav', 'a.wav'], /expected the sound to be bytes .*, got "a.wav"/],
    ['toWaveform', 'an ArrayBuffer', [BYTES.buffer, 'a.wav'], /expected the sound to be bytes .*, got an ArrayBuffer/],
    ['readAudioFile', 'an address', [new URL('file:///a.wav')], /expected the path to be text, got an? URL/],
  ])('%s says what was expected and what came: %s', async (name, _, values, message) => {
    const thrown = await thrownBy([calls[name]![0], values]);
    expect(thrown).toMatchObject({ name: 'AttuneError', code: 'usage', message: expect.stringMatching(message) });
  });
});
