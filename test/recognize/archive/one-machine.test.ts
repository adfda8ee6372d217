import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../../src/corpus/synthetic.ts';
import { attune, filesOf, killedWhen, start, temporaryFolder } from '../../cli/attune.ts';

const parent = temporaryFolder();
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
  const shards = () => filesOf(at('scores.csv.shards/shards'));
  await killedWhen(start(toFile), () => shards().includes('1.jsonl'));
  expect(filesOf(folder)).not.toContain('scores.csv');
  const kept = join(at('scores.csv.shards/shards'), '0.jsonl');
  const lines = (await readFile(kept, 'utf8')).split('\n');
  await writeFile(kept, [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n')); // tells whether it is done again
  const [again, local] = [await attune(toFile), await attune(asked)];
  expect(again.status, again.stderr).toBe(1); // as where files cannot be read
  const rows = (await readFile(at('scores.csv'), 'utf8')).split('\n');
  [rows[2], rows[3]] = [rows[3]!, rows[2]!];
  expect(rows.join('\n')).toBe(local.stdout);
  expect(rows).toHaveLength(1 + 2 * 16 + 2 + 1);
  expect(filesOf(folder).filter((name) => name.endsWith('.shards'))).toEqual([]);
});

it('is answered but for the recording that ends its process, which alone is to blame', async () => {
  const at = (name: string) => join(folder, name);
  const folder = await parent;
  const culprit = filesOf(at('other/calls')).filter((name) => name.endsWith('.wav'))[4]!;
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
  expect(filesOf(folder).filter((name) => name.endsWith('.shards'))).toEqual([]);
});
