import { floats } from '../arguments.ts';
import { extendGaps, type Gap } from '../audio/gaps.ts';
import { createQualityCheck, type SoundWarning } from '../audio/quality.ts';
import { heardFault, SAMPLE_RATE } from '../audio/waveform.ts';
import { AttuneError } from '../errors.ts';
import { SEGMENT_SAMPLES } from '../features/segments.ts';
import { checkArgument } from '../json.ts';
import { type Bounds, createDealer } from './dealer.ts';
import type { Scorer } from './scorer.ts';
import type { Scores, Scoring } from './scoring.ts';
import { createPieces } from './whole.ts';

/** What was heard of a recording, or a part of one. */
export interface Heard {
  /** samples, those of gaps too */
  readonly length: number;
  /** samples that nobody recorded, and that were not scored */
  readonly gaps: readonly Gap[];
  /** of its segments, complete when the scoring is */
  readonly scores: Scores;
  /** what is said of the whole, a probability a class; absent: the mean over its segments */
  readonly whole?: readonly number[];
  /** that it is silent or very quiet, where that was asked for */
  readonly warnings: readonly SoundWarning[];
}

/** How a recording is heard. */
export interface Hearing {
  readonly scorer: Pick<Scorer, 'cutter' | 'whole'>;
  readonly scoring: Scoring;
  /** whether to listen for silence, part by part: what is wrong with the whole, its stream says */
  readonly checks: boolean;
  /** the last stretch of the stream so far that nobody recorded, whose blocks hold nothing else */
  lastGap(): Gap | undefined;
  /** told of the sound of each part */
  onBlock(samples: Float32Array, part: number): void;
  /** told of each segment that ended within the sound, once it is scored, by the number of its row */
  onRow?(row: number, heard: Pick<Heard, 'scores' | 'gaps'>): void;
  /** told of the samples that came, after every batch of segments */
  onScored(length: number): void;
}

/**
 * Cuts the parts of a recording into segments and scores them, as its sound comes; of a part that has ended nothing is kept but its scores.
 *
 * @param stream blocks of `[samples]`
 * @param parts samples of the recording; they may overlap
 * @returns the samples of the recording, and each part, undefined where nothing of it lies in the recording
 */
export async function hear(
  stream: AsyncIterable<Float32Array>,
  parts: readonly Bounds[],
  { scorer, scoring, checks, lastGap, onBlock, onRow, onScored }: Hearing,
): Promise<{ readonly length: number; readonly heard: readonly (Heard | undefined)[] }> {
  const dealer = createDealer(parts);
  const listeners = new Map<number, Listener>();
  const heard: (Heard | undefined)[] = parts.map(() => undefined);
  let told = 0; // rows, of the one part where each is told
  const score: Score = async (segments, scores, gaps) => {
    for (const segment of segments) {
      if (!(await scoring.add(segment, scores))) continue;
      onScored(dealer.length);
      if (onRow && gaps) for (; told < scores.logits.length; told++) onRow(told, { scores, gaps });
    }
  };
  const end = async (part: number) => {
    const listener = listeners.get(part);
    listeners.delete(part);
    if (listener) heard[part] = await listener.end();
  };
  for await (const block of stream) {
    checkArgument(block, floats, 'a block of the stream');
    const at = dealer.length;
    const fault = heardFault(block, at);
    if (fault) throw new AttuneError('audio', `the stream's ${fault}; decode or record it again`);
    const gap = lastGap();
    const isRecorded = !(gap && at >= gap.from && at < gap.to);
    for (const { index, samples, isLast } of dealer.deal(block)) {
      if (samples.length) {
        const listener = listeners.get(index) ?? createListener(scorer, score, checks);
        listeners.set(index, listener);
        onBlock(samples, index);
        if (isRecorded) await listener.hear(samples);
        else listener.pass(samples.length);
      }
      if (isLast) await end(index);
    }
  }
  for (const part of dealer.open()) await end(part);
  await scoring.flush();
  return { length: dealer.length, heard };
}

/** Warnings that hold for a part as for a whole: others are of the line or the microphone, which all parts share. */
const OF_PARTS: readonly SoundWarning['code'][] = ['silence', 'quiet'];

/** @param gaps so far, where more sound may come */
type Score = (segments: Iterable<Float32Array>, scores: Scores, gaps?: readonly Gap[]) => Promise<void>;
type Listener = ReturnType<typeof createListener>;

function createListener({ cutter: open, whole }: Hearing['scorer'], score: Score, checks: boolean) {
  const cutter = open();
  const pieces = whole && createPieces(whole);
  const check = checks ? createQualityCheck() : undefined;
  const scores: Scores = { probabilities: [], logits: [] };
  const gaps: Gap[] = [];
  let length = 0;
  const hear = async (samples: Float32Array) => {
    check?.hear(samples);
    length += samples.length;
    await pieces?.push(samples);
    await score(cutter.push(samples), scores, gaps);
  };
  return {
    hear,
    /** samples of a gap */
    pass(samples: number) {
      extendGaps(gaps, length, length + samples);
      length += samples;
    },
    /** the segments that are left; of a part that nobody recorded, its silence */
    async end(): Promise<Heard> {
      if (cutter.length === 0) {
        const [{ to } = { to: 0 }] = gaps.splice(0);
        length = 0;
        for (let left = to; left > 0; left -= SAMPLE_RATE) await hear(new Float32Array(Math.min(left, SAMPLE_RATE)));
      }
      const said = await pieces?.end();
      if (said && cutter.length < SEGMENT_SAMPLES) {
        scores.probabilities.push([...said.probabilities]);
        scores.logits.push([...said.logits]);
      } else await score(cutter.end(), scores);
      const warnings = check?.warnings().filter(({ code }) => OF_PARTS.includes(code)) ?? [];
      return { length, gaps, scores, warnings, ...(said && { whole: said.probabilities }) };
    },
  };
}
