import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machine } from '../../bench/machine.ts';
import { hashFile } from '../../src/audio/file.ts';
import { createReader } from '../../src/audio/reader.ts';
import { SAMPLE_RATE } from '../../src/audio/waveform.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { scoreOutOfFold, scoreRecordings } from '../../src/evaluate/out-of-fold.ts';
import { SEGMENT_SECONDS } from '../../src/features/segments.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { readJson, runPaths, writeJson } from '../../src/run/run-folder.ts';
import { MANIFEST } from '../../src/run/run-schemas.ts';
import { gendersOf } from '../../src/statistics/metrics.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';
import { fitTemperature, predictionsAt, type ScoredUtterance } from '../../src/statistics/temperature.ts';
import { type AnyCondition, CONDITIONS, STRONGER } from '../shared/conditions.ts';
import { LENGTHS, loudest } from '../shared/cuts.ts';
import { CORPORA, RESULTS as PAPER, WEIGHTS as PAPER_WEIGHTS } from '../shared/default-weights-runs.ts';
import { type DEVELOPMENT, isForDevelopment } from '../shared/development.ts';
import { kept, scored, shown } from '../shared/scores.ts';
import { type Accuracy, accuracy, type CalibrationFigures, calibration, ship } from '../shared/shipping.ts';
import { writeEncoderCard } from './page.ts';

export const RESULTS = 'results/encoder';
export const OUT_OF_FOLD = `${RESULTS}/damped`;
/** Trained on all of EmoDB: what is shipped. */
export const SHIPPED = `${RESULTS}/shipped`;
const WEIGHTS = 'weights/attune.safetensors';

/** Of weights on one corpus. */
export interface Answers {
  readonly accuracy: Accuracy;
  readonly calibration: CalibrationFigures;
  /** the greatest share of recordings that one class is given to */
  readonly greatestShare: number;
  /** WA of the half that is answered first, by its greatest probability */
  readonly surerHalf: number;
}

/** Of recordings of EmoDB that fill a segment, cut to a length. */
export interface CutFigures {
  /** absent: uncut */
  readonly seconds?: number;
  readonly ua: number;
  readonly calledSad: number;
}

/** What naming no emotion of little probability gives. */
export interface Abstention {
  /** the least probability at which emotions are named: the least at which so many of EmoDB's answers are right, under all conditions together */
  readonly below: number;
  readonly right: number;
  /** of each corpus, the share that is answered, and of these the share that is right */
  readonly corpora: readonly { readonly name: string; readonly answered: number; readonly right: number }[];
}

/** `results/encoder/weights.json` */
export interface EncoderWeightsFigures {
  readonly made: ReturnType<typeof machine>;
  readonly temperature: number;
  /** EmoDB, by networks that never heard the speaker; calibration at the temperature of the other speakers */
  readonly conditions: Readonly<Record<AnyCondition, Answers>>;
  readonly abstention: Abstention;
  readonly cut: readonly CutFigures[];
  /** test speakers, by the shipped weights and by the paper's */
  readonly others: readonly { readonly name: string; readonly encoder: Answers; readonly paper: Answers }[];
}

const ALL: readonly AnyCondition[] = [...CONDITIONS, ...STRONGER];

const inCondition = (emodb: string, condition: AnyCondition) => scored(OUT_OF_FOLD, emodb, condition);

/** The temperature that suits EmoDB best under all conditions together, stronger ones too: new voices are further away than altered ones. */
export async function shipWeights(emodb: string): Promise<void> {
  const all: ScoredUtterance[] = [];
  for (const condition of ALL) all.push(...(await inCondition(emodb, condition)));
  const temperature = Number(fitTemperature(all, EMOTIONS).toFixed(4));
  process.stderr.write(`temperature ${temperature}\n`);
  await ship({
    ...{ name: 'encoder', path: WEIGHTS, run: SHIPPED, recipe: 'recipes/encoder-weights.ts', temperature },
    outOfFold: await inCondition(emodb, 'clean'),
  });
}

export async function figures(corpora: string): Promise<void> {
  const made = machine(1); // before a file is changed
  const emodb = join(corpora, 'emodb');
  const { temperature = 1 } = readCheckpoint(await readFile(WEIGHTS), WEIGHTS);
  const predictions = await underAll(emodb);
  const { recordings } = (await readJson(runPaths(OUT_OF_FOLD).manifest, MANIFEST))!;
  const conditions = Object.fromEntries(
    [...predictions].map(([condition, said]) => [condition, answers(said, gendersOf(recordings))]),
  ) as Record<AnyCondition, Answers>;
  const { others, said } = await otherFigures(corpora, temperature);
  const result: EncoderWeightsFigures = {
    ...{ made, temperature, conditions, others },
    abstention: abstention([...predictions.values()].flat(), said),
    cut: await cutShort(emodb, temperature),
  };
  await writeJson(`${RESULTS}/weights.json`, result);
  await writeEncoderCard(result);
}

/** Each recording at the temperature of the other speakers. */
async function underAll(emodb: string): Promise<Map<AnyCondition, Prediction[]>> {
  const scores = new Map<AnyCondition, ScoredUtterance[]>();
  for (const condition of ALL) scores.set(condition, await inCondition(emodb, condition));
  const all = [...scores.values()].flat();
  const speakers = [...new Set(all.map(({ speaker }) => speaker))];
  const temperatures = new Map(
    speakers.map((own) => [
      own,
      fitTemperature(
        all.filter(({ speaker }) => speaker !== own),
        EMOTIONS,
      ),
    ]),
  );
  const at = (one: ScoredUtterance) => predictionsAt([one], EMOTIONS, temperatures.get(one.speaker)!);
  return new Map([...scores].map(([condition, own]) => [condition, own.flatMap(at)]));
}

const sureness = ({ probabilities }: Prediction): number => Math.max(...probabilities);
const isRight = ({ emotion, predicted }: Prediction): boolean => emotion === predicted;

/** So many of the answers to EmoDB under all conditions are to be right. */
const RIGHT = 0.8;

/** Chosen by EmoDB alone; other corpora measure it. */
function abstention(
  emodb: readonly Prediction[],
  others: readonly (readonly [string, readonly Prediction[]])[],
): Abstention {
  const figuresAt = (below: number, predictions: readonly Prediction[]) => {
    const answered = predictions.filter((one) => sureness(one) >= below);
    return { answered: answered.length / predictions.length, right: answered.filter(isRight).length / answered.length };
  };
  const below = Array.from({ length: 100 }, (_, i) => i / 100).find((p) => figuresAt(p, emodb).right >= RIGHT) ?? 1;
  const corpora = [['EmoDB, under all conditions', emodb] as const, ...others];
  return { below, right: RIGHT, corpora: corpora.map(([name, own]) => ({ name, ...figuresAt(below, own) })) };
}

function answers(predictions: readonly Prediction[], genders: ReturnType<typeof gendersOf>): Answers {
  const counts = EMOTIONS.map((name) => predictions.filter(({ predicted }) => predicted === name).length);
  const first = [...predictions].sort((a, b) => sureness(b) - sureness(a)).slice(0, Math.ceil(predictions.length / 2));
  return {
    accuracy: accuracy(predictions, genders),
    calibration: calibration(predictions),
    greatestShare: Math.max(...counts) / predictions.length,
    surerHalf: first.filter(isRight).length / first.length,
  };
}

/** The loudest part of each recording of EmoDB that fills a segment. */
async function cutShort(emodb: string, temperature: number): Promise<CutFigures[]> {
  const whole = await inCondition(emodb, 'clean');
  const isLong = await longOnes(emodb);
  const ofCut = async (seconds: number) => {
    const length = Math.round(seconds * SAMPLE_RATE);
    return kept(join(OUT_OF_FOLD, 'conditions', `cut-${seconds}.json`), () =>
      scoreOutOfFold(OUT_OF_FOLD, emodb, {
        threads: 1,
        alter(samples) {
          const start = loudest(samples, Math.min(length, samples.length));
          return samples.slice(start, start + length);
        },
        onProgress: shown(`cut to ${seconds} s`),
      }),
    );
  };
  const figuresOf = (scores: readonly ScoredUtterance[]) => {
    const predictions = predictionsAt(scores, EMOTIONS, temperature).filter(({ utterance }) => isLong.has(utterance));
    const sad = predictions.filter(({ predicted }) => predicted === 'sad').length;
    return { ua: accuracy(predictions, new Map()).ua, calledSad: sad / predictions.length };
  };
  const cuts: [number, ScoredUtterance[]][] = [];
  for (const seconds of LENGTHS) cuts.push([seconds, await ofCut(seconds)]);
  return [figuresOf(whole), ...cuts.map(([seconds, scores]) => ({ seconds, ...figuresOf(scores) }))];
}

/** Recordings of EmoDB that fill a segment. */
async function longOnes(emodb: string): Promise<ReadonlySet<string>> {
  const reader = createReader();
  const { recordings } = (await readJson(runPaths(OUT_OF_FOLD).manifest, MANIFEST))!;
  const long = new Set<string>();
  for (const { utterance, file } of recordings) {
    const { samples } = (await reader(join(emodb, file))).waveform;
    if (samples.length >= SEGMENT_SECONDS * SAMPLE_RATE) long.add(utterance);
  }
  return long;
}

/** Test speakers: all but those for development. Who was developed on is never scored here. */
async function otherFigures(corpora: string, temperature: number) {
  const paper = readCheckpoint(await readFile(PAPER_WEIGHTS), PAPER_WEIGHTS);
  const others: EncoderWeightsFigures['others'][number][] = [];
  const said: (readonly [name: string, predictions: readonly Prediction[]])[] = [];
  for (const { name, path } of CORPORA) {
    const corpus = name.toLowerCase() as keyof typeof DEVELOPMENT;
    const { directory, utterances } = await readCorpus(join(corpora, path));
    const tested = utterances.filter((utterance) => !isForDevelopment(corpus, utterance));
    const recordings: { utterance: string; sha256: string; file: string; speaker: string; emotion: string }[] = [];
    for (const { id, ...utterance } of tested) {
      const sha256 = await hashFile(join(directory, utterance.file));
      recordings.push({ ...utterance, utterance: id, sha256 });
    }
    const genders = gendersOf(recordings);
    const checkpoint = readCheckpoint(await readFile(WEIGHTS), 'the default weights');
    const scores = await kept(`${RESULTS}/shipped-${corpus}.json`, () =>
      scoreRecordings(checkpoint, recordings, directory, { threads: 1, onProgress: shown(name) }),
    );
    const names = new Set(tested.map(({ id }) => id));
    const before = (JSON.parse(await readFile(`${PAPER}/${corpus}.json`, 'utf8')) as ScoredUtterance[]).filter(
      ({ utterance }) => names.has(utterance),
    );
    const predictions = predictionsAt(scores, EMOTIONS, temperature);
    said.push([`${name}, test speakers`, predictions]);
    others.push({
      name,
      encoder: answers(predictions, genders),
      paper: answers(predictionsAt(before, EMOTIONS, paper.temperature ?? 1), genders),
    });
  }
  return { others, said };
}
