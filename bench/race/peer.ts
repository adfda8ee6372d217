import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { AttuneError } from '../../src/errors.ts';
import type { Timing } from '../measurements.ts';
import { TIMING } from '../own-process.ts';
import { firstOf, type Program, start } from '../program.ts';
import type { Allocator, Discipline, Variant } from '../variants.ts';

const SCRIPT = fileURLToPath(new URL('../peers/pytorch_speed.py', import.meta.url));
/** The first with `torch.compile`. */
const OLDEST = 2;

const VERSIONS = v.object({ torch: v.string(), python: v.string() });
/** What is said of one discipline; said of another, it is an error. */
const outcomeOf = (discipline: Discipline) =>
  v.pipe(
    v.intersect([v.object({ measure: v.literal(discipline) }), v.union([TIMING, v.object({ failed: v.string() })])]),
    v.transform(({ measure: _, ...outcome }) => outcome as Outcome),
  );

/** A Python with a PyTorch that can race. */
export interface Peer {
  readonly python: string;
  readonly versions: v.InferOutput<typeof VERSIONS>;
}

/** How fast a variant is, or why it does not run. */
export type Outcome = Timing | { readonly failed: string };

/**
 * Looks for PyTorch.
 *
 * @param python the interpreter, a name or a path
 * @throws AttuneError `run` where there is none, or one that is too old or broken
 */
export async function findPeer(python: string): Promise<Peer> {
  const refuse = (reason: string): never => {
    throw new AttuneError('run', `no PyTorch to race against: ${python}: ${reason}`);
  };
  const versions = await firstOf(peerProgram(python, [], {}), VERSIONS).catch((error: Error) => refuse(error.message));
  const major = Number.parseInt(versions.torch, 10);
  if (Number.isNaN(major)) refuse(`its PyTorch calls its version ${JSON.stringify(versions.torch.slice(0, 80))}`);
  if (major < OLDEST) refuse(`its PyTorch is too old: got ${versions.torch}, expected ${OLDEST}.0 or newer`);
  return { python, versions };
}

/** What is measured of a variant. */
export interface PeerTask {
  readonly measure: readonly Discipline[];
  readonly threads: number;
  /** timed steps of training, inference in proportion */
  readonly steps: number;
  /** absent: the paper's, with attention pooling */
  readonly network?: 'cnn-lstm';
}

/** Measures one variant in a process of its own. What it cannot do is told in the place of its figure. */
export async function measurePeer(
  { python }: Peer,
  { layout, mode }: Variant,
  allocator: Allocator,
  { measure, threads, steps, network }: PeerTask,
): Promise<Partial<Record<Discipline, Outcome>>> {
  const which = network === undefined ? [] : ['--network', network];
  const args = [...which, '--layout', layout, '--mode', mode, '--threads', `${threads}`, '--steps', `${steps}`];
  const running = await start(peerProgram(python, ['--measure', ...measure, ...args], allocator.env));
  const outcomes: Partial<Record<Discipline, Outcome>> = {};
  try {
    for (const discipline of measure)
      outcomes[discipline] = await running
        .next(outcomeOf(discipline))
        .catch((error: Error) => ({ failed: error.message }));
    return outcomes;
  } finally {
    running.kill();
  }
}

/** Training on one thread beside other processes; see `runTogether`. */
export const peerTogether = (
  { python }: Peer,
  { layout, mode }: Variant,
  allocator: Allocator,
  windowSeconds: number,
) =>
  peerProgram(
    python,
    ['--together', '--layout', layout, '--mode', mode, '--window', `${windowSeconds}`],
    allocator.env,
  );

const peerProgram = (python: string, args: readonly string[], env: Allocator['env']): Program => ({
  command: python,
  args: ['-W', 'ignore', SCRIPT, ...args],
  env,
});
