import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import type { RecordingReport, TurnsReport } from '../../src/recognize/report.ts';
import { wav } from '../audio/files.ts';
import { attune, attuneInTurn, temporaryFolder } from './attune.ts';

const RATE = 16_000;
const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.125 };
const tensors = initialWeights(architecture, 3);

describe('attune recognize --turns', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const [call, rttm, checkpoint] = [at('call.wav'), at('all.rttm'), at('c.safetensors')];
  const recognize = (args: readonly string[], input?: Uint8Array) =>
    attune(['recognize', ...args, '--checkpoint', checkpoint], {}, input);
  const inTurn = attuneInTurn();
  const again = (...args: readonly string[]) => inTurn(['recognize', ...args, '--checkpoint', checkpoint]);
  const [voice, other] = [...synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 })].map(
    ({ waveform }) => waveform.samples,
  ) as [Float32Array, Float32Array];
  /** 1 s of silence, a voice, 1 s of silence, another voice */
  const [first, second] = [RATE, 2 * RATE + voice.length];
  const samples = new Float32Array(second + other.length);
  samples.set(voice, first);
  samples.set(other, second);
  const [start, end] = [second / RATE, samples.length / RATE];

  beforeAll(async () => {
    const write = (name: string, sound: Float32Array) =>
      writeFile(at(name), wav(new Uint8Array(Int16Array.from(sound, (x) => Math.round(x * 32_767)).buffer)));
    await write('call.wav', samples);
    await write('voice.wav', voice);
    await write('other.wav', other);
    await writeFile(
      checkpoint,
      writeCheckpoint({ architecture, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors }),
    );
    const line = (file: string, from: number, seconds: number, name: string) =>
      `SPEAKER ${file} 1 ${from} ${seconds} <NA> <NA> ${name} <NA> <NA>\n`;
    const lines = [
      line('call', start, other.length / RATE, 'R&D'),
      line('call', 1, voice.length / RATE, '=anna'),
      line('call', 0, 0.5, 'nobody'),
      line('voice', 0, 1, 'carl'),
    ];
    await writeFile(rttm, lines.join(''));
  });

  it('says of each turn what it says of a file with its sound', async () => {
    const { status, stdout, stderr } = await recognize([call, '--turns', rttm, '--format', 'json']);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/warning: .*call\.wav: the turn of nobody at 0 s: it holds only silence/);
    const [report] = JSON.parse(stdout) as [TurnsReport];
    const alone = JSON.parse((await again(at('voice.wav'), at('other.wav'), '--format', 'json')).stdout);
    expect(report).toMatchObject({ file: call, startSeconds: 0, durationSeconds: end });
    expect(report.turns.map(({ speaker, start, end }) => [speaker, start, end])).toEqual([
      ['nobody', 0, 0.5],
      ['=anna', 1, Number(((first + voice.length) / RATE).toFixed(6))],
      ['R&D', Number(start.toFixed(6)), Number(end.toFixed(6))],
    ]);
    expect(report.turns[0]!.emotion).toBe('no speech');
    for (const [i, from] of [first, second].entries()) {
      const [turn, expected] = [report.turns[i + 1]!, alone[i] as RecordingReport];
      expect([turn.emotion, turn.durationSeconds]).toEqual([expected.emotion, expected.durationSeconds]);
      for (const name of EMOTIONS) expect(turn.probabilities[name]).toBeCloseTo(expected.probabilities[name]!, 5);
      for (const kind of ['speech', 'spans', 'segments'] as const) {
        const times = (list: readonly { start: number; end: number }[], later: number) =>
          list.flatMap((item) => [item.start + later, item.end + later]).map((time) => time.toFixed(6));
        expect(times(turn[kind], 0)).toEqual(times(expected[kind], from / RATE));
      }
      expect(turn).not.toHaveProperty('source');
    }
  });

  it('says who speaks in every format', async () => {
    const output = async (...args: string[]) => (await again(call, '--turns', rttm, ...args)).stdout;
    const [report] = JSON.parse(await output('--format', 'json')) as [TurnsReport];
    expect(JSON.parse(await output('--format', 'jsonl'))).toEqual(report);
    const said = report.turns.map(({ emotion, probabilities }) =>
      emotion === 'no speech'
        ? emotion
        : `${emotion} ${(100 * Math.max(...Object.values(probabilities))).toFixed(0)} %`,
    );
    const cues = (await output('--format', 'vtt')).split('\n').filter((line) => line.startsWith('<v'));
    expect(cues).toEqual([`<v nobody>${said[0]}`, `<v =anna>${said[1]}`, `<v R&amp;D>${said[2]}`]);
    expect((await output('--format', 'audacity')).split('\n')[1]).toBe(
      `1.000000\t${report.turns[1]!.end.toFixed(6)}\t=anna: ${report.turns[1]!.emotion}`,
    );
    const rows = parse(await output('--format', 'csv'), { columns: true }) as Record<string, string>[];
    expect(rows.map(({ turn, speaker, start, emotion }) => [turn, speaker, start, emotion])).toEqual(
      report.turns.map(({ speaker, start, emotion }, i) => [
        ...[String(i + 1), speaker === '=anna' ? "'=anna" : speaker, start.toFixed(3), emotion],
      ]),
    );
    const [head, row] = (await output('--rows', 'spans')).split('\n').map((line) => line.trim().split(/\s{2,}|\s+/));
    expect(head!.slice(0, 6)).toEqual(['file', 'turn', 'speaker', 'start', 'end', 'emotion']);
    expect(row!.slice(1, 3)).toEqual(['1', 'nobody']);
  });

  it('divides several recordings, in processes, and names those without a turn', async () => {
    const paths = [at('other.wav'), call, at('voice.wav')];
    const { status, stdout, stderr } = await recognize([
      ...paths,
      '--turns',
      rttm,
      '--format',
      'jsonl',
      '--threads',
      '2',
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /attune: .*all\.rttm holds no turn of .*other\.wav: expected .*found those of call, voice$/m,
    );
    const [none, many, one] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(none).toMatchObject({ file: paths[0], error: expect.stringContaining('holds no turn of') });
    expect([many.turns.length, one.turns.length]).toEqual([3, 1]);
  });

  it('takes WebVTT for one recording, from standard input too', async () => {
    const vtt = at('talk.vtt');
    await writeFile(vtt, 'WEBVTT\n\n00:01.000 --> 00:02.000\nAnna Lee: hello\n');
    const args = ['--turns', vtt, '--format', 'json'];
    const { stdout, stderr } = await recognize(['-', ...args], await readFile(call));
    expect(JSON.parse(stdout)[0].turns).toMatchObject([{ speaker: 'Anna Lee', start: 1, end: 2 }]);
    expect(stderr).toMatch(/warning: standard input: the turn of Anna Lee at 1 s: it lasts 1\.00 s/);
    expect(await again(call, at('voice.wav'), ...args)).toMatchObject({
      ...{
        status: 2,
        stderr: expect.stringContaining('is WebVTT, which names no recording, and 2 are given: give one'),
      },
    });
  });

  it.each<[why: string, args: string[], text: string | Uint8Array | undefined, status: number, message: RegExp]>([
    ['is missing', [], undefined, 1, /bad\.rttm: the file of turns cannot be read \(ENOENT\); check the path/],
    ['is empty', [], '', 1, /bad\.rttm, line 1: the file is empty/],
    ['is malformed', [], '\nSPEAKER call 1 x 1 <NA> <NA> anna\n', 1, /bad\.rttm, line 2: the onset is "x"/],
    ['is not UTF-8', [], Uint8Array.of(0xff, 0xfe, 0x41), 1, /bad\.rttm: the file of turns is not UTF-8/],
    [
      'goes beyond the recording',
      [],
      'SPEAKER call 1 500 1 <NA> <NA> anna\n',
      1,
      /bad\.rttm, line 1: the excerpt starts at 500 s, but the recording ends at \d+\.\d\d s; correct its times/,
    ],
    [
      'has rows of recordings',
      ['--rows', 'recordings'],
      'SPEAKER call 1 0 1 <NA> <NA> a',
      2,
      /--rows recordings is for use without/,
    ],
  ])('that %s is refused', async (_, args, text, status, message) => {
    const bad = at('bad.rttm');
    if (text !== undefined) await writeFile(bad, text);
    const ended = await again(call, '--turns', bad, ...args);
    expect(ended.stderr).toMatch(message);
    expect([ended.status, ended.stdout]).toEqual([status, '']);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
