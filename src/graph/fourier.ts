/** Numbers `[rows, columns]`. */
export interface Matrix {
  readonly data: Float32Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** A convolution of columns as products of numbers: z = back ((taps w) * (forward x)), number by number. */
export interface ByProducts {
  /** numbers that are multiplied */
  readonly products: number;
  /** `[products, length]` */
  readonly forward: Matrix;
  /** `[products, taps]` */
  readonly taps: Matrix;
  /** `[length - taps + 1, products]` */
  readonly back: Matrix;
}

/**
 * z[n] = sum over a of w[a] x[n + a], n from 0 to length - taps, by discrete Fourier transforms of that length:
 *
 *     X_k = sum over n of x[n] e^(-2 pi i k n / N);  W_k = sum over a of w[a] e^(2 pi i k a / N)
 *     z[n] = 1 / N sum over k of X_k W_k e^(2 pi i k n / N)
 *
 * The sum over k and N - k is twice the real part of one. With X = p + i q and W = u + i v, X W takes three products, those of p + q and u,
 * of p and v - u, and of q and u + v: its real part is the first less the third, its imaginary part the first and the second
 * (https://en.wikipedia.org/wiki/Multiplication_algorithm#Complex_number_multiplication). Where k is 0 or N / 2, all is real.
 */
export function byFourier(length: number, taps: number): ByProducts {
  const frequencies = Array.from({ length: Math.floor(length / 2) + 1 }, (_, k) => k);
  const products = frequencies.flatMap((k) =>
    (k === 0 || 2 * k === length ? [REAL] : COMPLEX).map((of) => ({ k, ...of })),
  );
  const matrix = (height: number, width: number, at: (row: number, column: number) => number): Matrix => ({
    data: Float32Array.from({ length: height * width }, (_, i) => at(Math.floor(i / width), i % width)),
    shape: [height, width],
  });
  const wave = (k: number, n: number, [cosine, sine]: Mixed) => {
    const angle = (2 * Math.PI * ((k * n) % length)) / length;
    return cosine * Math.cos(angle) + sine * Math.sin(angle);
  };
  const of = (part: 'x' | 'w' | 'z') => (product: number, n: number) =>
    wave(products[product]!.k, n, products[product]![part]);
  return {
    products: products.length,
    forward: matrix(products.length, length, of('x')),
    taps: matrix(products.length, taps, of('w')),
    back: matrix(length - taps + 1, products.length, (n, product) => of('z')(product, n) / length),
  };
}

/** How much of a cosine, and of a sine. */
type Mixed = readonly [cosine: number, sine: number];
interface Product {
  readonly x: Mixed;
  readonly w: Mixed;
  readonly z: Mixed;
}
const REAL: Product = { x: [1, 0], w: [1, 0], z: [1, 0] };
const COMPLEX: readonly Product[] = [
  { x: [1, -1], w: [1, 0], z: [2, -2] },
  { x: [1, 0], w: [-1, 1], z: [0, -2] },
  { x: [0, -1], w: [1, 1], z: [-2, 0] },
];
