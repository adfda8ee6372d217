import { describe, expect, it } from 'vitest';
import { readCorpus } from '../../src/corpus/read.ts';
import { folderWith } from './folder.ts';

/** Reads a table of one or more recordings of speaker x, all sad; the cells of its times are given. */
async function read(columns: string, ...rows: string[]) {
  const lines = [`file,emotion,speaker,${columns}`, ...rows.map((cells) => `a/call.wav,sad,x,${cells}`)];
  return readCorpus(await folderWith({ 'a/call.wav': 'RIFF', 'l.csv': `${lines.join('\n')}\n` }));
}
const timesOf = async (columns: string, cells: string) => {
  const [utterance] = (await read(columns, cells)).utterances;
  return [utterance!.id, utterance!.start, utterance!.end];
};

describe('times in a table', () => {
  it.each<[written: string, seconds: number]>([
    ['1.25', 1.25],
    ['"1,25"', 1.25],
    ['1.25e0', 1.25],
    ['00:00:01.25', 1.25],
    ['"00:00:01,250"', 1.25],
    ['00:01.25', 1.25],
    ['1:02:03', 3723],
    ['0 days 00:00:01.250000', 1.25],
    ['1 days 00:00:01.250000', 86_401.25],
    ['0 days 00:00:01.250000499', 1.25], // pandas goes to nanoseconds, Attune to microseconds
    ['0 days', 0],
  ])('%s is %d s', async (written, seconds) => {
    expect(await timesOf('start,end', `${written},100000`)).toEqual([`a/call@${seconds}-100000`, seconds, 100_000]);
  });

  it.each<[columns: string, cells: string, expected: unknown[]]>([
    ['start,end', '1.25,3.5', ['a/call@1.25-3.5', 1.25, 3.5]],
    ['start,end', '1.25,NaT', ['a/call@1.25-end', 1.25, undefined]],
    ['start,end', '1.25,', ['a/call@1.25-end', 1.25, undefined]],
    ['start,end', '0 days,NaT', ['a/call', undefined, undefined]], // audformat's whole file
    ['start,end', ',', ['a/call', undefined, undefined]],
    ['start,end', '0,3.5', ['a/call@0-3.5', 0, 3.5]],
    ['Begin,End', '1,2', ['a/call@1-2', 1, 2]],
    ['start_time,end_time', '1,2', ['a/call@1-2', 1, 2]],
    ['Start (s),Stop (s)', '1,2', ['a/call@1-2', 1, 2]],
    ['start,duration', '1,0.5', ['a/call@1-1.5', 1, 1.5]],
    ['start,duration', '0.1,0.2', ['a/call@0.1-0.3', 0.1, 0.3]], // 0.30000000000000004 without rounding
    ['offset,duration', '1,0.5', ['a/call@1-1.5', 1, 1.5]],
    ['onset,offset', '1,1.5', ['a/call@1-1.5', 1, 1.5]],
    ['start,end,duration', '1,1.5,500', ['a/call@1-1.5', 1, 1.5]],
    ['duration,offset', '3.25,', ['a/call', undefined, undefined]],
    ['duration', '3.25', ['a/call', undefined, undefined]],
  ])('in columns %s, %s, are read', async (columns, cells, expected) => {
    expect(await timesOf(columns, cells)).toEqual(expected);
  });

  it.each<[columns: string, cells: string, message: RegExp]>([
    ['start,end', '2,1', /l\.csv, line 3: .*its end, 1 s, does not lie after its start, 2 s/],
    ['start,end', '2,2', /line 3: .*its end, 2 s, does not lie after its start, 2 s/],
    ['start,duration', '2,0', /line 3: .*its end, 2 s, does not lie after its start, 2 s/],
    ['start,end', '-1,1', /line 3: .*its start, -1 s, lies before the recording/],
    ['start,end', '-1 days +23:59:59,1', /line 3: .*its start, -1 s, lies before the recording/],
    ['start,end', '1,inf', /line 3: .*its end is Infinity, expected a finite number/],
    ['start,end', '1e999,', /line 3: .*its start is Infinity, expected a finite number/],
    ['start,end', 'NaT,1', /line 3: start is empty, but end is not/],
    ['start,end', '1.2.3,5', /line 3: start is "1\.2\.3"; expected seconds such as 1\.25, .*0 days 00:00:01\.250000$/],
    ['start,end', '1,5 min', /line 3: end is "5 min"; expected seconds/],
    ['start,end', '0,1', /line 3: a\/call\.wav, 0 s to 1 s, stands in line 2 already; give it once/],
    ['start', '1', /line 1: column start says where .*, but no column end or duration is beside it/],
    ['end', '1', /line 1: column end says where .*, but no column start is beside it/],
    ['start,begin,end', '1,1,2', /line 1: columns start and begin both say where an utterance starts; keep one/],
    ['start,end,stop', '1,2,2', /line 1: columns end and stop both say where an utterance ends; keep one/],
  ])('in columns %s, %s, are refused by line', async (columns, cells, message) => {
    const first = { start: '0', end: '1', duration: '1', begin: '0', stop: '1' } as Record<string, string>;
    await expect(
      read(
        columns,
        columns
          .split(',')
          .map((column) => first[column])
          .join(),
        cells,
      ),
    ).rejects.toThrow(message);
  });

  it('make several utterances of a file, each with its line, sorted by id', async () => {
    const { utterances, warnings } = await read('start,end', '2,3', '0.5,1', '1.5,NaT');
    expect(utterances.map(({ id, source }) => [id, source!.slice(source!.lastIndexOf('/'))])).toEqual([
      ['a/call@0.5-1', '/l.csv, line 3'],
      ['a/call@1.5-end', '/l.csv, line 4'],
      ['a/call@2-3', '/l.csv, line 2'],
    ]);
    expect(warnings).toBeUndefined();
  });
});

describe('a column that is not known', () => {
  it('is named in a warning, once, and one that changes nothing is not', async () => {
    const { warnings } = await read('split,text,start_ms,gender,duration', 'train,hi,1250,f,3');
    expect(warnings).toHaveLength(1);
    expect(warnings![0]).toMatch(
      /\/l\.csv: columns split, start_ms are not used; Attune reads file, emotion, speaker,/,
    );
    expect((await read(',text,gender,session,script,id', '1,hi,f,s,t,7')).warnings).toBeUndefined();
    expect((await read('split', 'train')).warnings![0]).toMatch(/: column split is not used;/);
  });
});
