import { join } from 'node:path';
import type { Machine } from '../../bench/machine.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { inPercent } from '../../src/percent.ts';
import { calibrationOf } from '../../src/statistics/calibration.ts';
import { classScoresOf, confusionOf, scoresOf } from '../../src/statistics/confusion.ts';
import { writeReadmeSection } from '../../src/studies/readme-section.ts';
import { keptJson } from '../shared/kept-json.ts';
import type { HeardRecording } from './features.ts';

/** Of one corpus; shares in [0, 1]. */
export interface Figures {
  readonly recordings: number;
  readonly ua: number;
  /** neutral, happy, angry, sad */
  readonly recalls: readonly number[];
  /** nats */
  readonly nll: number;
  readonly ece: number;
}

export interface HeadFigures {
  readonly name: string;
  readonly emodb: Figures;
  readonly ravdess: Figures;
  readonly nemo: Figures;
}

/** `heads.json` */
export interface Heads {
  readonly made: Machine;
  readonly heads: readonly HeadFigures[];
}

export function figuresOf(
  recordings: readonly HeardRecording[],
  probabilities: readonly (readonly number[])[],
): Figures {
  const predictions = recordings.map(({ utterance, speaker, label }, i) => {
    const own = probabilities[i]!;
    const predicted = EMOTIONS[own.indexOf(Math.max(...own))]!;
    return { utterance, speaker, fold: 'none', emotion: EMOTIONS[label]!, predicted, probabilities: own };
  });
  const confusion = confusionOf(predictions, EMOTIONS);
  const { nll, ece } = calibrationOf(predictions, EMOTIONS);
  const recalls = classScoresOf(confusion).map(({ recall }) => recall ?? 0);
  return { recordings: recordings.length, ua: scoresOf(confusion).ua, recalls, nll, ece };
}

/** The generated section of the page on the encoder. */
export async function writeHeadsPage(out: string): Promise<void> {
  const heads = await keptJson<Heads>(join(out, 'heads.json'));
  if (heads) await writeReadmeSection(out, 'heads', 'What learns behind the encoder', page(heads));
}

function page({ made, heads }: Heads): string {
  const cells = ({ ua, recalls, nll, ece }: Figures) =>
    `${inPercent(ua)} | ${recalls.map((recall) => Math.round(100 * recall)).join(' ')} | ${nll.toFixed(2)} | ${ece.toFixed(2)}`;
  const rows = heads.map(
    ({ name, emodb, ravdess, nemo }) => `| ${name} | ${inPercent(emodb.ua)} | ${cells(ravdess)} | ${cells(nemo)} |`,
  );
  return `UA in %; recall of neutral, happy, angry and sad; negative log-likelihood and expected calibration
error, no temperature fitted. EmoDB in five folds of two speakers. RAVDESS and nEMO by the same heads
trained on all of EmoDB, on [development speakers](../../recipes/shared/development.ts): they chose,
so their figures are too good. Rows with a hop of 0.4 s are older, of commit e3fc63e943.

| head | EmoDB | RAVDESS | recall | NLL | ECE | nEMO | recall | NLL | ECE |
|---|--:|--:|---|--:|--:|--:|---|--:|--:|
${rows.join('\n')}

\`npx tsx recipes/encoder-heads.ts\`, ${made.date}, commit \`${made.commit}\`, ${made.processor},
${made.runtime}, Node ${made.node}.`;
}
