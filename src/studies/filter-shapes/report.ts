import { leakNote } from '../../corpus/leaks.ts';
import { csvText } from '../../csv.ts';
import { markdownTable } from '../../markdown.ts';
import { inPercent } from '../../percent.ts';
import type { Interval } from '../../statistics/bootstrap.ts';
import { jackknifeNote } from '../../statistics/jackknife.ts';
import { DEFAULT_SCHEDULE } from '../../train/schedule.ts';
import { NARROW, type SizeResult, type Sweep } from './sweep.ts';

const COLUMNS = [
  'height_bins',
  'width_frames',
  'frequency_hz',
  'time_ms',
  'wa',
  'wa_low',
  'wa_high',
  'wa_jackknife_low',
  'wa_jackknife_high',
  'ua',
  'macro_f1',
  'training_loss',
];

/** The text of `sweep.csv`: a header, then a row a size; RFC 4180 with `\n` at line ends. Figures keep six decimals. */
export function sweepCsv({ sizes }: Sweep): string {
  const names = classesIn(sizes);
  const figure = (value: number | null | undefined) => value?.toFixed(6) ?? '';
  const rows = sizes.map(
    ({ height, width, frequencyHz, timeMs, wa, ua, macroF1, trainingLoss, waInterval, waJackknife, recall }) => [
      ...[height, width, frequencyHz, timeMs],
      ...[
        wa,
        waInterval?.low,
        waInterval?.high,
        waJackknife?.low,
        waJackknife?.high,
        ua,
        macroF1,
        trainingLoss,
        ...names.map((emotion) => recall[emotion]),
      ].map(figure),
    ],
  );
  return csvText([[...COLUMNS, ...names.map((emotion) => `recall_${emotion}`)], ...rows]);
}

/** The classes of a sweep, in their order. */
const classesIn = ([size]: readonly SizeResult[]): string[] => Object.keys(size?.recall ?? {});

/** What `README.md` says of a sweep: the picture, how it was made, all figures, and what they say beside the paper's. */
export function sweepMarkdown(sweep: Sweep): string {
  const { sizes, exploratory, leaks, command, speakers } = sweep;
  const intervals = sizes.some(({ waInterval }) => waInterval)
    ? `${sweep.intervals}; beside them ${jackknifeNote(speakers)}`
    : sweep.intervals;
  const [tall, wide] = axesOf(sizes);
  const count = classesIn(sizes).length;
  return [
    ...(leaks ? [`**${leakNote(leaks)}**`] : []),
    `**${exploratory}**`,
    '![WA and the recall of each class against height and width of the filters](figure2.svg)',
    `\`\`\`\n${command}\n\`\`\``,
    howItWasMade(sweep),
    ...[tall, wide].flatMap((axis) => (axis.sizes.length ? [`## ${axis.title}`, sizeTable(axis)] : [])),
    `WA, UA and recalls are pooled over folds, in percent; intervals of WA: ${intervals}. Training loss: cross-entropy in the last epoch, mean of folds; ${Math.log(count).toFixed(2)} is that of a guess among ${count}.`,
    '## What it says, beside the paper',
    comparison(sizes),
    certainty(sizes),
  ].join('\n\n');
}

interface Axis {
  readonly title: string;
  readonly unit: 'Hz' | 'ms';
  /** in their order along the axis */
  readonly sizes: readonly SizeResult[];
  readonly of: (size: SizeResult) => number;
}

const axesOf = (sizes: readonly SizeResult[]): readonly [Axis, Axis] => [
  {
    title: 'Heights, at a width of 20 ms',
    unit: 'Hz',
    sizes: sizes.filter(({ width }) => width === NARROW),
    of: ({ frequencyHz }) => frequencyHz,
  },
  {
    title: 'Widths, at a height of 20 Hz',
    unit: 'ms',
    sizes: sizes.filter(({ height }) => height === NARROW),
    of: ({ timeMs }) => timeMs,
  },
];

function howItWasMade({ sizes, corpus, utterances, speakers, folds, options, environments, date }: Sweep): string {
  const { protocol, schedule, seed } = options;
  const falls = schedule.decayEpochs.filter((epoch) => epoch <= schedule.epochs);
  const rate = `a rate of ${schedule.learningRate}${falls.length ? `, divided by 10 at ${falls.join(', ')}` : ''}`;
  const whole = DEFAULT_SCHEDULE;
  const paper = `${whole.epochs} epochs of batches of ${whole.batchSize}, divided at ${whole.decayEpochs.join(', ')}`;
  const small = schedule.batchSize < whole.batchSize ? ' Smaller batches make more steps of few epochs.' : '';
  const where = environments
    .map(({ processor, runtime, node, attune }) => `${processor}, ${runtime}, Node ${node}, Attune ${attune}`)
    .join('; ');
  return `${corpus}: ${utterances} utterances of ${speakers} speakers. Conv1 alone: 16 filters of one shape, batch normalisation, ReLU, no max-pool, global average pooling, 16:${classesIn(sizes).length} (section 3.2). Protocol ${protocol}, ${folds} folds, ${schedule.epochs} epochs of batches of ${schedule.batchSize} at ${rate} (the paper: one speaker left out at a time, ${paper}).${small} The last epoch's model was scored. One seed a size (${seed}), so no ranking of neighbouring sizes. ${date}; ${where}.`;
}

function sizeTable({ unit, sizes, of }: Axis): string {
  const rows = sizes.map((size) => {
    const { wa, ua, waInterval, waJackknife, recall, trainingLoss } = size;
    const intervals = [waInterval, waJackknife].map((interval) => (interval ? range(interval) : '–'));
    const recalls = Object.values(recall).map((share) => inPercent(share));
    return [of(size), inPercent(wa), ...intervals, inPercent(ua), ...recalls, trainingLoss.toFixed(2)];
  });
  return markdownTable(
    [unit, 'WA', '95 %, bootstrap', 'jackknife-t', 'UA', ...classesIn(sizes), 'training loss'],
    rows,
  );
}

/** The findings of section 3.2, each beside the figures that it is about. */
function comparison(sizes: readonly SizeResult[]): string {
  const [tall, wide] = axesOf(sizes);
  const rows = [
    ['WA rises with the height up to about 100 Hz, then flattens', course(tall, 100, 'WA', ({ wa }) => wa)],
    ['so does neutral', course(tall, 100, 'neutral', ({ recall }) => recall.neutral ?? null)],
    ['WA rises with the width to a peak at about 80 ms, then falls slowly', course(wide, 80, 'WA', ({ wa }) => wa)],
    ['angry falls rapidly as the width grows', course(wide, 80, 'angry', ({ recall }) => recall.angry ?? null)],
    ['happy is worst, whatever the shape', worst(sizes)],
  ];
  return markdownTable(['the paper, on IEMOCAP', 'here'], rows);
}

/** A figure at the smallest size, at the one nearest to the paper's choice, at the largest, and where it is highest. */
function course({ sizes, of, unit }: Axis, chosen: number, name: string, figure: (size: SizeResult) => number | null) {
  const known = sizes.filter((size) => figure(size) !== null);
  if (known.length < 2) return 'not measured';
  const distance = (size: SizeResult) => Math.abs(Math.log(of(size) / chosen));
  const nearest = known.reduce((best, next) => (distance(next) < distance(best) ? next : best));
  const highest = known.reduce((best, next) => (figure(next)! > figure(best)! ? next : best));
  const at = (size: SizeResult) => `${inPercent(figure(size))} at ${of(size)} ${unit}`;
  const stations = [...new Set([known[0]!, nearest, known.at(-1)!])];
  return `${name} ${stations.map(at).join(', ')}; highest ${at(highest)}`;
}

function worst(sizes: readonly SizeResult[]): string {
  const happy = sizes.flatMap(({ recall }) => recall.happy ?? []);
  if (!happy.length) return 'not measured';
  const lowest = sizes.filter(({ recall }) => Object.values(recall).every((share) => (share ?? 1) >= recall.happy!));
  return `happy ${inPercent(Math.min(...happy))} to ${inPercent(Math.max(...happy))}, the lowest class at ${lowest.length} of ${sizes.length} sizes`;
}

/** How much of all this may be chance. */
function certainty(sizes: readonly SizeResult[]): string {
  const best = sizes.reduce((best, next) => (next.wa > best.wa ? next : best));
  const name = `The highest WA, ${inPercent(best.wa)} %, is that of filters of ${best.frequencyHz} Hz by ${best.timeMs} ms`;
  const untested = 'No difference between sizes was tested.';
  if (!best.waJackknife) return `${name}. ${untested}`;
  const { low, high } = best.waJackknife;
  const inside = sizes.filter((size) => size !== best && size.wa >= low && size.wa <= high).length;
  return `${name}, with the jackknife-t interval ${range(best.waJackknife)}; in it lies the WA of ${inside} of the ${sizes.length - 1} other sizes. ${untested}`;
}

const range = ({ low, high }: Interval): string => `[${inPercent(low)}, ${inPercent(high)}]`;
