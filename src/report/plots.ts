import { axisX, axisY, cell, dot, gridY, line, ruleX, text } from '@observablehq/plot';
import { percent } from '../percent.ts';
import { type Confusion, sum } from '../statistics/confusion.ts';
import { clipped, columnsOf } from '../text.ts';
import type { EpochReport } from '../train/schedule.ts';
import { type LearningCurve, meanCurve, rateDrops } from './learning-curves.ts';
import { BLUE, FAINT, ON_BLUE } from './plot-colours.ts';
import { svgOf } from './svg.ts';

/** Rows are true classes, columns predicted ones; each cell its count and its share of the row, by which it is shaded. */
export function confusionPlot(confusion: Confusion, classes: readonly string[]): string {
  const cells = confusion.flatMap((row, t) =>
    row.map((count, p) => ({
      true: classes[t],
      predicted: classes[p],
      count,
      share: sum(row) ? count / sum(row) : null,
    })),
  );
  const place = { x: 'predicted', y: 'true' };
  const onLight = cells.filter(({ share }) => (share ?? 0) < SHADED);
  const onDark = cells.filter(({ share }) => (share ?? 0) >= SHADED);
  const labels = (fill: string) => ({
    count: { ...place, text: 'count', fill, dy: -8, fontSize: 17, fontWeight: 600 },
    share: { ...place, text: ({ share }: { share: number | null }) => percent(share), fill, dy: 12 },
  });
  const [light, dark] = [labels('currentColor'), labels(ON_BLUE)];
  const { size, slanted } = confusionSize(classes);
  const shown = { tickFormat: (name: string) => clipped(name, LONGEST) };
  return svgOf('Confusion matrix: true classes in rows, predicted classes in columns', {
    ...size,
    marginBottom: 2,
    style: { fontSize: '13px' },
    x: { type: 'band', domain: classes, axis: null, padding: 0.03 },
    y: { type: 'band', domain: classes, axis: null, padding: 0.04 },
    opacity: { type: 'identity' },
    marks: [
      axisX({ anchor: 'top', tickSize: 0, label: null, fontSize: 13, ...shown, ...(slanted && SLANTED) }),
      axisY({ tickSize: 0, label: null, fontSize: 13, ...shown }),
      text(['recognised as'], { frameAnchor: 'top', dy: 8 - size.marginTop, fill: FAINT }),
      text(['true class'], { frameAnchor: 'top-left', dx: -8, dy: -18, textAnchor: 'end', fill: FAINT }),
      cell(cells, { ...place, fill: BLUE, fillOpacity: ({ share }) => 0.04 + 0.96 * (share ?? 0), rx: 3 }),
      ...[text(onLight, light.count), text(onLight, light.share), text(onDark, dark.count), text(onDark, dark.share)],
    ],
  });
}

/** Names of classes are cut behind so many characters. */
const LONGEST = 18;
/** Pixels of a character at the size of the axes. */
const CHARACTER = 7.8;
const SLANTED = { tickRotate: -40, textAnchor: 'start' } as const;

/** Up to four classes share a square; more have cells of their own size, and names that are too wide for them stand aslant. */
function confusionSize(classes: readonly string[]) {
  const longest = CHARACTER * Math.max(...classes.map((name) => columnsOf(clipped(name, LONGEST))));
  if (classes.length <= 4 && longest < 100)
    return { size: { width: 480, height: 372, marginTop: 48, marginLeft: 72, marginRight: 2 }, slanted: false };
  const [across, down] = [72, 48];
  const slanted = longest > across;
  const marginTop = 48 + (slanted ? 0.65 * longest : 0);
  const marginLeft = Math.max(72, longest + 12);
  const marginRight = 2 + (slanted ? Math.max(0, 0.77 * longest - across / 2) : 0);
  const width = marginLeft + across * classes.length + marginRight;
  return {
    size: { width, height: marginTop + down * classes.length + 2, marginTop, marginLeft, marginRight },
    slanted,
  };
}

/** The share of a row from which on a cell is so deeply shaded that its text is written in the contrary colour. */
const SHADED = 0.7;

/** Training loss against epoch: a thin line a fold, a thick one their mean, drops of the learning rate dashed. */
export const lossPlot = (curves: readonly LearningCurve[]): string =>
  curvesPlot('Training loss', curves, ({ loss }) => loss, {});

/** Training accuracy in percent against epoch, drawn as {@link lossPlot}. */
export const accuracyPlot = (curves: readonly LearningCurve[]): string =>
  curvesPlot('Training accuracy in percent', curves, ({ accuracy }) => 100 * accuracy, { domain: [0, 100] });

function curvesPlot(
  name: string,
  curves: readonly LearningCurve[],
  value: (report: EpochReport) => number,
  y: { readonly domain?: readonly number[] },
): string {
  const points = curves.flatMap(({ fold, epochs }) =>
    epochs.map((report) => ({ fold, epoch: report.epoch, value: value(report) })),
  );
  const ends = curves.map(({ epochs }) => ({ epoch: epochs.at(-1)!.epoch, value: value(epochs.at(-1)!) }));
  const last = Math.max(2, ...points.map(({ epoch }) => epoch));
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => last / size <= 8) ?? 1000;
  const ticks = [1, ...Array.from({ length: Math.floor(last / step) }, (_, i) => (i + 1) * step)];
  const drops = rateDrops(curves);
  const place = { x: 'epoch', y: 'value' };
  return svgOf(`${name} against epoch`, {
    width: 450,
    height: 290,
    marginTop: 40,
    marginLeft: 42,
    marginRight: 12,
    marginBottom: 40,
    style: { fontSize: '12px' },
    x: { type: 'linear', domain: [1, last], axis: null },
    y: { type: 'linear', zero: true, nice: true, axis: null, ...y },
    marks: [
      gridY({ ticks: 5 }),
      axisX({
        ticks: [...new Set(ticks)],
        tickSize: 4,
        label: 'epoch',
        labelArrow: 'none',
        labelAnchor: 'center',
        tickFormat: String,
      }),
      axisY({ ticks: 5, tickSize: 0, label: null }),
      ruleX(drops, { x: ({ epoch }) => epoch - 0.5, stroke: FAINT, strokeDasharray: '3,3' }),
      text(drops, {
        x: ({ epoch }) => epoch - 0.5,
        frameAnchor: 'top',
        dy: -14,
        text: rateLabel,
        fontSize: 10,
        fill: FAINT,
      }),
      line(points, { ...place, z: 'fold', title: 'fold', stroke: BLUE, strokeWidth: 1, strokeOpacity: 0.4 }),
      dot(ends, { ...place, r: 1.5, fill: BLUE }),
      line(meanCurve(curves, value), { ...place, stroke: BLUE, strokeWidth: 2.5 }),
    ],
  });
}

const rateLabel = ({ learningRate }: { learningRate: number }) =>
  learningRate.toLocaleString('en-US', { maximumSignificantDigits: 3 });
