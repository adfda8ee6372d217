import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { Busboy } from '@fastify/busboy';
import { Refusal } from './problems.ts';

/** Content types whose body is a recording as it is; the last of them is what curl says of `--data-binary`. */
const RAW = /^(audio\/|video\/|application\/(octet-stream|ogg|mp4|x-www-form-urlencoded)\b|$)/i;

/** What a form may hold beside its file: a form of a million parts would take minutes. */
const FORM = { files: 1, fields: 16, parts: 17, fieldSize: 64 * 1024, headerPairs: 32 } as const;
/** Bytes that are looked at before others have their turn. */
const PIECE = 64 * 1024;

/**
 * The recording in a request's body: the body itself, or the one file of a form.
 *
 * @throws Refusal 400 or 415 where there is none
 */
export async function soundIn(type: string, body: Uint8Array): Promise<Uint8Array> {
  if (/^multipart\/form-data\b/i.test(type)) return filled(await fileInForm(type, body));
  if (!RAW.test(type))
    throw new Refusal(
      415,
      'content_type',
      `expected a recording as the body (audio/*, application/octet-stream) or a form with a file, got ${type}`,
    );
  return filled(body);
}

async function fileInForm(type: string, body: Uint8Array): Promise<Uint8Array> {
  const files: Uint8Array[][] = [];
  const stop = new AbortController();
  try {
    const form = new Busboy({ headers: { 'content-type': type }, limits: FORM });
    form.on('file', (_, file) => {
      const pieces: Uint8Array[] = [];
      files.push(pieces);
      file.on('data', (piece: Uint8Array) => void pieces.push(piece)).on('error', () => stop.abort());
    });
    for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) form.once(limit, () => stop.abort(limit));
    await pipeline(piecesOf(body), form, { signal: stop.signal });
  } catch {
    const why =
      typeof stop.signal.reason === 'string'
        ? 'expected a form with one file, got more; send each recording apart'
        : 'the form is damaged or cut short; send multipart/form-data with its boundary';
    throw new Refusal(400, 'form', why);
  }
  const [file] = files;
  if (!file) throw new Refusal(400, 'form', 'expected one file in the form, got none; send the recording as a file');
  return Uint8Array.from(Buffer.concat(file));
}

async function* piecesOf(body: Uint8Array): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += PIECE) {
    yield Buffer.from(body.buffer, body.byteOffset + at, Math.min(PIECE, body.length - at));
    await setImmediate();
  }
}

function filled(bytes: Uint8Array): Uint8Array {
  if (bytes.length) return bytes;
  throw new Refusal(400, 'empty', 'expected a recording, got no bytes; send its file as the body');
}
