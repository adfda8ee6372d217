import { axisX, axisY, frame, image, ruleX, text } from '@observablehq/plot';
import { svgOf } from '../report/svg.ts';
import { type Colours, diverging, imageOf, sequential } from './colours.ts';
import type { Part } from './parts.ts';
import { significant, signed as withSign } from './words.ts';

export const TEXT = '#1f2937';
export const FAINT = '#5b6470';
/** Around what is drawn. */
export const LINE = '#9ca3af';
/** Width and height of a panel with its title, axes and legend, in pixels. */
export const PANEL = { width: 525, height: 354 };
export const MARGIN = { marginTop: 58, marginLeft: 64, marginRight: 86, marginBottom: 46 };
/** 375 by 250: at 1.6 pixels to one, a bin is a pixel high and a frame three wide */
const INNER = {
  width: PANEL.width - MARGIN.marginLeft - MARGIN.marginRight,
  height: PANEL.height - MARGIN.marginTop - MARGIN.marginBottom,
};
const BAR = { left: 16, width: 12, steps: 64 };

/** A map over time and frequency. */
export interface Panel extends Part {
  readonly columns: number;
  /** of values of one sign, from white to dark; signed ones are red and blue */
  readonly scheme: 'greys' | 'blues';
  /** Hz at the upper edge */
  readonly hz: number;
}

/** The two lines above a panel. */
export function heading(title: string, meaning: string) {
  const corner = { frameAnchor: 'top-left', dx: -MARGIN.marginLeft + 10 } as const;
  return [
    text([title], { ...corner, dy: -42, fontSize: 14, fontWeight: 600 }),
    text([meaning], { ...corner, dy: -20, fill: FAINT }),
  ];
}

/** Ticks below a part, with the recording's time. */
export const timeAxis = ({ clock }: Part) =>
  axisX({
    ...{ ticks: 5, tickSize: 4, label: 'time, s', labelAnchor: 'center', labelArrow: 'none' },
    ...(clock && { tickFormat: clock }),
  });

/** Lines across a part where the recording ends, and where gaps are left out. */
export const timeMarks = ({ ends, gaps }: Part) => [
  ruleX(ends, { stroke: TEXT, strokeDasharray: '4,3' }),
  ...(gaps.length ? [ruleX(gaps, { stroke: TEXT, strokeWidth: 1.5, strokeDasharray: '1.5,3' })] : []),
];

/** Draws a panel: an SVG element of {@link PANEL}'s size, with a dashed line where the recording ends. */
export function drawPanel(panel: Panel): string {
  const { title, meaning, values, columns, unit, signed, seconds, hz } = panel;
  const colours = coloursOf(panel);
  const stretched = { preserveAspectRatio: 'none', imageRendering: 'pixelated' } as const; // one value, one rectangle
  return svgOf(`${title}: ${meaning}`, {
    ...PANEL,
    ...MARGIN,
    style: { fontSize: '12px', color: TEXT },
    x: { type: 'linear', domain: seconds, axis: null },
    y: { type: 'linear', domain: [0, hz], axis: null },
    marks: [
      ...heading(title, meaning),
      image([0], { ...stretched, ...INNER, src: () => imageOf(values, columns, colours), frameAnchor: 'middle' }),
      frame({ stroke: LINE }),
      timeAxis(panel),
      axisY({ ticks: 5, tickSize: 4, label: 'frequency, Hz', labelAnchor: 'center', labelArrow: 'none' }),
      ...timeMarks(panel),
      ...legend(colours, unit, signed ? withSign : significant),
    ],
  });
}

function coloursOf({ values, signed, scheme }: Panel): Colours {
  if (signed) return diverging(values);
  if (scheme === 'greys') return sequential(scheme, Math.min(0, ...values), 1); // spectrograms reach 1
  return sequential(
    scheme,
    0,
    values.reduce((a, b) => Math.max(a, b), 0),
  );
}

/** A bar of the colours at the right, with the values of its ends and, of a signed map, 0; as wide as the frame's margin. */
function legend(colours: Colours, unit: string, format: (value: number) => string) {
  const [least, most] = colours.domain;
  const ramp = Float32Array.from({ length: BAR.steps }, (_, i) => least + ((i + 0.5) / BAR.steps) * (most - least));
  const left = { frameAnchor: 'right', dx: BAR.left + BAR.width + 4, textAnchor: 'start', fontSize: 11 } as const;
  const half = INNER.height / 2;
  const label = (value: number, dy: number) => text([format(value)], { ...left, dy });
  return [
    image([0], {
      ...{ preserveAspectRatio: 'none', src: () => imageOf(ramp, 1, colours), frameAnchor: 'right' },
      ...{ width: BAR.width, height: INNER.height, dx: BAR.left + BAR.width / 2 },
    }),
    label(most, 7 - half),
    ...(least < 0 && most > 0 ? [label(0, 0)] : []),
    label(least, half - 7),
    text([unit], { frameAnchor: 'right', dx: BAR.left + BAR.width + 44, rotate: 90, fontSize: 11, fill: FAINT }),
  ];
}
