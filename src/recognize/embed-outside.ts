import * as v from 'valibot';
import { DEFAULT_ENCODER_FRONT_END } from '../features/front-end.ts';
import { checkArgument } from '../json.ts';
import { EMBEDDER_OPTIONS, type Embedder, type EmbedderOptions, embedderOf } from './embed.ts';
import { openEncoderFile } from './encoder-file.ts';

/**
 * Makes an encoder of your own ready, as `createEmbedder` does the one that comes with Attune (Node only): an ONNX file that takes samples
 * `[batch, samples]` at 16 kHz, or log-mel spectrograms `[batch, 80, frames]` as Whisper defines them, and gives frames `[batch, frames, width]`.
 * It hears 2 s at a time, of which there are 100 frames whatever its own rate.
 *
 * What the file's inputs and outputs do not tell, a JSON beside it may say (`encoder.json` beside `encoder.onnx`): `input` (`waveform` or
 * `log-mel`), `normalize` (whether it wants samples at mean 0 and deviation 1; default: as they are) and `output` (which has the frames).
 *
 * @param path of the ONNX file
 * @throws AttuneError `checkpoint` where it is no such encoder, or its JSON says otherwise; `usage` where the threads are none
 *
 * @example
 * ```ts
 * import { loadEmbedder, readAudioFile } from 'attune/node';
 *
 * const embedder = await loadEmbedder('models/encoder.onnx');
 * const { waveform } = await readAudioFile('call.wav');
 * const { vector } = await embedder.embed(waveform);
 * console.log(vector.length / embedder.width); // 3
 * await embedder.close();
 * ```
 */
export async function loadEmbedder(path: string, options: EmbedderOptions = {}): Promise<Embedder> {
  checkArgument(path, v.string(), 'the path of the encoder');
  checkArgument(options, EMBEDDER_OPTIONS, 'the options');
  const { heardDecibels } = DEFAULT_ENCODER_FRONT_END;
  const { shape, ...extractor } = await openEncoderFile(path, { heardDecibels, threads: options.threads });
  return embedderOf(extractor, shape);
}
