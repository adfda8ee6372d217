import { copyFileSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findSameAudio } from '../../src/corpus/same-audio.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import type { Corpus } from '../../src/corpus/utterance.ts';
import { work as runFold } from '../../src/evaluate/fold.ts';
import { scoreOutOfFold } from '../../src/evaluate/out-of-fold.ts';
import { prepare } from '../../src/evaluate/prepare.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import type { Manifest, RunConfig } from '../../src/run/run-files.ts';
import { makeRunFolder, readIfThere, runPaths, writeJson } from '../../src/run/run-folder.ts';
import { DEFAULT_OPTIMIZER } from '../../src/train/optimizers/optimizers.ts';
import { DEFAULT_SCHEDULE } from '../../src/train/schedule.ts';
import { checkScores } from '../../src/verify/scores.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { ENVIRONMENT } from './run.ts';

const OPTIONS: RunConfig['options'] = {
  protocol: 'leave-one-speaker-out',
  architecture: { ...DEFAULT_ARCHITECTURE, width: 0.125 },
  frontEnd: DEFAULT_FRONT_END,
  schedule: { ...DEFAULT_SCHEDULE, epochs: 1, batchSize: 4 },
  optimizer: DEFAULT_OPTIMIZER,
  seed: 1,
  threads: 1,
};

describe('a recording that changes after it was hashed', async () => {
  const folder = await temporaryFolder();
  const [run, cache, directory] = [join(folder, 'run'), join(folder, 'cache'), join(folder, 'voices')];
  const [own, other] = ['m01_sad_01.wav', 'm01_happy_01.wav'].map((file) => join(directory, file)) as [string, string];
  const unit = { fold: 'm01', corpus: '' };
  const context = { folder: run, means: { corpora: [directory], cache }, tell: () => {} };
  let corpus: Corpus;
  let manifest: Manifest;
  let before: Buffer;

  beforeAll(async () => {
    corpus = await writeSyntheticCorpus(directory, { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
    const [train, test] = ['f01', 'm01'].map((name) => corpus.utterances.filter(({ speaker }) => speaker === name));
    manifest = await prepare(corpus, [{ name: 'm01', train: train!, test: test! }], {
      frontEnd: DEFAULT_FRONT_END,
      cache,
    });
    await makeRunFolder(run);
    await writeJson(runPaths(run).config, { corpus: corpus.name, options: OPTIONS, environment: ENVIRONMENT });
    await writeJson(runPaths(run).manifest, manifest);
    before = await readFile(own);
  });
  /** Puts another recording in the place of one while something works. */
  const changed = async <T>(work: () => Promise<T>): Promise<T> => {
    await copyFile(other, own);
    return work().finally(() => writeFile(own, before));
  };
  const refusal = {
    code: 'corpus',
    message: expect.stringMatching(/m01_sad_01\.wav has changed since it was hashed: expected/),
  };

  it('is not scored by the fold that tests it', async () => {
    await expect(changed(() => runFold(unit, context))).rejects.toMatchObject(refusal);
    expect(await readIfThere(runPaths(run).fold('m01'))).toBeUndefined();
    await runFold(unit, context);
    expect(await readIfThere(runPaths(run).fold('m01'))).toBeDefined();
  });

  it('is not scored again under its old name, and verifying says so', async () => {
    await expect(changed(() => scoreOutOfFold(run, directory))).rejects.toMatchObject(refusal);
    const scored = await scoreOutOfFold(run, directory);
    expect(scored).toHaveLength(4);
    const config = JSON.parse(await readFile(runPaths(run).config, 'utf8'));
    const finished = { run, config, manifest, predictions: [], folds: ['m01'] };
    expect(await changed(() => checkScores(finished, directory))).toEqual([
      {
        result: 'differs',
        text: expect.stringMatching(/^fold m01 was not scored again: .*m01_sad_01\.wav has changed/),
      },
    ]);
  });

  it('is not audited as if it were the one of the manifest', async () => {
    const hashes = new Map(manifest.recordings.map(({ utterance, sha256 }) => [utterance, sha256]));
    await expect(changed(() => findSameAudio(corpus, { cache, hashes }))).rejects.toMatchObject(refusal);
    expect(await findSameAudio(corpus, { cache, hashes })).toEqual([]);
  });

  it('is not prepared under the hash of what it was', async () => {
    const at = corpus.utterances.findIndex(({ file }) => own.endsWith(file));
    const both = { ...corpus, utterances: [corpus.utterances[at]!, { ...corpus.utterances[at]!, id: 'again' }] };
    const options = { frontEnd: DEFAULT_FRONT_END, cache: join(folder, 'other cache') };
    const { recordings } = await prepare(both, [], {
      ...options,
      onEvent: (told) => void (told.event === 'read' && told.done === 1 && copyFileSync(other, own)),
    });
    await writeFile(own, before);
    const [first, second] = recordings.map(({ sha256 }) => sha256);
    expect(second).toBe(manifest.recordings.find(({ file }) => other.endsWith(file))!.sha256);
    expect(first).not.toBe(second);
  });
});
