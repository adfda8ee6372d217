// Table 1 of the paper on EmoDB and RAVDESS: trains what is missing, then writes results/table1.md from what is there.
//
//   npm run build && npx tsx recipes/table1.ts [--seeds 1,2,3] [--jobs 2] [--table]
//
// Stopped and started again it goes on. With --table it trains nothing.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeWhole } from '../src/files.ts';
import { runPaths } from '../src/run/run-folder.ts';
import { tablePage } from './table1/page.ts';
import { type TableRun, tableRuns } from './table1/runs.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    jobs: { type: 'string' },
    table: { type: 'boolean', default: false },
  },
});
const seeds = values.seeds.split(',').map(Number);
const corpora = process.env.ATTUNE_CORPORA;
if (!corpora) throw new Error('expected the folder that holds emodb and ravdess in ATTUNE_CORPORA');

const crossval = ({ out, corpus, options }: TableRun) => {
  const told = options.map((option) => option.replace('$ATTUNE_CORPORA', corpora));
  const jobs = values.jobs ? ['--jobs', values.jobs] : [];
  const args = ['bin/attune.js', 'crossval', join(corpora, corpus), ...told, ...jobs, '--out', out];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
};

for (const run of values.table ? [] : tableRuns(seeds)) {
  process.stderr.write(`${run.out}\n`);
  if (!existsSync(runPaths(run.out).predictions)) crossval(run); // what is finished stays as it was published
  await writeWhole('results/table1.md', await tablePage(seeds)); // after each run, so that what is there can be read
}
if (values.table) await writeWhole('results/table1.md', await tablePage(seeds));
