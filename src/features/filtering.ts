import FFT from 'fft.js';
import { SAMPLE_RATE } from '../audio/waveform.ts';

/** The least power of two that holds so many samples. */
const sizeFor = (samples: number) => Math.max(2, 2 ** Math.ceil(Math.log2(samples)));

/** The whole spectrum, real and imaginary parts in turn, of samples with zeros after them. */
function spectrumOf(fft: FFT, size: number, samples: Float32Array): Float64Array {
  const padded = new Float64Array(size);
  padded.set(samples);
  const spectrum = new Float64Array(2 * size);
  fft.realTransform(spectrum, padded);
  fft.completeSpectrum(spectrum);
  return spectrum;
}

function realPart(fft: FFT, size: number, spectrum: Float64Array, length: number): Float32Array {
  const out = new Float64Array(2 * size);
  fft.inverseTransform(out, spectrum);
  return Float32Array.from({ length }, (_, n) => out[2 * n]!);
}

/**
 * Linear convolution by the discrete Fourier transform, cut to the length of the first.
 *
 * @param samples `[samples]`
 * @param response `[taps]`, its first tap at no delay
 */
export function convolve(samples: Float32Array, response: Float32Array): Float32Array {
  const size = sizeFor(samples.length + response.length);
  const fft = new FFT(size);
  const [a, b] = [spectrumOf(fft, size, samples), spectrumOf(fft, size, response)];
  for (let i = 0; i < a.length; i += 2) {
    const [re, im] = [a[i]!, a[i + 1]!];
    a[i] = re * b[i]! - im * b[i + 1]!;
    a[i + 1] = re * b[i + 1]! + im * b[i]!;
  }
  return realPart(fft, size, a, samples.length);
}

/**
 * Multiplies the magnitudes at each frequency by a gain, without shifting anything in time.
 *
 * @param samples `[samples]` at 16 kHz
 * @param gain of a frequency in Hz, 0 to 8000
 */
export function equalize(samples: Float32Array, gain: (hz: number) => number): Float32Array {
  const size = sizeFor(2 * samples.length); // the filter's ends meet zeros, not the other end of the sound
  const fft = new FFT(size);
  const spectrum = spectrumOf(fft, size, samples);
  for (let k = 0; k < size; k++) {
    const factor = gain((Math.min(k, size - k) * SAMPLE_RATE) / size);
    spectrum[2 * k]! *= factor;
    spectrum[2 * k + 1]! *= factor;
  }
  return realPart(fft, size, spectrum, samples.length);
}
