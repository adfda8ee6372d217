import { join } from 'node:path';
import { expect, it } from 'vitest';
import { attune } from '../cli/attune.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';

/** Seconds of each by the README there, as ffmpeg and libvorbis have them, and what must be said. */
const ODD: Record<string, readonly [seconds: number, warning?: RegExp]> = {
  'list_odd_pad.wav': [4.1423],
  'axml_odd_pad.wav': [4.1423],
  'data_size_7fffffff.wav': [4.1423],
  'rf64.wav': [4.1423],
  'aiff_frames_less.aiff': [4.142, /the file declares 2\.071 s, but 4\.142 s could be decoded/],
  'webm_audio_from5s.webm': [4.1423],
  'webm_gap_2s.webm': [4.1423, /no sound was recorded for 2\.00 s from 0\.99 s on; silence stands in for it/],
  'ogg_chained_rate.ogg': [8.285],
  'ogg_chained_same.ogg': [8.285], // 4.1423 s each
  'opus_granule_plus_1h.opus': [4.1423],
  'mkv_two_tracks.mka': [4.1423],
  'm4a_frag.mp4': [4.14],
  'mp3_two_id3v2.mp3': [4.1423],
  'adts_id3_30k.aac': [4.156], // all 180 packets but the first, which prepares the second
};
/** Fields of a line without quotes. */
const fields = (line: string) => line.split(',');

describeWith(ATTUNE_AUDIO, 'odd recordings', () => {
  const path = (file: string) => join(ATTUNE_AUDIO, 'odd', file);

  it('have their length, and a warning only where it is true', async () => {
    const files = Object.keys(ODD);
    const { stdout, stderr } = await attune(['recognize', ...files.map(path), '--weights', 'paper', '--format', 'csv']);
    const [header, ...rows] = stdout.trim().split('\n').map(fields);
    expect(header!.slice(0, 3)).toEqual(['file', 'seconds', 'emotion']);
    const warnings = stderr.split('\n').filter((line) => line.includes('warning: /'));
    for (const [i, file] of files.entries()) {
      const [seconds, warning] = ODD[file]!;
      expect(rows[i]![0]).toBe(path(file));
      expect(Math.abs(Number(rows[i]![1]) - seconds), file).toBeLessThan(0.005);
      expect(rows[i]![2], file).toBe('angry');
      expect(
        warnings.filter((line) => line.includes(file)),
        file,
      ).toEqual(warning ? [expect.stringMatching(warning)] : []);
    }
  });

  it('have subtitles by the clock of the player', async () => {
    const { stdout } = await attune(['recognize', path('webm_audio_from5s.webm'), '--format', 'vtt']);
    const cues = stdout.split('\n').filter((line) => line.includes('-->'));
    expect(cues[0]).toMatch(/^00:00:04\.99\d --> /); // the first packet at 4.987 s, less 6.5 ms of Opus's start
    expect(cues.at(-1)).toMatch(/ --> 00:00:09\.13\d$/);
  });
});
