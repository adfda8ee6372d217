import { describe, expect, it } from 'vitest';
import { type ElmData, elmOutputs, fitElm } from '../../../src/train/learners/elm.ts';
import { difference } from '../../graph/evaluate.ts';

/** The data of elm-reference.py. */
const DATA: ElmData = {
  inputs: Array.from({ length: 9 }, (_, n) =>
    Float32Array.from({ length: 4 }, (_, i) => 0.5 + 0.5 * Math.sin(1.3 * n + 0.7 * i * i)),
  ),
  labels: Array.from({ length: 9 }, (_, n) => n % 3),
  classes: 3,
};
const PROBES = [0, 1].map((n) => Float32Array.from({ length: 4 }, (_, i) => 0.5 + 0.5 * Math.cos(0.9 * n + i)));

describe('an extreme learning machine', () => {
  it('with a kernel says what NumPy has of the definition', () => {
    const elm = fitElm(DATA, { hidden: { kind: 'rbf', gamma: 1.7 }, ridge: 0.01 });
    const said = PROBES.flatMap((probe) => elmOutputs(elm, probe));
    const expected = [-0.29590091, -0.13749119, -0.013759522, -0.33942734, 0.94259818, -1.1614348]; // elm-reference.py
    expect(difference(said, expected)).toBeLessThan(1e-4); // what is learned is kept in float32
  });

  it('with random sums solves the normal equations, and is the same for the same seed', () => {
    const hidden = { kind: 'random', units: 5, seed: 3 } as const;
    const elm = fitElm(DATA, { hidden, ridge: 0.1 });
    const h = DATA.inputs.map((input) =>
      Array.from({ length: 5 }, (_, unit) => {
        const sum = Array.from(input).reduce((all, x, i) => all + x * elm.rows[unit * 4 + i]!, elm.biases[unit]!);
        return 1 / (1 + Math.exp(-sum));
      }),
    );
    for (let unit = 0; unit < 5; unit++)
      for (let k = 0; k < 3; k++) {
        const said = DATA.inputs.map((input) => elmOutputs(elm, input)[k]!);
        const residual = h.reduce((sum, row, n) => sum + row[unit]! * ((DATA.labels[n] === k ? 1 : -1) - said[n]!), 0);
        expect(residual).toBeCloseTo(0.1 * elm.output[unit * 3 + k]!, 4); // H^T (T - H b) = ridge b
      }
    expect([...elm.rows, ...elm.biases].every((weight) => weight >= -1 && weight < 1)).toBe(true);
    expect(fitElm(DATA, { hidden, ridge: 0.1 })).toEqual(elm);
    expect(fitElm(DATA, { hidden: { ...hidden, seed: 4 }, ridge: 0.1 }).rows).not.toEqual(elm.rows);
  });

  it('names what cannot be solved', () => {
    const same = { ...DATA, inputs: DATA.inputs.map(() => Float32Array.of(0.25, 0.25, 0.25, 0.25)) };
    expect(() => fitElm(same, { hidden: { kind: 'rbf', gamma: 1 }, ridge: 0 })).toThrow(
      'of 9 rows, is singular with a ridge of 0; give a greater one',
    );
    const damaged = { ...DATA, inputs: [...DATA.inputs.slice(1), Float32Array.of(0, Number.NaN, 0, 0)] };
    expect(() => fitElm(damaged, { hidden: { kind: 'rbf', gamma: 1 }, ridge: 1 })).toThrow('others in input 8');
  });
});
