import { axisX, axisY, gridY, line, text } from '@observablehq/plot';
import { svgOf } from '../../report/svg.ts';
import { FILLS, ORDERS, type OrderName } from './study.ts';
import { type FaithfulnessSummary, KINDS, type Kind } from './summary.ts';

const FAINT = '#5b6470';
const PANEL = { width: 480, height: 330 };
const MARGIN = { marginTop: 54, marginLeft: 46, marginRight: 108, marginBottom: 46 };
const HEAD = 40;
/** Least distance of two labels, pixels. */
const LABEL_HEIGHT = 14;

/** How each order is drawn: colours of Okabe and Ito (https://jfly.uni-koeln.de/color/), dashes where colours do not tell. */
const SERIES: Readonly<Record<OrderName, { name: string; colour: string; width: number; dash?: string }>> = {
  product: { name: 'product map', colour: '#000000', width: 3 },
  shifted: { name: 'shifted', colour: '#e69f00', width: 1.5 },
  other: { name: 'other’s map', colour: '#56b4e9', width: 1.5 },
  energy: { name: 'energy', colour: '#d55e00', width: 2.5 },
  random: { name: 'random', colour: '#6b7280', width: 1.5, dash: '4,3' },
  'bottom-up': { name: 'bottom-up', colour: '#009e73', width: 1.5, dash: '7,3' },
  'top-down': { name: 'top-down', colour: '#cc79a7', width: 1.5, dash: '2,2' },
};

const TITLES: Readonly<Record<Kind, string>> = {
  deletion: 'Cells taken away: lower is more faithful',
  insertion: 'Cells put in: higher is more faithful',
};
const FILLED = { mean: 'filled with the training mean', zero: 'filled with 0' } as const;

/** Mean curves of the predicted class's logit, a panel a way and fill. */
export function faithfulnessPlot(summary: FaithfulnessSummary): string {
  const all = summary.curves.flatMap(({ logits }) => logits);
  const domain = [Math.min(...all), Math.max(...all)];
  const panels = FILLS.flatMap((fill, row) =>
    KINDS.map((kind, column) => {
      const at = `x="${column * PANEL.width}" y="${HEAD + row * PANEL.height}"`;
      return panel(summary, fill, kind, domain).replace('<svg ', `<svg ${at} `);
    }),
  );
  const [width, height] = [2 * PANEL.width, HEAD + 2 * PANEL.height];
  const title = `Logit of the predicted class, mean of ${summary.utterances} utterances of ${summary.speakers.length} speakers the networks never heard`;
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${title}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" fill="#1f2937">
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="8" y="26" font-size="16" font-weight="600">${title}</text>
${panels.join('')}</svg>
`;
}

function panel({ curves }: FaithfulnessSummary, fill: (typeof FILLS)[number], kind: Kind, domain: number[]): string {
  const own = curves.filter((curve) => curve.fill === fill && curve.kind === kind);
  const series = ORDERS.toReversed().map((order) => {
    const { logits } = own.find((curve) => curve.order === order)!;
    const points = logits.map((logit, step) => ({ percent: (100 * step) / (logits.length - 1), logit }));
    return { ...SERIES[order], points };
  });
  const corner = { frameAnchor: 'top-left', dx: 8 - MARGIN.marginLeft } as const;
  return svgOf(`${TITLES[kind]}, ${FILLED[fill]}`, {
    ...PANEL,
    ...MARGIN,
    style: { fontSize: '12px', color: '#1f2937' },
    x: { type: 'linear', domain: [0, 100], axis: null },
    y: { type: 'linear', domain, axis: null, nice: true },
    marks: [
      gridY({ ticks: 6 }),
      axisX({ ticks: 5, tickSize: 4, label: 'cells, %', labelAnchor: 'center', labelArrow: 'none' }),
      axisY({ ticks: 6, tickSize: 0, label: null }),
      text([TITLES[kind]], { ...corner, dy: -42, fontSize: 14, fontWeight: 600 }),
      text([FILLED[fill]], { ...corner, dy: -22, fill: FAINT }),
      ...series.map(({ points, colour, width, dash }) =>
        line(points, {
          ...{ x: 'percent', y: 'logit', stroke: colour, strokeWidth: width },
          ...(dash && { strokeDasharray: dash }),
        }),
      ),
      ...labels(series, domain),
    ],
  });
}

/** The names at the right, in the order of the curves halfway, with a stroke of each curve's colour. */
function labels(
  series: readonly { name: string; colour: string; points: readonly { logit: number }[] }[],
  domain: number[],
) {
  const logitAPixel = (domain[1]! - domain[0]!) / (PANEL.height - MARGIN.marginTop - MARGIN.marginBottom);
  const middle = ({ points }: (typeof series)[number]) => points[Math.floor(points.length / 2)]!.logit;
  const sorted = [...series].sort((a, b) => middle(b) - middle(a));
  const top = (domain[0]! + domain[1]!) / 2 + (sorted.length / 2) * LABEL_HEIGHT * logitAPixel;
  return sorted.map(({ name, colour }, i) =>
    text([name], {
      ...{ x: () => 100, y: () => top - i * LABEL_HEIGHT * logitAPixel, dx: 8, textAnchor: 'start' },
      ...{ fill: colour, fontWeight: 600 },
    }),
  );
}
