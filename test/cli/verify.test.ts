import { copyFile, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { sha256Of } from '../../src/run/hashes.ts';
import { seal } from '../../src/sealed.ts';
import { attune, attuneInTurn, temporaryFolder } from './attune.ts';

/** A 16-bit file with a constant of 5 % of full scale added, which networks hear. */
function shifted(file: Buffer): Buffer {
  for (let at = 44; at < file.length; at += 2) file.writeInt16LE(Math.min(32_767, file.readInt16LE(at) + 1_638), at);
  return file;
}

/** A run of two voices, an utterance an emotion, one epoch: trained in seconds. */
describe('attune verify', async () => {
  const folder = await temporaryFolder();
  const [voices, run] = [join(folder, 'voices'), join(folder, 'run')];
  const cache = ['--cache', join(folder, 'cache')];

  beforeAll(async () => {
    await writeSyntheticCorpus(voices, { speakers: 2, utterancesPerEmotion: 1, seed: 5 });
    for (const file of await readdir(voices))
      await writeFile(join(voices, file), shifted(await readFile(join(voices, file))));
    const small = ['--epochs', '1', '--batch-size', '4', '--learning-rate', '0.01', '--offset', 'keep', '--jobs', '2'];
    const { status, stderr } = await attune(['crossval', voices, '--out', run, ...small, ...cache]);
    expect(status, stderr).toBe(0);
  });

  const inTurn = attuneInTurn();

  /** A copy of the run, one of its files changed. */
  async function tampered(name: string, file: string, change: (bytes: Buffer) => Buffer | string): Promise<string> {
    const copy = join(folder, name);
    await cp(run, copy, { recursive: true });
    await writeFile(join(copy, file), change(await readFile(join(copy, file))));
    return copy;
  }

  /** Takes away all digests, as of versions that wrote none. */
  async function makeOlder(copy: string): Promise<void> {
    for (const file of ['hashes.json', 'report.html']) await rm(join(copy, file));
    for (const fold of ['f01', 'm01']) {
      const path = join(copy, 'folds', `${fold}.json`);
      const { content } = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify(content.predictions));
    }
    const log = await readFile(join(copy, 'log.jsonl'), 'utf8');
    await writeFile(join(copy, 'log.jsonl'), log.replace(/("event":"end".*),"environment".*/, '$1}'));
  }

  it('says what agrees, and exits 0', async () => {
    const { status, stdout } = await attune(['verify', run, voices]);
    expect(status, stdout).toBe(0);
    expect(stdout).not.toMatch(/^(not checked|differs)/m);
    expect(stdout).toMatch(
      /^agrees +the recordings of 2 folds were scored again .* by more than \d\.\de-\d+ \(0\.001 may be\)$/m,
    );
    expect(stdout.endsWith(`\n${run} holds what it says\n`)).toBe(true);
  });

  it('finds weights that do not give the predictions, without any hash', async () => {
    const copy = await tampered('zeroed', 'checkpoints/m01.safetensors', (bytes) => {
      const header = 8 + Number(bytes.readBigUInt64LE());
      return Buffer.concat([bytes.subarray(0, header), Buffer.alloc(bytes.length - header)]);
    });
    await makeOlder(copy);
    expect((await inTurn(['verify', copy])).status).toBe(0);
    const { status, stdout } = await inTurn(['verify', copy, voices]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^differs +checkpoints\/m01\.safetensors does not give the predictions of its fold: probabilities of 4 of 4 utterances differ/m,
    );
    expect(stdout).toMatch(/: 1 thing differs; 2 things were not checked\n$/); // hashes, and the report
  });

  it('counts what it could not check: a fold without a checkpoint', async () => {
    const copy = join(folder, 'light');
    await cp(run, copy, { recursive: true });
    await rm(join(copy, 'checkpoints'), { recursive: true });
    const { status, stdout } = await inTurn(['verify', copy, voices]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^not checked +no file of checkpoints\/ is here, of 2$/m);
    expect(stdout).toMatch(/^not checked +fold f01, m01 was not scored again: no checkpoint is here$/m);
    expect(stdout.endsWith(`\n${copy} holds what it says; 3 things were not checked\n`)).toBe(true); // and its epochs
  });

  it('trains a fold again to the same bytes', async () => {
    const { status, stdout, stderr } = await attune(['verify', run, voices, '--retrain', 'm01', ...cache, '--json']);
    expect(status, stdout).toBe(0);
    expect(stderr).toContain('fold m01 done');
    const { agrees, statements } = JSON.parse(stdout);
    expect(agrees).toBe(true);
    expect(statements.at(-1)).toEqual({
      result: 'agrees',
      text: 'fold m01 was trained again: checkpoints/m01.safetensors is the same to the last byte, and so are its 4 predictions',
    });
  });

  it('finds out what became of the mean of segments in a run of before that was stated, and trains it again', async () => {
    const unstated = (text: string) => text.replace(/,\s*"offset": "keep"/, '');
    const copy = await tampered('older', 'config.json', (bytes) => unstated(bytes.toString()));
    for (const name of await readdir(join(copy, 'checkpoints'))) {
      const path = join(copy, 'checkpoints', name);
      const checkpoint = readCheckpoint(await readFile(path), name);
      const { offset, ...frontEnd } = checkpoint.frontEnd;
      expect(offset).toBe('keep');
      await writeFile(path, writeCheckpoint({ ...checkpoint, frontEnd }));
    }
    await makeOlder(copy);
    const { status, stdout } = await inTurn(['verify', copy, voices, '--retrain', 'm01', ...cache]);
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(
      /^agrees +the recordings of 2 folds .*, the offset that config\.json does not state being keep: /m,
    );
    expect(stdout).toMatch(/^agrees +fold m01 .* is the same to the last byte, and so are its 4 predictions$/m);
  });

  it('finds a forged bit of the weights that agrees with forged hashes and report only by training again', async () => {
    const file = 'checkpoints/m01.safetensors';
    const copy = await tampered('forged', file, (bytes) => {
      bytes[bytes.length - 2]! ^= 1; // the last weight
      return bytes;
    });
    const plain = await inTurn(['verify', copy, voices]);
    expect(plain.status).toBe(1);
    expect(plain.stdout).toMatch(/^differs +checkpoints\/m01\.safetensors is not the file that the run ended with/m);
    const hashes = JSON.parse(await readFile(join(copy, 'hashes.json'), 'utf8'));
    const forge = async (name: string, text: string | Buffer) => {
      await writeFile(join(copy, name), text);
      hashes[name] = sha256Of(text);
      await writeFile(join(copy, 'hashes.json'), JSON.stringify(hashes));
    };
    const before = { ...hashes };
    await forge(file, await readFile(join(copy, file)));
    expect((await inTurn(['verify', copy])).stdout).toMatch(
      /^differs +checkpoints\/m01\.safetensors is not the checkpoint that fold m01 says it was scored with$/m,
    );
    const { content } = JSON.parse(await readFile(join(copy, 'folds', 'm01.json'), 'utf8'));
    await forge('folds/m01.json', JSON.stringify(seal('fold m01', { ...content, checkpoint: hashes[file] })));
    expect((await inTurn(['verify', copy])).stdout).toMatch(/^differs +report\.html shows \w{64} \(File, SHA-256\)/m);
    let report = await readFile(join(copy, 'report.html'), 'utf8');
    for (const name of [file, 'folds/m01.json']) report = report.replace(before[name], hashes[name]);
    await forge('report.html', report);
    expect((await inTurn(['verify', copy, voices])).status).toBe(0); // one bit changes no probability by 0.001
    const { status, stdout } = await inTurn(['verify', copy, voices, '--retrain', 'm01', ...cache]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^differs +fold m01 was trained again in the same environment: checkpoints\/m01/m);
  });

  it('allows another environment its rounding, and says how far off it is', async () => {
    const elsewhere = (bytes: Buffer) => bytes.toString().replace(/"processor": "[^"]*"/, '"processor": "another one"');
    const copy = await tampered('elsewhere', 'config.json', elsewhere);
    await writeFile(
      join(copy, 'checkpoints', 'm01.safetensors'),
      (await readFile(join(run, 'checkpoints', 'm01.safetensors'))).map((byte, i, all) =>
        i === all.length - 2 ? byte ^ 1 : byte,
      ),
    );
    const { stdout } = await inTurn(['verify', copy, voices, '--retrain', 'm01', ...cache]);
    expect(stdout).toMatch(
      /^agrees +fold m01 was trained again in another environment \(processor was "another one", is .*loss of the first epoch (\d\.\d{4}), again \1 .*; 0 of 4 utterances recognised as another class .*; WA (\S+ %), again \2$/m,
    );
  });

  it('names a recording that has changed, and does not train on it', async () => {
    const changed = join(folder, 'changed');
    await cp(voices, changed, { recursive: true });
    await copyFile(join(voices, 'f01_sad_01.wav'), join(changed, 'f01_happy_01.wav'));
    const { status, stdout } = await inTurn(['verify', run, changed, '--retrain', 'm01', ...cache]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^differs +f01_happy_01\.wav in .*changed is not the recording that the run was made from$/m,
    );
    expect(stdout).toMatch(/^not checked +fold m01 was not trained again/m);
  });

  it.each([
    [['--retrain', 'm01'], 2, /give their folder after the run/],
    [[voices, '--retrain', 'x'], 2, /has no fold x: expected one of f01, m01/],
    [[join(folder, 'nowhere')], 1, /nowhere: give the folder that holds the recordings/],
  ])('verify RUN %j: one clear line', async (more, status, line) => {
    const ended = await inTurn(['verify', run, ...more]);
    expect(ended.stderr).toMatch(line);
    expect(ended.status).toBe(status);
    expect(ended.stdout).toBe('');
  });

  it('leaves the run as it is', async () => {
    expect((await readdir(join(run, 'folds'))).sort()).toEqual(['f01.json', 'm01.json']);
  });
});
