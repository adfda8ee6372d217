import { Option } from 'commander';
import { machine } from '../machine.ts';
import { type CommonFlags, type Mode, QUICK } from '../mode.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { recognizeFigures, recognizeTable } from './figures.ts';
import { type Amount, prepareCalls } from './plan.ts';
import { type Timed, timeCall } from './run.ts';

/** Rounds, an odd number; each makes every call once, so that what else the machine does falls upon all of them. */
const ROUNDS = 5;
const AMOUNT: Amount = { fileSeconds: 60, folderFiles: 20 };
const LITTLE: Amount = { fileSeconds: 12, folderFiles: 2 };

/** `--recognize`: how fast recordings are scored by the default weights, from file to answer, by the command as it is built. */
export const recognizeCommand: Mode = {
  asked: new Option(
    '--recognize',
    'seconds of audio scored a second by attune recognize, and how long it takes to start',
  ),
  options: [QUICK],
  run: ({ threads, quick }: CommonFlags & { readonly quick?: true }) =>
    inTemporaryFolder('recognize', async (folder) => {
      const calls = await prepareCalls(folder, quick ? LITTLE : AMOUNT);
      await timeCall(calls[0]!, threads); // builds dist/ where that is to be done, and fills the system's file cache
      const measured = calls.map((call) => ({ call, times: [] as Timed[] }));
      for (let round = 1; round <= (quick ? 1 : ROUNDS); round++)
        for (const { call, times } of measured) {
          times.push(await timeCall(call, threads));
          process.stderr.write(`round ${round}, ${call.name}: ${times.at(-1)!.wall_s.toFixed(2)} s\n`);
        }
      const figures = recognizeFigures(machine(threads), measured);
      return { json: figures, text: recognizeTable(figures) };
    }),
};
