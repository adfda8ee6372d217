// WebRTC's voice activity detector (libfvad in WebAssembly), for the comparison in speech-detection.ts.
import instantiate from '@echogarden/fvad-wasm';
import { SAMPLE_RATE } from '../../src/audio/waveform.ts';
import type { Stretch } from '../../src/recognize/speech.ts';

const FRAME = 320;
/** In frames, as in src/recognize/speech.ts: both detectors drop clicks and fill pauses alike. */
const SHORTEST_SPEECH = 4;
const SHORTEST_PAUSE = 15;

/** @param mode from 0, which takes most for speech, to 3 */
export async function webrtcDetector(mode: number): Promise<(samples: Float32Array) => Stretch[]> {
  const fvad = await instantiate();
  return (samples) => {
    const [detector, frame] = [fvad._fvad_new(), fvad._malloc(2 * FRAME)];
    fvad._fvad_set_sample_rate(detector, SAMPLE_RATE);
    fvad._fvad_set_mode(detector, mode);
    const frames: boolean[] = [];
    for (let at = 0; at + FRAME <= samples.length; at += FRAME) {
      for (let i = 0; i < FRAME; i++)
        fvad.HEAP16[frame / 2 + i] = Math.max(-32_768, Math.min(32_767, Math.round(32_767 * samples[at + i]!)));
      frames.push(fvad._fvad_process(detector, frame, FRAME) === 1);
    }
    fvad._free(frame);
    fvad._fvad_free(detector);
    return stretches(frames, samples.length);
  };
}

function stretches(frames: readonly boolean[], length: number): Stretch[] {
  const runs: [number, number][] = [];
  frames.forEach((isSpeech, i) => {
    if (isSpeech && frames[i - 1]) runs.at(-1)![1] = i + 1;
    else if (isSpeech) runs.push([i, i + 1]);
  });
  const joined: [number, number][] = [];
  for (const [from, to] of runs.filter(([from, to]) => to - from >= SHORTEST_SPEECH)) {
    if (from - (joined.at(-1)?.[1] ?? 0) >= SHORTEST_PAUSE) joined.push([from, to]);
    else if (joined.length) joined.at(-1)![1] = to;
    else joined.push([0, to]);
  }
  const last = joined.at(-1);
  if (last && frames.length - last[1] < SHORTEST_PAUSE) last[1] = length / FRAME;
  return joined.map(([from, to]) => ({ start: (from * FRAME) / SAMPLE_RATE, end: (to * FRAME) / SAMPLE_RATE }));
}
