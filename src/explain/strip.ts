import { areaY, axisX, axisY, frame, rect, ruleY } from '@observablehq/plot';
import { svgOf } from '../report/svg.ts';
import { FAINT, heading, LINE, MARGIN, PANEL, TEXT, timeAxis, timeMarks } from './panel.ts';
import type { Part } from './parts.ts';
import { significant, signed as withSign } from './words.ts';

const INNER_HEIGHT = 108;
/** How much farther the axis reaches than the values. */
const ROOM = 1.05;
/** Below a strip: with the numbers of the axis, and without. */
const BELOW = { axis: MARGIN.marginBottom, none: 12 };
/** Of ColorBrewer's RdBu and Blues, as the maps over time and frequency have them. */
const COLOURS = { above: '#b2182b', below: '#2166ac', plain: '#2171b5', unheard: '#d9dce1' };

/** A map over time alone. */
export interface Strip extends Part {
  /** as long as the values: 0 where a frame is not heard; absent: all are heard */
  readonly heard?: Float32Array;
  /** whether the seconds stand below it */
  readonly axis: boolean;
}

/** Pixels of a strip; it is as wide as a {@link PANEL}. */
export const stripHeight = (axis: boolean): number =>
  MARGIN.marginTop + INNER_HEIGHT + (axis ? BELOW.axis : BELOW.none);

/**
 * Draws a strip: an SVG element, its axis of time that of the panels. Each value is a step as wide as its frame; frames that are not heard
 * are grey and have none.
 */
export function drawStrip(strip: Strip): string {
  const { title, meaning, values, unit, signed, seconds, heard, axis } = strip;
  const width = (seconds[1] - seconds[0]) / values.length;
  const isHeard = (i: number) => heard?.[i] !== 0;
  const told = values.map((value, i) => (isHeard(i) ? value : 0));
  const domain = [ROOM * Math.min(0, ...told), ROOM * Math.max(0, ...told)] as const;
  const steps = (of: (value: number) => number) =>
    Array.from({ length: values.length + 1 }, (_, i) => ({
      at: seconds[0] + i * width,
      value: of(told[Math.min(i, values.length - 1)]!),
    }));
  const area = (fill: string, of: (value: number) => number) =>
    areaY(steps(of), { x: 'at', y1: () => 0, y2: 'value', curve: 'step-after', fill });
  const unheard = runs(values.length, (i) => !isHeard(i)).map(([from, to]) => ({
    from: seconds[0] + from * width,
    to: seconds[0] + to * width,
  }));
  return svgOf(`${title}: ${meaning}`, {
    ...{ width: PANEL.width, height: stripHeight(axis) },
    ...{ ...MARGIN, marginBottom: axis ? BELOW.axis : BELOW.none },
    style: { fontSize: '12px', color: TEXT },
    x: { type: 'linear', domain: seconds, axis: null },
    y: { type: 'linear', domain: domain[1] > domain[0] ? domain : [0, 1], axis: null },
    marks: [
      ...heading(title, meaning),
      rect(unheard, { x1: 'from', x2: 'to', fill: COLOURS.unheard }),
      ...(signed
        ? [area(COLOURS.above, (value) => Math.max(0, value)), area(COLOURS.below, (value) => Math.min(0, value))]
        : [area(COLOURS.plain, (value) => value)]),
      ruleY([0], { stroke: FAINT, strokeWidth: 0.5 }),
      frame({ stroke: LINE }),
      axis ? timeAxis(strip) : axisX({ ticks: 5, tickSize: 4, label: null, tickFormat: () => '' }),
      axisY({
        ...{ ticks: 3, tickSize: 4, tickFormat: signed ? withSign : significant },
        ...{ label: unit, labelAnchor: 'center', labelArrow: 'none' },
      }),
      ...timeMarks(strip),
    ],
  });
}

/** Where something holds, `[from, to)` each. */
function runs(length: number, holds: (i: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < length; i++) {
    if (!holds(i)) continue;
    const last = found.at(-1);
    if (last?.[1] === i) last[1] = i + 1;
    else found.push([i, i + 1]);
  }
  return found;
}
