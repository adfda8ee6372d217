import type { AnyFrontEnd } from '../features/descriptors/front-end.ts';
import { createNetwork } from '../model/architecture.ts';
import type { Environment, LogEntry, RunConfig, RunOptions } from '../run/run-files.ts';
import type { Optimizer } from '../train/optimizers/optimizers.ts';
import type { Schedule } from '../train/schedule.ts';
import { facts, type Html, html, table } from './html.ts';

type KeyOfAny<T> = T extends unknown ? keyof T : never;
// Typed by the options themselves, so that one added there and missing here does not compile.
const FRONT_END: Readonly<Record<KeyOfAny<AnyFrontEnd>, string>> = {
  kind: 'Front end',
  encoder: 'Speech encoder, SHA-256',
  input: 'The encoder hears',
  normalize: 'Samples at mean 0 and deviation 1',
  output: 'Output of the encoder',
  width: 'Numbers of a frame',
  blocks: 'Blocks of the encoder',
  joined: 'Frames of all blocks side by side',
  heardDecibels: 'Frames heard within, dB of the loudest',
  scaling: 'Scaling of the spectrogram',
  binHertz: 'Between bins, Hz',
  floorDecibels: 'Floor, dB below the loudest of a segment',
  segmentSeconds: 'Length of a segment, s',
  lastSegment: 'Sound behind the last whole hop',
  shortUtterances: 'Utterances shorter than a segment',
  shortInUse: 'The same when they are scored',
  trainHopSeconds: 'Hop of training segments, s',
  testHopSeconds: 'Hop of test segments, s',
  offset: 'Mean of a segment’s samples',
  set: 'Descriptors of a frame',
  segmentFrames: 'Frames of a segment',
  loudest: 'Share of the segments, the loudest',
};
const SCHEDULE: Readonly<Record<keyof Schedule, string>> = {
  epochs: 'Epochs',
  batchSize: 'Segments a step',
  learningRate: 'Learning rate at first',
  decayEpochs: 'Divided by 10 from epoch',
  decayBy: 'Divided by, in place of 10',
  clipNorm: 'Gradients shortened to',
};
const OPTIMIZER: Readonly<Record<KeyOfAny<Optimizer>, string>> = {
  kind: 'Optimiser',
  beta1: 'Mean of gradients, kept at a step (beta 1)',
  beta2: 'Mean of their squares, kept at a step (beta 2)',
  epsilon: 'Added to its root (epsilon)',
  momentum: 'Momentum (Nesterov)',
  weightDecay: 'Weight decay',
  statisticsMomentum: 'Momentum of batch statistics',
};
type Rest = Exclude<keyof RunOptions, 'architecture' | 'frontEnd' | 'schedule' | 'optimizer'>;
const RUN: Readonly<Record<Rest, string>> = {
  protocol: 'Protocol',
  split: 'Split',
  folds: 'Folds asked for',
  reading: 'How the corpus was read',
  ownLabels: 'Labels of single corpora',
  corpusWeights: 'Weights of the corpora',
  classes: 'Names of the classes',
  testReading: 'How the corpus to test on was read',
  accept: 'Findings of the audit that may pass',
  scoreEveryEpoch: 'Test speakers scored after every epoch',
  elm: 'Extreme learning machine',
  tune: 'Threshold chosen by training speakers',
  augmentation: 'Augmentation',
  balance: 'As many segments of each class',
  init: 'Started from weights',
  freeze: 'The head alone learns',
  seed: 'Seed',
  threads: 'Threads an operator',
};
const ENVIRONMENT: Readonly<Record<keyof Environment, string>> = {
  attune: 'Attune',
  node: 'Node',
  runtime: 'Runtime',
  processor: 'Processor',
};

/** The options of a run as small tables, a group each. */
export function settings({ options }: RunConfig): Html {
  const network = createNetwork(options.architecture);
  const groups = [
    ['Run', rowsOf(RUN, options)],
    ['Segments and front end', rowsOf(FRONT_END, options.frontEnd)],
    ['Network', network.settings.map(([label, value]) => [label, shown(value)] as const)],
    ['Training', [...rowsOf(SCHEDULE, options.schedule), ...rowsOf(OPTIMIZER, options.optimizer)]],
  ] as const;
  return html`<div class="settings">
${groups.map(([name, rows]) => html`<div><h3>${name}</h3>${facts(rows)}</div>\n`)}</div>`;
}

const rowsOf = <T extends object>(labels: Readonly<Record<string, string>>, values: T) =>
  Object.entries(labels)
    .filter(([key]) => values[key as keyof T] !== undefined) // options that not every run has
    .map(([key, label]) => [label, shown(values[key as keyof T])] as const);

/** An option as text; one that holds further options as `turns: all; labels: happy: hap, exc`. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length ? value.join(', ') : 'none';
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, own]) => `${key}: ${shown(own)}`)
      .join('; ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/** An environment as a table. */
export const environmentFacts = (environment: Environment): Html =>
  facts((Object.keys(ENVIRONMENT) as (keyof Environment)[]).map((key) => [ENVIRONMENT[key], environment[key]]));

/** Where and when the run was made: more than one environment where it was continued in another one. */
export function environments(config: RunConfig, log: readonly LogEntry[]): Html {
  const starts = log.filter((entry) => entry.event === 'start');
  const keys = Object.keys(ENVIRONMENT) as (keyof Environment)[];
  const values = [config, ...starts].map(({ environment }) => keys.map((key) => environment[key]));
  const distinct = [...new Map(values.map((own) => [own.join('\n'), own])).values()];
  const end = log.findLast((entry) => entry.event === 'end');
  const times = [
    ['Started', timeOf(starts[0])],
    ['Continued', starts.slice(1).map(timeOf).join(', ') || 'no'],
    ['Ended', timeOf(end)],
  ] as const;
  const named = (own: readonly string[]) => own.map((value, i) => [ENVIRONMENT[keys[i]!], value] as const);
  if (distinct.length === 1) return html`<div class="settings">${facts(named(distinct[0]!))}${facts(times)}</div>`;
  const columns = ['', ...distinct.map((_, i) => (i ? `continued in (${i})` : 'started in'))];
  const rows = keys.map((key, k) => [ENVIRONMENT[key], ...distinct.map((own) => own[k]!)]);
  return html`<p class="warning">Parts of this run were made in different environments, which can change its figures.</p>
${table(columns, rows, [...columns.keys()])}<div class="settings">${facts(times)}</div>`;
}

/** Such as `2026-03-01 09:00:00 UTC`, from ISO 8601; anything else as it is. */
const timeOf = (entry: LogEntry | undefined): string =>
  entry?.time.replace(/^([\d-]+)T([\d:]+)(\.\d+)?Z$/, '$1 $2 UTC') ?? 'not in the log';
