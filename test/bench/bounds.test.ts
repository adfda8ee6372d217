import { describe, expect, it } from 'vitest';
import { bestOf, boundsOf, needOf, signatureOf } from '../../bench/bounds.ts';
import type { Call, TypedShapes } from '../../bench/profile/profile.ts';

const floats = (...shapes: number[][]): TypedShapes => shapes.map((float) => ({ float }));
const call = (operator: string, inputs: TypedShapes, outputs: TypedShapes): Call => ({
  stage: 'conv2',
  operator,
  inputs,
  outputs,
  ms: 1,
});

const CONV = call('Conv', floats([1, 16, 200, 100], [32, 16, 3, 3], [32]), floats([1, 32, 200, 100]));

describe('what an operator needs', () => {
  it('is 2 operations for each tap of a convolution, and its tensors once', () => {
    // 32 * 200 * 100 outputs of 16 * 3 * 3 taps; 320,000 + 4,608 + 32 + 640,000 numbers
    expect(needOf(CONV)).toEqual({ flop: 184_320_000, bytes: 3_858_560 });
    expect(needOf({ ...CONV, operator: 'FusedConv' })).toEqual(needOf(CONV));
  });

  it.each([
    [
      'Gemm',
      [
        [48, 20_000],
        [96, 20_000],
        [48, 96],
      ],
      [48, 96],
      2 * 48 * 96 * 20_000,
    ],
    [
      'Gemm, first factor transposed',
      [
        [20_000, 48],
        [20_000, 96],
      ],
      [48, 96],
      2 * 48 * 96 * 20_000,
    ],
    [
      'FusedMatMul',
      [
        [8, 1, 80_000],
        [8, 1, 80_000],
      ],
      [8, 1, 1],
      2 * 8 * 80_000,
    ],
    [
      'MatMul',
      [
        [2, 3, 5],
        [2, 5, 7],
      ],
      [2, 3, 7],
      2 * 2 * 3 * 5 * 7,
    ],
    [
      'MatMul, one matrix for all',
      [
        [2, 3, 5],
        [5, 7],
      ],
      [2, 3, 7],
      2 * 2 * 3 * 5 * 7,
    ],
  ])('is 2 m k n operations for matrix products: %s', (name, inputs, output, flop) => {
    const [operator] = name.split(',');
    expect(needOf(call(operator!, floats(...inputs), floats(output))).flop).toBe(flop);
  });

  it('is no arithmetic for what moves more than it computes', () => {
    expect(needOf(call('Mul', floats([10], [10]), floats([10])))).toEqual({ flop: 0, bytes: 120 });
  });

  it('counts 8 bytes an index and 1 a truth value', () => {
    expect(needOf(call('Where', [{ bool: [10] }, ...floats([10], [])], floats([10]))).bytes).toBe(10 + 40 + 4 + 40);
    expect(needOf(call('Cast', [{ int64: [3] }], floats([3]))).bytes).toBe(24 + 12);
  });

  it('leaves out what is not touched', () => {
    const slice = call('Slice', [...floats([1, 2, 409, 200]), { int64: [1] }], floats([1, 2, 400, 200]));
    expect(needOf(slice).bytes).toBe(4 * (160_000 + 160_000));
    expect(needOf(call('Reshape', floats([4, 5]), floats([20]))).bytes).toBe(0);
    expect(needOf(call('Scan', floats([64, 1, 1, 400, 200]), floats([64, 1, 16]))).bytes).toBe(0);
  });
});

describe('the bounds of an operator', () => {
  const rates = { sgemm_gflops: 100, copy_gb_s: 10, cached_copy_gb_s: 50 };

  it('are its arithmetic and its bytes at the rates of the machine', () => {
    const { sgemm_ms, copy_ms } = boundsOf(CONV, rates);
    expect(sgemm_ms).toBeCloseTo(1.8432, 9);
    expect(copy_ms).toBeCloseTo(0.0771712, 9);
  });

  it('take the rate of the caches up to 16 MB, and that of the memory above', () => {
    const relu = (length: number) => boundsOf(call('Relu', floats([length]), floats([length])), rates).copy_ms;
    expect(relu(2_000_000)).toBeCloseTo(0.32, 9);
    expect(relu(3_000_000)).toBeCloseTo(2.4, 9);
  });

  it('hold against the better of two measurements of each rate', () => {
    const [a, b] = [rates, { sgemm_gflops: 90, copy_gb_s: 11, cached_copy_gb_s: 40 }];
    expect(bestOf(a, b)).toEqual({ sgemm_gflops: 100, copy_gb_s: 11, cached_copy_gb_s: 50 });
  });
});

it('a signature names the operator and the shapes of its inputs', () => {
  expect(signatureOf(CONV)).toBe('Conv [1, 16, 200, 100] [32, 16, 3, 3] [32]');
});
