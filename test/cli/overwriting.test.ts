import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { attuneInTurn, temporaryFolder } from './attune.ts';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
await writeSyntheticCorpus(at('voices'), { speakers: 2, utterancesPerEmotion: 1, seed: 1 });
const voice = readFileSync(at('voices/f01_sad_01.wav'));
for (const name of ['rec.csv', 'rec.npy', 'rec.png', 'mine.npy.csv']) writeFileSync(at(name), voice);
for (const name of ['e.npy', 'e.onnx', 'c.onnx', 'c.csv', 'c.svg']) writeFileSync(at(name), name);
writeFileSync(at('e.json'), '{}');
writeFileSync(at('c.csv'), 'SPEAKER f01_sad_01 1 0.1 0.3 <NA> <NA> a <NA> <NA>\n');
symlinkSync(at('rec.csv'), at('link.csv'));
linkSync(at('rec.csv'), at('hard.csv'));
mkdirSync(at('scored'));
writeFileSync(at('scored/predictions.csv'), 'file,label\n');
writeFileSync(at('scored/score.json'), '{}');
const run = attuneInTurn();

it.each<[what: string, kept: string, args: string[]]>([
  ['embed', 'rec.csv', ['embed', at('rec.csv'), '--out', at('rec.csv')]],
  ['embed by a link', 'rec.csv', ['embed', at('rec.csv'), '--out', at('link.csv')]],
  ['embed of a link', 'rec.csv', ['embed', at('link.csv'), '--out', `${folder}/voices/../rec.csv`]],
  ['embed by a hard link', 'rec.csv', ['embed', at('rec.csv'), '--out', at('hard.csv')]],
  ['embed with an encoder', 'e.npy', ['embed', at('voices'), '--encoder', at('e.npy'), '--out', at('e.npy')]],
  ['explain', 'rec.png', ['explain', at('rec.png'), '--out', at('rec.png')]],
  ['explain with weights', 'c.svg', ['explain', at('rec.png'), '--checkpoint', at('c.svg'), '--out', at('c.svg')]],
  ['explain with an encoder', 'e.json', ['explain', at('rec.png'), '--encoder', at('e.onnx'), '--out', at('e.json')]],
  ['export', 'c.onnx', ['export', '--checkpoint', at('c.onnx'), '--out', at('c.onnx')]],
  ['recognize', 'c.csv', ['recognize', at('voices/f01_sad_01.wav'), '--turns', at('c.csv'), '--out', at('c.csv')]],
  [
    'score',
    'scored/predictions.csv',
    ['score', at('voices'), '--predictions', at('scored/predictions.csv'), '--out', at('scored')],
  ],
])('attune %s does not write over what it reads', async (_, kept, args) => {
  const before = readFileSync(at(kept));
  const { status, stdout, stderr } = await run(args);
  expect(stderr).toMatch(/^attune: [^\n]* is to be read, and so cannot be written; give another --out\n$/);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(readFileSync(at(kept))).toEqual(before);
});

it('attune embed does not write its names over a file that it did not write', async () => {
  const { status, stdout, stderr } = await run(['embed', at('voices'), '--out', at('mine.npy')]);
  expect(stderr).toMatch(
    /^attune: [^\n]*mine\.npy\.csv would be replaced by the names of the rows, [^\n]* move it away/,
  );
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(readFileSync(at('mine.npy.csv'))).toEqual(voice);
});

it('attune recognize takes no file for the folder of several tracks', async () => {
  const { status, stderr } = await run(['recognize', at('voices'), '--format', 'vtt', '--out', at('all.vtt')]);
  expect(stderr).toMatch(
    /^attune: expected a folder after --out, [^\n]* got the name of a file, [^\n]*all\.vtt; name a folder\n$/,
  );
  expect(status).toBe(2);
});
