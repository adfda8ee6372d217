declare module 'fft.js' {
  /** Complex values stand as real, imaginary, real, ... */
  export default class FFT {
    /** @param size a power of two above 1 */
    constructor(size: number);
    realTransform(output: Float64Array, input: Float64Array): void;
    completeSpectrum(spectrum: Float64Array): void;
    inverseTransform(output: Float64Array, input: Float64Array): void;
  }
}
