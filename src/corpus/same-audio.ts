import { join } from 'node:path';
import { readAudioFile } from '../audio/file.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { byCodeUnits } from './adapter.ts';
import { bestCorrelation, envelopeCorrelation, levelEnvelope } from './correlation.ts';
import type { Corpus, Utterance } from './utterance.ts';

/** Two recordings of one sound. */
export interface SameAudio {
  /** ids, in order */
  readonly utterances: readonly [string, string];
  /** normalised, at the best lag, [0.999, 1] */
  readonly correlation: number;
  /** seconds by which the second is late */
  readonly lagSeconds: number;
}

/** From here on two recordings count as one. Copies that were converted, cut at the ends, made louder or turned over stay above it. */
const SAME = 0.999;
/** Lags tried either way, and the most by which the lengths of two copies differ. */
const LAG_SECONDS = 0.05;
/** Level envelopes of one sound correlate above this wherever its frames begin (EmoDB: 0.96 at the least); of RAVDESS's pairs one in 160 does. */
const CANDIDATE = 0.9;

/**
 * Finds recordings that are the same or nearly: a normalised correlation of 0.999 or more in amount, at the best lag within 50 ms.
 *
 * Not all pairs are compared at full length: only recordings whose lengths differ by 50 ms at most can be copies within the bounds
 * above, and of these only pairs whose level envelopes (100 values a second) agree are read again and correlated. A recording that is
 * part of a longer one, or was filtered or resampled to another band, is not found. Digital silence is the same as other digital silence.
 *
 * @param onProgress called with the number of recordings read
 * @returns pairs, sorted by ids
 * @throws AttuneError `audio` where a recording cannot be read
 */
export async function findSameAudio(
  { directory, utterances }: Pick<Corpus, 'directory' | 'utterances'>,
  onProgress?: (done: number, inAll: number) => void,
): Promise<SameAudio[]> {
  const read = async ({ file }: Utterance) => (await readAudioFile(join(directory, file))).waveform.samples;
  const prints: Print[] = [];
  for (const [i, utterance] of utterances.entries()) {
    const samples = await read(utterance);
    prints.push({ utterance, length: samples.length, envelope: levelEnvelope(samples) });
    onProgress?.(i + 1, utterances.length);
  }

  const found: SameAudio[] = [];
  for (const [first, others] of candidates(prints)) {
    const samples = await read(first);
    for (const other of others) {
      const { correlation, lag } = bestCorrelation(samples, await read(other), LAG_SECONDS * SAMPLE_RATE);
      if (Math.abs(correlation) < SAME) continue;
      const [a, b, sign] = byCodeUnits(first.id, other.id) < 0 ? [first, other, 1] : [other, first, -1];
      const lagSeconds = (sign * lag) / SAMPLE_RATE || 0; // no -0
      found.push({ utterances: [a.id, b.id], correlation: Math.abs(correlation), lagSeconds });
    }
  }
  return found.sort((a, b) => byCodeUnits(a.utterances.join('\n'), b.utterances.join('\n')));
}

interface Print {
  readonly utterance: Utterance;
  readonly length: number;
  readonly envelope: Float32Array;
}

/** Pairs worth a closer look, each once. */
function* candidates(prints: readonly Print[]): Generator<[Utterance, Utterance[]]> {
  const byLength = [...prints].sort((a, b) => a.length - b.length || byCodeUnits(a.utterance.id, b.utterance.id));
  for (const [i, print] of byLength.entries()) {
    const near: Utterance[] = [];
    for (let j = i + 1; j < byLength.length; j++) {
      const other = byLength[j]!;
      if (other.length - print.length > LAG_SECONDS * SAMPLE_RATE) break;
      if (envelopeCorrelation(print.envelope, other.envelope, LAG_SECONDS) >= CANDIDATE) near.push(other.utterance);
    }
    if (near.length) yield [print.utterance, near];
  }
}
