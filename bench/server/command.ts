import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import encodeWav from '@audio/encode-wav';
import { Option } from 'commander';
import { SAMPLE_RATE } from '../../src/audio/waveform.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { writeWhole } from '../../src/files.ts';
import { writeJson } from '../../src/run/run-folder.ts';
import { coresInUse, machine } from '../machine.ts';
import { type CommonFlags, type Mode, OUT, QUICK } from '../mode.ts';
import { raceCommand } from '../race/command.ts';
import { inTemporaryFolder } from '../temporary.ts';
import { compare } from './compare.ts';
import { listenTo } from './live.ts';
import { type ServerFigures, serverPage, serverText } from './page.ts';
import { press } from './pressure.ts';
import { serveAttune } from './served.ts';
import { besiege, type Siege } from './siege.ts';

/** Six minutes. */
const AMOUNT = {
  ...{ clients: 50, seconds: 60, streams: 20, liveSeconds: 30, compareSeconds: 20 },
  ...{ sockets: 10_000, waitSeconds: 100, megabytes: 2000 },
};
const LITTLE: typeof AMOUNT = {
  ...{ clients: 8, seconds: 2, streams: 3, liveSeconds: 4, compareSeconds: 2 },
  ...{ sockets: 1000, waitSeconds: 2, megabytes: 100 },
};
/** Length of the recording that is sent. */
const RECORDING_SECONDS = 3;

interface Flags extends CommonFlags {
  readonly peer?: string;
  readonly out?: string;
  readonly quick?: true;
}

/** `--server`: `attune serve` under load, as it is built. */
export const serverCommand: Mode = {
  asked: new Option(
    '--server',
    'attune serve under load: 50 clients, 20 live streams, slow and hostile clients; with --peer beside FastAPI in that Python',
  ),
  options: [raceCommand.asked!, OUT, QUICK],
  run: ({ peer, out, quick, threads }: Flags) =>
    inTemporaryFolder('server', async (folder) => {
      const amount = quick ? LITTLE : AMOUNT;
      const loadBefore = await coresInUse();
      const { speech, recording } = await voices();
      const served = await serveAttune([]);
      say(`${amount.clients} clients for ${amount.seconds} s`);
      const pressure = await press(served, '/v1/recognize', recording, amount);
      say(`${amount.streams} live streams for ${amount.liveSeconds} s`);
      const live = await listenTo(served, speech, { streams: amount.streams, seconds: amount.liveSeconds });
      const sieges: Siege[] = [];
      for await (const siege of besiege(served, amount)) {
        sieges.push(siege);
        say(`${siege.what}: ${siege.found}`);
      }
      const isAlive = served.isAlive;
      const status = await served.stop();
      const { clients, compareSeconds: seconds } = amount;
      const cores = availableParallelism();
      const comparison = peer && (await compare(recording, { python: peer, folder, cores, clients, seconds }));
      const figures: ServerFigures = {
        ...{ ...machine(threads), quick: quick === true, load_before: loadBefore, recording_s: RECORDING_SECONDS },
        ...{ pressure, live, sieges, is_alive: isAlive, exit_status: status },
        ...(comparison && { comparison }),
      };
      if (out) {
        await mkdir(out, { recursive: true });
        await writeJson(join(out, 'server.json'), figures);
        await writeWhole(join(out, 'README.md'), serverPage(figures));
      }
      return { json: figures, text: serverText(figures) };
    }),
};

const say = (line: string) => process.stderr.write(`${line}\n`);

/** Synthetic speech at 16 kHz, and some of it as a WAV file. */
async function voices(): Promise<{ readonly speech: Int16Array; readonly recording: Uint8Array }> {
  const corpus = [...synthesizeCorpus({ speakers: 2, utterancesPerEmotion: 2, seed: 1 })];
  const samples = Float32Array.from(corpus.flatMap(({ waveform }) => [...waveform.samples]));
  const encoder = await encodeWav({ sampleRate: SAMPLE_RATE, bitDepth: 16 });
  encoder.encode([samples.slice(0, RECORDING_SECONDS * SAMPLE_RATE)]);
  return { speech: Int16Array.from(samples, (x) => Math.round(32_767 * x)), recording: await encoder.flush() };
}
