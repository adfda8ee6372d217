import { hashFile } from '../../audio/file.ts';
import { createReader } from '../../audio/reader.ts';
import { auditCorpus } from '../../corpus/audit.ts';
import { classesOf, stated } from '../../corpus/classes.ts';
import { accepted, spoilt } from '../../corpus/findings.ts';
import { heardBefore } from '../../corpus/heard-before.ts';
import type { LabelOptions } from '../../corpus/labels.ts';
import type { Provenance } from '../../corpus/provenance.ts';
import type { ReadOptions } from '../../corpus/read.ts';
import type { Corpus, Fold } from '../../corpus/utterance.ts';
import { openClassifier } from '../../recognize/hugging-face/classifier.ts';
import { readClassifierFolder, readProvenance } from '../../recognize/hugging-face/folder.ts';
import { environment } from '../../run/environment.ts';
import type { Listening } from '../../run/events.ts';
import type { Manifest } from '../../run/run-files.ts';
import type { ScoreConfig, ScoredSystem } from '../../run/score-file.ts';
import type { Prediction } from '../../statistics/prediction.ts';
import { readRecordings } from '../recordings.ts';
import { openKeptAnswers } from './kept.ts';
import { meaningsOf } from './labels.ts';
import { scoreRecordings } from './model.ts';
import { readTable, type Said } from './table.ts';

/** What is scored on what. */
export interface OutsideOptions extends Listening {
  readonly corpus: Corpus;
  /** how the corpus was read, where that is not its own way */
  readonly reading?: ReadOptions | undefined;
  /** the folder of an audio classifier, or a table of what a tool said */
  readonly system: { readonly model: string } | { readonly predictions: string };
  /** labels of the system by class, and under `ignored` those that count for nothing */
  readonly predictedLabels?: LabelOptions | undefined;
  /** findings of the audit that may pass */
  readonly accept: readonly string[];
  /** of intervals */
  readonly seed: number;
  /** within one operator of a model */
  readonly threads?: number | undefined;
  /** a folder that remembers what recordings sound like */
  readonly cache: string;
}

/** A system's answers for every utterance of a corpus, and what they depend on. */
export interface OutsideScore {
  readonly config: ScoreConfig;
  readonly manifest: Manifest;
  readonly predictions: readonly Prediction[];
}

/** The one fold of a system that was made elsewhere: all that it is tested on. */
const ALL = 'all';

/** What a system can say, before any recording is read. */
interface Opened {
  readonly system: ScoredSystem;
  readonly notes: readonly string[];
  /** what it was trained on, where it says so */
  readonly heard?: Provenance | undefined;
  said(manifest: Manifest): Promise<ReadonlyMap<string, Said>>;
}

/**
 * Scores a system that was made elsewhere on a corpus, which is audited first, also against what a model says that it was trained on: a model
 * is run, of a tool what it said is read.
 *
 * @throws AttuneError `checkpoint` where the model cannot be used; `run` where the table is none of the corpus; `usage` where labels mean none
 *   of its classes; `corpus` where recordings cannot be read, or the audit finds what is not accepted
 */
export async function scoreOutside(options: OutsideOptions): Promise<OutsideScore> {
  const { corpus, reading, predictedLabels, accept, seed, cache, onEvent, signal } = options;
  const { system, notes, heard, said: answers } = await open(options);
  for (const text of notes) onEvent?.({ event: 'warning', text: `warning: ${text}` });
  const folds: Fold[] = [{ name: ALL, train: [], test: corpus.utterances }];
  const read = await readRecordings(corpus, folds, { cache, reader: createReader(), onEvent, signal });
  const hashes = new Map(read.recordings.map(({ utterance, sha256 }) => [utterance, sha256]));
  const ofCorpus = await auditCorpus(corpus, {
    ...{ cache, hashes, ...(signal && { signal }) },
    onProgress: (done, inAll) => onEvent?.({ event: 'compared', done, inAll }),
  });
  const findings = [...(heard ? heardBefore(corpus, folds, heard, hashes) : []), ...ofCorpus];
  const { stopping } = accepted(findings, accept);
  if (stopping.length) throw spoilt(stopping);
  const manifest = { ...read, audit: findings };
  const said = await answers(manifest);
  const classes = classesOf(corpus);
  return {
    config: {
      corpus: corpus.name,
      options: {
        system,
        ...(predictedLabels && { predictedLabels }),
        ...(reading && { reading }),
        ...stated(classes),
        ...(accept.length && { accept: [...accept].sort() }),
        seed,
      },
      environment: environment(),
    },
    manifest,
    predictions: manifest.recordings.map(({ utterance, speaker, emotion }) => {
      const { predicted, probabilities } = said.get(utterance)!;
      const certain = classes.map((name) => Number(name === predicted));
      return { utterance, speaker, fold: ALL, emotion, predicted, probabilities: probabilities ?? certain };
    }),
  };
}

const open = (options: OutsideOptions): Promise<Opened> =>
  'model' in options.system ? openModel(options.system.model, options) : openTable(options.system.predictions, options);

async function openTable(path: string, { corpus, predictedLabels = {} }: OutsideOptions): Promise<Opened> {
  const { said, labels, probabilities, notes } = await readTable(path, corpus, predictedLabels);
  const system = { kind: 'predictions', path, sha256: await hashFile(path), labels, probabilities } as const;
  return { system, notes, said: async () => said };
}

async function openModel(path: string, options: OutsideOptions): Promise<Opened> {
  const { corpus, predictedLabels = {}, threads, cache, onEvent, signal } = options;
  const folder = await readClassifierFolder(path);
  const { classes: labels, model } = folder;
  const classes = classesOf(corpus);
  const meanings = meaningsOf(labels, classes, predictedLabels, path);
  const lacking = classes.filter((name) => ![...meanings.values()].includes(name));
  const heard = await readProvenance(path);
  const classifier = await openClassifier(path, threads === undefined ? {} : { threads });
  return {
    system: { kind: 'model', path, sha256: await hashFile(model), labels, probabilities: true },
    notes: lacking.length ? [`${path} has no label for ${lacking.join(', ')}, which it can never recognise`] : [],
    heard,
    async said({ recordings }) {
      try {
        const kept = await openKeptAnswers(cache, folder);
        const asked = { directory: corpus.directory, classes, meanings, kept };
        return await scoreRecordings(classifier, recordings, asked, { onEvent, signal });
      } finally {
        await classifier.close();
      }
    },
  };
}
