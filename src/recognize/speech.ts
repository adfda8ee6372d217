import { floats } from '../arguments.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument } from '../json.ts';

/** A stretch of a recording. */
export interface Stretch {
  /** seconds; of which clock, the function says that gives it */
  readonly start: number;
  /** seconds, above `start`; the end of the sound at most */
  readonly end: number;
}

/** Finds speech in a stream of sound; of 20 ms it keeps one number. */
export interface SpeechDetector {
  /**
   * Takes the next samples, any number of them.
   *
   * @param samples `[samples]`, mono at 16 kHz, finite, in [-1, 1]; not kept
   * @throws AttuneError `audio` where they are not finite, here or at the end
   */
  push(samples: Float32Array): void;
  /** Ends the recording: where its speech is, in seconds from the first sample, in order, at least 0.3 s apart. */
  end(): Stretch[];
}

/** Samples in a frame: 20 ms. */
export const FRAME = 0.02 * SAMPLE_RATE;
/** Of the filter that takes away hum and what is constant: 0.97 puts its corner at 78 Hz. */
const POLE = 0.97;
/** Lower levels count as this, dB of full scale: under the noise of 8 bits nothing is speech. */
const LOWEST_LEVEL = -75;
/** The share of frames that lie under the floor. */
const FLOOR_SHARE = 0.1;
/** The peak is what half a second exceeds, or a tenth of a short recording: no click makes it. */
const PEAK_FRAMES = 25;
const PEAK_SHARE = 0.1;
/** How far speech stands above the floor at least, and under the peak at most, dB. */
const ABOVE_FLOOR = 4;
const UNDER_PEAK = 35;
/** How much the level of speech varies at least, dB from the 5th to the 95th percentile. */
export const LEAST_VARIATION = 5;
/** Frames of the shortest speech, 80 ms, and of the shortest pause, 300 ms: more than the closure of a stop. */
export const SHORTEST_SPEECH = 4;
export const SHORTEST_PAUSE = 15;

/**
 * Tells speech from pauses, silence and steady noise by how loud each 20 ms are within their own recording.
 *
 * With L the levels of the frames in dB (past a filter against hum), floor the 10th percentile of L, and peak the level that
 * half a second exceeds, a frame is loud where L > max(floor + 4, peak - 35). Loud runs under 80 ms are dropped, pauses
 * under 300 ms are filled, and runs whose level varies by less than 5 dB are dropped: speech rises and falls with its
 * syllables, a fan or a tone does not. Why it is not WebRTC's detector, and what this one takes for speech
 * (music, other voices), stands in docs/decisions/speech-detection.md.
 *
 * @returns a detector for one recording; what it found is known when the recording has ended, for both bounds depend on all of it
 *
 * @example
 * ```ts
 * import { createSpeechDetector } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const { samples } = (await readAudioFile('call.wav')).waveform;
 * const detector = createSpeechDetector();
 * for (let first = 0; first < samples.length; first += 1600) detector.push(samples.subarray(first, first + 1600)); // as they come
 * for (const { start, end } of detector.end()) console.log(`speech from ${start} s to ${end} s`);
 * ```
 */
export function createSpeechDetector(): SpeechDetector {
  let levels = new Float32Array(1024);
  let frames = 0;
  const meter = createMeter((level) => {
    if (frames === levels.length) {
      const longer = new Float32Array(2 * frames);
      longer.set(levels);
      levels = longer;
    }
    levels[frames++] = level;
  });
  return {
    push: meter.push,
    end() {
      meter.end();
      return speechOf(levels.subarray(0, frames), meter.samples());
    },
  };
}

/**
 * Finds where there is speech in a whole waveform, as {@link createSpeechDetector} does in a stream.
 *
 * @param samples `[samples]`, mono at 16 kHz, finite, in [-1, 1]
 * @throws AttuneError `audio` where they are not finite
 * @returns in seconds from the first sample, in order, at least 0.3 s apart; none where nobody speaks
 *
 * @example
 * ```ts
 * import { findSpeech, SAMPLE_RATE } from 'attune';
 *
 * const silence = new Float32Array(3 * SAMPLE_RATE);
 * console.log(findSpeech(silence).length); // 0
 * ```
 */
export function findSpeech(samples: Float32Array): Stretch[] {
  const detector = createSpeechDetector();
  detector.push(samples);
  return detector.end();
}

/**
 * Measures the level of each frame, dB of full scale, whatever the blocks in which samples come.
 *
 * @param onLevel told of each frame in order
 */
export function createMeter(onLevel: (level: number) => void) {
  let [frames, samples, inFrame, energy, before, filtered] = [0, 0, 0, 0, 0, 0];
  const close = () => {
    if (!Number.isFinite(energy))
      throw new AttuneError(
        'audio',
        `expected finite samples, got others within 20 ms of ${((frames * FRAME) / SAMPLE_RATE).toFixed(2)} s; decode or record them again`,
      );
    frames++;
    onLevel(Math.max(LOWEST_LEVEL, 10 * Math.log10(energy / inFrame)));
    [inFrame, energy] = [0, 0];
  };
  return {
    samples: () => samples,
    push(block: Float32Array) {
      checkArgument(block, floats, 'the samples');
      for (const sample of block) {
        filtered = sample - before + POLE * filtered;
        before = sample;
        energy += filtered * filtered;
        if (++inFrame === FRAME) close();
      }
      samples += block.length;
    },
    /** a part of a frame at the end */
    end() {
      if (inFrame) close();
    },
  };
}

/** From levels to speech; see {@link createSpeechDetector}. */
function speechOf(levels: Float32Array, samples: number): Stretch[] {
  if (levels.length === 0) return [];
  const loud = runsAbove(levels, thresholdOf(levels)).filter(([from, to]) => to - from >= SHORTEST_SPEECH);
  return joined(loud, levels.length)
    .filter(([from, to]) => variation(levels.subarray(from, to)) >= LEAST_VARIATION)
    .map(([from, to]) => ({
      start: (from * FRAME) / SAMPLE_RATE,
      end: Math.min(samples, to * FRAME) / SAMPLE_RATE,
    }));
}

/** Above which level a frame is loud, dB; see {@link createSpeechDetector}. */
export function thresholdOf(levels: Float32Array): number {
  const sorted = levels.slice().sort();
  const floor = sorted[Math.floor(FLOOR_SHARE * sorted.length)]!;
  const peak = sorted[sorted.length - 1 - Math.min(PEAK_FRAMES, Math.floor(PEAK_SHARE * sorted.length))]!;
  return Math.max(floor + ABOVE_FLOOR, peak - UNDER_PEAK);
}

/** Frames from the first of a run up to, not including, the second. */
type Run = readonly [number, number];

function runsAbove(levels: Float32Array, threshold: number): Run[] {
  const runs: Run[] = [];
  let from = -1;
  for (let frame = 0; frame <= levels.length; frame++) {
    const above = frame < levels.length && levels[frame]! > threshold;
    if (above && from < 0) from = frame;
    if (!above && from >= 0) {
      runs.push([from, frame]);
      from = -1;
    }
  }
  return runs;
}

/** Runs with the short pauses between them filled, and those at the ends of the recording, which has `frames`. */
function joined(runs: readonly Run[], frames: number): Run[] {
  const out: Run[] = [];
  for (const [from, to] of runs) {
    const last = out.at(-1);
    const edge = last?.[1] ?? 0;
    if (last && from - edge < SHORTEST_PAUSE) out[out.length - 1] = [last[0], to];
    else out.push([!last && from < SHORTEST_PAUSE ? 0 : from, to]);
  }
  const last = out.at(-1);
  if (last && frames - last[1] < SHORTEST_PAUSE) out[out.length - 1] = [last[0], frames];
  return out;
}

/** How much levels vary, dB. */
export function variation(levels: Float32Array): number {
  const sorted = levels.slice().sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return at(0.95) - at(0.05);
}
