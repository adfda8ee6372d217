import * as v from 'valibot';
import { numeric, type Options } from '../arguments.ts';
import { faultOf } from '../audio/excerpt.ts';
import { AttuneError } from '../errors.ts';
import { checkArgument, type Schema } from '../json.ts';
import { readRttm, turnsOf } from './rttm.ts';
import { readVttTurns } from './vtt-turns.ts';

/** What one person says at a time, as a diarization gives it. Turns may overlap. */
export interface Turn {
  /** seconds of the recording's clock, 0 or more */
  readonly start: number;
  /** seconds of the recording's clock, above `start` */
  readonly end: number;
  /** who speaks, as the file of turns writes it */
  readonly speaker: string;
  /** where the turn stands, for messages, such as `call.rttm, line 7` */
  readonly source?: string;
}

/** As an argument. */
export const TURN = v.object({
  ...{ start: numeric, end: numeric, speaker: v.string(), source: v.optional(v.string()) },
} satisfies Options<Turn>) as Schema<unknown> as Schema<Turn>;

/**
 * Reads the turns of a recording: from RTTM, of several recordings perhaps, those of the one that is asked for, or from WebVTT, each cue
 * of which names its speaker, `<v Anna>` or `Anna: ` before what is said. Runs in browsers too.
 *
 * RTTM names recordings by the name of their file without its extension (`call` for `calls/call.wav`), perhaps with folders before it;
 * WebVTT names none. Channels are not told apart: Attune hears the mean of all.
 *
 * @param text of the file
 * @param name what messages call the file of turns, such as its path
 * @param recording name or path of the recording; undefined where it has none, as on standard input: then all turns must be of one
 * @returns in the order of their starts; at least one
 * @throws AttuneError `turns`, naming the line, where the file is empty or malformed, and where it holds no turn of the recording, more
 *   than 100,000, or more than 100 at the same time
 *
 * @example
 * ```ts
 * import { parseTurns } from 'attune';
 *
 * const rttm = 'SPEAKER call 1 0.25 1.5 <NA> <NA> anna <NA> <NA>';
 * const [turn] = await parseTurns(rttm, 'call.rttm', 'calls/call.wav');
 * console.log(turn!.speaker, turn!.start, turn!.end); // anna 0.25 1.75
 * ```
 */
export async function parseTurns(text: string, name: string, recording: string | undefined): Promise<Turn[]> {
  checkArgument(text, v.string(), 'the text of turns');
  checkArgument(name, v.string(), 'the name of turns');
  checkArgument(recording, v.optional(v.string()), 'the recording');
  return (await readTurns(text, name)).of(recording);
}

/** Turns of one recording at the most: a day in which somebody else speaks every second has fewer. Each costs a segment's scoring. */
const MOST_TURNS = 100_000;
/** Turns at one time at the most: all persons whom a diarization tells apart. Of each, 2 s of sound are kept. */
const MOST_AT_ONCE = 100;

/** What is wrong with turns of finite times that are too many; undefined where nothing is. */
function excessOf(turns: readonly Turn[]): string | undefined {
  if (turns.length > MOST_TURNS)
    return `expected at most ${MOST_TURNS} turns of a recording, got ${turns.length}; give some of them at a time`;
  const atOnce = mostAtOnce(turns);
  if (atOnce <= MOST_AT_ONCE) return undefined;
  return `expected at most ${MOST_AT_ONCE} turns at the same time, got ${atOnce}; give some of them at a time`;
}

function mostAtOnce(turns: readonly Turn[]): number {
  const [starts, ends] = (['start', 'end'] as const).map((key) => Float64Array.from(turns, (turn) => turn[key]).sort());
  let [most, ended] = [0, 0];
  for (const [i, start] of starts!.entries()) {
    while (ends![ended]! <= start) ended++;
    most = Math.max(most, i + 1 - ended);
  }
  return most;
}

/** A file of turns that was read. */
export interface TurnsFile {
  /** whether its turns say of which recording they are */
  readonly namesRecordings: boolean;
  /**
   * @param recording as of {@link parseTurns}
   * @returns at least one turn
   * @throws AttuneError `turns` where it holds none of the recording, or too many
   */
  of(recording: string | undefined): Turn[];
}

/**
 * Reads a file of turns, whosesoever they are.
 *
 * @throws AttuneError `turns`, naming the line, where it is empty or malformed; of WebVTT where it holds too many
 */
export async function readTurns(text: string, name: string): Promise<TurnsFile> {
  const plain = text.replace(/^\uFEFF/, '');
  if (!plain.trim())
    throw new AttuneError('turns', `${name}, line 1: the file is empty; expected turns as RTTM or WebVTT`);
  const inOrder = (turns: readonly Turn[]) => {
    const excess = excessOf(turns);
    if (excess) throw new AttuneError('turns', `${name}: ${excess}`);
    return [...turns].sort((a, b) => a.start - b.start || a.end - b.end);
  };
  if (plain.startsWith('WEBVTT')) {
    const turns = inOrder(await readVttTurns(plain, name));
    return { namesRecordings: false, of: () => turns };
  }
  const lines = readRttm(plain, name);
  return { namesRecordings: true, of: (recording) => inOrder(turnsOf(lines, name, recording)) };
}

/**
 * The turns, each with what messages call it.
 *
 * @throws AttuneError `usage` where there is none, or too many, or, naming the turn, where its times are absurd or nobody speaks
 */
export function checkedTurns(turns: readonly Turn[]): Turn[] {
  if (!turns.length)
    throw new AttuneError('usage', 'expected one turn or more, got none; leave turns out for the whole');
  const checked = turns.map((turn) => {
    const { start, end, speaker, source = `the turn of ${speaker} from ${start} s to ${end} s` } = turn;
    const fault = faultOf(turn) ?? (speaker.trim() ? undefined : 'it names no speaker');
    if (fault) throw new AttuneError('usage', `${source}: the turn cannot be used: ${fault}`);
    return { ...turn, source };
  });
  const excess = excessOf(checked);
  if (excess) throw new AttuneError('usage', excess);
  return checked;
}
