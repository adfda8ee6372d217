import { EMOTIONS } from '../corpus/emotions.ts';
import { AttuneError } from '../errors.ts';
import { type Checkpoint, readCheckpoint } from '../model/checkpoint.ts';
import { nameIn } from './hashes.ts';
import { scoreRecordings } from './out-of-fold.ts';
import type { Prediction } from './prediction.ts';
import type { Recording } from './run-files.ts';
import { readIfThere, runPaths } from './run-folder.ts';
import { predictionsAt } from './temperature.ts';
import type { FinishedRun } from './verify-run.ts';
import { count, notChecked, type Statement, verdict } from './verify-statement.ts';

/** Environments round otherwise, and `predictions.csv` to six decimals: no probability of a stored checkpoint may be further off. */
export const SCORE_TOLERANCE = 1e-3;

/** How a segment's mean was dealt with: until it was first taken out (docs/decisions/sound-warnings.md) it was left in. */
const OFFSETS = ['remove', 'keep'] as const;

/**
 * Whether the checkpoints are those that made `predictions.csv`: scores the recordings of each fold with its own, which no other weights
 * pass. A fold that older versions scored is scored in their way.
 *
 * @param directory the corpus folder, its recordings those of the manifest
 */
export async function checkScores(
  files: FinishedRun,
  directory: string,
  onProgress?: (done: number, inAll: number) => void,
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
        const likely = scored.at(-1)?.offset ?? OFFSETS[0]; // most runs are of one version
        const checkpoint = readCheckpoint(bytes, nameIn(run, path));
        const options = { onProgress: (ready: number) => onProgress?.(done + ready, predictions.length), likely };
        scored.push({ name: nameIn(run, path), ...(await scoredAgain(files, checkpoint, own, directory, options)) });
      } catch (error) {
        if (!(error instanceof AttuneError)) throw error;
        left.push(notChecked(`fold ${fold} was not scored again: ${error.message}`));
      }
    done += own.length;
  }
  const findings = scored.flatMap(tooFar);
  return [
    ...(scored.length ? verdict(findings, told(scored)) : []),
    ...left,
    ...(without.length ? [notChecked(`fold ${without.join(', ')} was not scored again: no checkpoint is here`)] : []),
  ];
}

/** What came of scoring a fold again. */
interface Scored {
  /** of its checkpoint */
  readonly name: string;
  readonly offset: (typeof OFFSETS)[number];
  readonly off: readonly Distance[];
}

/** Scores a fold in the likelier way, and where that gives other predictions in the other one; returns what is nearer. */
async function scoredAgain(
  { predictions, config }: FinishedRun,
  checkpoint: Checkpoint,
  recordings: readonly Recording[],
  directory: string,
  { onProgress, likely }: { onProgress: (done: number) => void; likely: Scored['offset'] },
): Promise<Omit<Scored, 'name'>> {
  const stated = new Map(predictions.map((prediction) => [prediction.utterance, prediction]));
  const options = { threads: config.options.threads ?? 1, onProgress };
  const ways: Omit<Scored, 'name'>[] = [];
  for (const offset of [likely, ...OFFSETS.filter((other) => other !== likely)]) {
    const scored = await scoreRecordings(checkpoint, recordings, directory, { ...options, offset });
    ways.push({ offset, off: distances(predictionsAt(scored, 1), stated) });
    if (largest(ways.at(-1)!) <= SCORE_TOLERANCE) break;
  }
  return ways.reduce((a, b) => (largest(b) < largest(a) ? b : a));
}

const largest = ({ off }: Pick<Scored, 'off'>): number => Math.max(0, ...off.map(({ distance }) => distance));

function told(scored: readonly Scored[]): string {
  const kept = scored.filter(({ offset }) => offset === 'keep').length;
  const how = kept ? `, ${kept} of them with a constant offset left in, as older versions scored` : '';
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
    const each = EMOTIONS.map((_, c) => Math.abs(probabilities[c]! - before.probabilities[c]!));
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
