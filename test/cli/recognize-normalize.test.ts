import { createHash } from 'node:crypto';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { loadDefaultCheckpoint } from '../../src/recognize/default-weights.ts';
import type { Normalized, RecordingReport, TurnsReport } from '../../src/recognize/report.ts';
import { attune, attuneInTurn, temporaryFolder } from './attune.ts';

/** Voices of which the paper's weights call f01's neutral, happy and sad, and m01's mostly sad. */
const VOICES = { speakers: 2, utterancesPerEmotion: 3, seed: 1 };
const NOTHING = Object.fromEntries(EMOTIONS.map((name) => [name, 0]));

describe('attune recognize --normalize', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const recognize = (...args: readonly string[]) => attune(['recognize', '--weights', 'paper', ...args]);
  const inTurn = attuneInTurn();
  const again = (...args: readonly string[]) => inTurn(['recognize', ...args]);
  const lines = <T>(text: string): T[] =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  /** As `sha256sum FILES | cut -c1-64 | LC_ALL=C sort | sha256sum` has it. */
  const hashOf = async (files: readonly string[]) => {
    const hash = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');
    const hashes = await Promise.all(files.map(async (file) => hash(await readFile(file))));
    return hash(
      hashes
        .sort()
        .map((line) => `${line}\n`)
        .join(''),
    );
  };
  let plain: RecordingReport[];
  let files: string[];
  let ofWomen: Normalized;

  beforeAll(async () => {
    await writeSyntheticCorpus(at('voices'), VOICES);
    files = (await readdir(at('voices'))).filter((name) => name.endsWith('.wav')).sort();
    plain = lines((await recognize(at('voices'), '--threads', '1', '--format', 'jsonl')).stdout);
  });

  it('takes out what each speaker adds, in several processes as in one, and says what', async () => {
    await writeFile(at('voices/b.wav'), 'no sound');
    const args = [at('voices'), '--normalize', 'speaker', '--speaker', '^(.)', '--format', 'jsonl'];
    const [one, two] = [await recognize(...args, '--threads', '1'), await recognize(...args, '--threads', '2')];
    expect([one.status, two.stdout]).toEqual([1, one.stdout]);
    const [failure, ...reports] = lines<RecordingReport>(one.stdout);
    expect(failure).toEqual({ file: at('voices/b.wav'), error: expect.stringContaining('b.wav') });
    expect(reports.map(({ file }) => file)).toEqual(files.map((name) => at(`voices/${name}`)));

    const { reference } = await loadDefaultCheckpoint('paper');
    const [women, men] = ['f', 'm'].map((speaker) => reports.filter(({ normalized }) => normalized!.group === speaker));
    expect([women!.length, men!.length]).toEqual([12, 12]);
    expect(reference).toHaveLength(4);
    ofWomen = women![0]!.normalized!;
    const { shift, ...rest } = ofWomen;
    expect(rest).toEqual({
      ...{ by: 'speaker', group: 'f', recordings: 12, failed: 0, withoutSpeech: 0 },
      sha256: await hashOf(women!.map(({ file }) => file)),
    });
    expect(Object.values(shift).reduce((a, b) => a + b)).toBeCloseTo(0, 9);
    expect(Math.max(...Object.values(shift))).toBeGreaterThan(0.01);
    const { temperature } = await loadDefaultCheckpoint('paper');
    for (const { file, segments, probabilities, normalized, spans, durationSeconds } of women!) {
      expect(normalized).toEqual({ shift, ...rest });
      const before = plain.find((report) => report.file === file)!;
      const expected = before.segments.map((segment) => {
        const powers = EMOTIONS.map((name) => segment.probabilities[name]! * Math.exp(-shift[name]! / temperature!));
        return powers.map((power) => power / powers.reduce((a, b) => a + b));
      });
      for (const [k, name] of EMOTIONS.entries()) {
        for (const [i, segment] of segments.entries())
          expect(segment.probabilities[name]).toBeCloseTo(expected[i]![k]!, 5);
        const mean = expected.reduce((sum, row) => sum + row[k]!, 0) / expected.length;
        expect(probabilities[name]).toBeCloseTo(mean, 5);
      }
      expect(spans.at(-1)!.end).toBe(durationSeconds);
    }
    for (const { normalized, warnings, ...report } of men!) {
      const { warnings: own, ...before } = plain.find(({ file }) => file === report.file)!;
      expect(report).toEqual(before);
      expect(normalized!.shift).toEqual(NOTHING);
      expect(warnings.slice(own.length)).toEqual([
        {
          code: 'normalized',
          message: expect.stringMatching(/^67 % of its source is answered sad.*nothing was taken out/),
        },
      ]);
    }
    expect(one.stderr.match(/warning: m: 67 % of its source/g)).toHaveLength(1);
    expect(one.stderr).toContain('taken out: the own mean of 1 of 2 speakers (12 recordings), so that each answer');
    expect(one.stderr).toContain('nothing of the rest: the answers of 1 lean to few classes');
  });

  it('knows folders that are given, and speakers of a table, and writes them into CSV', async () => {
    const own = files.filter((name) => /^f01.*3/.test(name));
    for (const name of own) await cp(at(`voices/${name}`), at(`calls/anna/${name}`));
    await cp(at('calls/anna'), at('mail'), { recursive: true });
    const table = own.map((name) => `anna/${name},Anna\n../mail/${name},'=Eve\n`).join('');
    await writeFile(at('calls/speakers.csv'), `file,emotion,speaker\n${table.replaceAll(',', ',,')}`);
    const run = async (...args: readonly string[]) => {
      const { stdout, status } = await recognize(at('calls'), at('mail'), '--threads', '1', '--format', 'csv', ...args);
      expect(status).toBe(0);
      return parse(stdout, { columns: true }) as Record<string, string>[];
    };
    const sha256 = await hashOf(own.map((name) => at(`voices/${name}`)));
    const counted = { source_count: '4', source_shifted: 'false', source_sha256: sha256 };
    const folders = await run('--normalize', 'folder');
    const speakers = await run('--normalize', 'speaker', '--speakers', at('calls/speakers.csv'));
    expect(folders).toHaveLength(8);
    for (const [i, row] of folders.entries()) {
      expect(row).toMatchObject({ ...counted, source: at(i < 4 ? 'calls' : 'mail') });
      expect(speakers[i]).toEqual({ ...row, source: i < 4 ? 'Anna' : "''=Eve" });
    }
  });

  it('takes out the plain mean of what is said to be mixed, and says so', async () => {
    const by = ['--normalize', 'speaker', '--speaker', '^(.)', '--threads', '1', '--format', 'jsonl'];
    const { stdout, stderr } = await recognize(at('voices'), ...by, '--mixed');
    const answered = lines<RecordingReport>(stdout).flatMap(({ normalized, warnings }) =>
      normalized ? [{ normalized, said: warnings.at(-1)!.message }] : [],
    );
    expect(answered).toHaveLength(24);
    for (const { normalized, said } of answered) {
      expect(normalized.mixed).toBe(true);
      expect(Math.max(...Object.values(normalized.shift))).toBeGreaterThan(0.01);
      expect(said).toContain('its plain mean was taken out');
    }
    expect(stderr).toMatch(/warning: m: its source was said to hold .*\(leave --mixed out\)/);
    expect(stderr).toContain('taken out: the plain mean of 2 of 2 speakers');
  });

  it('counts a recording once, however often and by whatever name it is given', async () => {
    const own = files.filter((name) => name.startsWith('f'));
    for (const name of own) await cp(at(`voices/${name}`), at(`twice/a/${name}`));
    for (const name of own.slice(0, 2)) await cp(at(`voices/${name}`), at(`twice/b/copy of ${name}`));
    for (const name of ['bad.wav', 'bad copy.wav']) await writeFile(at(`twice/${name}`), 'no sound');
    const again = [at(`twice/a/../a/${own[2]}`), at(`twice/a/${own[2]}`)];
    const by = ['--normalize', 'speaker', '--speaker', '(wav)', '--threads', '1', '--format', 'jsonl'];
    const { stdout } = await recognize(at('twice'), ...again, ...by);
    const answered = lines<RecordingReport>(stdout).flatMap(({ normalized }) => normalized ?? []);
    expect(answered).toHaveLength(16);
    for (const one of answered) expect(one).toEqual({ ...ofWomen, group: 'wav', failed: 1 });
  });

  it("takes out what the speakers of turns add, each in a recording's own", async () => {
    const rttm = plain.map(({ file, durationSeconds }) => {
      const name = file.split('/').at(-1)!.replace('.wav', '');
      const half = durationSeconds / 2;
      const line = (start: number, who: string) => `SPEAKER ${name} 1 ${start} ${half} <NA> <NA> ${who} <NA> <NA>\n`;
      return line(0, 'a') + line(half, 'a');
    });
    await writeFile(at('all.rttm'), rttm.join(''));
    const given = plain.slice(0, 2).map(({ file }) => file);
    const told = async (by: string) => {
      const { stdout } = await recognize(
        ...given,
        '--turns',
        at('all.rttm'),
        '--normalize',
        by,
        '--threads',
        '1',
        '--format',
        'jsonl',
      );
      return lines<TurnsReport>(stdout).map(({ turns }) => turns.map(({ normalized }) => normalized!));
    };
    const turn = (group: string, turns: number, recordings: number): unknown =>
      expect.objectContaining({ group, turns, recordings } satisfies Partial<Normalized>);
    expect(await told('speaker')).toEqual([
      [turn('a', 2, 1), turn('a', 2, 1)],
      [turn('a', 2, 1), turn('a', 2, 1)],
    ]);
    expect((await told('folder')).flat()).toEqual(Array(4).fill(turn(at('voices'), 4, 2)));
  });

  it('refuses, in one line, what it cannot group or compare', async () => {
    const voices = at('voices');
    const bare = at('bare.safetensors');
    const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.125 };
    const checkpoint = { architecture, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS };
    await writeFile(bare, writeCheckpoint({ ...checkpoint, tensors: initialWeights(architecture, 3) }));
    const huge = at('huge.safetensors');
    const reference = EMOTIONS.map(() => [0, 1e20, 0, 0]);
    await writeFile(huge, writeCheckpoint({ ...checkpoint, reference, tensors: initialWeights(architecture, 3) }));
    await writeFile(at('two.csv'), 'file,speaker\nvoices/f01_sad_01.wav,a\nvoices/f01_sad_01.wav,b\n');
    await writeFile(at('few.csv'), 'file,speaker\nvoices/f01_sad_01.wav,a\n');
    const speaker = ['--normalize', 'speaker'];
    const cases: [number, RegExp, string[]][] = [
      [2, /--normalize speaker takes who speaks: give --speaker .*--speakers .*--turns/, [voices, ...speaker]],
      [
        2,
        /the pattern zz\(x\) of --speaker finds no speaker for \d+ of \d+ rec/,
        [voices, ...speaker, '--speaker', 'zz(x)'],
      ],
      [2, /the pattern .*x, has no group/, [voices, ...speaker, '--speaker', 'x']],
      [2, /--speaker is for --normalize speaker/, [voices, '--normalize', 'folder', '--speaker', '(.)']],
      [2, /--speakers is for --normalize speaker/, [voices, '--speakers', at('few.csv')]],
      [
        2,
        /--speaker and --turns each say who speaks/,
        [voices, ...speaker, '--speaker', '(.)', '--turns', at('all.rttm')],
      ],
      [2, /two\.csv, line 3: .* is spoken by b, and in line 2 by a/, [voices, ...speaker, '--speakers', at('two.csv')]],
      [2, /few\.csv names no speaker for \d+ of \d+ recordings/, [voices, ...speaker, '--speakers', at('few.csv')]],
      [2, /standard input is one recording/, ['-', '--normalize', 'folder']],
      [2, /--mixed says of a source what it holds.*--normalize folder or speaker/, [voices, '--mixed']],
      [
        2,
        /what the network said of its own corpus, which a --model/,
        [voices, '--normalize', 'folder', '--model', voices],
      ],
      [
        1,
        /huge\.safetensors is no checkpoint of Attune: .*reference\[0\]\[1\]: expected a number from -1000 to 1000, got 100000000000000000000\./,
        [voices, '--normalize', 'folder', '--checkpoint', huge],
      ],
      [1, /the weights have no reference/, [voices, '--normalize', 'folder', '--checkpoint', bare]],
    ];
    for (const [status, line, args] of cases) {
      const ended = await again(...args);
      expect({ args, status: ended.status, stdout: ended.stdout }).toEqual({ args, status, stdout: '' });
      expect(ended.stderr).toMatch(line);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('takes nothing out of a group of one recording, and says so', async () => {
    const { stderr, stdout, status } = await again(
      plain[0]!.file,
      '--weights',
      'paper',
      '--normalize',
      'folder',
      '--format',
      'json',
    );
    expect(status).toBe(0);
    expect(stderr).toMatch(/warning: .*voices: 1 recording of its source can be heard, so nothing was taken out/);
    expect(JSON.parse(stdout)[0]).toMatchObject({
      probabilities: plain[0]!.probabilities,
      normalized: { recordings: 1, shift: NOTHING },
    });
  });
});
