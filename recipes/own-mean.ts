// What taking out a source's own mean gives and costs: folders of 5 to 100 recordings, of many mixes, through one line and two.
//
//   npx tsx recipes/own-mean.ts develop    by the development speakers of RAVDESS and nEMO: results/encoder/own-mean.json, its README, the card
//   npx tsx recipes/own-mean.ts test       by all others: once, when all else is final
//
// The recordings are scored once by the default weights and kept in runs/own-mean; all else is arithmetic. Folders of recordings come
// from ATTUNE_CORPORA. What was decided by it is in docs/decisions/normalize.md.
import { study } from './own-mean/figures.ts';

const corpora = process.env.ATTUNE_CORPORA;
if (!corpora) throw new Error('expected the folder that holds ravdess and nemo in ATTUNE_CORPORA');
const stages: Readonly<Record<string, () => Promise<void>>> = {
  develop: () => study(corpora, 'development'),
  test: () => study(corpora, 'test'),
};
const stage = stages[process.argv[2] ?? ''];
if (!stage) throw new Error(`expected one of ${Object.keys(stages).join(', ')}, got ${process.argv[2] ?? 'nothing'}`);
await stage();
