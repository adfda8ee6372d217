import { createHash } from 'node:crypto';
import { AttuneError } from '../errors.ts';
import { writeWhole } from '../files.ts';
import { createNetwork } from '../model/architecture.ts';
import { readSystemCheckpoint, type SystemCheckpoint, writeSystemCheckpoint } from '../model/checkpoint.ts';
import { historyIn } from '../run/history.ts';
import { readIfThere } from '../run/run-folder.ts';
import { type Learning, optimizerState, type TrainingState } from '../train/loop.ts';

/** Stands in the metadata where the digest will; no name or text there holds quotes that are not escaped. */
const KEY = '"sha256":"';
const DIGITS = 64;
const NO_DIGEST = '0'.repeat(DIGITS);

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A state with what else was noted in it. */
interface KeptState extends TrainingState {
  readonly notes: Readonly<Record<string, string>>;
}

/** Writes the state of a fold's training: a checkpoint that holds a digest of all its bytes, the digest's own taken for zeros. */
export async function writeState(path: string, state: SystemCheckpoint): Promise<void> {
  const bytes = Buffer.from(writeSystemCheckpoint({ ...state, notes: { ...state.notes, sha256: NO_DIGEST } }));
  bytes.write(digestOf(bytes), bytes.indexOf(KEY) + KEY.length, 'latin1');
  await writeWhole(path, bytes);
}

/**
 * The state that a fold's training goes on from, or undefined where there is none.
 *
 * @throws AttuneError `run` where it is damaged, of another fold, or of another optimiser
 */
export async function readState(path: string, fold: string, learning: Learning): Promise<KeptState | undefined> {
  const bytes = await readIfThere(path);
  if (!bytes) return undefined;
  if (!holdsItsDigest(bytes)) throw refusal(path, 'it was damaged, or an older version wrote it');
  const state = readSystemCheckpoint(bytes, path);
  if (state.notes?.fold !== fold) throw refusal(path, `it is of fold ${state.notes?.fold}`);
  const history = historyIn(state);
  const kept = Object.keys(optimizerState(createNetwork(state.architecture), learning));
  const lacking = kept.find((name) => !state.tensors[name]);
  if (history && lacking === undefined) return { tensors: state.tensors, history, notes: state.notes };
  throw refusal(path, `it has no valid ${history ? lacking : 'history'}`);
}

function holdsItsDigest(bytes: Buffer): boolean {
  const key = bytes.indexOf(KEY);
  const at = key + KEY.length;
  if (key < 0 || at + DIGITS > bytes.length) return false;
  const stated = bytes.toString('latin1', at, at + DIGITS);
  const zeroed = Buffer.from(bytes);
  zeroed.write(NO_DIGEST, at, 'latin1');
  return stated === digestOf(zeroed);
}

const refusal = (path: string, why: string) =>
  new AttuneError('run', `${path} is no state that training can go on from: ${why}. Delete it to train the fold anew.`);
