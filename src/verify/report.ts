import { parseHTML } from 'linkedom';
import { classesOf } from '../corpus/classes.ts';
import { reportHtml } from '../report/report.ts';
import { environment } from '../run/environment.ts';
import { nameIn, readHashes } from '../run/hashes.ts';
import type { FinishedFold } from '../run/run-files.ts';
import { readIfThere, readLog, runPaths } from '../run/run-folder.ts';
import { chosenOfFolds } from '../run/tuning.ts';
import type { FinishedRun } from './doubted-run.ts';
import { metricsOfRun } from './figures.ts';
import { readFoldFile } from './predictions.ts';
import { agrees, differs, notChecked, type Statement, verdict } from './statement.ts';

/**
 * Whether `report.html` is the page that the other files of the run give, white space apart. Where it is not, whether the figures and tables
 * agree that both pages have, and, where this version wrote it, all that it says; another version says it otherwise.
 */
export async function checkReport(files: FinishedRun): Promise<Statement[]> {
  const stored = (await readIfThere(runPaths(files.run).report))?.toString('utf8');
  if (stored === undefined) return [notChecked('report.html is not here')];
  const page = await pageOf(files);
  if (spaced(stored) === spaced(page)) return [agrees('report.html is the page that the other files give')];
  const [shown, expected] = [figuresOf(stored), figuresOf(page)];
  const both = [...expected.keys()].filter((name) => shown.has(name));
  const findings = both.flatMap((name) => firstDifference(name, shown.get(name)!, expected.get(name)!));
  const figures = both.length
    ? verdict(findings, `the figures and tables of report.html, ${both.length} in all, are those of the run`)
    : [];
  if (findings.length || !(await isOwnReport(files))) return [...figures, OTHER_VERSION];
  const words = otherWords(textOf(stored), textOf(page));
  return [...figures, words ? differs(words) : OTHER_LOOKS];
}

const OTHER_VERSION = notChecked(
  'report.html but for its figures and tables: it is not the page that this version makes, as where another one wrote it',
);
const OTHER_LOOKS = notChecked(
  'the pictures and looks of report.html: they are others than here, as where another release of a library drew them',
);

/** Whether the report was written here: by this version, with this Node, from folds that all are here. */
async function isOwnReport(files: FinishedRun): Promise<boolean> {
  const last = (await readLog(files.run)).at(-1);
  const { attune, node } = environment();
  if (last?.event !== 'end' || last.environment?.attune !== attune || last.environment.node !== node) return false;
  return (await foldsOf(files)) !== undefined;
}

/** All that a page says, its pictures and styles left out. */
function textOf(page: string): string {
  const { document } = parseHTML(page);
  for (const silent of document.querySelectorAll('svg, style')) silent.remove();
  const said: string[] = [];
  const open: Node[] = [document]; // no recursion, for a file that is no page may nest without end; nor need it hold an element
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.nodeType === TEXT) said.push(node.textContent ?? '');
    for (const child of [...node.childNodes].reverse()) open.push(child);
  }
  return spaced(said.join(' '));
}

/** The `nodeType` of text. */
const TEXT = 3;

/** Characters shown around what differs. */
const AROUND = 30;

function otherWords(stored: string, expected: string): string | undefined {
  if (stored === expected) return undefined;
  const at = Array.from(expected).findIndex((character, i) => character !== stored[i]);
  const shown = (text: string) => `"${text.slice(Math.max(0, at - AROUND), at + AROUND)}"`;
  return `report.html says ${shown(stored)} where the other files give ${shown(expected)}, though this version wrote it`;
}

async function pageOf(files: FinishedRun): Promise<string> {
  const { run } = files;
  const { [nameIn(run, runPaths(run).report)]: _, ...hashes } = (await readHashes(run)) ?? {};
  const finished = await foldsOf(files);
  return reportHtml({
    ...{ config: files.config, manifest: files.manifest, metrics: metricsOfRun(files) },
    predictions: finished?.flatMap(({ predictions }) => predictions) ?? files.predictions,
    chosen: finished && chosenOfFolds(files.folds, finished),
    log: await readLog(files.run),
    ...(Object.keys(hashes).length && { hashes }),
  });
}

/** What the folds wrote, in their order; undefined where one is not there, or damaged. */
async function foldsOf({ run, config, folds }: FinishedRun): Promise<FinishedFold[] | undefined> {
  const own = await Promise.all(folds.map((fold) => readFoldFile(run, fold, classesOf(config.options))));
  return own.every((fold) => typeof fold === 'object') ? own : undefined;
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
