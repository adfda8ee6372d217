import { describe, expect, it } from 'vitest';
import { gridOf, visitCell } from '../../src/explain/grid.ts';
import { openFeatures } from '../../src/features/features.ts';
import { DEFAULT_ENCODER_FRONT_END } from '../../src/features/front-end.ts';
import { SEGMENT_SAMPLES } from '../../src/features/segments.ts';
import { BINS, FRAMES } from '../../src/features/spectrogram.ts';
import { Graph } from '../../src/graph/graph.ts';
import { createSession } from '../../src/graph/session.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { DEFAULT_FRAMES } from '../../src/model/frames/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { Random } from '../../src/random.ts';

const SMALL = { ...DEFAULT_ARCHITECTURE, width: 0.5 };

describe('the grid', () => {
  it('of the paper has 50 by 25 cells of 80 Hz by 80 ms', () => {
    const { seesHz, seesSeconds, ...grid } = gridOf(createNetwork(DEFAULT_ARCHITECTURE));
    expect(grid).toEqual({ rows: 50, columns: 25, cellBins: 8, cellFrames: 8, cellHz: 80, cellSeconds: 0.08 });
    // taps less one times the bins between outputs: 9 + 1 | 2 x 2 + 2 | 2 x 4 + 4 | 2 x 8 | 2 x 8, and one; in time 7 in place of 9
    expect(seesHz).toBe(610);
    expect(seesSeconds).toBeCloseTo(0.59, 12);
  });

  it.each([
    [[2, 3], { rows: 100, columns: 50, cellBins: 4, cellFrames: 4 }],
    [[], { rows: 400, columns: 200, cellBins: 1, cellFrames: 1 }],
    [[1, 2, 3, 4, 5], { rows: 12, columns: 6, cellBins: 32, cellFrames: 32 }], // 200, 100, 50, 25, 12 and 100, 50, 25, 12, 6
  ])('follows the pools after %j', (poolAfter, expected) => {
    expect(gridOf(createNetwork({ ...DEFAULT_ARCHITECTURE, poolAfter }))).toMatchObject(expected);
  });

  it('behind a speech encoder has frames of 20 ms, as high as the spectrogram', () => {
    const grid = gridOf(createNetwork(DEFAULT_FRAMES));
    expect(grid).toEqual({
      ...{ rows: 1, columns: 100, cellBins: 400, cellFrames: 2, cellHz: 4000, cellSeconds: 0.02 },
      ...{ seesHz: 8000, seesSeconds: 2 }, // all that a sampling rate of 16 kHz holds, and the whole segment
    });
    const found: number[] = [];
    visitCell(grid, 99, (element) => found.push(element));
    expect(found).toHaveLength(800);
    expect([found[0], found[1], found[2], found.at(-1)]).toEqual([198, 199, 398, 79_999]);
  });

  it('places each cell in the spectrogram', () => {
    const found: number[] = [];
    const grid = { ...gridOf(createNetwork(DEFAULT_ARCHITECTURE)), columns: 3, cellBins: 2, cellFrames: 3 };
    visitCell(grid, 5, (element) => found.push(element));
    expect(found).toEqual([2, 3].flatMap((bin) => [6, 7, 8].map((frame) => 200 * bin + frame))); // row 1, column 2
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

  it('sees all of the segment behind a speech encoder, at its ends and above 4 kHz too', async () => {
    const { of } = await openFeatures(DEFAULT_ENCODER_FRONT_END);
    const graph = new Graph();
    const samples = graph.input('samples', ['n', SEGMENT_SAMPLES]);
    const { topDown } = createNetwork(DEFAULT_FRAMES).maps!.inUse(of(samples), initialWeights(DEFAULT_FRAMES, 1));
    graph.output('topDown', topDown);
    const session = await createSession(graph, {});
    const random = Random.named(1, 'noise');
    const noise = Float32Array.from({ length: SEGMENT_SAMPLES }, () => random.uniform(-0.1, 0.1));
    const mapOf = async (data: Float32Array) =>
      ((await session.run({ samples: { data, shape: [1, SEGMENT_SAMPLES] } })).topDown!.data as Float32Array).slice(
        0,
        100,
      );
    const before = await mapOf(noise);
    /** how many of the farther 50 frames change with a tone of 40 ms */
    const changedBy = async (from: number, hertz: number) => {
      const changed = noise.slice();
      for (let i = from; i < from + 640; i++) changed[i]! += 0.1 * Math.sin((2 * Math.PI * hertz * i) / 16_000);
      const after = await mapOf(changed);
      return [...after.keys()].filter((frame) => frame < 50 === from > 0 && after[frame] !== before[frame]).length;
    };
    for (const hertz of [500, 7500])
      for (const from of [0, SEGMENT_SAMPLES - 640]) expect(await changedBy(from, hertz)).toBeGreaterThan(45);
    await session.close();
  });
});
