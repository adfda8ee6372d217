import type { Context } from 'hono';
import { Refusal } from './problems.ts';

/** Content types whose body is a recording as it is; the last of them is what curl says of `--data-binary`. */
const RAW = /^(audio\/|video\/|application\/(octet-stream|ogg|mp4|x-www-form-urlencoded)\b|$)/i;

/**
 * The recording in a request: the body itself, or the one file of a form. The limit of the body is held before.
 *
 * @throws Refusal 400 or 415 where there is none
 */
export async function soundIn(context: Context): Promise<Uint8Array> {
  const type = context.req.header('content-type') ?? '';
  if (/^multipart\/form-data\b/i.test(type)) return soundInForm(context);
  if (!RAW.test(type))
    throw new Refusal(
      415,
      'content_type',
      `expected a recording as the body (audio/*, application/octet-stream) or a form with a file, got ${type}`,
    );
  return filled(new Uint8Array(await context.req.arrayBuffer()));
}

async function soundInForm(context: Context): Promise<Uint8Array> {
  const form = await context.req.raw.formData().catch(() => {
    throw new Refusal(400, 'form', 'the form is damaged or cut short; send multipart/form-data with its boundary');
  });
  const files = [...form.values()].filter((value): value is File => typeof value !== 'string');
  if (files.length !== 1)
    throw new Refusal(400, 'form', `expected one file in the form, got ${files.length}; send each recording apart`);
  return filled(new Uint8Array(await files[0]!.arrayBuffer()));
}

function filled(bytes: Uint8Array): Uint8Array {
  if (bytes.length) return bytes;
  throw new Refusal(400, 'empty', 'expected a recording, got no bytes; send its file as the body');
}
