import * as v from 'valibot';
import { byCodeUnits } from '../corpus/adapter.ts';
import { EMOTIONS } from '../corpus/emotions.ts';
import { PROTOCOLS, TRAINED_ON_ALL } from '../corpus/protocols.ts';
import { AttuneError } from '../errors.ts';
import type { Prediction } from './prediction.ts';
import { readPredictions } from './predictions-file.ts';
import type { Manifest, RunConfig } from './run-files.ts';
import { readFold, readIfThere, readJson, runPaths } from './run-folder.ts';

/** What a run says of itself. */
export interface FinishedRun {
  /** its folder */
  readonly run: string;
  readonly config: RunConfig;
  readonly manifest: Manifest;
  /** of `predictions.csv`; at least one, but none of a run that trained on all recordings */
  readonly predictions: readonly Prediction[];
  /** names of the folds by the manifest, sorted; of a run that trained on all recordings its only one, which tests nothing */
  readonly folds: readonly string[];
}

const natural = v.pipe(v.number(), v.integer(), v.minValue(0));
// Only what is read here: a run of another version may have less or more beside it.
const CONFIG = v.looseObject({
  corpus: v.string(),
  options: v.looseObject({
    protocol: v.picklist(PROTOCOLS),
    folds: v.optional(natural),
    accept: v.optional(v.array(v.string())),
    architecture: v.looseObject({}),
    frontEnd: v.looseObject({}),
    schedule: v.looseObject({ epochs: natural }),
    seed: natural,
  }),
  environment: v.record(v.string(), v.string()),
});
const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const MANIFEST = v.looseObject({
  corpus: v.string(),
  recordings: v.array(
    v.looseObject({
      ...{ utterance: v.string(), file: v.string(), sha256: v.string(), speaker: v.string() },
      ...{ start: v.optional(seconds), end: v.optional(seconds) },
      ...{ gender: v.optional(v.picklist(['female', 'male'])), session: v.optional(v.string()) },
      ...{ emotion: v.picklist(EMOTIONS), fold: v.optional(v.string()) },
    }),
  ),
});

/**
 * Reads config, manifest and predictions of a finished run of `attune crossval`, or of `attune train`.
 *
 * @throws AttuneError `run` where one is missing or damaged
 */
export async function readFinishedRun(run: string): Promise<FinishedRun> {
  const paths = runPaths(run);
  const config = await checked<RunConfig>(paths.config, CONFIG);
  const manifest = await checked<Manifest>(paths.manifest, MANIFEST);
  if (!config || !manifest)
    throw new AttuneError(
      'run',
      `${run} holds no ${config ? 'manifest.json' : 'config.json'}: give the folder of a finished run`,
    );
  if (config.options.protocol === 'train-on-all') {
    if (!(await readFold(run, TRAINED_ON_ALL))) throw unfinished(run, `folds/${TRAINED_ON_ALL}.json`);
    return { run, config, manifest, predictions: [], folds: [TRAINED_ON_ALL] };
  }
  if (!(await readIfThere(paths.predictions))) throw unfinished(run, 'predictions.csv');
  const predictions = await readPredictions(paths.predictions);
  if (!predictions.length) throw new AttuneError('run', `${paths.predictions} holds no prediction`);
  const folds = new Set(manifest.recordings.flatMap(({ fold }) => (fold === undefined ? [] : [fold])));
  return { run, config, manifest, predictions, folds: [...folds].sort(byCodeUnits) };
}

const unfinished = (run: string, file: string) =>
  new AttuneError('run', `${run} holds no ${file}: the run is unfinished; start its command again and it goes on`);

async function checked<T>(path: string, schema: v.GenericSchema): Promise<T | undefined> {
  const value = await readJson<T>(path);
  const found = v.safeParse(v.optional(schema), value);
  if (found.success) return value;
  const [issue] = found.issues;
  throw new AttuneError(
    'run',
    `${path} is damaged at ${v.getDotPath(issue!) ?? 'its start'}: expected ${issue!.expected}, got ${issue!.received}. Put back a good copy.`,
  );
}
