import { areaY, axisX, axisY, dot, gridY, line, text } from '@observablehq/plot';
import { classColours } from '../../report/class-colours.ts';
import { svgOf } from '../../report/svg.ts';
import { NARROW, type SizeResult } from './sweep.ts';

const FAINT = '#6b7280';
const PANEL = { width: 720, height: 380 };
const MARGIN = { marginTop: 58, marginLeft: 46, marginRight: 84, marginBottom: 48 };
/** Least distance of two labels at the ends of curves, pixels. */
const LABEL_HEIGHT = 16;
/** Two sizes whose ratio is lower share a tick. */
const TICK_RATIO = 1.12;

/** How a curve is drawn; the marks tell them apart where colours do not. */
interface Series {
  readonly name: string;
  readonly colour: string;
  readonly symbol: 'circle' | (typeof SYMBOLS)[number];
  readonly width: number;
  readonly shareOf: (size: SizeResult) => number | null;
}
const SYMBOLS = ['square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;
const WA: Series = { name: 'WA', colour: '#1f2937', symbol: 'circle', width: 3, shareOf: ({ wa }) => wa };

/** WA, and the recall of each class. */
function seriesOf([size]: readonly SizeResult[]): Series[] {
  const names = Object.keys(size?.recall ?? {});
  const colours = classColours(names.length);
  const recalls = names.map((name, i): Series => {
    const symbol = SYMBOLS[i % SYMBOLS.length]!;
    return { name, colour: colours[i]!, symbol, width: 1.5, shareOf: ({ recall }) => recall[name] ?? null };
  });
  return [WA, ...recalls];
}

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
  const curves = seriesOf(sizes)
    .map((series) => ({
      series,
      points: sizes.flatMap((size): Point[] => {
        const share = series.shareOf(size);
        return share === null ? [] : [{ x: x(size), percent: 100 * share }];
      }),
    }))
    .filter(({ points }) => points.length);
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
      areaY(band, { x: 'x', y1: 'low', y2: 'high', fill: WA.colour, fillOpacity: 0.13 }),
      ...curves.flatMap(({ series, points }) => curve(series, points)),
      ...labels(curves),
    ],
  });
}

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
  return ends.flatMap(({ series, x, percent }) => {
    const y = Math.min(percent, free);
    free = y - LABEL_HEIGHT * percentAPixel;
    const place = { x: () => x, y: () => y };
    const { name, symbol, colour } = series; // the mark has the colour, so that the name is as dark as any text
    return [
      dot([0], { ...place, dx: 14, symbol, r: 3.5, fill: colour }),
      text([name], { ...place, dx: 21, textAnchor: 'start', fontWeight: series === WA ? 700 : 400, fontSize: 13 }),
    ];
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
