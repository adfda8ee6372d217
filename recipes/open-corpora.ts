// Weights from the freely licensed corpora that you have: each tested once by a network trained on the others, then one on all.
//
//   npm run build && npx tsx recipes/open-corpora.ts [--out runs/open-corpora] [--jobs 2] [--accept FINDING] [--list]
//
// Looks below ATTUNE_CORPORA for EmoDB, CREMA-D, Emozionalmente, SUBESCO, MESD, JL and RESD, a folder each, and says what it found and
// what it lacks. All learn behind the speech encoder, each counting as much as every other. Figures and runs stay in `out`: they are of
// the corpora that you have. Stopped and started again, it goes on. With --list it trains nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FoundCorpus, findOpenCorpora, inventory } from './open-corpora/corpora.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'runs/open-corpora' },
    jobs: { type: 'string' },
    accept: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
  },
});
const root = process.env.ATTUNE_CORPORA;
if (!root) throw new Error('expected the folder that holds the corpora, a folder each, in ATTUNE_CORPORA');
if (!existsSync('dist')) throw new Error('expected a build in dist: npm run build makes it');

const corpora = await findOpenCorpora(root);
for (const line of inventory(corpora)) process.stderr.write(`${line}\n`);
if (!corpora.found.length) throw new Error(`none of the open corpora is in ${root}: fetch one, see above`);

if (!values.list) {
  if (corpora.found.length > 1) leaveOneOut(corpora.found);
  else process.stderr.write('one corpus alone is no other to be tested on: no figures across corpora\n');
  trainOnAll(corpora.found);
}

function leaveOneOut(found: readonly FoundCorpus[]): void {
  const out = join(values.out, 'leave-one-corpus-out');
  const jobs = values.jobs ? ['--jobs', values.jobs] : [];
  attune(['crossval', ...directories(found), '--protocol', 'leave-one-corpus-out', ...shared(), ...jobs, '--out', out]);
}

function trainOnAll(found: readonly FoundCorpus[]): void {
  attune(['train', ...directories(found), ...shared(), '--out', join(values.out, 'all')]);
}

function directories(found: readonly FoundCorpus[]): string[] {
  return found.map(({ directory }) => directory);
}

function shared(): string[] {
  return ['--front-end', 'encoder', ...values.accept.flatMap((finding) => ['--accept', finding])];
}

function attune(args: readonly string[]): void {
  process.stderr.write(`attune ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['bin/attune.js', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}
