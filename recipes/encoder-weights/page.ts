import { readFile } from 'node:fs/promises';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { writeWhole } from '../../src/files.ts';
import { inPercent } from '../../src/percent.ts';
import { withSection } from '../../src/studies/readme-section.ts';
import { between, both, share } from '../shared/cells.ts';
import { CONDITIONS, IN_WORDS, STRONGER } from '../shared/conditions.ts';
import type { Answers, EncoderWeightsFigures } from './figures.ts';

const CARD = 'docs/model-card.md';

/** The generated section of docs/model-card.md on the default weights, from results/encoder/weights.json alone. */
export async function writeEncoderCard(figures: EncoderWeightsFigures): Promise<void> {
  await writeWhole(CARD, withEncoderFigures(await readFile(CARD, 'utf8'), figures));
}

/** The card with these figures in it. */
export const withEncoderFigures = (card: string, figures: EncoderWeightsFigures): string =>
  withSection(card, 'encoder', page(figures));

const fixed = (x: number) => x.toFixed(2);

function page({ conditions, abstention, others, cut, temperature, made }: EncoderWeightsFigures): string {
  const row = (name: string, { accuracy, calibration, greatestShare, surerHalf }: Answers) => {
    const { wa, ua, intervals, utterances, speakers } = accuracy;
    return `| ${name} | ${inPercent(ua)}${both(intervals, 'ua')} | ${inPercent(wa)} | ${fixed(calibration.nll)}${between(calibration.intervals?.nll, fixed)} | ${fixed(calibration.ece)}${between(calibration.intervals?.ece, fixed)} | ${inPercent(surerHalf)} | ${inPercent(greatestShare)} | ${utterances} / ${speakers} |`;
  };
  const tested = others.map(({ name, ...rest }) => ({ ...rest, name: `${name}, test speakers` }));
  const recalls = (name: string, { accuracy: { perClass } }: Answers) =>
    `| ${name} | ${EMOTIONS.map((emotion) => `${share(perClass[emotion]!.recall)} / ${share(perClass[emotion]!.precision)}`).join(' | ')} |`;
  const byGender = (name: string, { accuracy: { perGender = [] } }: Answers) =>
    perGender.map(
      ({ gender, ua, utterances, speakers }) =>
        `| ${name} | ${gender} | ${inPercent(ua)} | ${utterances} / ${speakers} |`,
    );
  return `| | UA, % | WA, % | NLL | calibration error | right among the surer half, % | given to one class at most, % | utterances / speakers |
|---|---|---|---|---|---|---|---|
${[
  ...[...CONDITIONS, ...STRONGER].map((name) => row(`EmoDB, ${IN_WORDS[name]}`, conditions[name])),
  ...tested.flatMap(({ name, encoder, paper }) => [
    row(`**${name}**`, encoder),
    row(`${name}, \`--weights paper\``, paper),
  ]),
].join('\n')}

| recall / precision, % | ${EMOTIONS.join(' | ')} |
|---|${EMOTIONS.map(() => '---').join('|')}|
${[
  recalls('EmoDB', conditions.clean),
  ...tested.flatMap(({ name, encoder, paper }) => [
    recalls(name, encoder),
    recalls(`${name}, \`--weights paper\``, paper),
  ]),
].join('\n')}

| | gender | UA, % | utterances / speakers |
|---|---|---|---|
${[...byGender('EmoDB', conditions.clean), ...tested.flatMap(({ name, encoder }) => byGender(name, encoder))].join('\n')}

| recordings of EmoDB of 2 s or more, cut to | UA, % | called sad, % |
|---|---|---|
${cut.map(({ seconds, ua, calledSad }) => `| ${seconds === undefined ? 'nothing' : `${seconds} s`} | ${inPercent(ua)} | ${inPercent(calledSad)} |`).join('\n')}

| \`--abstain-below ${abstention.below}\` | answered, % | right among these, % |
|---|---|---|
${abstention.corpora.map(({ name, answered, right }) => `| ${name} | ${inPercent(answered)} | ${inPercent(right)} |`).join('\n')}

It is the least at which ${share(abstention.right)} % of the answers to EmoDB are right under all
conditions together; the other corpora measured it. By default every recording is answered.

In brackets: 95 % bootstrap intervals over speakers, then 95 % jackknife-t intervals, which are the
ones to quote. A guess has a UA of 25 and an NLL of 1.386. The temperature that is shipped:
${temperature}. Made by \`npm run build && npx tsx recipes/encoder-weights.ts figures\` on
${made.date}, ${made.processor}, commit ${made.commit}; all figures are in
[results/encoder/weights.json](../results/encoder/weights.json).`;
}
