import { Command, Option } from 'commander';
import type { LabelOptions } from '../corpus/labels.ts';
import { outsideNote } from '../corpus/leaks.ts';
import { AttuneError } from '../errors.ts';
import { type OutsideScore, scoreOutside } from '../evaluate/outside/score.ts';
import { metricsOfScore, refuseOtherOut, writeScore } from '../evaluate/outside/write.ts';
import { tableLines } from '../plain-table.ts';
import { calibrationOf } from '../statistics/calibration.ts';
import { addAcceptOption, cacheOption } from './options.ts';
import { showProgress } from './progress.ts';
import { addReadingOptions, labels, type ReadingFlags, readAndWarn, readingOptions } from './reading.ts';
import { metricsTable } from './tables.ts';
import { print, printJson } from './terminal.ts';
import { cores, whole } from './values.ts';

interface Flags extends ReadingFlags {
  model?: string;
  predictions?: string;
  predictedLabels?: LabelOptions;
  out?: string;
  accept: string[];
  seed: number;
  threads?: number;
  cache: string;
  json?: true;
}

const NOTES = `
What such a system has heard is not known, so every figure is marked
"contamination unknown". A table of predictions has a row an utterance: a column
utterance, file or path; one predicted, label or emotion; and perhaps one a
class such as p_angry. What \`attune recognize --format csv\` writes is such a
table. Labels mean the class of their name, or of the same English word.

  attune score emodb --model models/wav2vec2-emotion --out runs/wav2vec2
  attune score emodb --predictions tool.csv --predicted-labels 'ignored=fear,disgust'
  attune compare runs/emodb runs/wav2vec2`;

export function scoreCommand(): Command {
  const command = new Command('score')
    .description(
      'Score a system that was made elsewhere on a corpus: an audio classifier, or what a tool has said of each recording.',
    )
    .argument('<dir>', 'folder of recordings, or a CSV file that lists them; `attune corpus` shows what is in it')
    .addOption(
      new Option('--model <dir>', "an audio classifier in Hugging Face's layout, with ONNX").conflicts('predictions'),
    )
    .option('--predictions <file>', 'CSV of what a tool has said')
    .option(
      '--predicted-labels <map>',
      "the system's own labels of a class, such as happy=hap,exc, or those that count for nothing, ignored=fear; may be given again",
      labels,
    )
    .option('--out <run>', 'folder for predictions, figures and report (default: none is written)')
    .option('--seed <n>', 'of intervals', whole(0), 1)
    .option('--threads <n>', 'of the model (default: all cores)', cores)
    .option('--json', 'print metrics.json instead of a table')
    .addOption(cacheOption())
    .addHelpText('after', NOTES);
  return addAcceptOption(addReadingOptions(command)).action(score);
}

async function score(directory: string, flags: Flags): Promise<void> {
  const { out, predictedLabels, accept, seed, threads, cache } = flags;
  const system = systemOf(flags);
  const reading = readingOptions(flags);
  const { corpus } = await readAndWarn(directory, reading);
  if (out !== undefined) await refuseOtherOut(out, corpus);
  const { onEvent, signal, end } = showProgress();
  const asked = { corpus, reading, system, predictedLabels, accept, seed, threads, cache };
  const scored = await scoreOutside({ ...asked, onEvent, signal }).finally(end);
  const metrics = metricsOfScore(scored);
  if (out !== undefined) await writeScore(out, scored, metrics);
  if (flags.json) printJson(metrics);
  else print([...metricsTable(metrics, [outsideNote()]), '', ...calibrationLines(scored, metrics.emotions)]);
}

function systemOf({ model, predictions }: Flags): { readonly model: string } | { readonly predictions: string } {
  if (model !== undefined) return { model };
  if (predictions !== undefined) return { predictions };
  throw new AttuneError('usage', 'expected --model or --predictions, got neither; name what is to be scored');
}

/** How far the probabilities can be believed. */
function calibrationLines({ config, predictions }: OutsideScore, classes: readonly string[]): string[] {
  if (!config.options.system.probabilities)
    return ['It gives no probabilities, so nothing is said of their calibration.'];
  const { nll, ece, brier } = calibrationOf(predictions, classes);
  const guess = Math.log(classes.length);
  return tableLines([
    ['probabilities', 'contamination unknown', 'an even guess'],
    ['NLL, nats', nll.toFixed(3), guess.toFixed(3)],
    ['ECE', ece.toFixed(3), ''],
    ['Brier, 0 to 2', brier.toFixed(3), (1 - 1 / classes.length).toFixed(3)],
  ]);
}
