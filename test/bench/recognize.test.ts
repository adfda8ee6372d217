import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { machine } from '../../bench/machine.ts';
import { recognizeFigures, recognizeTable } from '../../bench/recognize/figures.ts';
import { type Call, prepareCalls } from '../../bench/recognize/plan.ts';
import { timeCall } from '../../bench/recognize/run.ts';
import { readAudioFile } from '../../src/audio/file.ts';
import { temporaryFolder } from '../cli/attune.ts';

const folder = await temporaryFolder();

describe('figures of scoring', () => {
  const times = (...walls: number[]) => walls.map((wall_s) => ({ wall_s, loaded_s: wall_s / 2, cpu_s: 2 * wall_s }));
  const figures = recognizeFigures(machine(2), [
    { call: { key: 'start', name: '3 s', audioSeconds: 3 }, times: times(0.5, 9, 0.4) },
    { call: { key: 'file_16k', name: 'one file', audioSeconds: 60 }, times: times(2, 2.5, 100) },
    { call: { key: 'folder_16k', name: 'a folder', audioSeconds: 63 }, times: times(3.5, 3.5, 3.5) },
  ]);

  it('are of medians, with the start and without it', () => {
    expect(figures).toMatchObject({
      repetitions: 3,
      start_s: 0.5,
      start_cpu_s: 1,
      start_parts_s: { imports: 0.25, answer: 0.25 },
      calls: [
        { key: 'file_16k', wall_s: 2.5, cpu_s: 5, times_real_time: 24, times_real_time_after_start: 28.5 },
        { key: 'folder_16k', wall_s: 3.5, cpu_s: 7, times_real_time: 18, times_real_time_after_start: 20 },
      ],
    });
  });

  it('are shown beside what is aimed at', () => {
    const text = recognizeTable(figures).replace(/ +/g, ' ');
    expect(text).toContain('one file 2.50 5.00 24.0 28.5');
    expect(text).toContain('from the command to the answer for 3 s: 0.50 s (processor 1.00 s)');
    expect(text).toContain('60 times real time at 16 kHz, 0.6 s to the answer');
  });
});

describe('the calls that are timed', () => {
  let calls: Call[];
  beforeAll(async () => {
    calls = await prepareCalls(folder, { fileSeconds: 5, folderFiles: 2 });
  });

  it('score as much audio as they say, at 16 kHz and at 44.1 kHz', async () => {
    expect(calls.map(({ key, audioSeconds }) => [key, audioSeconds])).toEqual([
      ['start', 3],
      ['file_16k', 5],
      ['folder_16k', 6],
      ['file_44k', 5],
      ['folder_44k', 6],
    ]);
    for (const { files, audioSeconds, key } of calls) {
      const seconds = await Promise.all(
        files.map(async (file) => (await readAudioFile(file)).waveform.samples.length / 16_000),
      );
      expect(
        seconds.reduce((sum, s) => sum + s),
        key,
      ).toBeCloseTo(audioSeconds, 2);
      for (const file of files)
        expect(readFileSync(file).readUInt32LE(24), file).toBe(key.endsWith('44k') ? 44_100 : 16_000);
    }
  });

  it('are timed from their spawning to their end', async () => {
    const { loaded_s, wall_s, cpu_s } = await timeCall(calls[0]!, 1);
    expect(loaded_s).toBeGreaterThan(0);
    expect(wall_s).toBeGreaterThan(loaded_s);
    expect(cpu_s).toBeGreaterThan(0);
  });

  it('fail with what the command said', async () => {
    await expect(timeCall({ ...calls[0]!, files: [join(folder, 'none.wav')] }, 1)).rejects.toThrow(
      /answered 0 of 1 files and ended with status 1; it said: attune: .*none.wav/,
    );
  });
});
