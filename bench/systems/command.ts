import { Option } from 'commander';
import { machine } from '../machine.ts';
import { type CommonFlags, type Mode, QUICK } from '../mode.ts';
import { PAIRS_OPTION, raceCommand } from '../race/command.ts';
import { STEPS_OPTION } from '../suite/command.ts';
import { systemFigures, systemsText } from './figures.ts';
import { CNN_LSTM_VARIANTS, raceCnnLstm } from './race.ts';
import { type Amount, measureSystems } from './run.ts';

const AMOUNT: Amount = { speakers: 4, utterancesPerEmotion: 3, epochs: 3, rounds: 3 };
const LITTLE: Amount = { speakers: 3, utterancesPerEmotion: 1, epochs: 2, rounds: 1 };
const RACE = { pairs: 5, steps: 3 };
const QUICK_RACE = { pairs: 1, steps: 1 };

interface Flags extends CommonFlags {
  readonly peer?: string;
  readonly pairs?: number;
  readonly steps?: number;
  readonly quick?: true;
}

/** `--systems`: how fast each system of Table 1 learns and scores; with `--peer` the CNN-LSTM beside PyTorch's. */
export const systemsCommand: Mode = {
  asked: new Option(
    '--systems',
    'how fast each system learns and scores, and its parameters; with --peer the CNN-LSTM in turn with PyTorch',
  ),
  options: [raceCommand.asked!, PAIRS_OPTION, STEPS_OPTION, QUICK],
  async run({ threads, peer, quick, ...given }: Flags) {
    const amount = quick ? LITTLE : AMOUNT;
    const defaults = quick ? QUICK_RACE : RACE;
    const { pairs = defaults.pairs, steps = defaults.steps } = given;
    const variants = CNN_LSTM_VARIANTS.filter(({ mode }) => !quick || mode === 'eager'); // compiling takes minutes
    const race = peer === undefined ? null : await raceCnnLstm({ python: peer, threads, pairs, steps, variants });
    const figures = systemFigures(machine(threads), amount, await measureSystems(threads, amount), race);
    return { json: figures, text: systemsText(figures) };
  },
};
