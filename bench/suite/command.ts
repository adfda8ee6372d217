import { Option } from 'commander';
import { whole } from '../../src/cli/values.ts';
import { type CommonFlags, type Mode, QUICK } from '../mode.ts';
import { figuresTable } from '../tables.ts';
import { runSuite } from './suite.ts';

/** Half a minute on two cores. */
const STEPS = 5;
const NOTE = 'PyTorch was not measured; --peer PYTHON races against the PyTorch of that Python';

export const STEPS_OPTION = new Option(
  '--steps <n>',
  `timed steps of training, all else in proportion (default: ${STEPS}; with --peer a pair: 3)`,
).argParser(whole(1));

/** Where no other mode is asked for: every figure of Attune. */
export const suiteCommand: Mode = {
  options: [STEPS_OPTION, QUICK],
  async run({ threads, steps, quick }: CommonFlags & { readonly steps?: number; readonly quick?: true }) {
    const figures = await runSuite({ threads, steps: steps ?? (quick ? 1 : STEPS) });
    return { json: { ...figures, pytorch: null, pytorch_note: NOTE }, text: `${figuresTable(figures)}\n${NOTE}` };
  },
};
