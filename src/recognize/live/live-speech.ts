import { SAMPLE_RATE } from '../../audio/waveform.ts';
import {
  createMeter,
  FRAME,
  LEAST_VARIATION,
  SHORTEST_PAUSE,
  SHORTEST_SPEECH,
  type Stretch,
  thresholdOf,
  variation,
} from '../speech.ts';

/** Frames by which loud is told from quiet: the last half minute. */
const WINDOW = 1500;
/** Frames before anything is told: half a second. */
const LEAST = 25;
/** Frames between two looks at the window. */
const LOOK = 10;

/** Told where speech begins and ends, in seconds from the first sample. */
interface SpeechListener {
  onStart(start: number): void;
  onEnd(stretch: Stretch): void;
}

/**
 * Finds speech in live sound by the rules of `createSpeechDetector`, but for what it cannot know: what is loud is told by the last half minute,
 * and what is speech by what came. A stretch is told when it is 80 ms long and its level has varied by 5 dB, and ends once a pause lasts 300 ms.
 */
export function createLiveSpeech({ onStart, onEnd }: SpeechListener) {
  const window = new Float32Array(WINDOW);
  let [frames, threshold] = [0, Number.POSITIVE_INFINITY];
  let loud = 0; // frames, up to the last one
  let run: { from: number; to: number; told: boolean; readonly levels: number[] } | undefined;
  const secondsAt = (frame: number) => (frame * FRAME) / SAMPLE_RATE;
  const close = (end: number) => {
    if (run?.told) onEnd({ start: secondsAt(run.from), end });
    run = undefined;
  };
  const hear = (level: number, frame: number) => {
    loud = level > threshold ? loud + 1 : 0;
    if (loud >= SHORTEST_SPEECH) {
      const from = frame + 1 - loud;
      run ??= { from: from < SHORTEST_PAUSE ? 0 : from, to: frame + 1, told: false, levels: [] };
      run.to = frame + 1;
    }
    if (!run) return;
    if (frame + 1 - run.to >= SHORTEST_PAUSE) return close(secondsAt(run.to));
    if (run.told) return;
    if (!run.levels.length)
      for (let i = Math.max(run.from, frame + 1 - Math.min(frames, WINDOW)); i < frame; i++)
        run.levels.push(window[i % WINDOW]!);
    if (run.levels.push(level) > WINDOW) run.levels.shift();
    if (variation(Float32Array.from(run.levels)) < LEAST_VARIATION) return;
    run.told = true;
    run.levels.length = 0;
    onStart(secondsAt(run.from));
  };
  const look = () => {
    threshold = thresholdOf(window.subarray(0, Math.min(frames, WINDOW)));
  };
  const meter = createMeter((level) => {
    const frame = frames++;
    window[frame % WINDOW] = level;
    if (frames < LEAST) return;
    if (frames === LEAST || frames % LOOK === 0) look();
    if (frames === LEAST) for (let i = 0; i < LEAST; i++) hear(window[i]!, i);
    else hear(level, frame);
  });
  return {
    push: meter.push,
    /** what is said when the sound ends, ends there */
    end() {
      meter.end();
      if (frames > 0 && frames < LEAST) {
        look();
        for (let i = 0; i < frames; i++) hear(window[i]!, i);
      }
      const left = run ? frames - run.to < SHORTEST_PAUSE : false;
      if (run) close(left ? meter.samples() / SAMPLE_RATE : secondsAt(run.to));
    },
  };
}
