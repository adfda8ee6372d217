import * as v from 'valibot';
import { Refusal } from './problems.ts';
import { LABELS_REQUEST } from './schemas.ts';

/**
 * A recording in base64 in JSON, as Hugging Face's inference API takes it. JSON of some megabytes can take seconds to read: in a thread that may.
 *
 * @throws Refusal 400
 */
export function parseLabelsRequest(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly most?: number } {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    throw new Refusal(400, 'request', 'expected JSON with a recording in base64 as `inputs`, got no JSON');
  }
  const found = v.safeParse(LABELS_REQUEST, json);
  if (!found.success) throw new Refusal(400, 'request', v.summarize(found.issues).replaceAll('\n', '; '));
  const { inputs, parameters } = found.output;
  const most = parameters?.top_k;
  return { bytes: Uint8Array.from(Buffer.from(inputs, 'base64')), ...(most !== undefined && { most }) };
}
