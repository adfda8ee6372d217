import { areaY, axisX, axisY, dot, gridY, line, text } from '@observablehq/plot';
import { EMOTIONS } from '../../corpus/emotions.ts';
import { svgOf } from '../../report/svg.ts';
import { NARROW, type SizeResult } from './sweep.ts';

const FAINT = '#6b7280';
const PANEL = { width: 720, height: 380 };
const MARGIN = { marginTop: 58, marginLeft: 46, marginRight: 84, marginBottom: 48 };
/** Least distance of two labels at the ends of curves, pixels. */
const LABEL_HEIGHT = 16;
/** Two sizes whose ratio is lower share a tick. */
const TICK_RATIO = 1.12;

/** How each curve is drawn; the marks tell them apart where colours do not. */
const SERIES = [
  { name: 'WA', colour: '#2563a8', symbol: 'circle', width: 3 },
  { name: 'neutral', colour: '#4b5563', symbol: 'square', width: 1.5 },
  { name: 'happy', colour: '#b8620b', symbol: 'triangle', width: 1.5 },
  { name: 'angry', colour: '#b3261e', symbol: 'diamond', width: 1.5 },
  { name: 'sad', colour: '#0f766e', symbol: 'star', width: 1.5 },
] as const;
type Series = (typeof SERIES)[number];

interface Point {
  readonly x: number;
  readonly percent: number;
}

/**
 * Figure 2 of the paper: WA, with its interval where there is one, and the recall of each class against the size of the filters; above
 * their height at a width of 20 ms, below their width at a height of 20 Hz. Sizes stand on a logarithmic axis.
 */
export function figure2(sizes: readonly SizeResult[]): string {
  const panels = [
    panel({
      title: 'Frequency: filters 20 ms wide, of different heights',
      axis: 'height, Hz',
      sizes: sizes.filter(({ width }) => width === NARROW),
      x: ({ frequencyHz }) => frequencyHz,
    }),
    panel({
      title: 'Time: filters 20 Hz high, of different widths',
      axis: 'width, ms',
      sizes: sizes.filter(({ height }) => height === NARROW),
      x: ({ timeMs }) => timeMs,
    }),
  ];
  const placed = panels.map((svg, i) => svg.replace('<svg ', `<svg y="${i * PANEL.height}" `));
  const [width, height] = [PANEL.width, panels.length * PANEL.height];
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="WA and the recall of each class against height and width of the filters" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${placed.join('')}</svg>
`;
}

interface Panel {
  readonly title: string;
  readonly axis: string;
  readonly sizes: readonly SizeResult[];
  readonly x: (size: SizeResult) => number;
}

function panel({ title, axis, sizes, x }: Panel): string {
  const xs = sizes.map(x);
  const curves = SERIES.map((series) => ({
    series,
    points: sizes.flatMap((size): Point[] => {
      const share = shareOf(size, series);
      return share === null ? [] : [{ x: x(size), percent: 100 * share }];
    }),
  })).filter(({ points }) => points.length);
  const band = sizes.flatMap((size) =>
    size.waInterval ? [{ x: x(size), low: 100 * size.waInterval.low, high: 100 * size.waInterval.high }] : [],
  );
  const corner = { frameAnchor: 'top-left', dx: 6 - MARGIN.marginLeft } as const;
  const subtitle = `exploratory; percent of utterances recognised: all (WA${band.length ? ', shaded its 95 % interval by bootstrap' : ''}) and of each class`;
  return svgOf(`${title}: WA and recalls in percent`, {
    ...PANEL,
    ...MARGIN,
    style: { fontSize: '12px', color: '#1f2937' },
    x: { type: 'log', domain: [Math.min(...xs) / 1.05, Math.max(...xs) * 1.05], axis: null },
    y: { type: 'linear', domain: [0, 100], axis: null },
    marks: [
      gridY({ ticks: 5 }),
      axisX(ticksOf(xs), { tickSize: 4, label: null, text: String }), // a format would leave out most of a logarithmic axis
      axisY({ ticks: 5, tickSize: 0, label: null }),
      text([title], { ...corner, dy: -48, fontSize: 14, fontWeight: 600 }),
      text([subtitle], { ...corner, dy: -27, fill: FAINT }),
      text([axis], { frameAnchor: 'bottom', dy: 40 }),
      areaY(band, { x: 'x', y1: 'low', y2: 'high', fill: SERIES[0].colour, fillOpacity: 0.13 }),
      ...curves.flatMap(({ series, points }) => curve(series, points)),
      ...labels(curves),
    ],
  });
}

const shareOf = ({ wa, recall }: SizeResult, { name }: Series): number | null =>
  name === 'WA' ? wa : recall[EMOTIONS.find((emotion) => emotion === name)!];

function curve({ colour, symbol, width }: Series, points: readonly Point[]) {
  const place = { x: 'x', y: 'percent' };
  return [
    line(points, { ...place, stroke: colour, strokeWidth: width }),
    dot(points, { ...place, symbol, r: 3.5, fill: colour, stroke: '#ffffff', strokeWidth: 0.7 }),
  ];
}

/** The name of each curve at its end, moved down where it would lie on another's. */
function labels(curves: readonly { series: Series; points: readonly Point[] }[]) {
  const percentAPixel = 100 / (PANEL.height - MARGIN.marginTop - MARGIN.marginBottom);
  const ends = curves
    .map(({ series, points }) => ({ series, ...points.at(-1)! }))
    .sort((a, b) => b.percent - a.percent);
  let free = Number.POSITIVE_INFINITY;
  return ends.map(({ series, x, percent }) => {
    const y = Math.min(percent, free);
    free = y - LABEL_HEIGHT * percentAPixel;
    const style = { fill: series.colour, fontWeight: series.name === 'WA' ? 700 : 400, fontSize: 13 };
    return text([series.name], { x: () => x, y: () => y, textAnchor: 'start', dx: 10, ...style });
  });
}

/** Sizes far enough apart for a label each. */
function ticksOf(xs: readonly number[]): number[] {
  let last = 0;
  return [...xs]
    .sort((a, b) => a - b)
    .filter((x) => {
      const apart = x >= last * TICK_RATIO;
      if (apart) last = x;
      return apart;
    });
}
