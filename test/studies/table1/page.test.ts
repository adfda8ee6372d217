import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../../src/corpus/emotions.ts';
import { table1Page } from '../../../src/studies/table1/page.ts';
import { figuresOf, type Table1 } from '../../../src/studies/table1/table.ts';
import { ENVIRONMENT } from '../../evaluate/run.ts';
import { ATTENTION, GAP, rowsWith, runWith } from './made.ts';

const rows = rowsWith({ 'gap-pooling': GAP, 'attention-pooling': ATTENTION, encoder: GAP.slice(0, 1) });
const beside = {
  ...{ row: { system: 'peer', title: 'openSMILE + SVM', paper: null }, asked: true, missing: [], diverged: [] },
  runs: [{ ...runWith('peer', undefined, '3122 3122 3122 3122 3122 3122'), deterministic: true }],
};

const tableOf = (change: Partial<Table1> = {}): Table1 => ({
  ...{ corpus: 'emodb', classes: EMOTIONS, utterances: 48, speakers: 6, protocol: 'leave-one-speaker-out', folds: 6 },
  ...{ seeds: [1, 2], seen: [], command: 'npx attune table1 emodb --out out', environments: [ENVIRONMENT] },
  date: '2026-03-01',
  ...figuresOf([...rows, beside], []),
  tested: [{ against: ['gap-pooling'], seeds: [1, 2] }],
  ...change,
});

describe('table1.md', () => {
  it('says all that table1.json says', async () => {
    await expect(table1Page(tableOf())).toMatchFileSnapshot('golden/table1.md');
  });

  it('calls the paper’s figures those of another corpus, unless it is IEMOCAP’s improvised turns', () => {
    expect(table1Page(tableOf())).toContain('own figures **for another corpus**');
    expect(table1Page(tableOf({ corpus: 'iemocap' }))).not.toContain('another corpus');
    expect(table1Page(tableOf({ corpus: 'csv', folder: 'calls' }))).toMatch(/^# Table 1 on calls, one speaker/);
    expect(table1Page(tableOf({ corpus: 'iemocap', reading: { turns: 'improvised' } }))).not.toContain(
      'another corpus',
    );
    expect(table1Page(tableOf({ corpus: 'iemocap', reading: { turns: 'all' } }))).toContain('another corpus');
  });

  it('tells of tests that were made before by other systems or seeds', () => {
    const before = { against: ['bilinear-pooling'], seeds: [1] };
    expect(table1Page(tableOf())).not.toContain('Tested here before');
    expect(table1Page(tableOf({ tested: [before, ...tableOf().tested] }))).toContain(
      '**Tested here before**: beside bilinear-pooling by seed 1. Holm’s p counts the comparisons of one test alone.',
    );
    expect(table1Page(tableOf({ tested: [before], untested: 'not all is there' }))).toContain('Tested here before');
  });

  it('marks each figure of runs that leak, or whose contamination is unknown', () => {
    const leaking = GAP.map((run) => ({ ...run, options: { ...run.options!, protocol: 'random-leaking' as const } }));
    const outside = { ...beside, runs: beside.runs.map((run) => ({ ...run, contamination: 'unknown' as const })) };
    const page = table1Page(
      tableOf(figuresOf([...rowsWith({ 'gap-pooling': leaking, 'attention-pooling': ATTENTION }), outside], [])),
    );
    const marked = (mark: string) => page.split('\n').filter((line) => line.startsWith('|') && line.includes(mark));
    expect(marked('**LEAKS**').map((line) => line.split('|')[1]!.trim())).toEqual([
      ...['A', 'A', 'A', 'B − A **LEAKS**', 'C − A **contamination unknown** **LEAKS**'],
    ]);
    expect(marked('**contamination unknown**')).toHaveLength(4); // the row, its seed and two differences
  });

  it('says what is missing, what has diverged, and that nothing is tested yet', () => {
    const changed = rows.map((one) =>
      one.row.system === 'gap-pooling'
        ? { ...one, runs: GAP.slice(0, 1), missing: [2] }
        : one.row.system === 'encoder'
          ? { ...one, runs: [], diverged: [{ seed: 1, message: 'the loss is NaN' }] }
          : one,
    );
    const page = table1Page(tableOf(figuresOf(changed, [])));
    expect(page).toContain('Of gap-pooling not all is in these figures: seed 2 has not ended.');
    expect(page).toContain('No figures of encoder with seed 1: the loss is NaN.');
    expect(page).toMatch(/\| behind a speech encoder \| diverged \|/);
    expect(page).toContain('**Nothing is tested yet, and nothing is ranked: these runs have not ended');
  });
});
