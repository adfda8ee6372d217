import { percent } from '../percent.ts';
import { createBandMeter } from './band.ts';

/** What makes the answer to a recording less trustworthy; docs/decisions/sound-warnings.md holds what the thresholds rest on. */
export interface SoundWarning {
  /**
   * - `incomplete`: the file declares another length than could be decoded.
   * - `damaged`: its decoder met errors.
   * - `gap`: by its own clock the file leaves sound out, and silence stands in for it; or the clock cannot be followed.
   * - `cancellation`: its channels cancel each other in their mean, so that one was heard alone.
   * - `silence`: nothing at all is heard.
   * - `quiet`: the loudest sample is near silence.
   * - `clipping`: it was recorded too loud.
   * - `band`: the upper end of what the network hears is missing.
   */
  readonly code: 'incomplete' | 'damaged' | 'gap' | 'cancellation' | 'silence' | 'quiet' | 'clipping' | 'band';
  /** a plain sentence with the figures; it does not name the file */
  readonly message: string;
}

/** A peak, from the mean, below this (-66 dBFS, sixteen steps of 16 bits) is silence; A-law's own zero is eight steps. */
const SILENCE_PEAK = 0.0005;
/** A peak below this (-46 dBFS) leaves 8 bits of 16 at the most; the quietest of RAVDESS's recordings reaches -41 dBFS. */
const QUIET_PEAK = 0.005;
/** Where a sample is at full scale: mu-law ends at 0.9803, A-law at 0.984, 8 bits at 0.992; what floats hold beyond it is not cut off. */
const [FULL_SCALE, BEYOND] = [0.98, 1.001];
/** Samples at full scale that follow each other at least: a peak that was not cut off is narrower, but for a few. */
const CLIPPED_RUN = 3;
/** Share of samples in such runs. EmoDB, as loud as can be, has 0.0001 at the most; 6 dB too loud, where answers begin to change, 0.004. */
const CLIPPED_SHARE = 0.002;
/** Energy from 3.5 to 4 kHz in that from 0.1 to 4 kHz, in dB. EmoDB has -35 at the least, RAVDESS -39; on a telephone -47 is usual. */
const BAND_SHARE = -40;

/** Listens to a recording and says at its end what is wrong with it. */
export interface QualityCheck {
  /** the recording as it was made: one `[samples]` a channel, at its own rate */
  record(channels: readonly Float32Array[]): void;
  /** the same as the network hears it: `[samples]`, mono, 16 kHz, finite */
  hear(samples: Float32Array): void;
  warnings(): SoundWarning[];
}

export function createQualityCheck(): QualityCheck {
  const runs: number[] = []; // samples at full scale up to the last one, by channel
  let [recorded, clipped] = [0, 0]; // samples of all channels
  let [heard, sum, highest, lowest] = [0, 0, -Infinity, Infinity];
  const band = createBandMeter();
  return {
    record(channels) {
      for (const [k, channel] of channels.entries()) {
        let run = runs[k] ?? 0;
        for (let i = 0; i < channel.length; i++) {
          const level = Math.abs(channel[i]!);
          run = level >= FULL_SCALE && level < BEYOND ? run + 1 : 0;
          if (run === CLIPPED_RUN) clipped += CLIPPED_RUN;
          else if (run > CLIPPED_RUN) clipped++;
        }
        runs[k] = run;
        recorded += channel.length;
      }
    },
    hear(samples) {
      for (let i = 0; i < samples.length; i++) {
        const sample = samples[i]!;
        highest = Math.max(highest, sample);
        lowest = Math.min(lowest, sample);
        sum += sample;
      }
      heard += samples.length;
      band.push(samples);
    },
    warnings() {
      const mean = sum / heard;
      const peak = Math.max(highest - mean, mean - lowest); // the recogniser takes the mean out
      if (peak < SILENCE_PEAK) return [{ code: 'silence', message: `it holds only silence (peak ${dBFS(peak)}).` }];
      const found: SoundWarning[] = [];
      const warn = (code: SoundWarning['code'], message: string) => void found.push({ code, message });
      const share = clipped / recorded;
      const upper = band.upperShare();
      if (peak < QUIET_PEAK)
        warn('quiet', `it is very quiet (peak ${dBFS(peak)}), close to its own noise. Record it closer or louder.`);
      if (share >= CLIPPED_SHARE)
        warn(
          'clipping',
          `it was recorded too loud: ${percent(share)} of its samples are cut off at full scale. Record it at a lower level.`,
        );
      if (upper !== undefined && upper < BAND_SHARE)
        warn(
          'band',
          `hardly any sound lies from 3.5 to 4 kHz (${upper.toFixed(0)} dB of all up to 4 kHz; above ${BAND_SHARE} dB is usual), as on a telephone line. The network was trained on the whole band.`,
        );
      return found;
    },
  };
}

const dBFS = (amplitude: number) => (amplitude > 0 ? `${(20 * Math.log10(amplitude)).toFixed(0)} dBFS` : 'zero');
