import * as v from 'valibot';
import { floats } from '../../arguments.ts';
import { heardFault } from '../../audio/waveform.ts';
import { AttuneError } from '../../errors.ts';
import { checkArgument } from '../../json.ts';
import { copyCentred, FRAME_SAMPLES, frameCount, HOP_SAMPLES, logEnergy, meanOf, zeroCrossingRate } from './frames.ts';
import { COEFFICIENTS, createMfcc } from './mfcc.ts';
import { trackPitch } from './pitch.ts';
import { DESCRIPTOR_SETS, type DescriptorSet, namesOf } from './sets.ts';

/** What frames of a recording are described by. */
export interface Descriptors {
  /** of the numbers of a frame, in order: those of the set, then their deltas */
  readonly names: readonly string[];
  /** `[frames x names.length]`, frame by frame; frame i covers 25 ms from i times 10 ms */
  readonly values: Float32Array;
}

/**
 * Describes frames of 25 ms, every 10 ms, of a whole recording by what the systems of others hear in them. The mean of all samples is taken
 * out first. docs/decisions/descriptors.md has the definitions, their sources, and how well they agree with openSMILE and Praat.
 *
 * - `lee-tashev`: `f0` (Hz, 75 to 600; 0 where unvoiced), `voicing` (0 to 1), `zcr` (crossings a sample, 0 to 1), `mfcc 1` to `mfcc 12`,
 *   `log energy` (natural logarithm of the mean square), and their deltas: 32 numbers (Lee & Tashev, Interspeech 2015).
 * - `han`: `mfcc 0` to `mfcc 12`, `pitch period` (ms; 0 where unvoiced), `hnr` (dB, -20 to 60), and their deltas: 30 numbers (Han et al.,
 *   Interspeech 2014).
 *
 * A recording without a voiced frame is none the worse. One shorter than a frame has one frame, with zeros after it.
 *
 * @param samples `[samples]`, mono at 16 kHz, of any length but none
 * @throws AttuneError `audio` where there are no samples or one is not finite; `usage` where these are no samples or there is no such set
 *
 * @example
 * ```ts
 * import { descriptors } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const { waveform } = await readAudioFile('call.wav');
 * const { names, values } = descriptors(waveform.samples, 'lee-tashev');
 * console.log(names.length); // 32
 * const f0 = values.filter((_, i) => i % names.length === names.indexOf('f0')); // of each frame
 * console.log(f0.every((hz) => hz === 0 || (hz >= 75 && hz <= 600))); // true
 * ```
 */
export function descriptors(samples: Float32Array, set: DescriptorSet): Descriptors {
  checkArgument(samples, floats, 'the samples');
  checkArgument(set, v.picklist(DESCRIPTOR_SETS), 'the set of descriptors');
  if (samples.length === 0)
    throw new AttuneError('audio', 'expected samples to describe, got none; record or decode some sound first');
  const fault = heardFault(samples, 0);
  if (fault) throw new AttuneError('audio', `the sound's ${fault}; decode or record it again`);
  const names = namesOf(set);
  const values = new Float32Array(frameCount(samples.length) * names.length);
  measure(samples, set, values, names.length);
  addDeltas(values, names.length);
  return { names, values };
}

/** Writes what is measured of each frame to the first half of its row. */
function measure(samples: Float32Array, set: DescriptorSet, values: Float32Array, width: number): void {
  const mean = meanOf(samples);
  const { f0, strength } = trackPitch(samples, mean);
  const [frame, mfcc, toMfcc] = [new Float64Array(FRAME_SAMPLES), new Float64Array(COEFFICIENTS), createMfcc()];
  for (let i = 0; i < f0.length; i++) {
    copyCentred(samples, mean, i * HOP_SAMPLES, frame);
    toMfcc(frame, mfcc);
    const row = values.subarray(i * width);
    if (set === 'han') {
      row.set(mfcc);
      row[COEFFICIENTS] = f0[i] ? 1000 / f0[i]! : 0;
      row[COEFFICIENTS + 1] = harmonicsToNoise(strength[i]!);
    } else {
      row[0] = f0[i]!;
      row[1] = strength[i]!;
      row[2] = zeroCrossingRate(frame);
      row.set(mfcc.subarray(1), 3);
      row[COEFFICIENTS + 2] = logEnergy(frame);
    }
  }
}

/** Shares of the power beyond which a ratio says no more: what is harmonic is not under 1 %, noise not under a millionth. */
const [LEAST_HARMONIC, LEAST_NOISE] = [1e-2, 1e-6];

/** dB (Boersma 1993, Eq. 4), -20 to 60. */
const harmonicsToNoise = (strength: number) => {
  const harmonic = Math.max(LEAST_HARMONIC, Math.min(1 - LEAST_NOISE, strength));
  return 10 * Math.log10(harmonic / (1 - harmonic));
};

/**
 * Writes to the second half of each row how its first half changes, a frame: the slope of a line through five frames, the first and the last
 * of the recording standing in for what is beyond (The HTK Book 3.4, Eq. 5.16).
 */
function addDeltas(values: Float32Array, width: number): void {
  const [frames, half] = [values.length / width, width / 2];
  const rowAt = (frame: number) => width * Math.max(0, Math.min(frames - 1, frame));
  for (let frame = 0; frame < frames; frame++) {
    const [a, b, c, d] = [rowAt(frame - 2), rowAt(frame - 1), rowAt(frame + 1), rowAt(frame + 2)];
    for (let k = 0; k < half; k++)
      values[frame * width + half + k] = (values[c + k]! - values[b + k]! + 2 * (values[d + k]! - values[a + k]!)) / 10;
  }
}
