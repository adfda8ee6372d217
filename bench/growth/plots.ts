import { axisX, axisY, dot, gridY, line, text } from '@observablehq/plot';
import { svgOf } from '../../src/report/svg.ts';
import type { Panel, Series } from './panels.ts';

const COLOURS = ['#2563a8', '#d0741c'];
const FAINT = '#6b7280';
const PANEL = { width: 440, height: 300 };

/** All panels in one picture, two a row: segments/s, and dashed how it would go on if it were proportional. */
export function growthFigure(panels: readonly Panel[]): string {
  const [width, height] = [2 * PANEL.width, Math.ceil(panels.length / 2) * PANEL.height];
  const placed = panels.map((panel, i) =>
    panelPlot(panel).replace('<svg ', `<svg x="${(i % 2) * PANEL.width}" y="${Math.floor(i / 2) * PANEL.height}" `),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="Training speed against batch, cores, corpus and network width" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${placed.join('')}</svg>
`;
}

function panelPlot({ title, axis, series }: Panel): string {
  const [{ points }] = series as [Series];
  const largest = points.map(({ x }, i) => ({ x, rss: Math.max(...series.map((one) => one.points[i]!.peakRssMb)) }));
  const best = Math.max(...series.map(({ linearity }) => linearity.best));
  const proportional = points.map(({ x, ideal }) => ({ x, y: ideal * best }));
  const corner = { frameAnchor: 'top-left', dx: -44 } as const;
  return svgOf(`${title}: segments/s of training against ${axis}`, {
    ...PANEL,
    marginTop: 56,
    marginLeft: 52,
    marginRight: 28,
    marginBottom: 64,
    style: { fontSize: '12px', color: '#1f2937' },
    x: { type: 'point', domain: points.map(({ x }) => x), axis: null, padding: 0.2 },
    y: { type: 'linear', zero: true, nice: true, axis: null, insetBottom: 14 },
    marks: [
      gridY({ ticks: 5 }),
      axisX({ tickSize: 4, label: null, tickFormat: (x: number) => x.toLocaleString('en-US') }),
      axisY({ ticks: 5, tickSize: 0, label: null }),
      text([title], { ...corner, dy: -48, fontSize: 14, fontWeight: 600 }),
      text(['segments/s'], { ...corner, dy: -26, fill: FAINT }),
      text(largest, { ...MEMORY, x: 'x', text: ({ rss }: { rss: number }) => rss.toLocaleString('en-US') }),
      text(['MB'], { ...MEMORY, frameAnchor: 'bottom-left', textAnchor: 'start', dx: -44 }),
      text([axis], { frameAnchor: 'bottom', dy: 54 }),
      line(proportional, { x: 'x', y: 'y', stroke: FAINT, strokeDasharray: '4,4' }),
      ...series.flatMap(curve),
      ...(series.length > 1 ? series.map(({ name }, i) => legend(name, i)) : []),
    ],
  });
}

/** Peak memory stands under the ticks. */
const MEMORY = { frameAnchor: 'bottom', dy: 34, fontSize: 11, fill: FAINT } as const;

function curve({ points }: Series, i: number) {
  const colour = COLOURS[i]!;
  const place = { x: 'x', y: 'segmentsPerS' };
  return [
    line(points, { ...place, stroke: colour, strokeWidth: 2 }),
    dot(points, { ...place, r: 3, fill: colour }),
    text(points, {
      ...place,
      text: ({ segmentsPerS }: Series['points'][number]) => segmentsPerS.toFixed(1),
      dy: i === 0 ? 13 : -12,
      fontSize: 11,
      fill: colour,
      stroke: '#ffffff', // a halo, where the label crosses a line
      strokeWidth: 3,
    }),
  ];
}

const legend = (name: string, i: number) =>
  text([name], { frameAnchor: 'top-right', textAnchor: 'end', dx: 20, dy: -48 + 16 * i, fill: COLOURS[i]! });
