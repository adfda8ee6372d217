import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCorpus } from '../../src/corpus/read.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { readComparedRun } from '../../src/evaluate/compared-runs.ts';
import { type CrossvalOptions, crossValidate } from '../../src/evaluate/crossval.ts';
import { scoreOutOfFold } from '../../src/evaluate/out-of-fold.ts';
import { DAMAGES, damaged, flipped } from '../damage.ts';
import { attune, temporaryFolder } from './attune.ts';

describe('a run whose intermediate files are damaged', async () => {
  const folder = await temporaryFolder();
  const [voices, run, cache] = [join(folder, 'voices'), join(folder, 'run'), join(folder, 'cache')];
  const crossval = (out: string) => [
    ...['crossval', voices, '--out', out, '--cache', cache, '--score-every-epoch'],
    ...['--epochs', '2', '--batch-size', '4', '--learning-rate', '0.01', '--jobs', '2'],
  ];
  const filesIn = async (where: string) => {
    const entries = await readdir(where, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  };
  const bytesIn = async (where: string, files: readonly string[]) =>
    Object.fromEntries(
      await Promise.all(files.map(async (file) => [file, (await readFile(join(where, file))).toString('hex')])),
    );
  let again: CrossvalOptions;

  beforeAll(async () => {
    await writeSyntheticCorpus(voices, { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
    const { status, stderr } = await attune(crossval(run));
    expect(status, stderr).toBe(0);
    const { options } = JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
    again = { corpus: await readCorpus(voices), out: run, options, jobs: 1, cache };
  });

  it('makes what the cache has lost anew, and trains a fold that is gone, to the same bytes', async () => {
    const copy = join(folder, 'copy');
    await cp(run, copy, { recursive: true });
    for (const file of ['folds/m01.json', 'checkpoints/m01.safetensors']) await rm(join(copy, file));
    const kept = await filesIn(cache);
    expect(kept).toHaveLength(16); // features and a sketch of each recording
    const before = await Promise.all(kept.map((file) => readFile(file)));
    for (const [i, file] of kept.entries()) await writeFile(file, DAMAGES[i % DAMAGES.length]![1](before[i]!));
    const { status, stderr } = await attune(crossval(copy));
    expect(status, stderr).toBe(0);
    for (const [i, file] of kept.entries()) expect((await readFile(file)).equals(before[i]!), file).toBe(true);
    const results = [
      ...['predictions.csv', 'metrics.json', 'manifest.json', 'config.json', 'folds/m01.json', 'folds/f01.json'],
      ...['checkpoints/m01.safetensors', 'checkpoints/f01.safetensors', 'epochs/m01/1.json', 'epochs/m01/2.json'],
    ];
    expect(await bytesIn(copy, results)).toEqual(await bytesIn(run, results));
    expect((await attune(['verify', copy, voices])).status).toBe(0);
  });

  it.each([
    ['folds/m01.json', /folds\/m01\.json and start the same command again to have the fold trained anew/],
    ['checkpoints/f01.safetensors', /delete checkpoints\/f01\.safetensors and folds\/f01\.json and start the same/],
    ['epochs/m01/1.json', /epochs\/m01\/1\.json of .* is not the file that the run wrote: SHA-256/],
    ['config.json', /config\.json of .* is not the file that the run wrote/],
    ['manifest.json', /Put back a good copy; if you changed it on purpose, delete hashes\.json/],
    ['log.jsonl', /log\.jsonl of .* is not the file that the run wrote/],
  ])('is refused where it ended, by the name of %s', async (file, message) => {
    const before = await filesIn(run);
    const going = damaged(
      join(run, file),
      (bytes) => flipped(bytes, bytes.length - 20),
      () => crossValidate(again),
    );
    await expect(going).rejects.toMatchObject({ code: 'run', message: expect.stringMatching(message) });
    expect(await filesIn(run)).toEqual(before);
  });

  it.each([
    ['folds/m01.json', /folds\/m01\.json is .* or delete it to have the fold trained again/],
    ['checkpoints/f01.safetensors', /f01\.safetensors is not the checkpoint that fold f01 was scored with\. Put back/],
    [
      'epochs/m01/1.json',
      /epochs\/m01\/1\.json is .* delete .*m01\.json and the checkpoint to have the fold trained again/,
    ],
  ])('is refused before it ended, by the name of %s', async (file, message) => {
    const unended = () =>
      damaged(join(run, 'hashes.json'), hashesAtStart, () =>
        damaged(
          join(run, file),
          (bytes) => flipped(bytes, bytes.length - 20),
          () => crossValidate(again),
        ),
      );
    await expect(unended()).rejects.toMatchObject({ code: 'run', message: expect.stringMatching(message) });
  });

  it('is not compared or scored with files that are not its own', async () => {
    const predictions = join(run, 'predictions.csv');
    const other = (bytes: Buffer) => Buffer.from(bytes.toString().replace(/0\.(\d)/, (_, digit) => `0.${9 - digit}`));
    await expect(damaged(predictions, other, () => readComparedRun(run))).rejects.toThrow(
      /predictions\.csv of .* is not the/,
    );
    const checkpoint = join(run, 'checkpoints', 'm01.safetensors');
    const last = (bytes: Buffer) => flipped(bytes, bytes.length - 4);
    await expect(damaged(checkpoint, last, () => scoreOutOfFold(run, voices))).rejects.toThrow(
      /checkpoints\/m01\.safetensors of .* is not the file that the run wrote/,
    );
  });
});

/** As while the run trained. */
const hashesAtStart = (bytes: Buffer): Buffer => {
  const { 'config.json': config, 'manifest.json': manifest } = JSON.parse(bytes.toString());
  return Buffer.from(JSON.stringify({ 'config.json': config, 'manifest.json': manifest }));
};
