import type { Waveform } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import type { Random } from '../random.ts';
import { glottalFlow, Resonator, Tilt } from './filters.ts';
import { FRAME_RATE, type Syllable, traceSyllables } from './trace.ts';

/** Hz; the rate of every synthetic recording. */
const VOICE_RATE = 16_000;

/** One utterance of one voice. */
export interface VoiceOptions {
  readonly syllables: readonly Syllable[];
  /** formant frequencies over those of a male tract: about 1 for men, 1.17 for women */
  readonly formantScale: number;
  /** part of the period in which the glottis is open, (0, 1): about 0.4 pressed, 0.6 usual, 0.8 lax */
  readonly openQuotient: number;
  /** part of the open phase in which the glottis shuts, (0, 1): about 0.33 usual, less with vocal effort, which is brighter */
  readonly closing: number;
  /** dB by which the source falls at 3 kHz beyond its own slope, at least 0: more is softer and darker */
  readonly tiltDb: number;
  /** aspiration noise against the voice, about 0.01 (clear) to 0.1 (breathy) */
  readonly breath: number;
  /** deviation of one period's length from its neighbours, as a part of it: about 0.005 usual, 0.02 rough */
  readonly jitter: number;
  /** deviation of one period's amplitude, as a part of it */
  readonly shimmer: number;
  /** root mean square of the whole utterance in dB of full scale; lowered where a peak would pass 0.99 */
  readonly levelDb: number;
  /** root mean square of the room's noise in dB of full scale */
  readonly noiseDb: number;
}

/** Bandwidths of F1 to F5 in Hz, within the ranges that Klatt (1980) lists. */
const BANDWIDTHS = [70, 90, 130, 200, 280];

/**
 * A small source-filter voice: glottal pulses and breath noise through five formants in cascade, at 16 kHz.
 *
 * Taken from the literature: the cascade of digital resonators of unit gain at 0 Hz, the tilt of the source named by its
 * attenuation at 3 kHz, and noise that is modulated by the open glottis, from Klatt (1980), "Software for a
 * cascade/parallel formant synthesizer", JASA 67, and Klatt and Klatt (1990), JASA 87; the polynomial pulse from
 * Rosenberg (1971), "Effect of glottal pulse shape on the quality of natural vowels", JASA 49; that a louder voice shuts the glottis faster,
 * from Holmberg, Hillman and Perkell (1988), "Glottal airflow and transglottal air pressure measurements", JASA 84.
 *
 * @param random draws the noise, jitter and shimmer
 * @returns samples in [-1, 1], as long as the syllables with onsets and pauses, to the millisecond
 * @throws AttuneError `usage` where there is no syllable, or a pitch or length is out of range
 */
export function synthesize(options: VoiceOptions, random: Random): Waveform {
  checkSyllables(options.syllables);
  const track = traceSyllables(options.syllables, options.formantScale);
  const hop = VOICE_RATE / FRAME_RATE;
  const samples = new Float32Array(track.length * hop);
  const tilt = new Tilt(options.tiltDb, VOICE_RATE);
  const formants = BANDWIDTHS.map((bandwidth) => new Resonator(bandwidth * options.formantScale, VOICE_RATE));
  const friction = new Resonator(1200, VOICE_RATE);

  let phase = 1; // of the glottal cycle; the first sample starts a period
  let stretch = 1; // of this period, by jitter
  let gain = 1; // of this period, by shimmer
  let flow = 0;
  track.forEach((frame, i) => {
    for (const [f, formant] of formants.entries()) formant.tune(frame.formantsHz[f]!);
    friction.tune(frame.frictionHz);
    for (let n = i * hop; n < (i + 1) * hop; n++) {
      phase += (frame.pitchHz * stretch) / VOICE_RATE;
      if (phase >= 1) {
        phase -= Math.floor(phase);
        stretch = Math.max(0.5, 1 + options.jitter * random.normal());
        gain = Math.max(0, 1 + options.shimmer * random.normal());
      }
      const open = gain * glottalFlow(phase, options.openQuotient, options.closing);
      const pulse = open - flow; // the derivative of the flow: the lips radiate like a first difference
      flow = open;
      const breath = options.breath * (0.3 + open) * hiss(random);
      let sound = tilt.next(frame.voicing * (pulse + breath));
      for (const formant of formants) sound = formant.next(sound);
      samples[n] = sound + friction.next(frame.friction && frame.friction * hiss(random));
    }
  });
  level(samples, options, random);
  return { samples, sampleRate: VOICE_RATE };
}

/** White noise of deviation 1; evenly distributed, which sounds as normally distributed noise does and takes less time. */
const hiss = (random: Random) => random.uniform(-Math.sqrt(3), Math.sqrt(3));

/** Brings `samples` to the level asked for, in place, and adds the room's noise. */
function level(samples: Float32Array, options: VoiceOptions, random: Random): void {
  const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  const gain = 10 ** (options.levelDb / 20) / rms;
  const noise = 10 ** (options.noiseDb / 20);
  let peak = 0;
  for (let n = 0; n < samples.length; n++) {
    samples[n] = gain * samples[n]! + noise * hiss(random);
    peak = Math.max(peak, Math.abs(samples[n]!));
  }
  if (peak > 0.99) for (let n = 0; n < samples.length; n++) samples[n]! *= 0.99 / peak;
}

function checkSyllables(syllables: readonly Syllable[]): void {
  if (!syllables.length) throw new AttuneError('usage', 'a voice needs at least one syllable to say');
  syllables.forEach(({ pitchHz, seconds, onsetSeconds, pauseSeconds }, i) => {
    if (!pitchHz.every((hertz) => hertz >= 40 && hertz <= 800))
      throw new AttuneError('usage', `syllable ${i}: pitch must lie in [40, 800] Hz, got ${pitchHz.join(' to ')}`);
    if (!(seconds > 0 && onsetSeconds >= 0 && pauseSeconds >= 0))
      throw new AttuneError(
        'usage',
        `syllable ${i}: lengths must not be negative, and a vowel must last, got ${seconds} s`,
      );
  });
}
