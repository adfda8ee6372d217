// The paper's three poolings on EmoDB, attention pooling on RAVDESS and between the two, with one seed: trains what is missing, then
// writes results/poolings/README.md.
//
//   npm run build && npx tsx recipes/poolings.ts [--jobs 2]
//
// Stopped and started again it goes on.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeWhole } from '../src/files.ts';
import { runPaths } from '../src/run/run-folder.ts';
import { poolingsPage } from './poolings/page.ts';
import { type PageRun, RUNS } from './poolings/runs.ts';

const { values } = parseArgs({ options: { jobs: { type: 'string' } } });

function crossval({ out, corpus, options }: PageRun) {
  const corpora = process.env.ATTUNE_CORPORA;
  if (!corpora) throw new Error('expected the folder that holds emodb and ravdess in ATTUNE_CORPORA');
  const told = options.map((option) => option.replace('$ATTUNE_CORPORA', corpora));
  const jobs = values.jobs ? ['--jobs', values.jobs] : [];
  const args = ['bin/attune.js', 'crossval', join(corpora, corpus), ...told, ...jobs, '--out', out];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

for (const run of RUNS) if (!existsSync(runPaths(run.out).predictions)) crossval(run); // what is finished stays as it was published
await writeWhole('results/poolings/README.md', await poolingsPage());
