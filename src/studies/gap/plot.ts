import { axisX, dot, gridX, ruleX, ruleY, text } from '@observablehq/plot';
import { svgOf } from '../../report/svg.ts';
import { inMarkup } from '../../text.ts';
import type { Gap } from './gap.ts';
import type { GapResult, GapRow } from './rows.ts';
import { MARKS } from './sources.ts';
import { GROUPS } from './variants.ts';

const FAINT = '#6b7280';
const RED = '#b3261e';
/** What is drawn of each choice, WA a little above the middle of its line and UA below. */
const MEASURES = [
  { name: 'WA', key: 'wa', colour: '#2563a8', symbol: 'circle', dy: -5 },
  { name: 'UA', key: 'ua', colour: '#b8620b', symbol: 'diamond', dy: 5 },
] as const;

/** Pixels. */
const LINE = 26;
const HEAD = 76;
const FOOT = 34;
const LABELS = { width: 505, mark: 360 };
const PANEL = { width: 290, marginLeft: 14, marginRight: 14 };

const TITLE = { frameAnchor: 'top-left', dy: -60, textAnchor: 'start', fontSize: 14, fontWeight: 600 } as const;
const SUBTITLE = { dy: -38, fontSize: 12, fontWeight: 400, fill: FAINT } as const;

/** A line of the picture: a heading or a choice. */
interface Line {
  readonly y: number;
  readonly heading?: string;
  readonly row?: GapRow;
}

interface Span {
  readonly y: number;
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A line a choice that is run, in groups: left its WA and UA in percent, right their differences in points to the baseline, or to the row above
 * it for dropped utterances, each with its interval where there is one. What leaks, is chosen on test data or has diverged says so; of the first
 * two the dots are hollow.
 */
export function gapPlot({ rows, corpus, intervals, diverged }: Gap): string {
  const failed = new Set(diverged.map(({ run }) => run));
  const lines = linesOf(rows.filter(({ result, run }) => result || failed.has(run)));
  const height = HEAD + LINE * lines.length + FOOT;
  const panels = [
    labels(lines, height, [
      `What choices are worth, ${corpus}`,
      `${intervals.startsWith('no ') ? '' : 'lines: 95 % intervals by bootstrap; '}hollow: leaks, or chosen on test data`,
    ]),
    panel(lines, height, {
      title: 'WA and UA, percent',
      figure: (result) => result,
      zero: false,
    }),
    panel(lines, height, {
      title: 'difference, points',
      figure: ({ difference }) => difference,
      zero: true,
    }),
  ];
  const lefts = [0, LABELS.width, LABELS.width + PANEL.width];
  const width = LABELS.width + 2 * PANEL.width;
  const placed = panels.map((svg, i) => svg.replace('<svg ', `<svg x="${lefts[i]}" `));
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="What choices are worth on ${inMarkup(corpus)}: WA and UA of each, and differences to the baseline" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${placed.join('')}</svg>
`;
}

function linesOf(rows: readonly GapRow[]): Line[] {
  const lines = rows.flatMap((row, i) =>
    rows[i - 1]?.group === row.group ? [{ row }] : [{ heading: GROUPS[row.group] }, { row }],
  );
  return lines.map((line, y) => ({ ...line, y }));
}

const frame = (lines: readonly Line[], height: number) =>
  ({
    ...{ height, marginTop: HEAD, marginBottom: FOOT, style: { fontSize: '12px', color: '#1f2937' } },
    y: { type: 'linear', domain: [-0.5, lines.length - 0.5], reverse: true, axis: null },
  }) as const;

function labels(lines: readonly Line[], height: number, [title, key]: [title: string, key: string]): string {
  const at = (x: number) => ({ x: () => x, y: 'y', textAnchor: 'start' }) as const;
  const marked = lines.flatMap(({ y, row }) =>
    row && remarks(row).length ? [{ y, mark: remarks(row).join(', ') }] : [],
  );
  return svgOf('choices', {
    ...frame(lines, height),
    ...{ width: LABELS.width, marginLeft: 0, marginRight: 0 },
    x: { type: 'linear', domain: [0, LABELS.width], axis: null },
    marks: [
      text([title], { ...TITLE, dx: 10 }),
      text([key], { ...TITLE, ...SUBTITLE, dx: 10 }),
      text(
        lines.filter(({ heading }) => heading),
        { ...at(10), text: 'heading', fontWeight: 600 },
      ),
      text(
        lines.filter(({ row }) => row),
        { ...at(22), text: ({ row }: Line) => row!.choice },
      ),
      text(marked, { ...at(LABELS.mark), text: 'mark', fill: RED, fontWeight: 600 }),
    ],
  });
}

const remarks = ({ marks, result }: GapRow): string[] => [
  ...marks.map((mark) => (mark === MARKS.chosen ? 'on test data' : mark)),
  ...(result ? [] : ['diverged']),
];

interface Panel {
  readonly title: string;
  readonly figure: (result: GapResult) => Pick<GapResult, 'wa' | 'ua' | 'intervals'> | null;
  /** whether zero is drawn, to which all else is a difference */
  readonly zero: boolean;
}

function panel(lines: readonly Line[], height: number, { title, figure, zero }: Panel): string {
  const figures = lines.flatMap(({ y, row }) => {
    const figures = row?.result && figure(row.result);
    return figures ? [{ y, figures, hollow: row.marks.length > 0 }] : [];
  });
  const spans = MEASURES.map((measure) => ({
    measure,
    spans: figures.map(({ y, figures, hollow }): Span & { hollow: boolean } => {
      const at = 100 * figures[measure.key];
      const interval = figures.intervals[measure.key];
      return { y, hollow, at, low: interval ? 100 * interval.low : at, high: interval ? 100 * interval.high : at };
    }),
  }));
  const ends = [...spans.flatMap(({ spans }) => spans.flatMap(({ low, high }) => [low, high])), ...(zero ? [0] : [])];
  return svgOf(`${title} of each choice`, {
    ...frame(lines, height),
    ...PANEL,
    x: { type: 'linear', domain: domainOf(ends), axis: null },
    marks: [
      gridX({ ticks: 6 }),
      axisX({ ticks: 6, tickSize: 0, label: null }),
      axisX({ ticks: 6, tickSize: 0, label: null, anchor: 'top' }),
      text([title], TITLE),
      ...MEASURES.map(({ name, colour, symbol }, i) => [
        dot([name], { frameAnchor: 'top-left', symbol, r: 4, fill: colour, dx: 182 + 46 * i, dy: TITLE.dy + 7 }),
        text([name], { ...TITLE, fontSize: 12, fill: colour, dx: 190 + 46 * i }),
      ]),
      ...(zero ? [ruleX([0], { stroke: FAINT })] : []),
      ...spans.map(({ measure: { colour, dy }, spans }) =>
        ruleY(spans, { y: 'y', x1: 'low', x2: 'high', dy, stroke: colour, strokeWidth: 1.5, strokeOpacity: 0.6 }),
      ),
      ...spans.map(({ measure: { colour, dy, symbol }, spans }) =>
        dot(spans, {
          ...{ x: 'at', y: 'y', dy, symbol, r: 4, stroke: colour, strokeWidth: 1.5 },
          fill: ({ hollow }: { hollow: boolean }) => (hollow ? '#ffffff' : colour),
        }),
      ),
    ],
  });
}

/** From the smallest to the largest value, a little wider; a percentage or so apart at the least. */
function domainOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(1, 0.04 * (high - low));
  return values.length ? [low - margin, high + margin] : [-1, 1];
}
