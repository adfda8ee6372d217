import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPaths, writeJson } from '../../src/run/run-folder.ts';
import { verifyRun } from '../../src/verify/verify.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { damaged, flipped } from '../damage.ts';
import {
  findings,
  NO_FOLDER,
  NOT_HASHED,
  PREDICTIONS,
  rehash,
  rewrite,
  unchecked,
  writeFinishedRun,
} from '../evaluate/finished-run.ts';
import { ATTUNE_CORPORA, describeWith } from '../folders.ts';

describe('verifyRun', async () => {
  const root = await temporaryFolder();
  let made = 0;
  const fresh = async () => {
    const folder = join(root, String(++made));
    return { run: await writeFinishedRun(folder), corpus: join(folder, 'corpus') };
  };
  /** Changes a file as text, makes its hash anew and takes the report away, so that only what it says can give it away. */
  const change = async (run: string, file: string, from: string | RegExp, to: string) => {
    await rewrite(join(run, file), from, to);
    await rm(runPaths(run).report, { force: true });
    await rehash(run);
  };

  it('finds nothing in a run that is as it was written', async () => {
    const { run, corpus } = await fresh();
    expect(await findings(run, corpus)).toEqual([]);
    const unheard = ['ann', 'bob'].map((fold) => expect.stringMatching(`^fold ${fold} was not scored again: .*wav`));
    expect(await unchecked(run, corpus)).toEqual(unheard); // the recordings are texts
    expect(await unchecked(run)).toEqual(NO_FOLDER);
    const { statements } = await verifyRun({ run });
    expect(statements.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'report.html is the page that the other files give',
        '4 epochs of log.jsonl are those of the checkpoints; the figures of 2 folds in log.jsonl are those of predictions.csv',
      ]),
    );
  });

  it('names each figure that does not follow from the predictions, with both values', async () => {
    const { run } = await fresh();
    await change(run, 'metrics.json', '"ua": 0.625', '"ua": 0.9');
    await change(run, 'metrics.json', /("support": )1/, '$17');
    await change(run, 'metrics.json', /("speaker": "bob",\s+"utterances": )3/, '$14');
    expect(await findings(run)).toEqual([
      'ua is 0.9 in metrics.json, 0.625 by predictions.csv',
      'perClass.angry.support is 7 in metrics.json, 1 by predictions.csv',
      'perSpeaker.bob.utterances is 4 in metrics.json, 3 by predictions.csv',
    ]);
  });

  it('misses a figure that is gone, unless older versions lack it too', async () => {
    const { run } = await fresh();
    await change(run, 'metrics.json', /"wa": [\d.]+,/, '');
    expect(await findings(run)).toEqual(['wa is missing in metrics.json, 0.6666666666666666 by predictions.csv']);
    await change(run, 'manifest.json', /("speaker": "ann",)/g, '$1 "gender": "female",'); // for which there are figures now
    expect(await findings(run)).toHaveLength(1);
    await change(run, 'metrics.json', '{', '{ "perGender": [],');
    expect(await findings(run)).toContainEqual(expect.stringContaining('perGender.female is missing in metrics.json'));
    await rm(join(run, 'metrics.json'));
    expect(await findings(run)).toEqual(expect.arrayContaining(['metrics.json is missing']));
  });

  it('verifies runs from before the jackknife, and doubts what a newer one says of it', async () => {
    const { run } = await fresh();
    await change(run, 'metrics.json', 'no jackknife-t intervals', 'jackknife-t intervals');
    expect(await findings(run)).toEqual([expect.stringMatching(/^intervals\.jackknife\.note is .* in metrics\.json/)]);
    await change(run, 'metrics.json', /,\s*"jackknife": \{[^}]*\}/, '');
    expect(await findings(run)).toEqual([]);
  });

  it.each<[string, string | RegExp, string, string[]]>([
    [
      'a class that was not recognised',
      'b2,bob,bob,happy,angry,0.000000,0.000000,1.000000',
      'b2,bob,bob,happy,happy,0.000000,1.000000,0.000000',
      [
        'b2: predicted is happy in predictions.csv, angry in folds/bob.json',
        'b2: p_happy is 1.000000 in predictions.csv, 0.000000 in folds/bob.json',
        'b2: p_angry is 0.000000 in predictions.csv, 1.000000 in folds/bob.json',
      ],
    ],
    [
      'a class that its probabilities do not give',
      'b2,bob,bob,happy,angry',
      'b2,bob,bob,happy,happy',
      ['b2: predicted is happy in predictions.csv, angry by its probabilities'],
    ],
    [
      'probabilities that are none',
      '0.100000,0.200000',
      '0.100000,0.300000',
      ['b3: its probabilities in predictions.csv add up to 1.100000, not 1'],
    ],
    [
      'another true class',
      'b3,bob,bob,angry',
      'b3,bob,bob,sad',
      ['b3: emotion is sad in predictions.csv, angry in manifest.json'],
    ],
    ['another speaker', 'b3,bob,', 'b3,ann,', ['b3: speaker is ann in predictions.csv, bob in manifest.json']],
    ['another fold', 'b3,bob,bob', 'b3,bob,ann', ['b3: fold is ann in predictions.csv, bob in manifest.json']],
    ['an utterance left out', /b3.*\n/, '', ['b3 is tested by manifest.json, but is not in predictions.csv']],
    ['an utterance made up', 'b3,', 'b4,', ['b4 is in predictions.csv, but manifest.json does not test on it']],
  ])('finds in predictions.csv %s', async (_, from, to, expected) => {
    const { run } = await fresh();
    await change(run, 'predictions.csv', from, to);
    expect(await findings(run)).toEqual(expect.arrayContaining(expected));
  });

  it.each<[string, [file: string, from: string | RegExp, to: string][], string]>([
    [
      'leave-one-speaker-out with a speaker on both sides',
      [['manifest.json', '"fold": "bob"', '"fold": "ann"']],
      'fold ann is trained and tested on the same speakers: bob',
    ],
    [
      'leave-one-speaker-out with a fold of another name',
      [['manifest.json', '"fold": "bob"', '"fold": "ann"']],
      'b1 of speaker bob is tested by fold ann, though leave-one-speaker-out makes a fold a speaker',
    ],
    [
      'a recording that is only trained on',
      [['manifest.json', /,\s*"fold": "bob"/, '']],
      'b1 is tested by no fold, though leave-one-speaker-out tests every recording',
    ],
    [
      'leave-one-session-out without sessions',
      [['config.json', 'leave-one-speaker-out', 'leave-one-session-out']],
      'a1 of session undefined is tested by fold ann, though leave-one-session-out makes a fold a session',
    ],
    [
      'another number of folds',
      [['config.json', '"leave-one-speaker-out"', '"speaker-folds", "folds": 5']],
      'manifest.json has 2 folds, though speaker-folds was to make 5',
    ],
    [
      'two folds across corpora',
      [['config.json', 'leave-one-speaker-out', 'cross-corpus']],
      'manifest.json has 2 folds, though cross-corpus was to make 1',
    ],
    [
      'another corpus',
      [['config.json', '"emodb"', '"ravdess"']],
      'corpus is ravdess in config.json, emodb in manifest.json',
    ],
  ])('finds in the folds %s', async (_, changes, expected) => {
    const { run } = await fresh();
    for (const [file, from, to] of changes) await change(run, file, from, to);
    expect(await findings(run)).toContain(expected);
  });

  it('finds recordings that are tested by a run that trained on all of them', async () => {
    const { run } = await fresh();
    await change(run, 'config.json', 'leave-one-speaker-out', 'train-on-all');
    await expect(verifyRun({ run })).rejects.toThrow(/folds\/all\.json: the run is unfinished/);
    await writeJson(runPaths(run).fold('all'), []);
    expect(await findings(run)).toContain('a1 is tested by fold ann, though train-on-all tests nothing');
  });

  it('lets speakers stand on both sides where the protocol or the user does, and says so', async () => {
    const leaking = PREDICTIONS.map((prediction, i) => ({ ...prediction, fold: String((i % 2) + 1) }));
    const run = await writeFinishedRun(join(root, 'leaking'), leaking);
    const protocol = async (text: string) => {
      await change(run, 'config.json', /"protocol": .*,/, `"protocol": ${text},`);
      await rehash(run, ['1', '2']);
    };
    await protocol('"random-leaking", "folds": 2');
    expect(await findings(run)).toEqual([]);
    const { statements } = await verifyRun({ run });
    expect(statements.map(({ text }) => text)).toContain(
      'LEAKS: speakers stand on both sides of 2 folds, which the run allows; 2 folds as random-leaking makes them',
    );
    await change(run, 'metrics.json', '{', '{ "leaks": "recordings",');
    await rehash(run, ['1', '2']);
    expect(await findings(run)).toEqual(['leaks is "recordings" in metrics.json, "speakers" by predictions.csv']);
    await change(run, 'metrics.json', '"recordings"', '"speakers"');
    await protocol('"speaker-folds", "folds": 2, "accept": ["speaker-on-both-sides:1"]');
    expect(await findings(run)).toEqual(['fold 2 is trained and tested on the same speakers: ann, bob']);
  });

  it('finds a mark of a leak where nothing leaks', async () => {
    const { run } = await fresh();
    await change(run, 'metrics.json', '{', '{ "leaks": "speakers",');
    expect(await findings(run)).toEqual(['leaks is "speakers" in metrics.json, missing by predictions.csv']);
  });

  it('finds a checkpoint that has changed, is damaged, is of another fold or is gone', async () => {
    const { run } = await fresh();
    const [ann, bob] = ['ann', 'bob'].map(runPaths(run).checkpoint) as [string, string];
    const bytes = await readFile(ann);
    bytes[bytes.length - 2]! ^= 1;
    await writeFile(ann, bytes);
    expect(await findings(run)).toEqual([
      expect.stringMatching(
        /^checkpoints\/ann.safetensors is not the file that the run ended with: SHA-256 \w{64}, by/,
      ),
      'checkpoints/ann.safetensors is not the checkpoint that fold ann says it was scored with',
    ]);
    await writeFile(ann, bytes.subarray(0, -1));
    expect(await findings(run)).toContainEqual(expect.stringContaining('is not a whole safetensors file'));
    await writeFile(ann, await readFile(bob));
    expect(await findings(run)).toContain('checkpoints/ann.safetensors is not of this run: fold was "ann", is "bob"');
    await rm(ann);
    expect(await findings(run)).toEqual(['checkpoints/ann.safetensors is missing']);
  });

  it('finds a flipped bit of any file of a run', async () => {
    const { run } = await fresh();
    const files = (await readdir(run, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name).sort()).toEqual(
      [
        ...['ann.json', 'ann.safetensors', 'bob.json', 'bob.safetensors', 'config.json', 'hashes.json', 'log.jsonl'],
        ...['manifest.json', 'metrics.json', 'predictions.csv', 'report.html'],
      ].sort(),
    );
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      const { length } = await readFile(path);
      for (const share of [0.01, 0.37, 0.82, 0.999]) {
        const verifying = damaged(
          path,
          (bytes) => flipped(bytes, share * length),
          () => verifyRun({ run }),
        );
        const found = await verifying.catch((error) => ({ agrees: false, error }));
        expect(found.agrees, `byte ${Math.floor(share * length)} of ${path}`).toBe(false);
      }
    }
  });

  it('says plainly what an older or a lighter run does not let it check', async () => {
    const run = await writeFinishedRun(join(root, 'older'), PREDICTIONS, { older: true });
    expect(await findings(run)).toEqual([]);
    expect(await unchecked(run)).toEqual([NOT_HASHED, ...NO_FOLDER]);
    await rm(join(run, 'checkpoints'), { recursive: true });
    const noCheckpoints = [
      'no file of checkpoints/ is here, of 2',
      'epochs of fold ann, bob in log.jsonl: no checkpoint tells of them',
    ];
    expect(await unchecked(run)).toEqual([noCheckpoints[0], NOT_HASHED, noCheckpoints[1], ...NO_FOLDER]);
    await rm(runPaths(run).report);
    await rm(runPaths(run).hashes);
    expect(await findings(run)).toEqual([]);
    expect(await unchecked(run)).toEqual([
      'report.html is not here',
      noCheckpoints[0],
      'no hashes.json: checkpoints and other files not checked against hashes',
      noCheckpoints[1],
      ...NO_FOLDER,
    ]);
    await rm(runPaths(run).log);
    expect(await unchecked(run)).toContain('log.jsonl is not here');
  });

  it('misses hashes where the report or the log tell of a run that had them', async () => {
    const { run } = await fresh();
    await rm(runPaths(run).hashes);
    const missing = (told: string) => `hashes.json is missing, which a run has that ended as ${told} tells`;
    expect(await findings(run)).toContain(missing('report.html'));
    await rm(runPaths(run).report);
    expect(await findings(run)).toEqual([missing('log.jsonl')]);
  });

  it('finds a fold with a digest that is not its own, and one that another fold wrote', async () => {
    const { run } = await fresh();
    const { fold } = runPaths(run);
    await rewrite(fold('ann'), '"a1"', '"a1 "');
    await rehash(run);
    const damaged = expect.stringMatching(
      /^folds\/ann\.json is not what was written of fold ann: its digest is not that/,
    );
    expect(await findings(run)).toContainEqual(damaged);
    await writeFile(fold('ann'), await readFile(fold('bob')));
    expect(await findings(run)).toContainEqual(damaged);
  });

  it('names recordings that are missing or changed', async () => {
    const { run, corpus } = await fresh();
    await writeFile(join(corpus, 'a2.wav'), 'a3');
    await rm(join(corpus, 'b1.wav'));
    expect(await findings(run, corpus)).toEqual([
      `a2.wav in ${corpus} is not the recording that the run was made from`,
      `b1.wav is missing from ${corpus}`,
    ]);
    expect(await findings(run, run)).toEqual([expect.stringMatching(/^none of 6 recordings, such as a1.wav, is in/)]);
  });

  it.each([
    ['config.json', '{"corpus": 1}', /config\.json is damaged at corpus: expected text, got 1/],
    [
      'manifest.json',
      '{"corpus": "emodb", "leftOut": {}, "recordings": [{}]}',
      /manifest\.json is damaged at recordings\[0\]\.utterance/,
    ],
    ['predictions.csv', 'utterance\n', /predictions\.csv, line 1: column speaker/],
    ['hashes.json', '[1]', /hashes\.json is damaged/],
  ])('refuses a damaged %s with a clear line', async (file, text, message) => {
    const { run } = await fresh();
    await writeFile(join(run, file), text);
    await expect(verifyRun({ run })).rejects.toThrow(message);
  });

  it.each([
    ['metrics.json', '{', /metrics\.json is damaged/],
    ['folds/ann.json', '[{"utterance": "a1"}]', /^folds\/ann\.json is damaged at \[0\]\./],
    ['folds/ann.json', '[', /^folds\/ann\.json is damaged/],
  ])('finds a damaged %s', async (file, text, message) => {
    const { run } = await fresh();
    await writeFile(join(run, file), text);
    expect(await findings(run)).toContainEqual(expect.stringMatching(message));
  });

  it('refuses a folder that holds no finished run', async () => {
    await expect(verifyRun({ run: join(root, 'nothing') })).rejects.toThrow(/holds no config\.json/);
    const { run } = await fresh();
    await rm(join(run, 'predictions.csv'));
    await expect(verifyRun({ run })).rejects.toThrow(/the run is unfinished/);
  });
});

describeWith(join(ATTUNE_CORPORA, 'emodb'), 'the run that is committed', async () => {
  const committed = 'results/emodb-attention';
  const root = await temporaryFolder();

  it('holds what it says', async () => {
    const { statements } = await verifyRun({ run: committed });
    expect(statements.filter(({ result }) => result === 'differs')).toEqual([]);
    const texts = statements.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^24 files of the run have the hashes of hashes\.json$/));
    expect(texts).toContainEqual(expect.stringMatching(/^10 checkpoints can be read and say that they are of their/));
  });

  it('was made from these recordings, and its checkpoints give its predictions', async () => {
    const run = join(root, 'committed');
    await cp(committed, run, { recursive: true });
    // scoring takes long: of ten folds, two do
    const without = ['03', '08', '11', '12', '13', '14', '15', '16'].map((fold) => runPaths(run).checkpoint(fold));
    for (const path of without) await rm(path);
    const { statements } = await verifyRun({ run, directory: join(ATTUNE_CORPORA, 'emodb') });
    expect(statements.filter(({ result }) => result === 'differs').map(({ text }) => text)).toEqual(
      without.map((path) => `${relative(run, path)} is missing`),
    );
    const texts = statements.map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^339 recordings in .*emodb have/));
    expect(texts).toContainEqual(expect.stringMatching(/^the recordings of 2 folds were scored again by their check/));
  });
});
