import { describe, expect, it } from 'vitest';
import { gridOf, visitCell } from '../../src/explain/grid.ts';
import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import { Graph } from '../../src/graph/graph.ts';
import { createSession } from '../../src/graph/session.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { Random } from '../../src/random.ts';

const SMALL = { ...DEFAULT_ARCHITECTURE, width: 0.5 };

describe('the grid', () => {
  it('of the paper has 50 by 25 cells of 80 Hz by 80 ms', () => {
    const { seesHz, seesSeconds, ...grid } = gridOf(createNetwork(DEFAULT_ARCHITECTURE));
    expect(grid).toEqual({ rows: 50, columns: 25, side: 8, cellHz: 80, cellSeconds: 0.08 });
    // taps less one times the bins between outputs: 9 + 1 | 2 x 2 + 2 | 2 x 4 + 4 | 2 x 8 | 2 x 8, and one; in time 7 in place of 9
    expect(seesHz).toBe(610);
    expect(seesSeconds).toBeCloseTo(0.59, 12);
  });

  it.each([
    [[2, 3], { rows: 100, columns: 50, side: 4 }],
    [[], { rows: 400, columns: 200, side: 1 }],
    [[1, 2, 3, 4, 5], { rows: 12, columns: 6, side: 32 }], // 200, 100, 50, 25, 12 and 100, 50, 25, 12, 6
  ])('follows the pools after %j', (poolAfter, expected) => {
    expect(gridOf(createNetwork({ ...DEFAULT_ARCHITECTURE, poolAfter }))).toMatchObject(expected);
  });

  it('places each cell in the spectrogram', () => {
    const found: number[] = [];
    visitCell({ ...gridOf(createNetwork(DEFAULT_ARCHITECTURE)), columns: 3, side: 2 }, 5, (element) =>
      found.push(element),
    );
    expect(found).toEqual([2 * 200 + 4, 2 * 200 + 5, 3 * 200 + 4, 3 * 200 + 5]); // row 1, column 2
  });

  it('sees as far as the network itself, by what changes with each bin and each frame', async () => {
    const graph = new Graph();
    const x = graph.input('x', ['n', 1, BINS, FRAMES]);
    graph.output('topDown', createNetwork(SMALL).maps!.inUse(x, initialWeights(SMALL, 1)).topDown);
    const session = await createSession(graph, {});
    const random = Random.named(1, 'spectrograms');
    const base = Float32Array.from({ length: BINS * FRAMES }, () => random.uniform());
    const mapsOf = async (data: Float32Array) =>
      (await session.run({ x: { data, shape: [1, 1, BINS, FRAMES] } })).topDown!.data as Float32Array;
    const before = await mapsOf(base);
    /** in how many rows, or columns, cells change with one bin, or frame, made random otherwise */
    const reach = async (chosen: (element: number) => boolean, placeOf: (cell: number) => number) => {
      const changed = base.map((value, element) => (chosen(element) ? 40 * random.uniform() : value));
      const after = await mapsOf(changed);
      return new Set([...after.keys()].filter((i) => after[i] !== before[i]).map((i) => placeOf(i % 1250))).size;
    };
    // a cell that sees s bins is changed by s of them; of 8 neighbours, each cell far from the edges is as often changed as another
    let [bins, frames] = [0, 0];
    for (let i = 0; i < 8; i++) {
      bins += await reach(
        (element) => Math.floor(element / FRAMES) === 200 + i,
        (cell) => Math.floor(cell / 25),
      );
      frames += await reach(
        (element) => element % FRAMES === 96 + i,
        (cell) => cell % 25,
      );
    }
    await session.close();
    const { seesHz, seesSeconds } = gridOf(createNetwork(SMALL));
    expect([10 * bins, frames / 100]).toEqual([seesHz, seesSeconds]);
  });
});
