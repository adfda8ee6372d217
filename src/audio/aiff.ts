import { joinBytes } from './bytes.ts';
import { checkChannels, chunksOf, EndOfHead, type HeaderReader, isPlaceholder, text, view } from './headers.ts';

/** AIFF-C codings that `@audio/decode-aiff` reads as a stream, with the bytes that a sample takes; undefined: as its bits say. */
const CODINGS: Readonly<Record<string, number | undefined>> = {
  NONE: undefined,
  twos: undefined,
  sowt: undefined,
  fl32: 4,
  FL32: 4,
  fl64: 8,
  FL64: 8,
  alaw: 1,
  ulaw: 1,
  ULAW: 1,
};

/**
 * AIFF and AIFF-C: the COMM chunk, and where the sound (SSND) lies: the decoder takes what follows it for sound too. Where the two
 * disagree, the sound counts, and the other is what the file declares.
 */
export const readAiffHeader: HeaderReader = (bytes) => {
  const chunks = chunksOf(bytes, false, 'SSND');
  const [common, sound] = [chunks.get('COMM'), chunks.get('SSND')];
  if (!common && sound) throw new Error('its COMM chunk does not stand before its sound, which is not supported');
  const compressed = text(bytes, 8) === 'AIFC';
  if (!common || common.start + (compressed ? 22 : 18) > bytes.length) throw new EndOfHead('it has no COMM chunk');
  const data = view(bytes);
  const channels = data.getUint16(common.start);
  const [frames, bits] = [data.getUint32(common.start + 2), data.getUint16(common.start + 6)];
  const coding = compressed ? text(bytes, common.start + 18) : 'NONE';
  checkChannels(channels);
  if (!(coding in CODINGS)) throw new Error(`its samples are coded as "${coding}", which is not supported`);
  // @audio/decode-aiff takes these for unsigned, but AIFF's 8-bit samples are signed
  if (bits <= 8 && !/law$/i.test(coding))
    throw new Error(`it holds ${bits}-bit samples, which are not supported in AIFF`);
  if (!sound || sound.start + 8 > bytes.length) throw new EndOfHead('it has no SSND chunk');
  const exponent = data.getUint16(common.start + 8) & 0x7fff; // of the 80-bit float that holds the rate
  const sampleRate = data.getUint32(common.start + 10) * 2 ** (exponent - 16_383 - 31);
  const frameBytes = channels * (CODINGS[coding] ?? Math.ceil(bits / 8));
  const startByte = sound.start + 8 + data.getUint32(sound.start);
  const held = Math.floor(Math.max(0, sound.start + sound.length - startByte) / frameBytes);
  const counted = !isPlaceholder(frames, startByte, 1) && !isPlaceholder(frames * frameBytes, startByte, frameBytes);
  const known = !isPlaceholder(sound.length, startByte, frameBytes);
  const most = known ? held : counted ? frames : Number.POSITIVE_INFINITY;
  return {
    seconds: counted && sampleRate > 0 ? frames / sampleRate : undefined,
    startByte,
    endByte: Number.isFinite(most) ? startByte + most * frameBytes : undefined,
    lead: leadOf(bytes.slice(0, 12), bytes.slice(common.start - 8, common.start + common.length)),
  };
};

/** A header of the COMM chunk alone, which counts no frames: of a count the decoder would give no more in one go. */
function leadOf(form: Uint8Array, common: Uint8Array): Uint8Array<ArrayBuffer> {
  common.fill(0, 10, 14);
  const sound = Uint8Array.of(0x53, 0x53, 0x4e, 0x44, 0x7f, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0); // SSND, its size, no offset
  form.set(sound.subarray(4, 8), 4);
  return joinBytes([form, common, new Uint8Array(common.length % 2), sound]);
}
