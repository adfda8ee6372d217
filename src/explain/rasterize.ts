import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { encode } from 'fast-png';
import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { checkArgument } from '../json.ts';
import { FONT } from './picture.ts';

/** Pixels of a PNG to one of the picture: at this a bin of the spectrogram is one pixel high. */
const SCALE = 1.6;

let ready: Promise<readonly Uint8Array[]> | undefined;

/** The renderer's WebAssembly and the two weights of the pictures' font, once a process. */
async function load(): Promise<readonly Uint8Array[]> {
  const require = createRequire(import.meta.url);
  await initWasm(readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return Promise.all([
    readFile(require.resolve('@fontsource/open-sans/files/open-sans-latin-400-normal.woff2')),
    readFile(require.resolve('@fontsource/open-sans/files/open-sans-latin-600-normal.woff2')),
  ]);
}

/**
 * Draws a picture as a PNG, 1.6 times as large, with the font that comes along: the same on every machine, whatever fonts
 * it has (Node only).
 *
 * @param svg the text of an SVG element that fills itself with an opaque ground, such as `pictureOf` makes
 * @throws AttuneError `usage` where it is no SVG
 * @returns the bytes of a PNG file, RGB
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { createExplainer, createRecognizer, explainRecording, loadDefaultCheckpoint } from 'attune';
 * import { pictureOf, rasterize, readAudioFile } from 'attune/node';
 *
 * const checkpoint = await loadDefaultCheckpoint();
 * const network = { recognizer: await createRecognizer(checkpoint), explainer: await createExplainer(checkpoint) };
 * const { waveform } = await readAudioFile('call.wav');
 * const explanation = await explainRecording(network, waveform, { name: 'call.wav' });
 * await writeFile('call.png', await rasterize(pictureOf(explanation)));
 * ```
 */
export async function rasterize(svg: string): Promise<Uint8Array> {
  checkArgument(svg, v.string(), 'the picture');
  ready ??= load();
  ready.catch(() => {
    ready = undefined; // what failed to load may be there the next time
  });
  const font = { fontBuffers: [...(await ready)], defaultFontFamily: FONT };
  const sharp = svg.replaceAll('image-rendering="pixelated"', 'image-rendering="optimizeSpeed"'); // resvg's name for it
  const { width, height, pixels } = rendered(sharp, { font, fitTo: { mode: 'zoom', value: SCALE } });
  return encode({ width, height, data: opaque(pixels), channels: 3, depth: 8 }, { zlib: { level: 9 } });
}

/** RGBA to RGB: a third smaller. */
function opaque(pixels: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((pixels.length / 4) * 3);
  for (let [from, to] = [0, 0]; from < pixels.length; from += 4) {
    rgb[to++] = pixels[from]!;
    rgb[to++] = pixels[from + 1]!;
    rgb[to++] = pixels[from + 2]!;
  }
  return rgb;
}

function rendered(svg: string, options: ConstructorParameters<typeof Resvg>[1]) {
  try {
    return new Resvg(svg, options).render();
  } catch (cause) {
    throw new AttuneError('usage', `expected the text of an SVG element to draw, got what cannot be drawn: ${cause}`, {
      cause,
    });
  }
}
