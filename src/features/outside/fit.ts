import * as v from 'valibot';
import { callback } from '../../arguments.ts';
import { AttuneError } from '../../errors.ts';
import type { Schema } from '../../json.ts';
import type { AnyFrontEnd } from '../descriptors/front-end.ts';
import { ONNX_FRONT_END, type OnnxFrontEnd } from '../front-end.ts';

/** An encoder of the user's own, ready to hear segments. */
export interface OnnxEncoder {
  /** which it is, how it is fed and what it gives, as runs and checkpoints keep it */
  readonly frontEnd: OnnxFrontEnd;
  /**
   * What it hears in segments of 2 s.
   *
   * @param segments `[32000]` each, at 16 kHz
   * @returns `[n, 100, width + 1]`: frames of 20 ms; the last column is 1 where a frame is heard, 0 where it is too quiet
   * @throws AttuneError `checkpoint` where frames are not finite; `usage` where it was closed
   */
  extract(segments: readonly Float32Array[]): Promise<Float32Array>;
  /** Frees the runtime's memory, once however often it is called. Nothing can be heard afterwards. */
  close(): Promise<void>;
}

/** One that is given. */
export const ONNX_ENCODER = v.looseObject({
  ...{ frontEnd: ONNX_FRONT_END, extract: callback, close: callback },
}) as unknown as Schema<OnnxEncoder>;

/** What of an encoder of the user's own its frames depend on, in the order in which it is told. */
export const fedAs = ({ encoder, input, normalize, output, width, heardDecibels }: OnnxFrontEnd) => ({
  ...{ encoder, input, normalize, output, width, heardDecibels },
});

/** The one line that is said where an encoder of the user's own is missing. */
export const missing = ({ encoder, input, width }: OnnxFrontEnd): AttuneError =>
  new AttuneError(
    'usage',
    `the network hears by an encoder of the user's own, which is no part of it: expected its ONNX file (${input} in, frames of ${width} out, SHA-256 ${encoder}), got none; give it with \`encoder\`, which Node alone can run`,
  );

/**
 * The encoder, where it is the one that a front end was made with.
 *
 * @throws AttuneError `usage` where it is missing, or fed in another way; `checkpoint` where it is another
 */
export function fitting(frontEnd: OnnxFrontEnd, encoder: OnnxEncoder | undefined): OnnxEncoder {
  if (!encoder) throw missing(frontEnd);
  refuseOther(frontEnd.encoder, encoder.frontEnd.encoder, 'the encoder');
  const [asked, own] = [fedAs(frontEnd), fedAs(encoder.frontEnd)];
  const other = (Object.keys(asked) as (keyof typeof asked)[]).find((name) => asked[name] !== own[name]);
  if (!other) return encoder;
  throw new AttuneError(
    'usage',
    `expected an encoder with ${other} ${asked[other]}, as the network was trained behind it, got ${own[other]}; open it by the \`frontEnd\` of the checkpoint`,
  );
}

/** @throws AttuneError `checkpoint` where the file of an encoder is not the one that a network was trained behind */
export function refuseOther(expected: string, sha256: string, name: string): void {
  if (sha256 !== expected)
    throw new AttuneError(
      'checkpoint',
      `${name} is another than the network was trained behind: expected SHA-256 ${expected}, got ${sha256}; give the one that it was trained with`,
    );
}

/** @throws AttuneError `usage` where an encoder is given to a front end that takes none */
export function refuseIdle({ kind = 'spectrogram' }: AnyFrontEnd, encoder: unknown): void {
  if (encoder !== undefined && kind !== 'onnx')
    throw new AttuneError(
      'usage',
      `an encoder of one's own is for networks that were trained behind it, and this one hears by the front end ${kind}, which comes with Attune: leave \`encoder\` out`,
    );
}
