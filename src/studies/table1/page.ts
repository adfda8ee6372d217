import type { ProtocolName } from '../../corpus/protocols.ts';
import { markNamesOf, type SystemFigures } from '../../evaluate/comparison.ts';
import { ALPHA } from '../../evaluate/verdict.ts';
import { markdownTable } from '../../markdown.ts';
import { inPercent } from '../../percent.ts';
import { count, visible } from '../../text.ts';
import { differenceCells, figure, notes } from './cells.ts';
import { isPapers, lacks, seedText, type Table1, type TableRow } from './table.ts';

/** The text of `table1.md`: all of it follows from `table1.json`. */
export function table1Page(table: Table1): string {
  const parts = [
    `# Table 1 on ${visible(table.folder ?? table.corpus)}, ${DIVIDED[table.protocol] ?? table.protocol}`,
    `\`\`\`\n${table.command}\n\`\`\``,
    howItWasMade(table),
    mainTable(table),
    underTheTable(table),
    '## Primary comparisons',
    primarySection(table),
    '## Seed by seed',
    seedBySeed(table),
    ...(table.pairs.length ? ['## All differences, descriptive', differences(table)] : []),
    '## How to read it',
    notes({ notes: [...OWN_NOTES, ...table.notes] }),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

const DIVIDED: Partial<Readonly<Record<ProtocolName, string>>> = {
  'leave-one-speaker-out': 'one speaker left out at a time',
  'leave-one-session-out': 'one session left out at a time',
  'speaker-folds': 'folds of whole speakers',
};

const OWN_NOTES = [
  'WA and UA are pooled over folds, in percent: the mean of the seeds ± their standard deviation. In brackets 95 % intervals of the mean over speakers: percentile bootstrap, then jackknife-t.',
  'No choice is made on test speakers: of what learns in epochs the last is scored.',
];

function howItWasMade(table: Table1): string {
  const { utterances, speakers, classes, folds, seeds, environments, date } = table;
  const where = environments
    .map(({ processor, runtime, node, attune }) => `${processor}, ${runtime}, Node ${node}, Attune ${attune}`)
    .join('; ');
  const read = table.reading ? ` Read with ${JSON.stringify(table.reading)}.` : '';
  return `${count(utterances, 'utterance')} of ${count(speakers, 'speaker')}: ${classes.map(visible).join(', ')}; ${count(folds, 'fold')}; ${seedText(seeds)}.${read} ${date}; ${where}.`;
}

function mainTable(table: Table1): string {
  const paper = isPapers(table) ? 'paper' : 'paper, IEMOCAP';
  const head = ['', 'system', 'WA', 'UA', `${paper}: WA`, `${paper}: UA`];
  const own = table.rows.filter((row) => row.paper);
  const others = table.rows.filter((row) => !row.paper);
  const line = others.length ? [['', '*not in the paper’s table:*', '', '', '', '']] : [];
  return markdownTable(head, [...own.map(rowCells), ...line, ...others.map(rowCells)]);
}

function rowCells(row: TableRow): string[] {
  const { figures, paper, undescribed } = row;
  const title = [visible(row.title), ...(undescribed ? ['†'] : []), ...(figures ? marksOf(figures) : [])].join(' ');
  const quoted = paper ? [paper.wa, paper.ua].map((share) => inPercent(share, 2)) : ['', ''];
  return [figures?.name ?? '', title, ...figureCells(row), ...quoted];
}

const marksOf = (figures: SystemFigures) => markNamesOf(figures).map((name) => `**${name}**`);

function figureCells({ asked, figures, diverged }: TableRow): [wa: string, ua: string] {
  if (figures) return [figure(figures.wa), figure(figures.ua)];
  return [asked ? (diverged.length ? 'diverged' : 'not finished') : '–', '–'];
}

function underTheTable(table: Table1): string {
  const { rows } = table;
  const lines = [
    isPapers(table)
      ? 'The last two columns are the paper’s own figures for IEMOCAP’s improvised turns, the first four rows quoted there from others. Which turns the paper took is not told in full, so the corpus may differ in some.'
      : 'The last two columns are the paper’s own figures **for another corpus**, IEMOCAP’s improvised turns, the first four rows quoted there from others: they cannot be compared with those beside them.',
    rows.some(({ undescribed }) => undescribed) &&
      '† The quoted system is not described in public. Whatever bears its name here is an interpretation, whose figures stand in no test and are not compared with the quoted ones.',
    ...lacks(table),
    `Who always answers one class has a UA of ${inPercent(1 / table.classes.length)}.`,
  ];
  return lines.filter((line) => line !== false).join('\n\n');
}

function primarySection({ primary, untested, tested, seeds, seen }: Table1): string {
  if (!primary.length) return `None: ${untested}.`;
  const [{ claimed }] = primary as [Table1['primary'][number]];
  const named = `Named in the program, before any run: UA of ${claimed}, which the paper claims to be best, beside that of ${primary.map(({ against }) => against).join(', ')}. "Better" takes Holm’s p below ${ALPHA} over ${primary.length === 1 ? 'this one' : `these ${primary.length}`}, by permutation over speakers.`;
  const unseen = seeds.filter((seed) => !seen.includes(seed));
  const by = seen.length
    ? ` Figures of seed ${seen.join(', ')} had been seen before, so the test is by seed ${unseen.join(', ')} alone.`
    : ' Whoever had seen figures of these systems on this corpus before confirms nothing new by them.';
  const earlier = tested.slice(0, untested === null ? -1 : undefined);
  const again = earlier.length
    ? `\n\n**Tested here before**: ${earlier.map(({ against, seeds }) => `beside ${against.join(', ')} by ${seedText(seeds)}`).join('; ')}. Holm’s p counts the comparisons of one test alone. Who has seen one and then takes other systems or seeds may find a small p by chance: believe the first test.`
    : '';
  if (untested !== null)
    return `${named}${by}${again}\n\n**Nothing is tested yet, and nothing is ranked: ${untested}.**`;
  const rows = primary.flatMap(({ against, tested }) => {
    if (!tested?.ua.test) return [];
    const { p, correctedP, verdict } = tested.ua.test;
    const shown = [p, correctedP].map((value) => value.toPrecision(2));
    return [[`${tested.second} − ${tested.first}`, against, differenceCells(tested.ua), ...shown, verdict]];
  });
  return `${named}${by}${again}\n\n${markdownTable(['', 'beside', 'UA, difference', 'p', 'p (Holm)', ''], rows)}`;
}

function seedBySeed({ rows }: Table1): string {
  const cells = rows.flatMap(({ title, figures }) =>
    (figures?.runs ?? []).map(({ run, seed, wa, ua }) => [
      ...[
        figures!.name,
        [visible(title), ...marksOf(figures!)].join(' '),
        seed === null ? '–' : String(seed),
        inPercent(wa),
        inPercent(ua),
      ],
      `\`${visible(run)}\``,
    ]),
  );
  return markdownTable(['', 'system', 'seed', 'WA', 'UA', 'run'], cells);
}

function differences({ pairs, rows: systems }: Table1): string {
  const marks = new Map(systems.flatMap(({ figures }) => (figures ? [[figures.name, marksOf(figures)]] : [])));
  const rows = pairs.map(({ first, second, wa, ua }) => {
    const both = new Set([second, first].flatMap((name) => marks.get(name) ?? []));
    return [[`${second} − ${first}`, ...both].join(' '), differenceCells(wa), differenceCells(ua)];
  });
  return `The system named first less the other, in points, from all seeds. None of it is tested.\n\n${markdownTable(['', 'WA', 'UA'], rows)}`;
}
