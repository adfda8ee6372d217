import * as v from 'valibot';
import { AttuneError } from '../../errors.ts';
import type { OnnxModel, Port } from '../../graph/session.ts';
import type { Schema } from '../../json.ts';
import { MELS } from '../encoder/log-mel.ts';
import { SEGMENT_SAMPLES } from '../segments.ts';

/** What a JSON beside an encoder's file may say of it; what it does not say, the file's inputs and outputs tell. */
export interface StatedEncoder {
  /** what it hears: samples, or 80 bands of a log-mel spectrogram as Whisper defines it */
  readonly input?: 'waveform' | 'log-mel' | undefined;
  /** whether it wants samples at mean 0 and deviation 1; absent: as they are */
  readonly normalize?: boolean | undefined;
  /** which of its outputs has the frames; absent: `last_hidden_state`, else the first `[batch, frames, width]` */
  readonly output?: string | undefined;
}

export const STATED_ENCODER: Schema<StatedEncoder> = v.strictObject({
  input: v.optional(v.picklist(['waveform', 'log-mel'])),
  normalize: v.optional(v.boolean()),
  output: v.optional(v.string()),
});

/** How an encoder of the user's own is fed, and what is read of it. */
export interface EncoderSettings {
  readonly input: 'waveform' | 'log-mel';
  readonly normalize: boolean;
  /** name of the input */
  readonly port: string;
  /** name of the output with the frames */
  readonly output: string;
  /** whether it wants a mask of the samples, too */
  readonly mask: boolean;
  /** samples that it is given: 2 s, or as many as its input has, silence behind them */
  readonly samples: number;
}

/** Samples between frames of a log-mel spectrogram. */
const MEL_HOP = 160;

/** Where the JSON of an encoder's file lies: `encoder.json` beside `encoder.onnx`. */
export const besides = (path: string) => path.replace(/(\.onnx)?$/, '.json');

/**
 * How the encoder in an ONNX file is fed: by the JSON beside it, and by its inputs and outputs.
 *
 * @throws AttuneError `checkpoint` where these do not fit each other, or it is no encoder of sound
 */
export function settingsOf(
  { inputs, outputs }: Pick<OnnxModel, 'inputs' | 'outputs'>,
  stated: StatedEncoder,
  path: string,
): EncoderSettings {
  const main = inputs.filter(({ name }) => name !== 'attention_mask');
  const [port] = main;
  const unfit = (what: string) =>
    new AttuneError(
      'checkpoint',
      `${path}: expected ${what}, got ${saidOf(inputs)} to ${saidOf(outputs)}; give an encoder of sound, and say in ${besides(path)} how it is fed`,
    );
  const asked = stated.input ?? (port?.shape.length === 3 ? 'log-mel' : 'waveform');
  const form = asked === 'waveform' ? 'samples [batch, samples]' : `a log-mel spectrogram [batch, ${MELS}, frames]`;
  const isFit =
    main.length === 1 &&
    port!.type === 'float32' &&
    (asked === 'waveform' ? port!.shape.length === 2 : port!.shape.length === 3 && isOr(port!.shape[1], MELS));
  if (!isFit) throw unfit(`it to take ${form} alone`);
  const last = port!.shape.at(-1);
  const own = Number(last) > 0 ? Number(last) * (asked === 'log-mel' ? MEL_HOP : 1) : SEGMENT_SAMPLES;
  if (own < SEGMENT_SAMPLES) throw unfit(`it to take ${SEGMENT_SAMPLES} samples (2 s) or more at a time`);
  const frames = outputs.filter(({ type, shape }) => type === 'float32' && shape.length === 3);
  const output = stated.output ?? frames.find(({ name }) => name === 'last_hidden_state')?.name ?? frames[0]?.name;
  if (!frames.some(({ name }) => name === output))
    throw unfit(
      `${stated.output === undefined ? 'it' : `its output ${stated.output}`} to give frames [batch, frames, width]`,
    );
  return {
    ...{ input: asked, normalize: stated.normalize ?? false, port: port!.name, output: output!, samples: own },
    mask: inputs.length > main.length,
  };
}

const isOr = (length: number | string | undefined, wanted: number) => length === wanted || !(Number(length) > 0);

const saidOf = (ports: readonly Port[]): string =>
  ports.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ') || 'nothing';
