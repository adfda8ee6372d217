import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classesOf } from '../../src/corpus/classes.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { formOf, type Schema } from '../../src/json.ts';
import { readHashes, refuseOtherFiles } from '../../src/run/hashes.ts';
import { parseLog } from '../../src/run/log-text.ts';
import { readJson, readLogText, runPaths } from '../../src/run/run-folder.ts';
import { manifestOf, RUN_CONFIG } from '../../src/run/run-schemas.ts';
import { readFold } from '../../src/run/sealed-files.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { PREDICTIONS as SOME } from '../evaluate/finished-run.ts';
import { runOf } from '../evaluate/run.ts';

const { manifest, config } = runOf(SOME);
const sha256 = 'a'.repeat(64);
const faultIn = <T>(value: unknown, schema: Schema<T>) => {
  const found = formOf(value, schema);
  return 'fault' in found ? `${found.fault.path}: ${found.fault.expected}` : undefined;
};

describe('files of runs', () => {
  it('are read as every run in results/ has them', async () => {
    const files = readdirSync('results', { recursive: true, encoding: 'utf8' }).map((file) => join('results', file));
    let read = 0;
    const ending = (pattern: RegExp) => files.filter((file) => pattern.test(file));
    const classesIn = async (run: string) => classesOf((await readJson(join(run, 'config.json'), RUN_CONFIG))!.options);
    for (const file of ending(/\/config\.json$/)) read += (await readJson(file, RUN_CONFIG)) ? 1 : 0;
    for (const file of ending(/\/manifest\.json$/))
      read += (await readJson(file, manifestOf(await classesIn(dirname(file))))) ? 1 : 0;
    for (const file of ending(/\/folds\/.*\.json$/).slice(0, 60)) {
      const run = dirname(dirname(file));
      read += (await readFold(run, basename(file, '.json'), await classesIn(run))) ? 1 : 0;
    }
    for (const file of ending(/\/hashes\.json$/)) read += (await readHashes(dirname(file))) ? 1 : 0;
    for (const file of ending(/\/log\.jsonl$/))
      expect(parseLog((await readLogText(dirname(file)))!), file).toMatchObject({ cut: 0, damaged: [] });
    expect(read).toBeGreaterThan(100);
  });

  it.each([
    ['file', '../x.wav', 'recordings[0].file: a path within the corpus folder'],
    ['file', 'a/../../x.wav', 'recordings[0].file: a path within the corpus folder'],
    ['file', '/etc/passwd', 'recordings[0].file: a path within the corpus folder'],
    ['file', '..', 'recordings[0].file: a path within the corpus folder'],
    ['file', 'a\0.wav', 'recordings[0].file: a path within the corpus folder'],
    ['file', 'a/../x..y/..z.wav', undefined],
    ['sha256', '../../x', 'recordings[0].sha256: a SHA-256 of 64 hexadecimal digits'],
    ['fold', '', 'recordings[0].fold: a name of 1 to 4096 characters'],
    ['speaker', 3, 'recordings[0].speaker: a name of 1 to 4096 characters'],
    ['speaker', '__proto__', undefined],
    ['emotion', 'bored', 'recordings[0].emotion: one of "neutral", "happy", "angry", "sad"'],
  ])('a recording whose %s is %j', (key, value, fault) => {
    const [first, ...rest] = manifest.recordings;
    expect(faultIn({ ...manifest, recordings: [{ ...first, [key]: value }, ...rest] }, manifestOf(EMOTIONS))).toBe(
      fault,
    );
  });

  it('have a seed that no other seed is alike', () => {
    const of = (seed: number) => faultIn({ ...config, options: { ...config.options, seed } }, RUN_CONFIG);
    expect(of(2 ** 32 - 1)).toBeUndefined();
    expect(of(2 ** 32)).toBe('options.seed: a whole number from 0 to 4294967295');
  });

  it.each([
    ['nothing', {}, 'config.json'],
    ['no manifest', { 'config.json': sha256 }, 'manifest.json'],
  ])('hashes of %s are refused by name', async (_, hashes, missing) => {
    const run = await temporaryFolder();
    await writeFile(runPaths(run).hashes, JSON.stringify(hashes));
    await expect(refuseOtherFiles(run, [])).rejects.toMatchObject({
      code: 'run',
      message: expect.stringContaining(
        `${runPaths(run).hashes} is damaged at ${missing}: expected its SHA-256, got nothing. Put back a good copy`,
      ),
    });
  });

  it('keep what another version wrote among the options, so that a run does not go on without it', () => {
    const found = formOf({ ...config, options: { ...config.options, later: 1 } }, RUN_CONFIG);
    expect(found).toMatchObject({ value: { options: { later: 1 } } });
  });

  it('lie within the run, whatever a fold is called', () => {
    const { checkpoint, fold, state, epoch } = runPaths('run');
    for (const name of ['..', '.', '../../x', '/etc', 'a\\..\\b', 'con:', '\0', ' ', 'ä', '\ud800', '.hidden'])
      for (const path of [checkpoint(name), fold(name), state(name), epoch(name, 1)])
        expect(relative('run', path).split(sep), name).toHaveLength(path === epoch(name, 1) ? 3 : 2);
  });
});
