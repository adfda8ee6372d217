import { axisX, axisY, frame, image, ruleX, text } from '@observablehq/plot';
import { svgOf } from '../report/svg.ts';
import { type Colours, imageOf } from './colours.ts';

const TEXT = '#1f2937';
const FAINT = '#5b6470';
/** Width and height of a panel with its title, axes and legend, in pixels. */
export const PANEL = { width: 525, height: 354 };
const MARGIN = { marginTop: 58, marginLeft: 64, marginRight: 86, marginBottom: 46 };
/** 375 by 250: at 1.6 pixels to one, a bin is a pixel high and a frame three wide */
const INNER = {
  width: PANEL.width - MARGIN.marginLeft - MARGIN.marginRight,
  height: PANEL.height - MARGIN.marginTop - MARGIN.marginBottom,
};
const BAR = { left: 16, width: 12, steps: 64 };

/** A map over time and frequency, with what a reader must know of it. */
export interface Panel {
  readonly title: string;
  /** a line below the title */
  readonly meaning: string;
  /** `[rows x columns]` */
  readonly values: Float32Array;
  readonly columns: number;
  readonly colours: Colours;
  /** what the values are, along the legend */
  readonly unit: string;
  /** writes a value of the legend */
  readonly format: (value: number) => string;
  /** seconds of the recording at the left and the right edge */
  readonly seconds: readonly [number, number];
  /** where the recording ends, seconds, drawn as a dashed line; empty where it goes on */
  readonly ends: readonly number[];
  /** Hz at the upper edge */
  readonly hz: number;
}

/** Draws a panel: an SVG element of {@link PANEL}'s size. */
export function drawPanel({
  title,
  meaning,
  values,
  columns,
  colours,
  unit,
  format,
  seconds,
  ends,
  hz,
}: Panel): string {
  const corner = { frameAnchor: 'top-left', dx: -MARGIN.marginLeft + 10 } as const;
  const stretched = { preserveAspectRatio: 'none', imageRendering: 'pixelated' } as const; // one value, one rectangle
  return svgOf(`${title}: ${meaning}`, {
    ...PANEL,
    ...MARGIN,
    style: { fontSize: '12px', color: TEXT },
    x: { type: 'linear', domain: seconds, axis: null },
    y: { type: 'linear', domain: [0, hz], axis: null },
    marks: [
      text([title], { ...corner, dy: -42, fontSize: 14, fontWeight: 600 }),
      text([meaning], { ...corner, dy: -20, fill: FAINT }),
      image([0], { ...stretched, ...INNER, src: () => imageOf(values, columns, colours), frameAnchor: 'middle' }),
      frame({ stroke: '#9ca3af' }),
      axisX({ ticks: 5, tickSize: 4, label: 'time, s', labelAnchor: 'center', labelArrow: 'none' }),
      axisY({ ticks: 5, tickSize: 4, label: 'frequency, Hz', labelAnchor: 'center', labelArrow: 'none' }),
      ruleX(ends, { stroke: TEXT, strokeDasharray: '4,3' }),
      ...legend(colours, unit, format),
    ],
  });
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
