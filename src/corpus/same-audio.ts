import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { createReader, readSame, refuseChanged } from '../audio/reader.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { byCodeUnits } from './adapter.ts';
import { bestCorrelation, envelopeCorrelation, levelEnvelope } from './correlation.ts';
import { openSketches, POWER_SECONDS } from './sketches.ts';
import type { Corpus, Utterance } from './utterance.ts';

/** Two recordings of one sound. */
export interface SameAudio {
  /** ids, in order */
  readonly utterances: readonly [string, string];
  /** Pearson's, in amount, at the best lag, [0.85, 1] */
  readonly correlation: number;
  /** seconds by which the second is late */
  readonly lagSeconds: number;
}

interface SameAudioOptions {
  /** the folder of sketches of recordings that were decoded before; default: all are decoded */
  readonly cache?: string;
  /** SHA-256 that the files of utterances must have, by id; default: any */
  readonly hashes?: ReadonlyMap<string, string>;
  /** called as recordings are read and then compared: both together take it from 0 to all */
  readonly onProgress?: (done: number, inAll: number) => void;
  /** aborted, reading stops between two recordings and its reason is thrown */
  readonly signal?: AbortSignal | undefined;
  /** told what spoils recordings: a sentence that names the file, or the line of a table */
  readonly onWarning?: (warning: string) => void;
}

/**
 * From here on two recordings count as one. Copies that were cut, shifted, made louder, turned over, given an offset or 8 bits stay above
 * 0.999, those through MP3, Opus, Vorbis or a rate of 8 kHz above 0.86 (24 recordings of EmoDB; Opus of 16 kbit/s is the lowest); other
 * takes of one sentence by one speaker reach 0.58 at the most (RAVDESS).
 */
const SAME = 0.85;
/** Said of a recording that something spoils, behind what it is. */
const STAYS = 'It stays in the corpus: mend it, or take it out.';
/** Lags tried either way. */
const LAG_SECONDS = 0.05;
/**
 * What two level envelopes of one recording, a value every `hop` of its power, reach at least wherever their frames begin, also where an
 * end is cut (EmoDB, up to 50 ms and a third cut off: 0.69 and 0.88); the fine one is reached by one pair in 28,000 of EmoDB's others and
 * one in 320 of RAVDESS's.
 */
const CANDIDATE = { coarse: { hop: 4, correlation: 0.6 }, fine: { hop: 1, correlation: 0.88 } };

/**
 * Finds recordings that are the same or nearly: a correlation of 0.85 or more in amount, at the best lag within 50 ms.
 *
 * Not all pairs are compared at full length: only pairs whose level envelopes agree are read again and correlated, over what they share.
 * So a recording that lacks the other's end is found, one that lacks more than 50 ms of its beginning is not, nor always one whose
 * spectrum was changed much. Silence is the same as other silence.
 *
 * @returns pairs, sorted by ids
 * @throws AttuneError `audio` where a recording cannot be read, `run` where it changes meanwhile, or is another than `hashes` say
 */
export async function findSameAudio(
  { directory, utterances }: Pick<Corpus, 'directory' | 'utterances'>,
  { cache, hashes, signal, onProgress, onWarning }: SameAudioOptions = {},
): Promise<SameAudio[]> {
  const reader = createReader();
  const read = async ({ utterance, sha256 }: Print) =>
    (await readSame(reader, join(directory, utterance.file), sha256, utterance)).waveform.samples;
  const sketches = await openSketches(cache, reader);
  const prints: Print[] = [];
  for (const [i, utterance] of utterances.entries()) {
    signal?.throwIfAborted();
    const path = join(directory, utterance.file);
    const { power, sha256, warnings } = await sketches.of(path, utterance);
    for (const warning of warnings) onWarning?.(`${utterance.source ?? path}: ${warning} ${STAYS}`);
    refuseChanged(path, hashes?.get(utterance.id) ?? sha256, sha256);
    const envelope = ({ hop }: { readonly hop: number }) => levelEnvelope(power, hop);
    prints.push({ utterance, sha256, coarse: envelope(CANDIDATE.coarse), fine: envelope(CANDIDATE.fine) });
    onProgress?.(Math.floor((i + 1) / 2), utterances.length);
  }

  const found: SameAudio[] = [];
  for (const [i, first] of prints.entries()) {
    await turn(); // of events, such as the one that stops this
    const others = candidates(first, prints.slice(i + 1));
    const samples = others.length ? await read(first) : undefined;
    for (const other of others) {
      signal?.throwIfAborted();
      const { correlation, lag } = bestCorrelation(samples!, await read(other), LAG_SECONDS * SAMPLE_RATE);
      if (Math.abs(correlation) < SAME) continue;
      const ids = [first, other].map(({ utterance }) => utterance.id) as [string, string];
      const inOrder = byCodeUnits(...ids) < 0;
      const lagSeconds = ((inOrder ? 1 : -1) * lag) / SAMPLE_RATE || 0; // no -0
      const utterances = inOrder ? ids : ([ids[1], ids[0]] as const);
      found.push({ utterances, correlation: Math.abs(correlation), lagSeconds });
    }
    onProgress?.(Math.floor((prints.length + i + 1) / 2), prints.length);
  }
  return found.sort((a, b) => byCodeUnits(a.utterances.join('\n'), b.utterances.join('\n')));
}

interface Print {
  readonly utterance: Utterance;
  /** of its file's bytes */
  readonly sha256: string;
  readonly coarse: Float32Array;
  readonly fine: Float32Array;
}

/** Those that are worth a closer look beside one. */
function candidates(print: Print, others: readonly Print[]): Print[] {
  const alike = (other: Print, kind: 'coarse' | 'fine') => {
    const { hop, correlation } = CANDIDATE[kind];
    const lags = Math.ceil(LAG_SECONDS / (hop * POWER_SECONDS));
    return envelopeCorrelation(print[kind], other[kind], lags) >= correlation;
  };
  return others.filter((other) => alike(other, 'coarse') && alike(other, 'fine'));
}
