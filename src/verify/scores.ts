import { AttuneError } from '../errors.ts';
import { scoreRecordings } from '../evaluate/out-of-fold.ts';
import { systemOf } from '../evaluate/systems.ts';
import { possibleOffsets } from '../features/front-end.ts';
import type { Offset } from '../features/segmentation.ts';
import { readCheckpoint } from '../model/checkpoint.ts';
import type { Listening } from '../run/events.ts';
import { nameIn } from '../run/hashes.ts';
import type { Recording, RunConfig } from '../run/run-files.ts';
import { readIfThere, runPaths } from '../run/run-folder.ts';
import type { Prediction } from '../statistics/prediction.ts';
import { predictionsAt } from '../statistics/temperature.ts';
import { count } from '../text.ts';
import type { FinishedRun } from './doubted-run.ts';
import { differs, notChecked, type Statement, verdict } from './statement.ts';

/** Environments round otherwise, and `predictions.csv` to six decimals: no probability of a stored checkpoint may be further off. */
export const SCORE_TOLERANCE = 1e-3;

/** What rounding to six decimals leaves between equal probabilities, and a little more. */
const ROUNDING = 2e-6;

/**
 * Whether the checkpoints are those that made `predictions.csv`: scores the recordings of each fold with its own, which no other weights
 * pass. Where `config.json` was written before it stated what becomes of a segment's mean, the fold is scored in every way that it may have been,
 * and the nearest is named.
 *
 * @param directory the corpus folder, its recordings those of the manifest
 */
export async function checkScores(
  files: FinishedRun,
  directory: string,
  { encoder, onEvent, signal }: Listening & { readonly encoder?: string | undefined } = {},
): Promise<Statement[]> {
  const { run, folds, manifest, predictions } = files;
  const scored: Scored[] = [];
  const left: Statement[] = [];
  const without: string[] = [];
  let done = 0;
  for (const fold of folds) {
    const path = runPaths(run).checkpoint(fold);
    const bytes = await readIfThere(path);
    const own = manifest.recordings.filter((recording) => recording.fold === fold);
    if (!bytes) without.push(fold);
    else
      try {
        const likely = scored.at(-1)?.offset; // most runs are of one version
        const onProgress = (ready: number) =>
          onEvent?.({ event: 'scored', done: done + ready, inAll: predictions.length });
        const options = { onProgress, encoder, signal, likely };
        const name = nameIn(run, path);
        scored.push({ name, ...(await scoredAgain(files, { bytes, name }, own, directory, options)) });
      } catch (error) {
        if (!(error instanceof AttuneError)) throw error;
        const text = `fold ${fold} was not scored again: ${error.message}`;
        const isChanged = error.code === 'corpus' || error.code === 'run'; // else a recording cannot be decoded
        left.push(isChanged ? differs(text) : notChecked(text));
      }
    done += own.length;
  }
  const findings = scored.flatMap(tooFar);
  return [
    ...(scored.length ? verdict(findings, told(scored, files.config)) : []),
    ...left,
    ...(without.length ? [notChecked(`fold ${without.join(', ')} was not scored again: no checkpoint is here`)] : []),
  ];
}

/** What came of scoring a fold again. */
interface Scored {
  /** of its checkpoint */
  readonly name: string;
  readonly offset: Offset;
  readonly off: readonly Distance[];
}

/** Scores a fold in the likeliest way, and where that gives other predictions in the others too; returns what is nearest. */
async function scoredAgain(
  { predictions, config }: FinishedRun,
  { bytes, name }: { readonly bytes: Uint8Array; readonly name: string },
  recordings: readonly Recording[],
  directory: string,
  {
    likely,
    ...listening
  }: {
    onProgress: (done: number) => void;
    encoder: string | undefined;
    signal: AbortSignal | undefined;
    likely: Offset | undefined;
  },
): Promise<Omit<Scored, 'name'>> {
  const stated = new Map(predictions.map((prediction) => [prediction.utterance, prediction]));
  const options = { threads: config.options.threads ?? 1, ...listening };
  if (config.options.frontEnd.kind === 'descriptors') {
    const system = await systemOf(config.options, { directory, cache: '' }); // scoring reads recordings, not the cache
    const again = await system.score(bytes, name, recordings, listening.signal);
    listening.onProgress(again.length);
    return { offset: 'remove', off: distances(again, stated) };
  }
  const checkpoint = readCheckpoint(bytes, name);
  const ways: Omit<Scored, 'name'>[] = [];
  const possible = possibleOffsets(config.options.frontEnd);
  for (const offset of [...possible].sort((a, b) => Number(b === likely) - Number(a === likely))) {
    const frontEnd = { ...checkpoint.frontEnd, offset };
    const scored = await scoreRecordings({ ...checkpoint, frontEnd }, recordings, directory, options);
    ways.push({ offset, off: distances(predictionsAt(scored, checkpoint.classes, 1), stated) });
    if (largest(ways.at(-1)!) <= ROUNDING) break;
  }
  return ways.reduce((a, b) => (largest(b) < largest(a) ? b : a));
}

const largest = ({ off }: Pick<Scored, 'off'>): number => Math.max(0, ...off.map(({ distance }) => distance));

function told(scored: readonly Scored[], { options }: RunConfig): string {
  const ways = [...new Set(scored.map(({ offset }) => offset))];
  const folds = (offset: Offset) => scored.filter((fold) => fold.offset === offset).length;
  const named = ways.map((offset) => (ways.length > 1 ? `${offset} in ${count(folds(offset), 'fold')}` : offset));
  const how =
    possibleOffsets(options.frontEnd).length === 1
      ? ''
      : `, the offset that config.json does not state being ${named.join(', ')}`;
  const most = Math.max(...scored.map(largest)).toExponential(1);
  return `the recordings of ${count(scored.length, 'fold')} were scored again by their checkpoints${how}: no probability differs from predictions.csv by more than ${most} (${SCORE_TOLERANCE} may be)`;
}

interface Distance {
  readonly utterance: string;
  /** the greatest of its probabilities; NaN counts as 1 */
  readonly distance: number;
}

/** How far each utterance is from what `predictions.csv` says of it; those that it does not have are told elsewhere. */
const distances = (again: readonly Prediction[], stated: ReadonlyMap<string, Prediction>): Distance[] =>
  again.flatMap(({ utterance, probabilities }) => {
    const before = stated.get(utterance);
    if (!before) return [];
    const each = probabilities.map((p, c) => Math.abs(p - before.probabilities[c]!));
    return [{ utterance, distance: Math.max(...each.map((value) => (Number.isNaN(value) ? 1 : value))) }];
  });

function tooFar({ name, off }: Scored): string[] {
  const far = off.filter(({ distance }) => distance > SCORE_TOLERANCE).sort((a, b) => b.distance - a.distance);
  const [worst] = far;
  if (!worst) return [];
  return [
    `${name} does not give the predictions of its fold: probabilities of ${far.length} of ${count(off.length, 'utterance')} differ from predictions.csv, those of ${worst.utterance} by ${worst.distance.toFixed(3)} (${SCORE_TOLERANCE} may be)`,
  ];
}
