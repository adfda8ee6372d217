import { classesOf } from '../corpus/classes.ts';
import { AttuneError } from '../errors.ts';
import { anything } from '../json.ts';
import { testedCorpora } from '../run/learned-from.ts';
import { marksOf } from '../run/marks.ts';
import { readJson, runPaths } from '../run/run-folder.ts';
import { gendersOf, type Metrics, metricsOf } from '../statistics/metrics.ts';
import type { FinishedRun } from './doubted-run.ts';
import { differs, type Statement, verdict } from './statement.ts';

/** Paths of fields that `metrics.json` of older versions lacks. */
const ADDED_LATER = /^(perGender|leaks|(perGender\.\w+\.)?intervals\.jackknife)$/;

/** Calculates every figure of `metrics.json` again from `predictions.csv`. */
export async function checkFigures(files: FinishedRun): Promise<Statement[]> {
  const stated = await readJson(runPaths(files.run).metrics, anything).catch((error) => {
    if (error instanceof AttuneError) return error;
    throw error;
  });
  if (stated instanceof AttuneError) return [differs(stated.message)];
  if (stated === undefined) return [differs('metrics.json is missing')];
  const computed: unknown = JSON.parse(JSON.stringify(metricsOfRun(files)));
  const findings: string[] = [];
  const values = compare(stated, computed, '', findings);
  return verdict(findings, `all ${values} values of metrics.json follow from predictions.csv`);
}

/** The figures of a run, calculated again from its predictions. */
export function metricsOfRun({ config, manifest, predictions }: FinishedRun): Metrics {
  const { seed } = config.options;
  const genders = gendersOf(manifest.recordings);
  return metricsOf(predictions, {
    classes: classesOf(config.options),
    seed,
    genders,
    ...testedCorpora(manifest),
    ...marksOf(config.options, manifest),
  });
}

/** Adds a line to `findings` for each value that differs; returns how many values were compared. */
function compare(stated: unknown, computed: unknown, path: string, findings: string[]): number {
  if (isObject(stated) && isObject(computed) && Array.isArray(stated) === Array.isArray(computed)) {
    const names = [...new Set([...Object.keys(computed), ...Object.keys(stated)])];
    return names
      .map((name) => ({ name, at: pathTo(path, name, computed) }))
      .filter(({ name, at }) => name in stated || !ADDED_LATER.test(at))
      .map(({ name, at }) => compare(stated[name], computed[name], at, findings))
      .reduce((sum, values) => sum + values, 0);
  }
  if (stated !== computed)
    findings.push(`${path || 'all'} is ${shown(stated)} in metrics.json, ${shown(computed)} by predictions.csv`);
  return 1;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Entries of a list that have a name go by it: `perSpeaker.03.wa`, but `confusion[0][1]`. */
function pathTo(path: string, name: string, parent: Record<string, unknown>): string {
  if (!Array.isArray(parent)) return path ? `${path}.${name}` : name;
  const { speaker, gender } = (parent[Number(name)] ?? {}) as { speaker?: unknown; gender?: unknown };
  return speaker !== undefined || gender !== undefined ? `${path}.${speaker ?? gender}` : `${path}[${name}]`;
}

const shown = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));
