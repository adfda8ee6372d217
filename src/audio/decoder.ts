/** Sound as a decoder gave it, unchecked. */
export interface RawSound {
  /** one `[samples]` a channel */
  readonly channels: readonly Float32Array[];
  /** Hz */
  readonly sampleRate: number;
  /** what the decoder complained of, one plain line each */
  readonly complaints: readonly string[];
  /** seconds that the container says it holds; undefined where it does not say */
  readonly declaredSeconds: number | undefined;
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

/**
 * Decodes a whole file with one decoder and frees it.
 *
 * @param bytes the file
 * @param declaredSeconds the length that the container declares, where it declares one
 * @param decoder a fresh decoder of the `@audio/decode-*` family; its type leaves `errors` out
 */
export function runDecoder(bytes: Uint8Array, declaredSeconds: number | undefined, decoder: Decoder): RawSound {
  try {
    const { result, printed } = quietly(() => [decoder.decode(bytes), decoder.flush?.()]);
    const parts = result.filter((part) => part !== undefined && part.channelData.length > 0) as Decoded[];
    const errors = parts.flatMap(({ errors }) =>
      typeof errors === 'object' ? errors.map(({ message }) => message) : [],
    );
    return {
      channels: join(parts.map((part) => part.channelData)),
      sampleRate: parts[0]?.sampleRate ?? 0,
      complaints: [...new Set([...errors, ...printed])],
      declaredSeconds,
    };
  } finally {
    decoder.free();
  }
}

/** Puts the channels of consecutive parts one after another; the first part says how many there are. */
export function join(parts: readonly (readonly Float32Array[])[]): Float32Array[] {
  const fitting = parts.filter((part) => part.length === parts[0]!.length);
  return (parts[0] ?? []).map((_, channel) => {
    const pieces = fitting.map((part) => part[channel]!);
    const joined = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    return joined;
  });
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
