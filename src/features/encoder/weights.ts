import { AttuneError } from '../../errors.ts';
import { readSafetensors } from '../../graph/safetensors.ts';
import type { Values } from '../../graph/session.ts';
import { readPackageFile, sha256Of } from '../../package-file.ts';
import { ENCODER_SHA256, ENCODERS_WITHIN } from './identity.ts';
import { MELS } from './log-mel.ts';
import type { EncoderTensors } from './transformer.ts';

/** A speech encoder's numbers. */
export interface Encoder {
  /** of its file: what was trained behind it is of no use behind another */
  readonly sha256: string;
  /** of a frame */
  readonly width: number;
  /** that the file holds */
  readonly blocks: number;
  readonly tensors: EncoderTensors;
}

/** Where the package keeps it; bundlers take the file along, for they know this form. */
const url = () => new URL('../../../weights/encoder.safetensors', import.meta.url);

/**
 * The encoder that a front end was trained with.
 *
 * @throws AttuneError `checkpoint` as {@link loadEncoder}, or where it is another, or has fewer blocks
 */
export async function encoderFor({
  encoder,
  blocks,
}: {
  readonly encoder: string;
  readonly blocks: number;
}): Promise<Encoder> {
  const found = await loadEncoder();
  if (found.sha256 !== encoder && !ENCODERS_WITHIN.includes(encoder))
    throw new AttuneError(
      'checkpoint',
      `the network was trained behind the speech encoder of SHA-256 ${encoder}, and this version has ${found.sha256}; use the version of Attune that it was trained with, or train it again`,
    );
  if (found.blocks < blocks)
    throw new AttuneError(
      'checkpoint',
      `the network wants ${blocks} blocks of the speech encoder, which holds ${found.blocks}; recipes/encoder.ts writes one with more`,
    );
  return found;
}

/** One for each address: 4 MB of file, and 16 of numbers. */
const opened = new Map<string, Promise<Encoder>>();

/**
 * The speech encoder that comes with Attune: the stem and first two blocks of Whisper-tiny's encoder as smart-turn 3.2 fine-tuned it, read
 * when first asked for, and kept (docs/decisions/encoder.md).
 *
 * @param source where else to fetch the same file from; default: the package's own
 * @throws AttuneError `checkpoint` where it cannot be fetched, is damaged or another than that which comes with this version
 */
export function loadEncoder(source: string | URL = url()): Promise<Encoder> {
  const address = new URL(source, import.meta.url);
  const known = opened.get(address.href);
  if (known) return known;
  const encoder = read(address);
  opened.set(address.href, encoder);
  encoder.catch(() => opened.delete(address.href)); // so that the next one tries again
  return encoder;
}

async function read(address: URL): Promise<Encoder> {
  const bytes = await readPackageFile(address, 'the speech encoder', 'serve weights/encoder.safetensors there');
  const sha256 = (await sha256Of(bytes)) ?? ENCODER_SHA256; // a page that came by plain http cannot tell
  if (sha256 !== ENCODER_SHA256)
    throw new AttuneError(
      'checkpoint',
      `${address} does not hold the speech encoder of this version: expected SHA-256 ${ENCODER_SHA256}, got ${sha256}; reinstall the package, or serve its weights/encoder.safetensors there`,
    );
  return { sha256, ...encoderOf(bytes, `${address}`) };
}

/**
 * The encoder in a file's bytes, its whole numbers as the floats that they stand for.
 *
 * @throws AttuneError `checkpoint` where the file is damaged, or no encoder of this kind
 */
export function encoderOf(bytes: Uint8Array, name: string): Omit<Encoder, 'sha256'> {
  const { tensors } = readSafetensors(bytes, name);
  const floats = Object.fromEntries(
    Object.entries(tensors)
      .filter(([tensor]) => !tensor.endsWith(SCALE))
      .map(([tensor, values]) => [tensor, scaled(values, tensors[`${tensor}${SCALE}`])] as const),
  );
  const width = floats['conv1.bias']?.shape[0] ?? 0;
  let blocks = 0;
  while (floats[`block.${blocks}.norm.weight`]) blocks++;
  for (const [tensor, shape] of shapesOf(width, blocks)) {
    const got = floats[tensor]?.shape;
    if (`${got}` !== `${shape}`)
      throw new AttuneError(
        'checkpoint',
        `${name}: expected ${tensor} to be [${shape}], got ${got ? `[${got}]` : 'none'}. Give a file that recipes/encoder.ts wrote.`,
      );
  }
  return { width, blocks, tensors: floats };
}

/** Behind the name of a tensor of int8: one float for each of its output channels, the first axis of a convolution, the last of a product. */
const SCALE = '.scale';

function scaled({ data, shape }: Values, scales: Values | undefined): Values {
  if (!(data instanceof Int8Array) || !scales) return { data, shape };
  const factors = scales.data as Float32Array;
  const channels = factors.length;
  const floats = new Float32Array(data.length); // `from` takes 4 million numbers a third of a second
  if (shape.length === 3) {
    const each = data.length / channels;
    for (let k = 0; k < channels; k++)
      for (let i = k * each; i < (k + 1) * each; i++) floats[i] = data[i]! * factors[k]!;
  } else {
    for (let row = 0; row < data.length; row += channels)
      for (let k = 0; k < channels; k++) floats[row + k] = data[row + k]! * factors[k]!;
  }
  return { data: floats, shape };
}

/** Taps of a convolution of the stem. */
const TAPS = 3;

function shapesOf(width: number, blocks: number): [name: string, shape: readonly number[]][] {
  const square = (name: string) => [`${name}.weight`, [width, width]] as [string, number[]];
  const vectors = (...names: readonly string[]) => names.map((name) => [name, [width]] as [string, number[]]);
  const block = (at: string): [string, readonly number[]][] => [
    ...['query', 'key', 'value', 'out'].map((name) => square(`${at}.attention.${name}`)),
    ...vectors(...['query', 'value', 'out', 'norm'].map((name) => `${at}.attention.${name}.bias`)),
    ...vectors(`${at}.attention.norm.weight`, `${at}.norm.weight`, `${at}.norm.bias`, `${at}.narrow.bias`),
    [`${at}.wide.weight`, [width, 4 * width]],
    [`${at}.wide.bias`, [4 * width]],
    [`${at}.narrow.weight`, [4 * width, width]],
  ];
  return [
    ['conv1.weight', [width, MELS, TAPS]],
    ['conv2.weight', [width, width, TAPS]],
    ...vectors('conv1.bias', 'conv2.bias'),
    ...Array.from({ length: blocks }, (_, i) => block(`block.${i}`)).flat(),
  ];
}
