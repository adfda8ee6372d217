import { Option } from 'commander';
import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { bestOf } from '../bounds.ts';
import { costOf } from '../cost.ts';
import { TRAIN_BATCH } from '../figures.ts';
import { lossesOf } from '../losses.ts';
import { machine } from '../machine.ts';
import type { CommonFlags, Mode } from '../mode.ts';
import { measureRates } from '../rates.ts';
import { profileStep } from './profile.ts';
import { profileTables } from './tables.ts';

/** `--profile`: where a training step goes. */
export const profileCommand: Mode = {
  asked: new Option('--profile', 'print where one training step goes, by layer and by operator, and nothing else'),
  options: [new Option('--shapes', 'with --profile: by operator and shapes of its inputs')],
  async run({ threads, shapes }: CommonFlags & { readonly shapes?: true }) {
    const before = await measureRates(threads);
    const { calls, unprofiledMs } = await profileStep(threads);
    const after = await measureRates(threads);
    const rates = bestOf(before, after);
    const { trainingGflop } = costOf(DEFAULT_ARCHITECTURE, { bins: BINS, frames: FRAMES });
    const report = {
      ...machine(threads),
      ...rates,
      sgemm_gflops_before: before.sgemm_gflops,
      sgemm_gflops_after: after.sgemm_gflops,
      unprofiled_ms: unprofiledMs,
      network_gflop: TRAIN_BATCH * trainingGflop,
      ...lossesOf(calls, rates),
    };
    return { json: report, text: profileTables(report, shapes ?? false) };
  },
};
