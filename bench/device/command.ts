import { InvalidArgumentError, Option } from 'commander';
import { whole } from '../../src/cli/values.ts';
import type { Device } from '../../src/graph/graph.ts';
import { machine } from '../machine.ts';
import { type CommonFlags, type Mode, QUICK } from '../mode.ts';
import { raceCommand } from '../race/command.ts';
import { STEPS_OPTION } from '../suite/command.ts';
import { compareLosses, deviceLosses } from './losses.ts';
import { type DeviceRates, ratesOf, WARM_UP } from './rates.ts';
import { attuneRuns, findGpuPeer, type GpuPeer, LAYOUTS, peerRuns } from './runs.ts';
import { deviceText } from './tables.ts';

const BATCHES = [64, 256, 1024];
const STEPS = 10;
const QUICKLY = { batches: [2], steps: 1 };

const batchList = (text: string) => {
  const batches = text.split(',').map(whole(2)); // batch normalisation needs two
  if (new Set(batches).size < batches.length) throw new InvalidArgumentError('Expected each batch once.');
  return batches;
};

interface Flags extends CommonFlags {
  readonly device: Exclude<Device, 'cpu'>;
  readonly batches?: readonly number[];
  readonly steps?: number;
  readonly peer?: string;
  readonly quick?: true;
}

/** `--device`: training and inference on a GPU, beside PyTorch's where `--peer` is given. */
export const deviceCommand: Mode = {
  asked: new Option('--device <name>', 'measure on a GPU, and nothing else; with --peer beside PyTorch').choices([
    'webgpu',
    'cuda',
  ]),
  options: [
    new Option('--batches <list>', `segments a run, with --device (default: ${BATCHES})`).argParser(batchList),
    raceCommand.asked!,
    STEPS_OPTION,
    QUICK,
  ],
  async run(flags: Flags) {
    const { device, threads } = flags;
    const defaults = flags.quick ? QUICKLY : { batches: BATCHES, steps: STEPS };
    const { batches = defaults.batches, steps = defaults.steps } = flags;
    const losses = await deviceLosses(device, threads); // first: it tells whether the device is there
    const peer = flags.peer === undefined ? undefined : await findGpuPeer(flags.peer);
    const report = {
      ...machine(threads),
      device,
      steps,
      losses: compareLosses(losses, await deviceLosses('cpu', threads)),
      attune: await attuneRates(device, threads, batches, steps),
      pytorch: peer ? { ...peer.versions, ...(await peerRates(peer, batches, steps)) } : null,
    };
    return { json: report, text: deviceText(report) };
  },
};

const attuneRates = (device: Device, threads: number, batches: readonly number[], steps: number) =>
  ratesOf(batches, (what, batch) => attuneRuns({ what, device, threads, batch, runs: WARM_UP + steps }));

async function peerRates(peer: GpuPeer, batches: readonly number[], steps: number) {
  const layouts: Partial<Record<(typeof LAYOUTS)[number], readonly DeviceRates[]>> = {};
  for (const layout of LAYOUTS)
    layouts[layout] = await ratesOf(batches, (what, batch) =>
      peerRuns(peer, layout, { what, batch, runs: WARM_UP + steps }),
    );
  return layouts;
}
