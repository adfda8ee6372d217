import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machine } from '../../bench/machine.ts';
import { EMOTIONS, type Emotion } from '../../src/corpus/emotions.ts';
import { writeWhole } from '../../src/files.ts';
import { inPercent } from '../../src/percent.ts';
import { metricsOf } from '../../src/statistics/metrics.ts';
import { predictionsAt, type ScoredUtterance } from '../../src/statistics/temperature.ts';
import { withSection, writeReadmeSection } from '../../src/studies/readme-section.ts';
import { between, both, share } from '../shared/cells.ts';
import { CONDITIONS, IN_WORDS } from '../shared/conditions.ts';
import { RESULTS, STUDY_OPTIONS, studyRun, VARIANTS, type Variant } from '../shared/default-weights-runs.ts';
import { keptJson } from '../shared/kept-json.ts';
import type { Accuracy, CalibrationFigures } from '../shared/shipping.ts';
import type { DefaultWeightsFigures } from './figures.ts';

/** The table by which the recipe was chosen, in results/default-weights/README.md, from the variants that are scored. */
export async function writeStudyTable(): Promise<void> {
  const rows: string[] = [];
  for (const variant of Object.keys(VARIANTS) as Variant[]) {
    const uas: number[] = [];
    for (const condition of CONDITIONS) {
      const scores = await keptJson<ScoredUtterance[]>(join(studyRun(variant), 'conditions', `${condition}.json`));
      if (scores) uas.push(metricsOf(predictionsAt(scores, EMOTIONS, 1), { seed: 1, draws: 1 }).ua);
    }
    const all = uas.length === CONDITIONS.length;
    const mean = uas.reduce((a, b) => a + b, 0) / uas.length;
    const shown = CONDITIONS.map((_, i) => (uas[i] === undefined ? 'not run yet' : inPercent(uas[i])));
    rows.push(
      `| ${variant} | \`${VARIANTS[variant].join(' ') || '(none)'}\` | ${shown.join(' | ')} | ${all ? inPercent(mean) : ''} |`,
    );
  }
  const { date, processor, cores, commit } = machine(1);
  const page = `UA in percent, pooled over two inner folds of EmoDB's speakers (\`attune crossval $ATTUNE_CORPORA/emodb ${STUDY_OPTIONS.join(' ')} ...\`), the held-out speakers' recordings as they are and altered in three ways:
${CONDITIONS.slice(1)
  .map((condition) => `*${condition}*: ${IN_WORDS[condition]}`)
  .join('; ')}.

| variant | options | ${CONDITIONS.join(' | ')} | mean |
|---|---|${CONDITIONS.map(() => '---').join('|')}|---|
${rows.join('\n')}

\`npm run build && npx tsx recipes/default-weights.ts study\`, ${date}, ${processor}, ${cores} cores, commit ${commit}.`;
  await writeReadmeSection(RESULTS, 'study', 'The default weights', page);
}

/** The generated sections of docs/model-card.md, from results/default-weights/figures.json alone. */
export async function writeModelCard(figures: DefaultWeightsFigures): Promise<void> {
  const path = 'docs/model-card.md';
  await writeWhole(path, withFigures(await readFile(path, 'utf8'), figures));
}

/** The card with its figures in it. */
export function withFigures(card: string, figures: DefaultWeightsFigures): string {
  return withSection(withSection(card, 'accuracy', accuracyTables(figures)), 'calibration', calibrationTable(figures));
}

function accuracyTables({ conditions, withoutAugmentation, others, made, run }: DefaultWeightsFigures): string {
  const row = (name: string, { wa, ua, intervals, utterances, speakers }: Accuracy, plain?: Accuracy) =>
    `| ${name} | ${inPercent(wa)}${both(intervals, 'wa')} | ${inPercent(ua)}${both(intervals, 'ua')} | ${plain ? `${inPercent(plain.wa)} / ${inPercent(plain.ua)}` : ''} | ${utterances} / ${speakers} |`;
  const genderRows = (name: string, { perGender = [] }: Accuracy) =>
    perGender.map((own) => row(`${name}, ${own.gender} speakers`, own as unknown as Accuracy));
  const sources = [
    ['EmoDB', conditions.clean],
    ...others.map(({ name, accuracy }) => [name, accuracy] as const),
  ] as const;
  const classRow = (emotion: Emotion) =>
    `| ${emotion} | ${sources.map(([, { perClass }]) => `${share(perClass[emotion]!.recall)} | ${share(perClass[emotion]!.precision)}`).join(' | ')} |`;
  return `EmoDB: one speaker left out at a time, scored as \`attune recognize\` scores: each segment without
its mean, though all these networks were trained with it (\`offset: remove-in-use\`). The published
cross-validation without augmentation was scored with the mean left in, so
[results/emodb-attention](../results/emodb-attention/README.md) has a slightly higher UA
([how much](decisions/sound-warnings.md#the-mean-is-taken-out)).

| % | WA | UA | WA / UA without augmentation | utterances / speakers |
|---|---|---|---|---|
${[
  ...CONDITIONS.map((name) => row(`EmoDB, ${IN_WORDS[name]}`, conditions[name], withoutAugmentation[name])),
  ...genderRows('EmoDB', conditions.clean),
  ...others.flatMap(({ name, accuracy }) => [row(name, accuracy), ...genderRows(name, accuracy)]),
].join('\n')}

| % | ${sources.map(([name]) => `recall, ${name} | precision, ${name}`).join(' | ')} |
|---|${sources.map(() => '---|---|').join('')}
${EMOTIONS.map(classRow).join('\n')}

In brackets: ${conditions.clean.intervals.note.replace(', resampled', ',\nresampled')};
then 95 % jackknife-t intervals over the same speakers, which are the ones to quote.
Made by \`npm run build && npx tsx recipes/default-weights.ts figures\` from
[${run}](../${run})
on ${made.date}, ${made.processor}, commit ${made.commit}; all figures are in
[results/default-weights/figures.json](../results/default-weights/figures.json).`;
}

function calibrationTable({ calibration, others, temperature }: DefaultWeightsFigures): string {
  const fixed = (x: number) => x.toFixed(3);
  const row = (name: string, { nll, brier, ece, intervals }: CalibrationFigures) =>
    `| ${name} | ${fixed(nll)}${between(intervals?.nll, fixed)} | ${fixed(brier)}${between(intervals?.brier, fixed)} | ${fixed(ece)}${between(intervals?.ece, fixed)} |`;
  const rows = [
    row('EmoDB, before', calibration.before),
    row('EmoDB, after (each speaker at the temperature of the others)', calibration.after),
    ...others.flatMap(({ name, before, after }) => [row(`${name}, before`, before), row(`${name}, after`, after)]),
    `| a guess of 1/4 for every class | ${fixed(Math.log(EMOTIONS.length))} | ${fixed(1 - 1 / EMOTIONS.length)} | – |`,
  ];
  return `| | negative log-likelihood | Brier score | expected calibration error |
|---|---|---|---|
${rows.join('\n')}

The temperature that is shipped: ${temperature}.`;
}
