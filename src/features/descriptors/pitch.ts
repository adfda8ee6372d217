import { SAMPLE_RATE } from '../../audio/waveform.ts';
import { createPeriodicity, type Peak, PITCH_CEILING, PITCH_FLOOR, PITCH_WINDOW } from './autocorrelation.ts';
import { copyCentred, FRAME_SAMPLES, frameCount, HOP_SAMPLES, LEAST_AMPLITUDE } from './frames.ts';

/** Standard settings of Praat's "To Pitch (ac)"; its costs of transitions are those between frames 10 ms apart. */
const SILENCE_THRESHOLD = 0.03;
const VOICING_THRESHOLD = 0.45;
const OCTAVE_COST = 0.01;
const OCTAVE_JUMP_COST = 0.35;
const VOICED_UNVOICED_COST = 0.14;
/** The first candidate of a frame is that it is unvoiced. */
const CANDIDATES = 15;

/** The pitch of each frame. */
export interface PitchTrack {
  /** `[frames]`, Hz, 75 to 600; 0 where unvoiced */
  readonly f0: Float32Array;
  /** `[frames]`, 0 to 1: height of the autocorrelation after the period, where unvoiced its greatest from 75 to 600 Hz */
  readonly strength: Float32Array;
}

/**
 * Tracks the pitch of a recording by its autocorrelation: in each frame the period at which it is most like itself, of which a Viterbi
 * search takes those that change least (Boersma 1993, as in autocorrelation.ts). The window of a frame has its middle in the frame's, as
 * far as the recording reaches.
 *
 * @param samples `[samples]`
 * @param mean of them
 */
export function trackPitch(samples: Float32Array, mean: number): PitchTrack {
  const frames = frameCount(samples.length);
  const periodicity = createPeriodicity();
  const window = new Float64Array(PITCH_WINDOW);
  const loudest = peakAmplitude(samples, mean);
  const path = createPath(frames);
  const greatest = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const middle = frame * HOP_SAMPLES + FRAME_SAMPLES / 2;
    const first = Math.max(0, Math.min(middle - PITCH_WINDOW / 2, samples.length - PITCH_WINDOW));
    copyCentred(samples, mean, first, window);
    const { peaks, amplitude } = periodicity(window, Math.min(PITCH_WINDOW, samples.length));
    for (const { height } of peaks) greatest[frame] = Math.max(greatest[frame]!, height);
    path.add(peaks, loudest ? Math.min(1, amplitude / loudest) : 0);
  }
  const { f0, heights } = path.best();
  return { f0, strength: heights.map((height, frame) => (f0[frame] ? height : greatest[frame]!)) };
}

function peakAmplitude(samples: Float32Array, mean: number): number {
  let most = 0;
  for (let i = 0; i < samples.length; i++) most = Math.max(most, Math.abs(samples[i]! - mean));
  return most < LEAST_AMPLITUDE ? 0 : most;
}

/** Candidates of frames, one after the other, and the best way through them. */
function createPath(frames: number) {
  const octave = new Float32Array(frames * CANDIDATES); // log2 of frequency over the floor
  const height = new Float32Array(frames * CANDIDATES);
  const from = new Uint8Array(frames * CANDIDATES); // the best candidate of the frame before
  let [frame, before] = [0, [0]]; // scores of the best ways to the candidates of the frame before
  return {
    /** @param intensity amplitude over that of the recording, 0 to 1 */
    add(peaks: readonly Peak[], intensity: number) {
      const kept = candidatesOf(peaks);
      const unvoiced = VOICING_THRESHOLD + Math.max(0, 2 - (intensity * (1 + VOICING_THRESHOLD)) / SILENCE_THRESHOLD);
      const scores = [unvoiced];
      const base = frame * CANDIDATES;
      for (const [i, { octaves, height: h, strength }] of kept.entries()) {
        octave[base + i + 1] = octaves;
        height[base + i + 1] = h;
        scores.push(strength);
      }
      for (let to = 0; to < scores.length; to++) {
        let best = 0;
        let most = -Infinity;
        for (let i = 0; i < before.length; i++) {
          const score = before[i]! - (frame ? cost(i, octave[base - CANDIDATES + i]!, to, octave[base + to]!) : 0);
          if (score > most) {
            best = i;
            most = score;
          }
        }
        from[base + to] = best;
        scores[to]! += most;
      }
      before = scores;
      frame++;
    },
    best() {
      const [f0, heights] = [new Float32Array(frames), new Float32Array(frames)];
      let at = before.indexOf(Math.max(...before));
      for (let i = frames - 1; i >= 0; i--) {
        const place = i * CANDIDATES + at;
        if (at) [f0[i], heights[i]] = [PITCH_FLOOR * 2 ** octave[place]!, height[place]!];
        at = from[place]!;
      }
      return { f0, heights };
    },
  };
}

/** Of a step from a candidate to one of the next frame. */
function cost(from: number, octavesFrom: number, to: number, octavesTo: number): number {
  if (from === 0 || to === 0) return from === to ? 0 : VOICED_UNVOICED_COST;
  return OCTAVE_JUMP_COST * Math.abs(octavesTo - octavesFrom);
}

/** From the floor to the ceiling. */
const OCTAVES = Math.log2(PITCH_CEILING / PITCH_FLOOR);

/** The strongest voiced candidates; octaves cost from the ceiling down, as in Praat (in Boersma's paper, from the floor up). */
function candidatesOf(peaks: readonly Peak[]) {
  const all = peaks
    .filter(({ height }) => height > VOICING_THRESHOLD / 2)
    .map(({ lag, height }) => {
      const octaves = Math.log2(SAMPLE_RATE / lag / PITCH_FLOOR);
      return { octaves, height, strength: height - OCTAVE_COST * (OCTAVES - octaves) };
    });
  if (all.length < CANDIDATES) return all;
  return all.sort((a, b) => b.strength - a.strength).slice(0, CANDIDATES - 1);
}
