import { axisX, barX, gridX, ruleX, ruleY, text } from '@observablehq/plot';
import type { Interval } from '../statistics/bootstrap.ts';
import { BLUE, FAINT, ORANGE } from './plot-colours.ts';
import { svgOf } from './svg.ts';

/** A pair of bars. */
export interface SpeakerBars {
  readonly speaker: string;
  readonly utterances: number;
  readonly wa: number;
  readonly ua: number;
  readonly intervals: { readonly wa: Interval | null; readonly ua: Interval | null };
}

/** WA and UA of each speaker as bars with their intervals, the pooled figures above them, with numbers of utterances. */
export function speakersPlot(speakers: readonly SpeakerBars[], pooled: Omit<SpeakerBars, 'speaker'>): string {
  const rows = [{ ...pooled, speaker: 'all speakers' }, ...speakers].map((row, i) => ({ ...row, row: i }));
  const bars = rows.flatMap(({ row, wa, ua, intervals }) => [
    { row, measure: 'WA', percent: 100 * wa, ...limits(intervals.wa) },
    { row, measure: 'UA', percent: 100 * ua, ...limits(intervals.ua) },
  ]);
  const longest = Math.max(...rows.map(({ speaker }) => speaker.length));
  const column = { fy: 'row', frameAnchor: 'left', textAnchor: 'end' } as const;
  const heading = { fy: () => 0, frameAnchor: 'top-left', textAnchor: 'end', dy: -16, fill: FAINT } as const;
  const place = { fy: 'row', y: 'measure' };
  const figure = { ...place, frameAnchor: 'right', textAnchor: 'start', fontSize: 11 } as const;
  return svgOf('WA and UA of each speaker in percent, with 95 % intervals', {
    width: 920,
    height: 34 * rows.length + 62,
    marginTop: 26,
    marginLeft: Math.min(240, 8 * longest + 16) + 96,
    marginRight: 128,
    marginBottom: 36,
    style: { fontSize: '13px' },
    x: { type: 'linear', domain: [0, 100], axis: null },
    y: { type: 'band', domain: ['WA', 'UA'], axis: null, paddingInner: 0.06, paddingOuter: 0.25 },
    fy: { type: 'band', domain: rows.map(({ row }) => row), axis: null, padding: 0 },
    marks: [
      gridX({ ticks: 5 }),
      axisX({ ticks: 5, tickSize: 0, label: null, fontSize: 12, tickFormat: (value: number) => `${value} %` }),
      barX(
        bars.filter(({ measure }) => measure === 'WA'),
        { ...place, x: 'percent', fill: BLUE },
      ),
      barX(
        bars.filter(({ measure }) => measure === 'UA'),
        { ...place, x: 'percent', fill: ORANGE },
      ),
      ruleY(
        bars.filter(({ low }) => low !== undefined),
        { ...place, x1: 'low', x2: 'high', stroke: 'currentColor', strokeWidth: 1.3 },
      ),
      text(bars, {
        ...figure,
        dx: 36,
        textAnchor: 'end',
        text: ({ percent }: { percent: number }) => percent.toFixed(1),
      }),
      text(bars, { ...figure, dx: 44, fill: FAINT, text: rangeLabel }),
      text(rows, { ...column, dx: -96, text: 'speaker', title: 'speaker', lineWidth: 15, textOverflow: 'ellipsis' }),
      text(rows, { ...column, dx: -12, text: ({ utterances }: SpeakerBars) => String(utterances), fill: FAINT }),
      text(['speaker'], { ...heading, dx: -96 }),
      text(['utterances'], { ...heading, dx: -12 }),
      ruleX([0], { stroke: FAINT }),
    ],
  });
}

const limits = (interval: Interval | null) => (interval ? { low: 100 * interval.low, high: 100 * interval.high } : {});

const rangeLabel = ({ low, high }: { low?: number; high?: number }) =>
  low === undefined || high === undefined ? '' : `${low.toFixed(1)} to ${high.toFixed(1)}`;
