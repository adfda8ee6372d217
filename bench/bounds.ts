import type { Call, TypedShapes } from './profile/profile.ts';

/** What the machine can do, through the same runtime and with the same threads. */
export interface Rates {
  /** 10^9 floating-point operations a second of a large matrix product */
  readonly sgemm_gflops: number;
  /** 10^9 bytes a second, those read and those written, of copying a tensor that is far larger than the caches */
  readonly copy_gb_s: number;
  /** the same of a tensor that stays in the caches */
  readonly cached_copy_gb_s: number;
}

/** The better of two measurements of each: what else the machine did meanwhile is no bound. */
export const bestOf = (a: Rates, b: Rates): Rates => ({
  sgemm_gflops: Math.max(a.sgemm_gflops, b.sgemm_gflops),
  copy_gb_s: Math.max(a.copy_gb_s, b.copy_gb_s),
  cached_copy_gb_s: Math.max(a.cached_copy_gb_s, b.cached_copy_gb_s),
});

/** Operators whose tensors take no more are held against copying in the caches: past this, copies slow down to the memory's rate. */
export const CACHED_BYTES = 16e6;

const BYTES_OF: Readonly<Record<string, number>> = { float: 4, int64: 8, bool: 1 };
/** They look at shapes, hand on a tensor as it is, or run other operators; nothing has to move. */
const MOVES_NOTHING = ['Reshape', 'Identity', 'Shape', 'Size', 'Scan'];

const product = (dimensions: readonly number[]) => dimensions.reduce((a, b) => a * b, 1);
const shapesOf = (tensors: TypedShapes) => tensors.flatMap((tensor) => Object.values(tensor));
const bytesOf = (tensors: TypedShapes) =>
  tensors
    .flatMap((tensor) => Object.entries(tensor))
    .reduce((sum, [type, shape]) => sum + BYTES_OF[type]! * product(shape), 0);

/** Of matrices `[..., m, k]` times `[..., k, n]`, either transposed: 2 m k n for each pair. */
function productFlop({ inputs, outputs }: Call): number {
  const [a, result] = [shapesOf(inputs)[0]!, shapesOf(outputs)[0]!];
  const k = product(a.slice(-2)) / result.at(-2)!;
  return 2 * product(result) * k;
}

const convolutionFlop = ({ inputs, outputs }: Call) =>
  2 * product(shapesOf(outputs)[0]!) * product(shapesOf(inputs)[1]!.slice(1));

/** The others count as none: what they compute is little beside what they move. */
const FLOP: Readonly<Record<string, (call: Call) => number>> = {
  Conv: convolutionFlop,
  FusedConv: convolutionFlop, // with the ReLU after it
  Gemm: productFlop,
  MatMul: productFlop,
  FusedMatMul: productFlop,
};
/** Operators whose arithmetic counts. */
export const PRODUCTS: readonly string[] = Object.keys(FLOP);

/** What a call cannot do without: floating-point operations, and bytes read and written, each tensor once. */
export function needOf(call: Call): { flop: number; bytes: number } {
  const { operator, inputs, outputs } = call;
  const written = bytesOf(outputs);
  const read = operator === 'Slice' ? written : bytesOf(inputs); // it does not touch the rest of its input
  return { flop: FLOP[operator]?.(call) ?? 0, bytes: MOVES_NOTHING.includes(operator) ? 0 : read + written };
}

/** What a call's arithmetic and its bytes take, milliseconds. The longer of the two is the least that the call could take. */
export function boundsOf(call: Call, rates: Rates): { sgemm_ms: number; copy_ms: number } {
  const { flop, bytes } = needOf(call);
  const copyRate = bytes <= CACHED_BYTES ? rates.cached_copy_gb_s : rates.copy_gb_s;
  return { sgemm_ms: flop / rates.sgemm_gflops / 1e6, copy_ms: bytes / copyRate / 1e6 };
}

/** The operator with the shapes of its inputs: `Conv [1, 16, 200, 100] [32, 16, 3, 3]`. */
export const signatureOf = ({ operator, inputs }: Call) =>
  [operator, ...shapesOf(inputs).map((shape) => `[${shape.join(', ')}]`)].join(' ');
