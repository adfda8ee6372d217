import { rm } from 'node:fs/promises';
import { auditCorpus } from '../corpus/audit.ts';
import { classesOf } from '../corpus/classes.ts';
import { accepted, type Finding, spoilt } from '../corpus/findings.ts';
import { type Marks, markNotes } from '../corpus/leaks.ts';
import { folderName } from '../corpus/own-folder.ts';
import type { Fold } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import { removeUnfinished } from '../files.ts';
import { UnitDied } from '../jobs/failure.ts';
import { gatherFailures, type UnitsFailed } from '../jobs/failures.ts';
import { localPool } from '../jobs/local-pool.ts';
import { whileHeld } from '../lock.ts';
import { refuseOverwriting } from '../overwriting.ts';
import { checkEncoder } from '../recognize/encoder-file.ts';
import { differences } from '../run/differences.ts';
import { finishedFold } from '../run/end-run.ts';
import { environment, numerics } from '../run/environment.ts';
import { hashStart, refuseOtherFiles } from '../run/hashes.ts';
import { marksOf } from '../run/marks.ts';
import type { Environment, LogEntry, Manifest, RunConfig } from '../run/run-files.ts';
import {
  appendLog,
  foldFiles,
  makeRunFolder,
  readJson,
  readLog,
  refuseAsOut,
  refuseToReplace,
  runFiles,
  runPaths,
  sharedFiles,
  trainedFiles,
  writeJson,
} from '../run/run-folder.ts';
import { manifestOf, RUN_CONFIG } from '../run/run-schemas.ts';
import { readFold } from '../run/sealed-files.ts';
import { confusionOf, scoresOf } from '../statistics/confusion.ts';
import { checkOptions } from './check-options.ts';
import { prepare } from './prepare.ts';
import { refuseOtherWeights, withClasses } from './run-classes.ts';
import { refuseOtherOptions, statedOptions } from './started-options.ts';
import { keepStart, readStart, type StartingWeights, withStart } from './starting-weights.ts';
import { checkFolds, systemWarnings } from './systems.ts';
import type { TrainingRun } from './training-run.ts';
import { FOLD } from './units.ts';

/**
 * Trains a network a fold and scores what it never heard with the weights of the last epoch. The corpus is audited first. Where a fold
 * fails the others go on, but where its training diverges. Stopped at any moment and started again, it goes on, and ends with the same
 * bytes.
 *
 * @throws AttuneError `usage` where the run in `out` was started with other options, or another command works on it; `run` where its
 *   recordings have changed or files of it are damaged; `corpus` where the audit finds what is not accepted; {@link UnitsFailed} where folds
 *   failed
 */
export async function trainFolds(
  given: TrainingRun,
  folds: readonly Fold[],
): Promise<{ config: RunConfig; manifest: Manifest }> {
  checkOptions(given.options);
  checkFolds(given.options, folds);
  await checkEncoder(given.options.frontEnd, given.encoder);
  const start = given.init === undefined ? undefined : await readStart(given.init);
  const run = { ...given, options: withStart(withClasses(given.options, given.corpus), start) };
  const { corpus, out, options, onEvent = () => {} } = run;
  refuseOtherWeights(options, corpus, folds);
  const classes = classesOf(options);
  await refuseAsOut(out, corpus);
  const paths = runPaths(out);
  const config: RunConfig = { corpus: corpus.name, options: statedOptions(options), environment: environment() };
  await refuseToReplace(paths.config, [...[paths.predictions, paths.metrics, paths.report, paths.hashes, paths.init]]);
  const names = folds.map(({ name }) => name);
  await refuseOtherFiles(out, trainedFiles(out, names, options));
  const before = await readJson(paths.config, RUN_CONFIG);
  if (before) {
    refuseOtherOptions(before, config, out);
    for (const change of differences(before.environment, config.environment))
      onEvent({
        event: 'warning',
        text: `warning: ${change} since the run was started, so the last digits may differ from those of a run made at one go`,
      });
  }
  const written = runFiles(out, names, options).filter((path) => path !== paths.init); // a copy of what is read stays
  await refuseOverwriting(written, [given.init, given.encoder, corpus.directory]);
  await makeRunFolder(out);
  const finished: string[] = [];
  for (const name of names) if (await finishedFold(out, name, classes)) finished.push(name);
  const left = names.filter((name) => !finished.includes(name));
  const begun = { run, folds, start, before, config, finished, left };
  return left.length ? whileHeld(paths.lock, out, () => trainLeft(begun)) : trainLeft(begun);
}

/** A run whose folder is there, as far as it is. */
interface Begun {
  readonly run: TrainingRun;
  readonly folds: readonly Fold[];
  readonly start: StartingWeights | undefined;
  /** as the run was started before, if it was */
  readonly before: RunConfig | undefined;
  readonly config: RunConfig;
  readonly finished: readonly string[];
  readonly left: readonly string[];
}

async function trainLeft({ run, folds, start, before, config, finished, left }: Begun) {
  const { corpus, out, options, cache, signal, onEvent = () => {} } = run;
  const names = folds.map(({ name }) => name);
  const paths = runPaths(out);
  const prepared = await prepare(corpus, folds, {
    frontEnd: options.frontEnd,
    ...(options.augmentation && { augmentation: options.augmentation }),
    ...{ encoder: run.encoder, cache, signal, onEvent },
  });
  for (const text of systemWarnings(options, prepared)) onEvent({ event: 'warning', text });
  const known = await readJson(paths.manifest, manifestOf(classesOf(options)));
  if (known) refuseOtherRecordings(known, prepared, out);
  const manifest: Manifest = {
    ...(known && !known.parts ? withoutParts(prepared) : prepared), // an older version wrote none
    audit: known?.audit ?? (await audit(run, folds, prepared, start)),
  };
  if (left.length || !known || differences(known, manifest).length) {
    await rm(paths.hashes, { force: true }); // which would miss what is about to change, were this killed
    await writeJson(paths.manifest, manifest);
    if (!before) await writeJson(paths.config, config);
    await keepStart(out, start);
    await hashStart(out);
  }
  if (left.length) log(run, { event: 'start', time: now(), environment: config.environment });
  const marks = marksOf(config.options, manifest);
  if (options.protocol !== 'train-on-all')
    // which makes no figures
    for (const text of markNotes(marks, 'folds', 'their figures')) onEvent({ event: 'warning', text });
  onEvent({ event: 'folds', folds: names, finished });
  await execute(run, left, marks);
  await removeUnfinished(runFiles(out, names, options)); // of processes that were killed
  return { config: before ?? config, manifest };
}

const withoutParts = ({ parts: _, ...manifest }: Manifest): Manifest => manifest;

/** What the audit found, where all of it may pass. A split that leaks by its own name does so in speakers. */
async function audit(
  { corpus, options: { protocol, accept = [] }, cache, signal, onEvent }: TrainingRun,
  folds: readonly Fold[],
  { recordings }: Manifest,
  start: StartingWeights | undefined,
): Promise<Finding[]> {
  const tested = folds.filter(({ test }) => test.length);
  const hashes = new Map(recordings.map(({ utterance, sha256 }) => [utterance, sha256]));
  const findings = await auditCorpus(corpus, {
    ...{ folds: tested, cache, hashes },
    ...(start?.checkpoint.provenance && { heard: start.checkpoint.provenance }),
    ...(signal && { signal }),
    onProgress: (done, inAll) => onEvent?.({ event: 'compared', done, inAll }),
  });
  const byDesign = protocol === 'random-leaking' ? ['speaker-on-both-sides'] : [];
  const { stopping } = accepted(findings, [...accept, ...byDesign]);
  if (!stopping.length) return findings;
  throw spoilt(stopping);
}

const now = () => new Date().toISOString();

/** Writes a line of the log, and tells it. */
function log({ out, onEvent }: TrainingRun, entry: LogEntry): void {
  appendLog(out, entry);
  onEvent?.(entry);
}

async function execute(run: TrainingRun, folds: readonly string[], marks: Marks): Promise<void> {
  const { corpus, out, cache, encoder, jobs, executor = localPool(jobs), onEvent, signal } = run;
  const classes = classesOf(run.options);
  const logged = new Set(
    (await readLog(out)).map((entry) => (entry.event === 'epoch' ? `${entry.fold} ${entry.epoch}` : '')),
  );
  const warned = new Set<string>();
  const failures = gatherFailures();
  const sites = new Set<string>();
  const warn = (text: string) => {
    if (!warned.has(text)) onEvent?.({ event: 'warning', text: `warning: ${text}` });
    warned.add(text); // folds share recordings
  };
  const nameOf = ({ fold }: { readonly fold: string }) => `fold ${fold}`;
  await executor.execute({
    kind: FOLD,
    units: folds.map((fold) => ({ fold, corpus: folderName(corpus.directory) })),
    ...{ folder: out, shared: sharedFiles(run.options) },
    filesOf: ({ fold }) => foldFiles(fold, run.options),
    means: { corpora: [corpus.directory], cache, ...(encoder !== undefined && { encoder }) },
    onNote: (text) => onEvent?.({ event: 'warning', text }),
    onSite({ fold }, site) {
      const own = environment();
      const its: Environment = { ...own, ...site };
      const changes = differences(numerics(own), numerics(its));
      if (!changes.length || sites.has(JSON.stringify(its))) return;
      sites.add(JSON.stringify(its));
      log(run, { event: 'start', time: now(), environment: its }); // verify knows by it
      onEvent?.({
        event: 'warning',
        text: `warning: fold ${fold} was done elsewhere (${changes.join('; ')}), so its last digits may differ from those of a run made here`,
      });
    },
    nameOf,
    signal,
    onFailed(unit, error) {
      log(run, { event: 'failed', time: now(), fold: unit.fold, text: error.message.replace(`${nameOf(unit)}: `, '') });
      const isForMemory = jobs > 1 && error instanceof UnitDied && error.ender;
      failures.add(isForMemory ? new UnitDied(`${error.message} (fewer \`jobs\` need less)`) : error);
    },
    onEvent({ fold }, event) {
      if ('warning' in event) return warn(event.warning);
      if ('segmentsSeen' in event) return onEvent?.({ event: 'step', fold, ...event });
      for (const report of event.history) {
        if (logged.has(`${fold} ${report.epoch}`)) continue;
        logged.add(`${fold} ${report.epoch}`);
        log(run, { event: 'epoch', time: now(), fold, ...report });
      }
    },
    async onDone({ fold }) {
      const { predictions } = (await readFold(out, fold, classes))!;
      if (!predictions.length) return; // a fold that tests nobody
      const { wa, ua } = scoresOf(confusionOf(predictions, classes));
      log(run, { event: 'fold', time: now(), fold, wa, ua, ...marks });
    },
  });
  failures.throwAll('fold', folds.length);
}

function refuseOtherRecordings(before: Manifest, now: Manifest, out: string): void {
  const essential = ({ recordings }: Manifest) =>
    recordings.map(({ utterance, start, end, sha256, speaker, emotion, fold }) => ({
      ...{ utterance, start, end, sha256, speaker, emotion, fold },
    }));
  const [change] = differences(essential(before), essential(now));
  if (change)
    throw new AttuneError(
      'run',
      `the recordings are not those that the run in ${out} was started with: ${change}. Put them back, or give another \`out\`.`,
    );
}
