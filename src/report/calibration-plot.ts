import { axisX, axisY, dot, gridX, gridY, line, ruleX } from '@observablehq/plot';
import type { CalibrationBin } from '../statistics/calibration.ts';
import { wilsonInterval } from '../statistics/wilson.ts';
import { BLUE, FAINT } from './plot-colours.ts';
import { svgOf } from './svg.ts';

/**
 * A reliability diagram: how often utterances of about the same confidence are right, with 95 % intervals (Wilson), against that
 * confidence; on the dashed line confidence is as high as accuracy.
 */
export function calibrationPlot(bins: readonly CalibrationBin[]): string {
  const points = bins.map(({ count, meanConfidence, accuracy }) => {
    const { low, high } = wilsonInterval(Math.round(accuracy * count), count);
    return { confidence: 100 * meanConfidence, accuracy: 100 * accuracy, low: 100 * low, high: 100 * high };
  });
  const place = { x: 'confidence', y: 'accuracy' };
  const ends = [
    [0, 0],
    [100, 100],
  ] as const;
  return svgOf('Share of utterances that is right against the probability of the recognised class, both in percent', {
    width: 450,
    height: 432,
    marginTop: 32,
    marginLeft: 48,
    marginRight: 12,
    marginBottom: 44,
    style: { fontSize: '12px' },
    x: { type: 'linear', domain: [0, 100], axis: null },
    y: { type: 'linear', domain: [0, 100], axis: null },
    marks: [
      gridX({ ticks: 5 }),
      gridY({ ticks: 5 }),
      axisX({
        ...{ ticks: 5, tickSize: 4, labelArrow: 'none', labelAnchor: 'center' },
        label: 'mean probability of the recognised class, %',
      }),
      axisY({ ticks: 5, tickSize: 0, label: 'recognised rightly, %', labelArrow: 'none' }),
      line(ends, { stroke: FAINT, strokeDasharray: '3,3' }),
      line(points, { ...place, stroke: BLUE, strokeWidth: 1, strokeOpacity: 0.4 }),
      ruleX(points, { x: 'confidence', y1: 'low', y2: 'high', stroke: BLUE, strokeWidth: 1.5 }),
      dot(points, { ...place, r: 4, fill: BLUE }),
    ],
  });
}
