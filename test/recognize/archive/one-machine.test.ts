import { once } from 'node:events';
import { cp, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../../src/corpus/synthetic.ts';
import { sealedLines } from '../../../src/recognize/archive/lines.ts';
import { attune, filesOf, killedWhen, start, temporaryFolder } from '../../cli/attune.ts';

const parent = temporaryFolder();
/** A lock that this process holds. */
const BUSY = { host: hostname(), pid: process.pid, began: Date.now() / 1000 - uptime(), token: 'a' };
const soundsOf = (folder: string) =>
  filesOf(folder)
    .filter((name) => name.endsWith('.wav'))
    .sort();
/** Those that are whole: a kill may leave one half-written, which the next command removes. */
const shardsOf = (kept: string) => filesOf(join(kept, 'shards')).filter((name) => name.endsWith('.jsonl'));
const paper = ['--weights', 'paper', '--format', 'csv'];

it('goes on where it was killed, from what is kept beside the output, and answers as to standard output', async () => {
  const at = (name: string) => join(folder, name);
  const folder = await parent;
  await writeSyntheticCorpus(at('calls'), { speakers: 2, utterancesPerEmotion: 2, seed: 5 });
  await cp(at('calls'), at('other/calls'), { recursive: true });
  await writeFile(join(at('calls'), 'broken.wav'), 'no sound');
  await writeFile(Buffer.concat([Buffer.from(`${at('calls')}/odd`), Buffer.from([0xe9]), Buffer.from('.wav')]), 'no');
  const asked = ['recognize', at('calls'), at('other/calls'), ...paper];
  const toFile = [...asked, '--out', at('scores.csv'), '--threads', '1'];
  const shards = () => shardsOf(at('scores.csv.shards')).sort();
  await killedWhen(start(toFile), () => shards().some((name) => name.startsWith('1.')));
  expect(filesOf(folder)).not.toContain('scores.csv');
  const kept = join(at('scores.csv.shards/shards'), shards()[0]!);
  const lines = (await readFile(kept, 'utf8')).split(/(?<=\n)/).slice(0, -1);
  [lines[1], lines[2]] = [lines[2]!, lines[1]!]; // tells whether it is done again
  await writeFile(kept, sealedLines(lines.map((line) => Buffer.from(line))));
  const ninth = join(at('calls'), soundsOf(at('calls'))[8]!); // in a shard that was done
  const [{ atime, mtime }, bytes] = [await stat(ninth), await readFile(ninth)];
  await writeFile(ninth, bytes.fill(0, 44)); // of the same size and, by its word, time
  await utimes(ninth, atime, mtime);
  const [again, local] = [await attune(toFile), await attune(asked)];
  expect(again.status, again.stderr).toBe(1); // as where files cannot be read
  expect(again.stderr).toContain(`going on from what is kept in ${at('scores.csv.shards')}`);
  const rows = (await readFile(at('scores.csv'), 'utf8')).split('\n');
  [rows[2], rows[3]] = [rows[3]!, rows[2]!];
  expect(rows.join('\n')).toBe(local.stdout);
  expect(rows).toHaveLength(1 + 2 * 16 + 2 + 1);
  expect(filesOf(folder).sort()).toEqual(['calls', 'other', 'scores.csv']); // nothing that is half-written
});

it('is refused where another command works on it, or its folder is of others or of another archive', async () => {
  const at = (name: string) => join(folder, name);
  const folder = await parent;
  const asked = ['recognize', 'calls', ...paper, '--out', at('refused.csv')];
  const shards = at('refused.csv.shards');
  const ask = async (cwd: string, ...more: string[]) => {
    const child = start([...asked, ...more], {}, cwd);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const [status] = await once(child, 'close');
    return `${status} ${stderr}`;
  };
  await mkdir(join(shards, 'shards'), { recursive: true });
  await writeFile(join(shards, 'lock'), JSON.stringify(BUSY));
  expect(await ask(folder)).toContain(`2 attune: another command (process ${process.pid}) works on ${shards}: wait`);
  await rm(join(shards, 'lock'));
  await writeFile(join(shards, 'thesis.txt'), 'mine');
  expect(await ask(folder)).toMatch(/^2 attune: .* holds something else \(thesis\.txt\): move it away/);
  expect(await readFile(join(shards, 'thesis.txt'), 'utf8')).toBe('mine');
  await rm(shards, { recursive: true });
  const child = start(asked, {}, folder);
  await killedWhen(child, () => shardsOf(shards).length > 0);
  expect(await ask(at('other'))).toMatch(/^2 attune: .* holds what was done of 18 recordings, now 16: give the same/);
  await mkdir(at('elsewhere'));
  await rename(at('calls'), at('elsewhere/calls')); // the same names, sizes and times
  expect(await ask(at('elsewhere'))).toContain('holds what was done of other recordings: give the same');
  await rename(at('elsewhere/calls'), at('calls'));
  expect(await ask(folder, '--smooth', '2')).toContain('holds what was done with other options: give the same');
  const [first] = shardsOf(shards);
  const whole = await readFile(join(shards, 'shards', first!), 'utf8');
  await writeFile(join(shards, 'shards', first!), whole.replace('p', 'q'));
  expect(await ask(folder)).toMatch(/jsonl is damaged: its end is not the SHA-256 of the rest. Delete it, and start/);
  expect(filesOf(folder)).not.toContain('refused.csv');
});

it('is answered but for the recording that ends its process, which alone is to blame', async () => {
  const at = (name: string) => join(folder, name);
  const folder = await parent;
  const culprit = soundsOf(at('other/calls'))[4]!;
  const deadly = { NODE_OPTIONS: `--import=${new URL('./deadly.js', import.meta.url).href}`, DEADLY: culprit };
  const ended = await attune(
    ['recognize', at('other/calls'), ...paper, '--threads', '2', '--out', at('most.csv')],
    deadly,
  );
  expect(ended.status).toBe(1);
  expect(ended.stderr).toMatch(
    /calls\/\S+: recording \d in shard 1 of 2: its process was ended by SIGKILL, perhaps for want of memory$/m,
  );
  const rows = (await readFile(at('most.csv'), 'utf8')).trim().split('\n').slice(1);
  expect(rows).toHaveLength(16);
  const failed = rows.filter((row) => row.includes(',,'));
  expect(failed.map((row) => row.split(',')[0])).toEqual([join(at('other/calls'), culprit)]);
  expect(filesOf(folder)).not.toContain('most.csv.shards');
});
