import { AttuneError } from '../errors.ts';
import { type OutsideEncoder, type OutsideEncoderOptions, openOutsideEncoder } from '../features/outside/encoder.ts';
import { besides, STATED_ENCODER, type StatedEncoder } from '../features/outside/settings.ts';
import { parseJson } from '../json.ts';
import { readWhole, whyUnread } from '../read-file.ts';

/**
 * Opens an encoder of the user's own, fed as the JSON beside its file says (`encoder.json` beside `encoder.onnx`), where there is one.
 *
 * @throws AttuneError as {@link openOutsideEncoder}, and `checkpoint` where the JSON is damaged
 */
export async function openEncoderFile(
  path: string,
  options: Omit<OutsideEncoderOptions, 'stated'>,
): Promise<OutsideEncoder> {
  return openOutsideEncoder(path, { ...options, stated: await readStated(besides(path)) });
}

async function readStated(name: string): Promise<StatedEncoder> {
  const bytes = await readWhole(name).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    const message = `${name} cannot be read (${whyUnread(cause)}); mend it or take it away`;
    throw new AttuneError('checkpoint', message, { cause });
  });
  const remedy = 'It may say input ("waveform" or "log-mel"), normalize (true or false) and output (a name).';
  return bytes ? parseJson(bytes.toString(), STATED_ENCODER, { name, code: 'checkpoint', remedy }) : {};
}
