import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { numeric, type Options } from '../arguments.ts';
import { AttuneError } from '../errors.ts';
import type { AnyFrontEnd } from '../features/descriptors/front-end.ts';
import { DEFAULT_ENCODER_FRONT_END, ENCODER_RANGES, ONNX_FRONT_END, type OnnxFrontEnd } from '../features/front-end.ts';
import { hasNumbersBeside } from '../features/outside/beside.ts';
import { type OutsideEncoder, type OutsideEncoderOptions, openOutsideEncoder } from '../features/outside/encoder.ts';
import { fitting, missing, type OnnxEncoder, refuseIdle, refuseOther } from '../features/outside/fit.ts';
import { besides, STATED_ENCODER, type StatedEncoder } from '../features/outside/settings.ts';
import { checkArgument, parseJson, within } from '../json.ts';
import { openFile, readWhole, whyUnread } from '../read-file.ts';

/**
 * Opens an encoder of the user's own, fed as the JSON beside its file says (`encoder.json` beside `encoder.onnx`), where there is one.
 *
 * @throws AttuneError as {@link openOutsideEncoder}, and `checkpoint` where the JSON is damaged
 */
export async function openEncoderFile(
  path: string,
  options: Omit<OutsideEncoderOptions, 'stated'>,
): Promise<OutsideEncoder> {
  await openFile(path).then((file) => file.close(), unread(path)); // the runtime reads it, and files beside it, itself
  return openOutsideEncoder(path, { ...options, stated: await readStated(besides(path)) });
}

/** The files that are read of an encoder: its own, and the JSON beside it; none where none was given. */
export const encoderFiles = (path: string | undefined): string[] => (path === undefined ? [] : [path, besides(path)]);

async function readStated(name: string): Promise<StatedEncoder> {
  const bytes = await readWhole(name).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    const message = `${name} cannot be read (${whyUnread(cause)}); mend it or take it away`;
    throw new AttuneError('checkpoint', message, { cause });
  });
  const remedy = 'It may say input ("waveform" or "log-mel"), normalize (true or false) and output (a name).';
  return bytes ? parseJson(bytes.toString(), STATED_ENCODER, { name, code: 'checkpoint', remedy }) : {};
}

/** How an encoder of one's own is opened. */
export interface EncoderOptions {
  /** of a checkpoint: the file must be the one that its network was trained behind, and is fed as it was then. Absent: any, as the JSON beside it says */
  readonly frontEnd?: OnnxFrontEnd;
  /** a frame that lies further below the loudest of its segment is not heard, 1 to 200; default: 30, or as `frontEnd` has it */
  readonly heardDecibels?: number;
  /** threads within one operator; default: as many as there are cores */
  readonly threads?: number;
}

const ENCODER_OPTIONS = v.strictObject({
  ...{
    frontEnd: v.optional(ONNX_FRONT_END),
    heardDecibels: v.optional(within(...ENCODER_RANGES.heardDecibels)),
    threads: v.optional(numeric),
  },
} satisfies Options<EncoderOptions>);

/**
 * Opens an encoder of your own (Node only), to train behind it, or to use what was trained: an ONNX file as `loadEmbedder` takes it, which
 * must hold all of its numbers itself. A network that was trained behind one is of no use behind another, so checkpoints know its SHA-256.
 *
 * @param path of the ONNX file; a JSON beside it may say how it is fed
 * @throws AttuneError `checkpoint` where it is no such encoder, or another than that of `frontEnd`; `usage` where an option is none
 *
 * @example
 * ```ts
 * import { openEncoder } from 'attune/node';
 *
 * const encoder = await openEncoder('models/encoder.onnx');
 * console.log(encoder.frontEnd.input, encoder.frontEnd.width); // waveform 2
 * // crossValidate takes this frontEnd and the path as `encoder`, createRecognizer and createExplainer the encoder
 * await encoder.close();
 * ```
 */
export async function openEncoder(path: string, options: EncoderOptions = {}): Promise<OnnxEncoder> {
  checkArgument(path, v.string(), 'the path of the encoder');
  checkArgument(options, ENCODER_OPTIONS, 'the options');
  const { frontEnd: asked, threads } = options;
  const heardDecibels = options.heardDecibels ?? asked?.heardDecibels ?? DEFAULT_ENCODER_FRONT_END.heardDecibels;
  const { bytes, sha256 } = await readEncoder(path);
  if (asked) refuseOther(asked.encoder, sha256, path);
  if (hasNumbersBeside(bytes))
    throw new AttuneError(
      'checkpoint',
      `${path} keeps numbers in files beside it, whose changes its SHA-256 would not tell; give an ONNX file that holds all of its own`,
    );
  const stated = asked ?? (await readStated(besides(path)));
  const { settings, shape, extract, close } = await openOutsideEncoder(path, {
    ...{ bytes, heardDecibels, threads },
    stated: { input: stated.input, normalize: stated.normalize, output: stated.output },
  });
  const { input, normalize, output } = settings;
  const { blocks: _, joined: __, ...cut } = DEFAULT_ENCODER_FRONT_END;
  const own = { encoder: sha256, input, normalize, output, width: shape[1] - 1, heardDecibels };
  const encoder: OnnxEncoder = { frontEnd: { ...cut, ...asked, kind: 'onnx', ...own }, extract, close };
  try {
    return asked ? fitting(asked, encoder) : encoder;
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The encoder of a network, ready, where it hears by one of the user's own.
 *
 * @param path of its file; undefined: none was given
 * @throws AttuneError as {@link openEncoder}; `usage` where it is missing, or given in vain
 */
export async function encoderOf(
  frontEnd: AnyFrontEnd,
  path: string | undefined,
  threads?: number,
): Promise<OnnxEncoder | undefined> {
  refuseIdle(frontEnd, path);
  if (frontEnd.kind !== 'onnx') return undefined;
  if (path === undefined) throw missing(frontEnd);
  return openEncoder(path, { frontEnd, ...(threads !== undefined && { threads }) });
}

/**
 * The same without opening it, for those who let others do the work.
 *
 * @throws AttuneError as {@link encoderOf} does, as far as bytes tell
 */
export async function checkEncoder(frontEnd: AnyFrontEnd, path: string | undefined): Promise<void> {
  refuseIdle(frontEnd, path);
  if (frontEnd.kind !== 'onnx') return;
  if (path === undefined) throw missing(frontEnd);
  refuseOther(frontEnd.encoder, (await readEncoder(path)).sha256, path);
}

const unread = (path: string) => (cause: NodeJS.ErrnoException) => {
  const message = `${path}: the encoder cannot be read (${whyUnread(cause)}); give the path of an ONNX file`;
  throw new AttuneError('checkpoint', message, { cause });
};

async function readEncoder(path: string): Promise<{ readonly bytes: Buffer; readonly sha256: string }> {
  const bytes = await readWhole(path).catch(unread(path));
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
