import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { byCodeUnits } from '../../src/corpus/adapter.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import type { Manifest, Recording } from '../../src/run/run-files.ts';
import { confusionOf, scoresOf } from '../../src/statistics/confusion.ts';
import { temporaryFolder } from '../cli/attune.ts';

const SCRIPT = 'bench/peers/opensmile_svm.py';
const SYNTHETIC = { speakers: 4, utterancesPerEmotion: 2, seed: 1 };
const folder = await temporaryFolder();
const corpus = join(folder, 'corpus');

const python = (...args: string[]) => spawnSync('python3', args, { encoding: 'utf8' });
const IMPORTS = 'import opensmile, sklearn, sys; assert sys.version_info >= (3, 11)';
const hasPython = python('-c', 'pass').status === 0;
const hasPackages = hasPython && python('-c', IMPORTS).status === 0;
if (!hasPackages) console.warn(`skipped: ${SCRIPT} at work (python3 lacks bench/peers/requirements-opensmile.txt)`);

/** Three speakers, each tested in a fold of that name, and a fourth who is only trained on. */
let recordings: Recording[];

beforeAll(async () => {
  const { utterances } = await writeSyntheticCorpus(corpus, SYNTHETIC);
  const onlyTrainedOn = utterances.at(-1)!.speaker;
  recordings = utterances.map(({ id, file, speaker, emotion }) => {
    const bytes = readFileSync(join(corpus, file));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const fold = speaker === onlyTrainedOn ? {} : { fold: speaker };
    return { utterance: id, file, sha256, durationSeconds: 1, speaker, emotion, ...fold };
  });
});

/** A run's folder with nothing but these recordings in its manifest. */
async function runOf(name: string, recordings: readonly object[]): Promise<string> {
  const run = join(folder, name);
  await mkdir(run);
  await writeFile(join(run, 'manifest.json'), JSON.stringify({ corpus: 'synthetic', leftOut: {}, recordings }));
  return run;
}

const args = (run: string, out: string) =>
  [SCRIPT, run, corpus, '--features', 'eGeMAPSv02', '--unweighted', '--out', out].concat(
    '--cache',
    join(folder, 'cache'),
  );

describe('the published predictions of openSMILE and SVM', () => {
  it.each(['compare2016-unweighted', 'compare2016-balanced', 'egemaps-unweighted', 'egemaps-balanced'])(
    '%s are of the very utterances and folds of the run, with the WA and UA that scikit-learn finds',
    async (name) => {
      const predictions = await readPredictions(`results/opensmile/${name}/predictions.csv`);
      const peer = JSON.parse(await readFile(`results/opensmile/${name}/peer.json`, 'utf8'));
      const manifest = await readFile('results/emodb-attention/manifest.json');
      const { recordings } = JSON.parse(manifest.toString()) as Manifest;
      expect(peer.manifestSha256).toBe(createHash('sha256').update(manifest).digest('hex'));
      expect(predictions.map(({ utterance, speaker, fold, emotion }) => [utterance, speaker, fold, emotion])).toEqual(
        recordings.map(({ utterance, speaker, fold, emotion }) => [utterance, speaker, fold, emotion]),
      );
      const { wa, ua } = scoresOf(confusionOf(predictions, EMOTIONS));
      expect([wa, ua].map((score) => score.toFixed(6))).toEqual([peer.wa.toFixed(6), peer.ua.toFixed(6)]);
    },
  );

  it('sum to one in a row, and the greatest is what is predicted', async () => {
    for (const { predicted, probabilities } of await readPredictions(
      'results/opensmile/compare2016-balanced/predictions.csv',
    )) {
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
      expect(probabilities[(EMOTIONS as readonly string[]).indexOf(predicted)]).toBe(Math.max(...probabilities));
    }
  });
});

describe.skipIf(!hasPython)('what the script refuses', () => {
  // -S: as if no package were installed, so that all of it is told without them
  const refusal = (run: string) => {
    const { status, stderr } = python('-S', ...args(run, join(folder, 'out')));
    expect(status).toBe(1);
    expect(stderr.match(/\n/g)).toHaveLength(1);
    return stderr;
  };
  const changed = (how: (recording: Recording) => object) => recordings.map(how);
  const foldless = ({ fold: _, ...recording }: Recording) => recording;

  it.each<[string, () => readonly object[], RegExp]>([
    ['nothing-tested', () => changed(foldless), /manifest\.json: no recording has a fold, so nothing is tested; give/],
    [
      'other-bytes',
      () => changed((r) => ({ ...r, sha256: '0' })),
      /wav is not the recording .* sha256 0, the file [0-9a-f]{64}/,
    ],
    [
      'lost',
      () => changed((r) => ({ ...r, file: 'lost.wav' })),
      /cannot read .*lost\.wav \(No such file or directory\)/,
    ],
    [
      'leak',
      () => changed((r) => ({ ...r, fold: r.utterance.slice(-2) })),
      /fold 01 trains on speakers that it tests \(f/,
    ],
    [
      'one-speaker',
      () => recordings.filter(({ speaker }) => speaker.startsWith('f')),
      /trains on 1 speakers; choosing C takes two/,
    ],
    [
      'strange',
      () => changed((r) => ({ ...r, emotion: 'bored' })),
      /is 'bored', expected one of neutral, happy, angry, sad/,
    ],
    ['bare', () => [{ utterance: 'a' }], /recording 1 lacks one of utterance, file, sha256, speaker, emotion/],
    ['no-packages', () => recordings, /Python lacks numpy: pip install -r bench\/peers\/requirements-opensmile\.txt/],
  ])('%s', async (name, recordings, message) => {
    expect(refusal(await runOf(name, recordings()))).toMatch(message);
  });

  it('a folder that is no run', () => {
    expect(refusal(corpus)).toMatch(/manifest\.json is no manifest of a run \(FileNotFoundError.*give the folder/);
  });
});

describe.skipIf(!hasPackages)('the script at work', () => {
  const rows = async (name: string, given: readonly Recording[]) => {
    const out = join(folder, name, 'out');
    const { status, stderr } = python(...args(await runOf(name, given), out));
    expect(status, stderr).toBe(0);
    return readPredictions(join(out, 'predictions.csv'));
  };

  it('tests each recording that has a fold, and what is tested chooses nothing', async () => {
    const fold = recordings[0]!.speaker;
    const honest = await rows('honest', recordings);
    const tested = recordings.filter((recording) => recording.fold).map(({ utterance }) => utterance);
    expect(honest.map(({ utterance }) => utterance)).toEqual(tested.sort(byCodeUnits));

    // half of the tested recordings gone and the others called sad: what is predicted of these must stay
    const half = recordings.filter((recording) => recording.fold !== fold || recording.utterance.endsWith('1'));
    const changed = await rows(
      'changed',
      half.map((recording) => (recording.fold === fold ? { ...recording, emotion: 'sad' as const } : recording)),
    );
    const kept = changed.filter((row) => row.fold === fold);
    expect(kept).toHaveLength(4);
    for (const { emotion: _, ...row } of kept)
      expect(honest.find(({ utterance }) => utterance === row.utterance)).toMatchObject(row);
    const trainedOnIt = (row: { fold: string }) => row.fold !== fold;
    expect(changed.filter(trainedOnIt)).not.toEqual(honest.filter(trainedOnIt));
  });
});
