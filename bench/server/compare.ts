import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AttuneError } from '../../src/errors.ts';
import { type Pressure, press } from './pressure.ts';
import { type Served, serveAttune, servePeer } from './served.ts';

const COMMAND = fileURLToPath(new URL('../../bin/attune.js', import.meta.url));
/** Two answers for one recording may differ by this. */
const TOLERANCE = 1e-4;

/** A server and how many requests a second it answered. */
export interface Contender extends Pressure {
  readonly name: string;
  readonly isPeer: boolean;
}

export interface Comparison {
  /** versions of what the peer is made of */
  readonly versions: Readonly<Record<string, string>>;
  /** the greatest difference of a probability between Attune and the peer, for the recording that is sent */
  readonly off: number;
  readonly contenders: readonly Contender[];
}

interface Plan {
  readonly python: string;
  readonly folder: string;
  readonly cores: number;
  readonly clients: number;
  readonly seconds: number;
}

/**
 * Attune and the same network behind FastAPI, each with as many threads as it takes by default and with one a core, in turn.
 *
 * @throws AttuneError `run` where the peer is not there, or answers otherwise
 */
export async function compare(recording: Uint8Array, plan: Plan): Promise<Comparison> {
  const { python, folder, cores, clients, seconds } = plan;
  const versions = await versionsOf(python);
  const model = join(folder, 'attune.onnx');
  await promisify(execFile)(process.execPath, [COMMAND, 'export', '--out', model]);
  const answers: Record<string, number>[] = [];
  const contenders: Contender[] = [];
  const race = async (name: string, isPeer: boolean, served: Served) => {
    const path = isPeer ? '/recognize' : '/v1/recognize';
    answers.push(await answerOf(served.url + path, recording));
    const load = { clients, seconds };
    contenders.push({ name, isPeer, ...(await press(served, path, recording, load)) });
    await served.stop();
    process.stderr.write(`${name}: ${contenders.at(-1)!.answered_per_s} requests/s\n`);
  };
  const waiting = ['--max-waiting', String(2 * clients)];
  await race('Attune, workers: all cores but one', false, await serveAttune(waiting));
  await race('FastAPI, one process', true, await servePeer(python, model, 1, 0));
  await race('Attune, workers: all cores', false, await serveAttune([...waiting, '--workers', String(cores)]));
  await race('FastAPI, a process a core', true, await servePeer(python, model, cores, 1));
  const [own, peer] = answers;
  const off = Math.max(...Object.entries(own!).map(([name, p]) => Math.abs(p - peer![name]!)));
  if (!(off < TOLERANCE)) throw new AttuneError('run', `the peer answers otherwise: a probability is off by ${off}`);
  return { versions, off, contenders };
}

async function answerOf(url: string, recording: Uint8Array): Promise<Record<string, number>> {
  const answer = await fetch(url, {
    method: 'POST',
    body: Buffer.from(recording),
    headers: { 'content-type': 'audio/wav' },
  });
  const json = (await answer.json()) as { readonly probabilities?: Record<string, number> } & Record<string, number>;
  return json.probabilities ?? json;
}

const VERSIONS = `
import json, platform
from importlib.metadata import version
names = ["fastapi", "uvicorn", "onnxruntime", "numpy"]
print(json.dumps({"python": platform.python_version(), **{name: version(name) for name in names}}))`;

async function versionsOf(python: string): Promise<Record<string, string>> {
  try {
    return JSON.parse((await promisify(execFile)(python, ['-c', VERSIONS])).stdout);
  } catch (cause) {
    const why = (cause as Error).message.trim().split('\n').at(-1);
    const install = 'pip install -r bench/peers/requirements-server.txt';
    throw new AttuneError('run', `no FastAPI to compare with: ${python}: ${why}; ${install}`, { cause });
  }
}
