import { join } from 'node:path';
import { Option } from 'commander';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { table } from '../../src/plain-table.ts';
import { type Machine, machine } from '../machine.ts';
import { type CommonFlags, type Mode, QUICK } from '../mode.ts';
import { heading } from '../tables.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { runStart, type Until } from './run.ts';
import { medianStart, PARTS, type Start, slowness } from './timeline.ts';

/** Measured starts, an odd number. */
const REPETITIONS = 3;
/** Until the command is ended: the first epoch, and enough of the next to compare with. */
const UNTIL: Until = { epoch: 2, steps: 6 };
/** Enough voices for that many steps an epoch in the first fold. */
const VOICES = { speakers: 10, utterancesPerEmotion: 12, seed: 1 };

/** `--start`: how long a new user of `attune crossval` waits for the first training step. */
export const startCommand: Mode = {
  asked: new Option(
    '--start [dir]',
    'from the command attune crossval, as it runs by default, to its first training step on the recordings in DIR (default: emodb in ATTUNE_CORPORA, else synthetic voices), features cached',
  ),
  options: [QUICK],
  run: ({ start, quick }: CommonFlags & { readonly start?: string | true; readonly quick?: true }) =>
    inTemporaryFolder('start', async (folder) => {
      const corpus = typeof start === 'string' ? start : await defaultCorpus(folder);
      const run = (name: string, until: Until) => runStart(corpus, join(folder, name), join(folder, 'cache'), until);
      say('filling the cache of features');
      await run('first', { epoch: 1, steps: 1 });
      const starts: Start[] = [];
      for (let i = 1; i <= (quick ? 1 : REPETITIONS); i++) {
        starts.push(await run(`run-${i}`, UNTIL));
        say(`start ${i}: ${starts.at(-1)!.start_s.toFixed(2)} s`);
      }
      const figures = figuresOf(starts);
      return { json: figures, text: startTable(figures) };
    }),
};

async function defaultCorpus(folder: string): Promise<string> {
  if (process.env.ATTUNE_CORPORA) return join(process.env.ATTUNE_CORPORA, 'emodb');
  say('making voices');
  return (await writeSyntheticCorpus(join(folder, 'voices'), VOICES)).directory;
}

const say = (line: string) => process.stderr.write(`${line}\n`);

/** To milliseconds: more would be noise. */
const round = (value: number) => Math.round(1000 * value) / 1000;

type Figures = ReturnType<typeof figuresOf>;

function figuresOf(starts: readonly Start[]) {
  const middle = medianStart(starts);
  const { of_first_epoch, of_second_epoch } = slowness(middle);
  return {
    ...machine(1), // what a fold's process takes by default
    repetitions: starts.length,
    all_starts_s: starts.map(({ start_s }) => round(start_s)),
    start_s: round(middle.start_s),
    parts: Object.fromEntries(PARTS.map(({ key }) => [key, round(middle.parts[key])])) as Start['parts'],
    steps_s: middle.steps_s.map((steps) => steps.map(round)),
    of_first_epoch: rounded(of_first_epoch),
    of_second_epoch: rounded(of_second_epoch),
  };
}

const rounded = <Ratios extends Readonly<Record<string, number>>>(ratios: Ratios) =>
  Object.fromEntries(Object.entries(ratios).map(([name, ratio]) => [name, round(ratio)])) as Ratios;

function startTable(figures: Figures & Machine): string {
  const rows = PARTS.map(({ key, name }) => [name, figures.parts[key].toFixed(3)]);
  const { of_first_epoch: inFirst, of_second_epoch: inSecond } = figures;
  const steps = figures.steps_s.map((epoch) => epoch.map((seconds) => seconds.toFixed(2)).join(', '));
  const times = (ratio: number) => ratio.toFixed(2);
  return [
    heading(figures),
    `from the command to the end of the first training step, median of ${figures.repetitions}:`,
    '',
    table([['', 's'], ...rows, ['in all', figures.start_s.toFixed(3)]]),
    '',
    `training steps of the first epoch, s: ${steps[0]}`,
    `and of the second: ${steps[1]}`,
    `the first step takes ${times(inFirst.first)} times as long as the third and later ones of its epoch, the second ${times(inFirst.second)} times`,
    `of a step of the second epoch, when all segments are known, the first takes ${times(inSecond.first)} times as long, the second ${times(inSecond.second)} times, the later ones of the first epoch ${times(inSecond.later)} times`,
  ].join('\n');
}
