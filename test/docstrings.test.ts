import { execFile } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../src/corpus/emotions.ts';
import { writeSyntheticCorpus } from '../src/corpus/synthetic.ts';
import { DEFAULT_FRONT_END } from '../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../src/model/architecture.ts';
import { writeCheckpoint } from '../src/model/checkpoint.ts';
import { initialWeights } from '../src/model/initialize.ts';
import * as node from '../src/node.ts';
import { exportClassifier } from '../src/recognize/hugging-face/export.ts';
import * as training from '../src/training.ts';
import * as web from '../src/web.ts';
import { temporaryFolder } from './cli/attune.ts';
import { examplesOf } from './docstrings.ts';
import { predict } from './evaluate/predict.ts';
import { runOf } from './evaluate/run.ts';
import { writeRun } from './evaluate/run-on-disk.ts';
import { blocksEncoder } from './features/outside/models.ts';
import { writeFolder } from './recognize/hugging-face/folders.ts';
import { tsc } from './tsc.ts';

const examples = examplesOf(resolve('src'));

/** Imports the files it is given, one after the other, and prints what each printed and how it failed. */
const RUNNER = `
import { format } from 'node:util';
const { log } = console;
const ran = {};
for (const name of process.argv.slice(2)) {
  const printed = [];
  console.log = (...values) => printed.push(format(...values));
  const failure = await import('./' + name + '.mjs').then(() => undefined, (error) => String(error?.stack ?? error));
  ran[name] = { printed, failure };
}
log(JSON.stringify(ran));
`;

/** What the examples speak of, by the names that they give it. */
async function prepare(folder: string): Promise<void> {
  await writeSyntheticCorpus(join(folder, 'emodb'), { speakers: 2, utterancesPerEmotion: 1, seed: 1 });
  await copyFile(join(folder, 'emodb', 'f01_sad_01.wav'), join(folder, 'call.wav'));
  const both = ['f01', 'm01'].flatMap((speaker) => [`${speaker}_sad_01,1`, `${speaker}_happy_01,2`]);
  await writeFile(join(folder, 'folds.csv'), ['utterance,fold', ...both].join('\n'));
  for (const [i, emotion] of EMOTIONS.entries()) {
    await mkdir(join(folder, 'calls', emotion, 'anna'), { recursive: true });
    await copyFile(join(folder, 'emodb', `f01_${emotion}_01.wav`), join(folder, 'calls', emotion, 'anna', `${i}.wav`));
  }
  const tensors = initialWeights(DEFAULT_ARCHITECTURE, 1);
  const checkpoint = { architecture: DEFAULT_ARCHITECTURE, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors };
  await writeFile(join(folder, '03.safetensors'), writeCheckpoint(checkpoint));
  writeFolder(join(folder, 'models/emotion'), await exportClassifier(checkpoint));
  writeFolder(join(folder, 'models'), { 'encoder.onnx': blocksEncoder(320) });
  const predictions = ['03', '08'].flatMap((speaker) =>
    EMOTIONS.map((emotion) => predict(`${speaker}${emotion}`, speaker, emotion, 'sad')),
  );
  const { config, manifest } = runOf(predictions);
  const architecture = { ...DEFAULT_ARCHITECTURE, pooling: 'gap' } as const;
  const run = (name: string, change: Partial<typeof config.options>) =>
    writeRun(join(folder, 'runs', name), predictions, { ...config.options, ...change });
  for (const seed of [1, 2]) {
    await run(`gap-${seed}`, { architecture, seed });
    await run(`attention-${seed}`, { seed });
  }
  const recordings = manifest.recordings.map((recording) => ({ ...recording, gender: 'female' }));
  await writeFile(join(await run('emodb', {}), 'manifest.json'), JSON.stringify({ ...manifest, recordings }));
}

/** Compiles the examples as a user's project of strict TypeScript does that has installed the package; returns what is wrong. */
async function compile(folder: string): Promise<string> {
  await mkdir(join(folder, 'node_modules'));
  await symlink(resolve('.'), join(folder, 'node_modules', 'attune'), 'junction');
  const files = examples.map(({ name }) => `${name}.mts`);
  for (const [i, { code }] of examples.entries()) await writeFile(join(folder, files[i]!), code);
  const compilerOptions = {
    ...{ target: 'es2022', module: 'nodenext', strict: true, skipLibCheck: true },
    ...{ types: ['node'], typeRoots: [resolve('node_modules/@types')] },
  };
  return tsc(folder, { compilerOptions, files });
}

describe('the examples in docstrings', async () => {
  const folder = await temporaryFolder();
  let wrong: string;
  let ran: Record<string, { printed: string[]; failure?: string }>;

  beforeAll(async () => {
    await prepare(folder);
    wrong = await compile(folder);
    await writeFile(join(folder, 'run.mjs'), RUNNER);
    const names = examples.map(({ name }) => name);
    const { stdout } = await promisify(execFile)(process.execPath, ['run.mjs', ...names], { cwd: folder });
    ran = JSON.parse(stdout);
  });

  it.each(
    Object.entries({ ...node, ...training, ...web })
      .filter(([, value]) => typeof value === 'function')
      .map(([name]) => name),
  )('show how %s is used', (name) => {
    const own = examples.filter(({ about }) => about === name);
    expect(own.filter(({ code }) => code.includes(name)).length).toBeGreaterThan(0);
  });

  it('compile as strict TypeScript with the declarations of the package', () => {
    expect(wrong).toBe('');
  });

  it.each(examples.map((example) => [example.name, example] as const))(
    '%s runs and prints what it says',
    (name, { prints }) => {
      expect(ran[name]!.failure).toBeUndefined();
      expect(ran[name]!.printed).toEqual(expect.arrayContaining([...prints]));
    },
  );
});
