import { AttuneError } from '../../errors.ts';
import { learningCurves } from '../../report/learning-curves.ts';
import { accuracyPlot, confusionPlot, lossPlot } from '../../report/plots.ts';
import { speakerBars } from '../../report/speakers.ts';
import { speakersPlot } from '../../report/speakers-plot.ts';
import { readPredictions } from '../../run/predictions-file.ts';
import { readJson, runPaths } from '../../run/run-folder.ts';
import { METRICS } from '../../run/run-schemas.ts';
import type { RunReader } from './read-run.ts';

/** Pictures of a run, those of its report; the first two are there while it trains. */
export const PLOTS = ['loss', 'accuracy', 'confusion', 'speakers'] as const;
export type PlotName = (typeof PLOTS)[number];

/**
 * Draws a picture of a run as SVG.
 *
 * @throws AttuneError `run` where the run is not so far
 */
export async function plotOf(folder: string, name: PlotName, runs: Pick<RunReader, 'log'>): Promise<string> {
  if (name === 'loss' || name === 'accuracy') {
    const curves = learningCurves(await runs.log(folder));
    if (!curves.length) throw new AttuneError('run', 'no epoch of this run has ended; look again later');
    return (name === 'loss' ? lossPlot : accuracyPlot)(curves);
  }
  const paths = runPaths(folder);
  const metrics = await readJson(paths.metrics, METRICS);
  if (!metrics) throw new AttuneError('run', 'this run has no figures yet; look again when it has ended');
  if (name === 'confusion') return confusionPlot(metrics.confusion, metrics.emotions);
  return speakersPlot(
    speakerBars(await readPredictions(paths.predictions, metrics.emotions), metrics.emotions),
    metrics,
  );
}
