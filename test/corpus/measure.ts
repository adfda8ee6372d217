/** Level in dB of full scale. */
export function levelOf(samples: Float32Array): number {
  return 10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** Pitch in Hz of voiced sound between 70 and 500 Hz: the best lag of the normalised autocorrelation, interpolated by a parabola. */
export function pitchOf(samples: Float32Array, sampleRate: number): number {
  const correlation = (lag: number) => {
    let dot = 0;
    let before = 0;
    let after = 0;
    for (let n = lag; n < samples.length; n++) {
      dot += samples[n]! * samples[n - lag]!;
      before += samples[n - lag]! ** 2;
      after += samples[n]! ** 2;
    }
    return dot / Math.sqrt(before * after);
  };
  const shortest = Math.floor(sampleRate / 500);
  const values = Array.from({ length: Math.ceil(sampleRate / 70) + 2 }, (_, lag) =>
    lag < shortest - 1 ? -1 : correlation(lag),
  );
  const highest = Math.max(...values.slice(shortest));
  const lag = values.findIndex((value, i) => i >= shortest && value > 0.93 * highest && value >= values[i + 1]!);
  const [left, top, right] = [values[lag - 1]!, values[lag]!, values[lag + 1]!];
  return sampleRate / (lag + (left - right) / (2 * (left - 2 * top + right)));
}

/** Power in [low, high) Hz, by a plain Hann-windowed Fourier sum every 10 Hz. */
export function powerIn(samples: Float32Array, sampleRate: number, low: number, high: number): number {
  let power = 0;
  for (let hertz = low; hertz < high; hertz += 10) {
    let re = 0;
    let im = 0;
    for (let n = 0; n < samples.length; n++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / samples.length);
      re += window * samples[n]! * Math.cos((2 * Math.PI * hertz * n) / sampleRate);
      im += window * samples[n]! * Math.sin((2 * Math.PI * hertz * n) / sampleRate);
    }
    power += re * re + im * im;
  }
  return power;
}

/** The median of `values`. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
