import { parseHTML } from 'linkedom';
import { readHashes } from './hashes.ts';
import type { Prediction } from './prediction.ts';
import { reportHtml } from './report.ts';
import { readIfThere, readWholeLog, runPaths } from './run-folder.ts';
import { metricsOfRun } from './verify-figures.ts';
import { readFoldFile } from './verify-predictions.ts';
import type { FinishedRun } from './verify-run.ts';
import { agrees, notChecked, type Statement, verdict } from './verify-statement.ts';

/**
 * Whether `report.html` is the page that the other files of the run give, white space apart. Where it is not, as where another version
 * wrote it, whether the figures and tables agree that both pages have.
 */
export async function checkReport(files: FinishedRun): Promise<Statement[]> {
  const stored = (await readIfThere(runPaths(files.run).report))?.toString('utf8');
  if (stored === undefined) return [notChecked('report.html is not here')];
  const page = await pageOf(files);
  if (spaced(stored) === spaced(page)) return [agrees('report.html is the page that the other files give')];
  const [shown, expected] = [figuresOf(stored), figuresOf(page)];
  const both = [...expected.keys()].filter((name) => shown.has(name));
  const findings = both.flatMap((name) => firstDifference(name, shown.get(name)!, expected.get(name)!));
  const rest = notChecked(
    'report.html but for its figures and tables: it is not the page that this version makes, as where another one wrote it',
  );
  if (!both.length) return [rest];
  return [
    ...verdict(findings, `the figures and tables of report.html, ${both.length} in all, are those of the run`),
    rest,
  ];
}

async function pageOf(files: FinishedRun): Promise<string> {
  const hashes = await readHashes(files.run);
  return reportHtml({
    ...{ config: files.config, manifest: files.manifest, metrics: metricsOfRun(files) },
    predictions: await unrounded(files),
    log: (await readWholeLog(files.run))?.log ?? [],
    ...(hashes && { hashes }),
  });
}

/** What the folds wrote, in their order, where all of it is there; else `predictions.csv`. */
async function unrounded({ run, folds, predictions }: FinishedRun): Promise<readonly Prediction[]> {
  const own = await Promise.all(folds.map((fold) => readFoldFile(run, fold)));
  return own.every((fold) => Array.isArray(fold)) ? own.flat() : predictions;
}

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The cells of each table with a head, by that, and the lines of each large figure, by its first. */
function figuresOf(page: string): Map<string, string[]> {
  const { document } = parseHTML(page);
  const texts = (within: Element, selector: string) =>
    [...within.querySelectorAll(selector)].map(({ textContent }) => spaced(textContent ?? ''));
  const tiles = [...document.querySelectorAll('.tile')].map((tile) => texts(tile, 'p'));
  const tables = [...document.querySelectorAll('table')].map((table) => [
    texts(table, 'thead th').join(', '),
    ...texts(table, 'tbody td'),
  ]);
  return new Map([...tiles, ...tables].flatMap(([name, ...cells]) => (name ? [[name, cells]] : [])));
}

function firstDifference(name: string, shown: readonly string[], expected: readonly string[]): string[] {
  const at = [...expected, undefined].findIndex((cell, i) => cell !== shown[i]);
  if (at < 0) return [];
  return [`report.html shows ${shown[at] ?? 'nothing'} (${name}), the other files give ${expected[at] ?? 'nothing'}`];
}
