// The weights that come with Attune: which augmentation, the recipe's own cross-validation, the weights, and all figures of the model card.
//
//   npm run build && npx tsx recipes/default-weights.ts study      every variant on inner folds of EmoDB's speakers; CHOSEN is set by its table
//   npm run build && npx tsx recipes/default-weights.ts train      the recipe with one speaker left out at a time, then on all
//   npm run build && npx tsx recipes/default-weights.ts figures    temperature, weights/paper.safetensors, figures; scores RAVDESS, so only once CHOSEN is final
//   npx tsx recipes/default-weights.ts ship      weights/paper.safetensors alone, of what lies in results/default-weights
//
// Each stage goes on where it was stopped. Folders of recordings come from ATTUNE_CORPORA.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figures, shipAgain } from './default-weights/figures.ts';
import { writeStudyTable } from './default-weights/page.ts';
import { CONDITIONS } from './shared/conditions.ts';
import {
  ON_ALL,
  OUT_OF_FOLD,
  RECIPE_OPTIONS,
  STUDY_OPTIONS,
  studyRun,
  VARIANTS,
  type Variant,
} from './shared/default-weights-runs.ts';
import { scored } from './shared/scores.ts';

const { values, positionals } = parseArgs({
  options: { jobs: { type: 'string', default: '2' } },
  allowPositionals: true,
});
const corpora = process.env.ATTUNE_CORPORA;
if (!corpora) throw new Error('expected the folder that holds emodb and ravdess in ATTUNE_CORPORA');
const emodb = join(corpora, 'emodb');

function attune(args: readonly string[]): void {
  process.stderr.write(`attune ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['bin/attune.js', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}

async function study(): Promise<void> {
  for (const variant of Object.keys(VARIANTS) as Variant[]) {
    const run = studyRun(variant);
    attune(['crossval', emodb, ...STUDY_OPTIONS, ...VARIANTS[variant], '--jobs', values.jobs, '--out', run]);
    for (const condition of CONDITIONS) await scored(run, emodb, condition);
    await writeStudyTable();
  }
}

function train(): void {
  attune(['crossval', emodb, ...RECIPE_OPTIONS, '--jobs', values.jobs, '--out', OUT_OF_FOLD]);
  attune(['train', emodb, ...RECIPE_OPTIONS, '--out', ON_ALL]);
}

const stages: Readonly<Record<string, () => Promise<void> | void>> = {
  ...{ study, train, ship: () => shipAgain(corpora), figures: () => figures(corpora) },
};
const stage = stages[positionals[0] ?? ''];
if (!stage) throw new Error(`expected one of ${Object.keys(stages).join(', ')}, got ${positionals[0] ?? 'nothing'}`);
await stage();
