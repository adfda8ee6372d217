/** Something about a recording that makes its answer less trustworthy. */
export interface SoundWarning {
  readonly code: 'incomplete' | 'damaged' | 'silence';
  /** a plain sentence with the figures; it does not name the file */
  readonly message: string;
}
export interface QualityCheck {
  record(channels: readonly Float32Array[]): void;
  hear(samples: Float32Array): number;
  warnings(): SoundWarning[];
}
const SILENCE_PEAK = 0.0005;
export function createQualityCheck(): QualityCheck {
  let peak = 0;
  return {
    record() {},
    hear(samples) {
      let most = 0;
      for (let i = 0; i < samples.length; i++) most = Math.max(most, Math.abs(samples[i]!));
      peak = Math.max(peak, most);
      return peak;
    },
    warnings: () =>
      peak < SILENCE_PEAK ? [{ code: 'silence', message: `it holds only silence (peak ${dBFS(peak)}).` }] : [],
  };
}
const dBFS = (amplitude: number) => (amplitude > 0 ? `${(20 * Math.log10(amplitude)).toFixed(0)} dBFS` : 'zero');
