import { availableParallelism } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { Option } from 'commander';
import { whole } from '../../src/cli/values.ts';
import { writeJson } from '../../src/run/run-folder.ts';
import { writeReadmeSection } from '../../src/studies/readme-section.ts';
import { machine } from '../machine.ts';
import { type CommonFlags, type Mode, OUT, QUICK } from '../mode.ts';
import { STEPS_OPTION } from '../suite/command.ts';
import { AS_INSTALLED, installedReplacements, KEEPING, tellMissing } from '../variants.ts';
import { openNotes } from './notes.ts';
import { findPeer } from './peer.ts';
import { measurementsOf, type RaceOptions, runRace } from './race.ts';
import { raceOf } from './report.ts';
import { raceMarkdown, raceText } from './tables.ts';

/** A quarter of an hour on two cores. */
const DEFAULTS = { pairs: 5, steps: 3, windowSeconds: 8 };
const QUICKLY = { pairs: 1, steps: 1, windowSeconds: 2 };

export const PAIRS_OPTION = new Option('--pairs <n>', `how often each runs (default: ${DEFAULTS.pairs})`).argParser(
  whole(1),
);

interface Flags extends CommonFlags {
  readonly peer: string;
  readonly pairs?: number;
  readonly steps?: number;
  readonly processes: number;
  readonly quick?: true;
  readonly out?: string;
  readonly fresh?: true;
}

/** `--peer`: Attune and PyTorch in turn. */
export const raceCommand: Mode = {
  asked: new Option('--peer <python>', 'race against the PyTorch of this Python, in turn'),
  options: [
    PAIRS_OPTION,
    STEPS_OPTION,
    new Option('--processes <n>', 'with one thread each, for folds an hour')
      .argParser(whole(1))
      .default(availableParallelism()),
    QUICK,
    OUT,
    new Option('--fresh', 'with --out: drop what an unfinished race left there'),
  ],
  async run(flags: Flags) {
    const { threads, processes, out, quick, fresh = false } = flags;
    const defaults = quick ? QUICKLY : DEFAULTS;
    const { pairs = defaults.pairs, steps = defaults.steps } = flags;
    const peer = await findPeer(flags.peer);
    const { opponents, missing } = await opponentsOf(flags.peer);
    if (missing.length)
      process.stderr.write(`not installed: ${tellMissing(missing)}; without, the tuned PyTorch may be weaker\n`);
    const options: RaceOptions = { ...defaults, peer, opponents, missing, threads, pairs, steps, processes };
    const { date: _, ...here } = machine(threads);
    const allocators = Object.values(opponents).flatMap((all) => all.map(({ name }) => name));
    const notes = await openNotes(
      out,
      { ...here, ...peer.versions, pairs, steps, processes, allocators: allocators.join(', ') },
      { fresh, inAll: measurementsOf(options) },
    );
    const race = raceOf(machine(threads), commandOf(flags, options), options, await runRace(options, notes));
    if (out) {
      await writeJson(join(out, 'race.json'), race);
      await writeReadmeSection(out, 'race', 'Speed', raceMarkdown(race));
    }
    await notes.finish();
    return { json: race, text: raceText(race) };
  },
};

/** Elsewhere than on Linux there is no tuning to be done by variables. */
async function opponentsOf(python: string): Promise<Pick<RaceOptions, 'opponents' | 'missing'>> {
  const installed = [AS_INSTALLED];
  if (process.platform !== 'linux') return { opponents: { installed }, missing: [] };
  const { found, missing } = await installedReplacements(python);
  return { opponents: { installed, tuned: [KEEPING, ...found] }, missing };
}

/** The command that measures the same elsewhere: paths of this machine are left out. */
function commandOf({ peer, out }: Flags, { threads, pairs, steps, processes }: RaceOptions): string {
  const options = { threads, pairs, steps, processes, ...(out && { out: isAbsolute(out) ? basename(out) : out }) };
  const given = Object.entries(options).map(([name, value]) => `--${name} ${value}`);
  return ['npm run bench -- --peer', peer.includes('/') ? '$PYTHON' : peer, ...given].join(' ');
}
