import { visible } from './text.ts';

/**
 * What kind of failure an {@link AttuneError} reports.
 *
 * - `usage`: the command or call itself is wrong (the command line exits 2).
 * - `audio`: a recording could not be decoded or holds nothing to score.
 * - `corpus`: a folder of recordings is missing, unrecognised or unfit for the protocol.
 * - `turns`: a file of speakers' turns is malformed, or of another recording.
 * - `checkpoint`: a file of weights is damaged or belongs to another network.
 * - `run`: a run folder cannot be continued or written.
 * - `graph`: shapes do not fit, an operator or its gradient rule is missing, the runtime refused the graph.
 */
export type ErrorCode = 'usage' | 'audio' | 'corpus' | 'turns' | 'checkpoint' | 'run' | 'graph';

/**
 * The one error class of Attune. Its message says what was expected, what came, and what to do.
 *
 * @example
 * ```ts
 * import { AttuneError, readCheckpoint } from 'attune';
 *
 * try {
 *   readCheckpoint(new Uint8Array(100), 'mine.safetensors');
 * } catch (error) {
 *   if (!(error instanceof AttuneError)) throw error;
 *   console.log(error.code); // checkpoint
 * }
 * ```
 */
export class AttuneError extends Error {
  /** tells it from other errors where `instanceof` cannot, as between two copies of the package */
  override readonly name = 'AttuneError';
  /** the kind of failure, for programs; the message is for people and may change between versions */
  readonly code: ErrorCode;
  /** what was found, where that is several things: the last lines of the message, one each; else empty */
  readonly points: readonly string[];
  /** the same work fails like this wherever it is done again, as a training that diverges; else it may be worth another try */
  readonly isFinal: boolean;

  /**
   * @param message what was expected, what came, and what to do
   * @param options `cause`: the error that led to this one; `points`: lines that follow the message; `isFinal`: default false
   */
  constructor(
    code: ErrorCode,
    message: string,
    {
      points = [],
      isFinal = false,
      ...options
    }: ErrorOptions & { readonly points?: readonly string[]; readonly isFinal?: boolean } = {},
  ) {
    const lines = points.map(visible);
    super([message, ...lines].join('\n'), options);
    this.code = code;
    this.points = lines;
    this.isFinal = isFinal;
  }
}
