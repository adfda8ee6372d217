import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import encodeWav from '@audio/encode-wav';
import type { Waveform } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { Random } from '../random.ts';
import { byCodeUnits, byFileName, isRecording } from './adapter.ts';
import { SYNTHETIC_EMOTIONS, type SyntheticEmotion } from './affect.ts';
import { stated } from './classes.ts';
import { EMOTIONS } from './emotions.ts';
import { drawSpeaker, drawStyle, drawText, planUtterance } from './speakers.ts';
import type { Corpus, Utterance } from './utterance.ts';
import { synthesize } from './voice.ts';

/** How much to synthesise. */
export interface SyntheticOptions {
  /** from 1 to 99, women and men in turn */
  readonly speakers: number;
  /** of each speaker and emotion, from 1 to 99 */
  readonly utterancesPerEmotion: number;
  /** which, in the order of the classes; default: the four of {@link EMOTIONS} */
  readonly emotions?: readonly SyntheticEmotion[];
  /** the same seed gives the same bytes; a larger corpus holds the smaller one of the same seed */
  readonly seed: number;
}

/** A label with its sound. */
export interface SyntheticRecording {
  readonly utterance: Utterance;
  /** 16 kHz, 1.2 to 3 s */
  readonly waveform: Waveform;
}

/** A corpus that {@link writeSyntheticCorpus} wrote: `f01_angry_03.wav` is the third text, said angrily by the first woman. */
export const synthetic = byFileName({
  name: 'synthetic',
  expects: 'synthetic names such as f01_angry_03.wav',
  labels: { emotions: Object.fromEntries(SYNTHETIC_EMOTIONS.map((name) => [name, [name]])) },
  pattern: new RegExp(`^([fm]\\d{2})_(${SYNTHETIC_EMOTIONS.join('|')})_(\\d{2})$`),
  parse: ([speaker, label, script]) => ({
    label: label!,
    speaker: speaker!,
    gender: speaker!.startsWith('f') ? 'female' : 'male',
    script: script!,
  }),
});

/**
 * Speakers who say the same texts in each emotion, synthesised one after the other, sorted by id: for demos and tests,
 * since recordings of people are not passed on. A figure measured on it says nothing about people.
 *
 * @throws AttuneError `usage` where a number is not whole or out of range
 */
export function* synthesizeCorpus(options: SyntheticOptions): Generator<SyntheticRecording> {
  for (const { utterance, emotion, speaker, text } of cast(options)) {
    const random = Random.named(options.seed, utterance.id);
    const style = drawStyle(speaker, emotion, random);
    yield { utterance, waveform: synthesize(planUtterance(speaker, style, text, random), random) };
  }
}

/**
 * Writes {@link synthesizeCorpus} to `directory`, made where it is missing, as 16-bit wav files that `readCorpus` reads.
 * Files of the same names are replaced.
 *
 * @throws AttuneError `usage` as above; `corpus` where the folder holds other recordings, which would mix with these
 */
export async function writeSyntheticCorpus(directory: string, options: SyntheticOptions): Promise<Corpus> {
  const root = resolve(directory);
  const utterances = cast(options).map(({ utterance }) => utterance);
  await mkdir(root, { recursive: true });
  const own = new Set(utterances.map(({ file }) => file));
  const foreign = (await readdir(root)).find((file) => isRecording(file) && !own.has(file));
  if (foreign)
    throw new AttuneError('corpus', `${root} already holds ${foreign}: write the corpus to a folder of its own`);
  for (const { utterance, waveform } of synthesizeCorpus(options))
    await writeFile(join(root, utterance.file), await wavBytes(waveform));
  return { name: synthetic.name, directory: root, utterances, leftOut: {}, ...stated(options.emotions ?? EMOTIONS) };
}

/** The bytes of a mono wav file, 16-bit PCM. */
async function wavBytes({ samples, sampleRate }: Waveform): Promise<Uint8Array> {
  const encoder = await encodeWav({ sampleRate, bitDepth: 16 });
  encoder.encode([samples]);
  return encoder.flush();
}

/** Who says what in which emotion, sorted by id; nothing is synthesised yet. */
function cast({ speakers, utterancesPerEmotion, emotions = EMOTIONS, seed }: SyntheticOptions) {
  const texts = range('utterancesPerEmotion', utterancesPerEmotion).map((i) => {
    const number = twoDigits(i + 1);
    return { number, text: drawText(Random.named(seed, `text ${number}`)) };
  });
  return range('speakers', speakers)
    .map((i) => {
      const gender = i % 2 ? ('male' as const) : ('female' as const);
      const name = `${gender[0]}${twoDigits(Math.floor(i / 2) + 1)}`;
      return drawSpeaker(name, gender, Random.named(seed, name));
    })
    .flatMap((speaker) =>
      emotions.flatMap((emotion) =>
        texts.map(({ number, text }) => {
          const id = `${speaker.name}_${emotion}_${number}`;
          const utterance: Utterance = {
            id,
            file: `${id}.wav`,
            emotion,
            speaker: speaker.name,
            gender: speaker.gender,
            script: number,
          };
          return { utterance, emotion, speaker, text };
        }),
      ),
    )
    .sort((a, b) => byCodeUnits(a.utterance.id, b.utterance.id));
}

const twoDigits = (number: number) => String(number).padStart(2, '0');

/** 0 to count - 1. */
function range(name: string, count: number): number[] {
  if (!Number.isInteger(count) || count < 1 || count > 99)
    throw new AttuneError('usage', `${name} must be a whole number from 1 to 99, got ${count}`);
  return Array.from({ length: count }, (_, i) => i);
}
