/**
 * Flow through the glottis over one period, in [0, 1]: it rises, falls and shuts at once, which excites the formants the
 * more, the faster it falls (Rosenberg 1971, the polynomial pulse).
 *
 * @param phase of the period, [0, 1)
 * @param openQuotient part of the period in which the glottis is open, (0, 1)
 * @param closing part of the open phase in which the flow falls, (0, 1)
 */
export function glottalFlow(phase: number, openQuotient: number, closing: number): number {
  const t = phase / openQuotient;
  if (t >= 1) return 0;
  const rise = t / (1 - closing);
  return rise < 1 ? rise ** 2 * (3 - 2 * rise) : 1 - ((t - (1 - closing)) / closing) ** 2;
}

/** A two-pole digital resonator with unit gain at 0 Hz: y[n] = A x[n] + B y[n-1] + C y[n-2] (Klatt 1980, equation 2). */
export class Resonator {
  readonly #sampleRate: number;
  readonly #radius: number;
  #a = 1;
  #b = 0;
  #c = 0;
  #y1 = 0;
  #y2 = 0;

  /** @param bandwidth Hz */
  constructor(bandwidth: number, sampleRate: number) {
    this.#sampleRate = sampleRate;
    this.#radius = Math.exp((-Math.PI * bandwidth) / sampleRate);
  }

  /** Moves the resonance to `hertz`; what rings goes on ringing. */
  tune(hertz: number): void {
    this.#c = -(this.#radius ** 2);
    this.#b = 2 * this.#radius * Math.cos((2 * Math.PI * hertz) / this.#sampleRate);
    this.#a = 1 - this.#b - this.#c;
  }

  next(x: number): number {
    const y = this.#a * x + this.#b * this.#y1 + this.#c * this.#y2;
    this.#y2 = this.#y1;
    this.#y1 = y;
    return y;
  }
}

/** A one-pole low-pass with unit gain at 0 Hz that takes `decibels` away at 3 kHz: y[n] = (1 - a) x[n] + a y[n-1]. */
export class Tilt {
  readonly #a: number;
  #y = 0;

  constructor(decibels: number, sampleRate: number) {
    // (1 - a)^2 = k (1 - 2 a cos w + a^2) with k the power left at 3 kHz, solved for the root within the unit circle
    const k = 10 ** (-Math.max(0, decibels) / 10);
    const half = 1 - k * Math.cos((2 * Math.PI * 3000) / sampleRate);
    this.#a = k === 1 ? 0 : (half - Math.sqrt(half ** 2 - (1 - k) ** 2)) / (1 - k);
  }

  next(x: number): number {
    this.#y = (1 - this.#a) * x + this.#a * this.#y;
    return this.#y;
  }
}
