// The default weights: what is learned behind the speech encoder, its temperature, the file, and all figures of the model card.
//
//   npm run build && npx tsx recipes/encoder-weights.ts train      one speaker left out at a time, then on all of EmoDB
//   npm run build && npx tsx recipes/encoder-weights.ts ship       the temperature, of EmoDB alone, and weights/attune.safetensors
//   npm run build && npx tsx recipes/encoder-weights.ts figures    scores the test speakers of RAVDESS and nEMO: once, when all else is final
//
// Each stage goes on where it was stopped. Folders of recordings come from ATTUNE_CORPORA. What was chosen, and by whom, is in
// docs/decisions/encoder.md and recipes/shared/development.ts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { figures, OUT_OF_FOLD, SHIPPED, shipWeights } from './encoder-weights/figures.ts';

const corpora = process.env.ATTUNE_CORPORA;
if (!corpora) throw new Error('expected the folder that holds emodb, ravdess and nemo in ATTUNE_CORPORA');
const emodb = join(corpora, 'emodb');

function attune(...args: readonly string[]): void {
  process.stderr.write(`attune ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, ['bin/attune.js', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}

function train(): void {
  attune('crossval', emodb, '--front-end', 'encoder', '--out', OUT_OF_FOLD);
  attune('train', emodb, '--front-end', 'encoder', '--out', SHIPPED);
}

const stages: Readonly<Record<string, () => Promise<void> | void>> = {
  ...{ train, ship: () => shipWeights(emodb), figures: () => figures(corpora) },
};
const stage = stages[process.argv[2] ?? ''];
if (!stage) throw new Error(`expected one of ${Object.keys(stages).join(', ')}, got ${process.argv[2] ?? 'nothing'}`);
await stage();
