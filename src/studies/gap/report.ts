import { csvText } from '../../csv.ts';
import { SEGMENT_SECONDS } from '../../features/segments.ts';
import { markdownTable } from '../../markdown.ts';
import { inPercent } from '../../percent.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { jackknifeNote } from '../../statistics/jackknife.ts';
import { DEFAULT_SCHEDULE } from '../../train/schedule.ts';
import type { Gap } from './gap.ts';
import type { Contrast, Difference, GapRow } from './rows.ts';
import { MARKS } from './sources.ts';
import { GROUPS } from './variants.ts';

const COLUMNS = [
  ...['name', 'group', 'choice', 'run', 'state', 'marks', 'folds', 'utterances', 'coverage'],
  ...['wa', 'wa_low', 'wa_high', 'ua', 'ua_low', 'ua_high', 'against'],
  ...['wa_difference', 'wa_difference_low', 'wa_difference_high'],
  ...['ua_difference', 'ua_difference_low', 'ua_difference_high'],
  ...['wa', 'ua', 'wa_difference', 'ua_difference'].flatMap((name) => [
    `${name}_jackknife_low`,
    `${name}_jackknife_high`,
  ]),
];

/** The text of `gap.csv`: a header, then a row a choice; RFC 4180 with `\n` at line ends. Shares and their differences keep six decimals. */
export function gapCsv(gap: Gap): string {
  const number = (value: number | undefined) => value?.toFixed(6);
  const two = (interval: Interval | null | undefined) => [interval?.low, interval?.high].map(number);
  const three = (figure: number | undefined, interval: Interval | null | undefined) => [
    ...[number(figure), ...two(interval)],
  ];
  const cells = gap.rows.map(({ name, group, choice, run, marks, result }) => [
    ...[name, group, choice, run, result ? 'done' : missing(gap, run), marks.join('; ')],
    ...[result?.folds, result?.utterances, number(result?.coverage)],
    ...[...three(result?.wa, result?.intervals.wa), ...three(result?.ua, result?.intervals.ua)],
    result?.difference?.against,
    ...three(result?.difference?.wa, result?.difference?.intervals.wa),
    ...three(result?.difference?.ua, result?.difference?.intervals.ua),
    ...[result?.jackknife, result?.difference?.jackknife].flatMap((both) => [...two(both?.wa), ...two(both?.ua)]),
  ]);
  return csvText([COLUMNS, ...cells]);
}

/** Why a row has no figures. */
export const missing = ({ diverged }: Gap, run: string): 'diverged' | 'not run yet' =>
  diverged.some((one) => one.run === run) ? 'diverged' : 'not run yet';

/** What `README.md` says of the study: the picture, how it was made, the table, and what must be known to read it. */
export function gapMarkdown(gap: Gap): string {
  const { command, rows, contrasts, diverged } = gap;
  return [
    '![WA and UA of each choice, and their differences to the baseline](gap.svg)',
    `\`\`\`\n${command}\n\`\`\``,
    howItWasMade(gap),
    choices(gap),
    ...diverged.map(({ run, message }) => `No figures of \`${run}\`: ${message}.`),
    howToReadIt(gap),
    ...(contrasts.length ? ['Some rows beside others than the baseline:', between(gap, contrasts)] : []),
    ...chosenEpochs(rows),
  ].join('\n\n');
}

function howItWasMade(gap: Gap): string {
  const { corpus, utterances, speakers, short, settings, schedule, environments, date } = gap;
  const where = environments
    .map(({ processor, runtime, node, attune }) => `${processor}, ${runtime}, Node ${node}, Attune ${attune}`)
    .join('; ');
  const falls = schedule.decayEpochs.filter((epoch) => epoch <= schedule.epochs);
  const rate = `a rate of ${schedule.learningRate}${falls.length ? `, a tenth from epoch ${falls.join(', ')} on` : ''}`;
  const { epochs, decayEpochs } = DEFAULT_SCHEDULE;
  return `${corpus}: ${utterances} utterances of ${speakers} speakers, ${short} of them shorter than ${SEGMENT_SECONDS} s. Attention pooling, ${schedule.epochs} epochs at ${rate} (the paper: ${epochs} epochs, drops at ${decayEpochs.join(', ')}). Where the protocol is not what is compared, ${settings.folds} folds of whole speakers. One seed (${settings.seed}). ${date}; ${where}.`;
}

function choices(gap: Gap): string {
  const { rows } = gap;
  const head = ['about', 'choice', 'folds', 'WA', 'UA', 'WA, difference', 'UA, difference', 'coverage', ''];
  const cells = rows.map(({ group, choice, run, marks, result }, i) => {
    const about = rows[i - 1]?.group === group ? '' : GROUPS[group];
    const mark = marks.map((name) => `**${name}**`).join(' ');
    if (!result) return [about, choice, '–', missing(gap, run), '–', '–', '–', '–', mark];
    const { folds, wa, ua, difference, coverage } = result;
    const figures = [inPercent(wa), inPercent(ua), ...differences(difference), inPercent(coverage)];
    return [about, choice, String(folds), ...figures, mark];
  });
  return markdownTable(head, cells);
}

const differences = (difference: Difference | null): [wa: string, ua: string] =>
  difference ? [pointsOf(difference, 'wa'), pointsOf(difference, 'ua')] : ['–', '–'];

function howToReadIt({ rows, intervals, settings, utterances, short, speakers }: Gap): string {
  const marks = new Set(rows.flatMap((row) => row.marks));
  const folds = rows.flatMap(({ group, result }) => (group === 'protocol' && result ? [result.folds] : []));
  const trained = [...new Set(folds)].map((count) => `with ${count} folds on ${inPercent(1 - 1 / count)} %`);
  const few = intervals.startsWith('no ');
  const paired = few ? '' : '; of differences paired, the same speakers being drawn for both';
  const points = [
    'WA and UA are pooled over folds, in percent; differences are in points, to the baseline on the same utterances; coverage is the percentage of utterances that are scored.',
    rows.some(({ group }) => group === 'short') &&
      `The two rows about utterances under ${SEGMENT_SECONDS} s are scored on the ${utterances - short} others alone, and the second is set beside the first.`,
    trained.length && `A network is trained on all folds but one: ${trained.join(', ')} of the utterances on average.`,
    marks.has(MARKS.leaks) &&
      `**${MARKS.leaks}**: networks are tested on speakers, or copies of recordings, that they were trained on, so these figures say nothing about new speakers.`,
    marks.has(MARKS.chosen) &&
      `**${MARKS.chosen}**: scored is the epoch of the highest UA on the very utterances that are tested, in each fold or pooled over all, so these figures estimate nothing either. The networks are those of the rows about protocols.`,
    `In brackets: ${intervals}${paired}${few ? '' : `; then ${jackknifeNote(speakers)}`}. What another seed than ${settings.seed} would change is not in them.`,
    'All differences are descriptive: none is tested, and none ranks.',
  ];
  return points.flatMap((point) => (point ? [`- ${point}`] : [])).join('\n');
}

function between({ rows }: Gap, contrasts: readonly Contrast[]): string {
  const nameOf = (name: string) => {
    const { choice, marks } = rows.find((row) => row.name === name)!;
    return [choice, ...marks.map((mark) => `**${mark}**`)].join(' ');
  };
  return markdownTable(
    ['choice', 'beside', 'WA, difference', 'UA, difference'],
    contrasts.map((contrast) => [nameOf(contrast.row), nameOf(contrast.against), ...differences(contrast)]),
  );
}

function chosenEpochs(rows: readonly GapRow[]): string[] {
  const lines = rows.flatMap(({ choice, result }) => {
    if (!result?.epochs) return [];
    const numbers = new Set(result.epochs.map(({ epoch }) => epoch));
    const each = result.epochs.map(({ fold, epoch }) => `${epoch} in fold ${fold}`).join(', ');
    return [`- ${choice}: ${numbers.size === 1 ? `${[...numbers][0]} in all folds` : each}`];
  });
  return lines.length ? [`Epochs chosen:\n\n${lines.join('\n')}`] : [];
}

/** A difference with both its intervals. */
export const pointsOf = (difference: Difference, figure: 'wa' | 'ua'): string =>
  points(difference[figure], difference.intervals[figure], difference.jackknife[figure]);

/** A difference in points with its sign, and its intervals as far as there are any. */
export function points(difference: number, ...intervals: readonly (Interval | null)[]): string {
  const signed = (share: number) => {
    const text = (100 * share).toFixed(1);
    return Number(text) > 0 ? `+${text}` : text.replace(/^-0\.0$/, '0.0');
  };
  const ranges = intervals.flatMap((one) => (one ? [`[${signed(one.low)}, ${signed(one.high)}]`] : []));
  return [signed(difference), ...ranges].join(' ');
}
