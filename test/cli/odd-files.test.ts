import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import encodeWav from '@audio/encode-wav';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
import { MAKE } from '../special-files.ts';
import { temporaryFolder } from './attune.ts';

/** Runs a line of the shell in a folder, for bytes that Node gives to no command. */
function shell(line: string, cwd: string): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const attune = `"${process.execPath}" "${resolve('bin/attune.js')}"`;
  const child = spawn('bash', ['-c', line.replaceAll('attune', attune)], { cwd });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => {
      printed[name] += text;
    });
  return new Promise((done) => child.on('close', (status) => done({ status, ...printed })));
}

async function noise(seconds: number): Promise<Uint8Array> {
  const random = new Random(1);
  const encoder = await encodeWav({ sampleRate: 16_000, bitDepth: 16 });
  encoder.encode([Float32Array.from({ length: 16_000 * seconds }, () => 0.1 * random.normal())]);
  return encoder.flush();
}

describe.skipIf(process.platform !== 'linux')('attune recognize', async () => {
  const folder = await temporaryFolder();
  const sound = await noise(0.5);
  await mkdir(join(folder, 'all'));
  for (const name of [Buffer.from('caf\xe9.wav', 'latin1'), Buffer.from(' a.wav'), Buffer.from('-')])
    await writeFile(Buffer.concat([Buffer.from(`${folder}/all/`), name]), sound);
  await MAKE['named pipe'](join(folder, 'all', 'pipe.wav'));

  it('answers for files of any name, and names pipes without waiting for them', async () => {
    const names = `all $'all/caf\\xe9.wav' ./all/- ' a.wav'`;
    const line = `cd all && ln -s 'all/ a.wav' ../' a.wav' && cd .. && attune recognize --format csv ${names} all/pipe.wav`;
    const { status, stdout, stderr } = await shell(line, folder);
    const rows = stdout.trim().split('\n').slice(1);
    expect(rows.map((row) => row.split(',')[0]!.replaceAll('"', ''))).toEqual([
      ...['all/ a.wav', 'all/caf\\xE9.wav', 'all/caf\\xE9.wav', './all/-', ' a.wav', 'all/pipe.wav'],
    ]);
    expect(stderr).toMatch(/attune: all: passing over named pipes \(1\), files of other kinds \(1: [^)]+\)/);
    expect(stderr).toContain('attune: all/pipe.wav: it is a named pipe, not a file; save its sound as one.');
    expect(status).toBe(1); // for the pipe alone
    expect(rows.filter((row) => row.includes('named pipe'))).toHaveLength(1);
  });

  it('tells a folder on standard input from an empty file', async () => {
    const library = `import { readAudioStream } from '${pathToFileURL(resolve('dist/node.js'))}'; await readAudioStream('-').catch(({ code, message }) => console.log(code, message))`;
    const line = `attune recognize - < all; echo $?; "${process.execPath}" --input-type module --eval "${library}" < all`;
    expect(await shell(line, folder)).toMatchObject({
      stdout: '2\naudio standard input: this is a folder; expected a sound file.\n',
      stderr: 'attune: standard input is a folder; pipe a recording into it, or name the folder, not -\n',
    });
  });
});
