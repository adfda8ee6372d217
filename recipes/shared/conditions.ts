import { resample } from '../../src/audio/resample.ts';
import { SAMPLE_RATE } from '../../src/audio/waveform.ts';
import { inNoise, inRoom, throughChannel } from '../../src/features/alterations.ts';
import { Random } from '../../src/random.ts';

/** What befalls a recording between a speaker and the program, each as one fixed alteration. */
export const CONDITIONS = ['clean', 'telephone', 'noise', 'room'] as const;
/** Worse than anything that training alters a copy by: a temperature that holds on new voices must hold here too. */
export const STRONGER = ['loud-noise', 'hall'] as const;
export type Condition = (typeof CONDITIONS)[number];
export type AnyCondition = Condition | (typeof STRONGER)[number];

export const IN_WORDS: Readonly<Record<AnyCondition, string>> = {
  clean: 'as recorded',
  telephone: '300 to 3400 Hz, 8 kHz, 8-bit mu-law',
  noise: 'pink noise, 10 dB below the recording',
  room: 'reverberation of 0.6 s as loud as the direct sound',
  'loud-noise': 'pink noise, as loud as the recording',
  hall: 'reverberation of 1.5 s, 6 dB over the direct sound',
};

/** The recording under a condition; the same for the same utterance. */
export function under(condition: AnyCondition): (samples: Float32Array, utterance: string) => Promise<Float32Array> {
  return async (samples, utterance) => {
    const random = Random.named(1, `${condition} ${utterance}`);
    switch (condition) {
      case 'clean':
        return samples;
      case 'telephone':
        return telephone(samples);
      case 'noise':
        return inNoise(samples, 10, 1, random);
      case 'room':
        return inRoom(samples, 0.6, 0, random);
      case 'loud-noise':
        return inNoise(samples, 0, 1, random);
      case 'hall':
        return inRoom(samples, 1.5, -6, random);
    }
  };
}

const LINE_RATE = 8_000; // Hz
const MU = 255;
const STEPS = 127;

/** A telephone line: its band, its rate, and its 8 bits a sample (ITU-T G.711's mu-law as the continuous curve). */
async function telephone(samples: Float32Array): Promise<Float32Array> {
  const band = throughChannel(samples, { lowest: 300, highest: 3400, tiltDb: 0 });
  const line = (await resample(band, SAMPLE_RATE, LINE_RATE)).map((x) => {
    const pressed = Math.log1p(MU * Math.min(1, Math.abs(x))) / Math.log1p(MU);
    return (Math.sign(x) * Math.expm1((Math.round(pressed * STEPS) / STEPS) * Math.log1p(MU))) / MU;
  });
  return resample(line, LINE_RATE, SAMPLE_RATE);
}
