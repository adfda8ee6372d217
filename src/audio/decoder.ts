import { joinSamples } from './bytes.ts';
import type { SoundWarning } from './quality.ts';

/** A stretch of sound as a decoder gave it, unchecked. */
export interface RawBlock {
  /** one `[samples]` a channel */
  readonly channels: readonly Float32Array[];
  /** Hz */
  readonly sampleRate: number;
  /** when it is heard, in seconds of the container's clock; undefined: where the block before it ends */
  readonly seconds?: number | undefined;
  /** whether it is silence that stands in for what the container leaves out */
  readonly isSilence?: boolean;
}

/** Whether blocks have the same form. */
export const isAlike = (a: Omit<RawBlock, 'seconds'>, b: Omit<RawBlock, 'seconds'>) =>
  a.sampleRate === b.sampleRate && a.channels.length === b.channels.length;

/** Blocks of one form, at least one, that follow each other. */
export function joinBlocks(blocks: readonly RawBlock[]): RawBlock {
  const [first] = blocks;
  if (blocks.length === 1) return first!;
  const channels = first!.channels.map((_, channel) => joinSamples(blocks.map((block) => block.channels[channel]!)));
  return { ...first!, channels };
}

/** What is learnt of a file beside its sound; complete when the last block has come. */
export interface Findings {
  /** when the container says that its sound ends, in seconds of its own clock; undefined where it does not say, or not yet */
  declaredSeconds: number | undefined;
  /** where its header says that the bytes of its sound end; undefined where it does not say */
  endByte?: number | undefined;
  /** what the decoder complained of, one plain line each */
  readonly complaints: Set<string>;
}

interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
  /** the decoders that count give a number, those that explain a list */
  readonly errors?: number | readonly { readonly message: string }[];
}

/** What the decoders of the `@audio/decode-*` family have in common. */
interface Decoder {
  decode(bytes: Uint8Array): Decoded;
  flush?(): Decoded;
  free(): void;
}

/** The types of some leave `errors` out. */
export type LoadDecoder = () => Promise<Decoder>;

/**
 * Bytes without any sound after which a decoder gets no more: at damage, FLAC's keeps all that follows and searches it again and
 * again. No frame is longer; a header is given in one piece.
 */
const MOST_WITHOUT_SOUND = 4 * 1_048_576;

/** Gives bytes to a decoder, and what it complains of to the findings. */
export interface Feeder {
  /** what the decoder makes of the next bytes, perhaps nothing; it gets no more where too many made none */
  feed(bytes: Uint8Array): RawBlock | undefined;
  /** the rest */
  end(): RawBlock | undefined;
  free(): void;
}

export function createFeeder(decoder: Decoder, { complaints }: Findings): Feeder {
  let fruitless = 0;
  const take = (work: () => Decoded | undefined): RawBlock | undefined => {
    const { result, printed } = quietly(work);
    const errors = typeof result?.errors === 'object' ? result.errors.map(({ message }) => message) : [];
    for (const complaint of [...errors, ...printed]) complaints.add(complaint);
    return result?.channelData[0]?.length ? { channels: result.channelData, sampleRate: result.sampleRate } : undefined;
  };
  return {
    feed(bytes) {
      if (fruitless > MOST_WITHOUT_SOUND) return undefined;
      const block = take(() => decoder.decode(bytes));
      fruitless = block ? 0 : fruitless + bytes.length;
      if (fruitless > MOST_WITHOUT_SOUND) complaints.add('it finds no more sound and gives up');
      return block;
    },
    end: () => take(() => decoder.flush?.()),
    free: () => decoder.free(),
  };
}

/**
 * Decodes a file block by block with one decoder, and frees it.
 *
 * @param blocks the file's bytes; all are taken, whatever the decoder makes of them
 * @param load gives a fresh decoder of the `@audio/decode-*` family
 */
export async function* runDecoder(
  blocks: AsyncIterable<Uint8Array>,
  load: LoadDecoder,
  findings: Findings,
): AsyncGenerator<RawBlock> {
  const feeder = createFeeder(await load(), findings);
  try {
    for await (const bytes of blocks) {
      const block = feeder.feed(bytes);
      if (block) yield block;
    }
    const last = feeder.end();
    if (last) yield last;
  } finally {
    feeder.free();
  }
}

/** Seconds by which the decoded length may miss the declared one: more than any codec's padding, less than a frame lost. */
const LENGTH_TOLERANCE = 0.03;

/** What the findings say of a file whose sound was decoded up to a moment of its clock, in seconds. */
export function damageOf({ declaredSeconds, complaints }: Findings, endSeconds: number, label: string): SoundWarning[] {
  const warnings: SoundWarning[] = [];
  if (declaredSeconds !== undefined && Math.abs(declaredSeconds - endSeconds) > LENGTH_TOLERANCE) {
    const fault = declaredSeconds > endSeconds ? 'it is damaged or incomplete' : 'its header is wrong';
    warnings.push({
      code: 'incomplete',
      message: `the file declares ${declaredSeconds.toFixed(3)} s, but ${endSeconds.toFixed(3)} s could be decoded; ${fault}.`,
    });
  }
  const [complaint, ...more] = complaints;
  if (complaint !== undefined)
    warnings.push({
      code: 'damaged',
      message: `the ${label} decoder met damage: ${complaint}${more.length ? ` (and ${more.length} more)` : ''}.`,
    });
  return warnings;
}

const CHANNELS_OF_CONSOLE = ['log', 'info', 'warn', 'error'] as const;

/** Runs `work`, which must not wait, and keeps what it prints to the console: some decoders report damage only there. */
function quietly<T>(work: () => T): { result: T; printed: string[] } {
  const printed: string[] = [];
  const kept = CHANNELS_OF_CONSOLE.map((name) => console[name]);
  for (const name of CHANNELS_OF_CONSOLE)
    console[name] = (...words) => void printed.push(words.join(' ').split('\n')[0]!);
  try {
    return { result: work(), printed };
  } finally {
    CHANNELS_OF_CONSOLE.forEach((name, i) => {
      console[name] = kept[i]!;
    });
  }
}
