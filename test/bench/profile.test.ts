import { describe, expect, it } from 'vitest';
import type { Rates } from '../../bench/bounds.ts';
import { lossesOf } from '../../bench/losses.ts';
import { machine } from '../../bench/machine.ts';
import { callsOf, type ProfileEvent } from '../../bench/profile/profile.ts';
import { profileTables } from '../../bench/profile/tables.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { trainingGraph } from '../../src/train/step.ts';

const node = (name: string, ts: number, dur: number, inputs: number[][] = [[1]], output = [1]): ProfileEvent => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  ts,
  dur,
  args: {
    op_name: /([A-Z]\w*?)_\d/.exec(name)![1]!,
    input_type_shape: inputs.map((float) => ({ float })),
    output_type_shape: [{ float: output }],
  },
});
const session = (name: string, ts: number, dur: number): ProfileEvent => ({ cat: 'Session', name, ts, dur, args: {} });

/** In the order in which the runtime writes them: an event when it ends. */
const EVENTS = [
  node('conv1/Conv_1', 0, 5000),
  session('model_run', 0, 6000),
  // 2 * 8 * 50 * 50 * (4 * 9) = 1.44 MFLOP
  node(
    'conv1/Conv_1',
    10_000,
    3000,
    [
      [1, 4, 50, 50],
      [8, 4, 3, 3],
    ],
    [1, 8, 50, 50],
  ),
  node('conv1/backward/Mul_2', 13_000, 1100, [[100_000], [100_000]], [100_000]), // 1.2 MB
  node('conv1/backward/Add_3', 14_100, 400),
  // 2 * 20 * 300 * 40 = 0.48 MFLOP
  node(
    'conv1/backward/MatMul_4/MatmulTransposeFusion/',
    14_500,
    1500,
    [
      [20, 300],
      [40, 300],
    ],
    [20, 40],
  ),
  session('SequentialExecutor::Execute', 13_000, 3000),
  node('conv1/backward/Scan_5', 13_000, 4000),
  node('Mul_6', 17_000, 200, [[2_500_000], [1]], [2_500_000]), // 20 MB and 4 bytes
  session('model_run', 10_000, 10_000),
];

/** 10 ms of a step; 1 MFLOP takes 1 ms, 1 MB in memory 0.1 ms, in the caches 0.05 ms. */
const RATES: Rates = { sgemm_gflops: 1, copy_gb_s: 10, cached_copy_gb_s: 20 };

describe('the calls of a profile', () => {
  it('are those of the last run, each with its layer, without those inside it', () => {
    expect(callsOf(EVENTS).map(({ stage, operator, ms }) => [stage, operator, Number(ms.toFixed(6))])).toEqual([
      ['runtime', 'between operators', 2.8],
      ['conv1', 'Conv', 3],
      ['conv1 backward', 'Scan', 1],
      ['conv1 backward', 'Mul', 1.1],
      ['conv1 backward', 'Add', 0.4],
      ['conv1 backward', 'MatMul', 1.5],
      ['unlabelled', 'Mul', 0.2],
    ]);
  });

  it('take the one written later for the outer one where two start and end together', () => {
    const inside = [node('Mul_1', 0, 4000), node('Scan_2', 0, 4000), session('model_run', 0, 4000)];
    const calls = callsOf(inside);
    expect(calls.find(({ operator }) => operator === 'Mul')!.ms).toBe(4);
    expect(calls.find(({ operator }) => operator === 'Scan')!.ms).toBe(0);
  });
});

describe('the losses of a step', () => {
  const losses = lossesOf(callsOf(EVENTS), RATES);

  it('are measured time above the longer of arithmetic and copying, call by call', () => {
    const [conv, mul] = ['Conv', 'Mul'].map((name) => losses.operators.find((loss) => loss.name === name)!);
    expect(conv).toMatchObject({ calls: 1, ms: 3, share: 0.3 });
    expect(conv!.sgemm_ms).toBeCloseTo(1.44, 9);
    expect(conv!.copy_ms).toBeCloseTo((4 * (10_000 + 288 + 20_000)) / 20e6, 9); // below the arithmetic
    expect(conv!.loss_ms).toBeCloseTo(3 - 1.44, 9);

    expect(mul!.calls).toBe(2);
    expect(mul!.ms).toBeCloseTo(1.3, 9);
    expect(mul!.sgemm_ms).toBe(0);
    expect(mul!.copy_ms).toBeCloseTo(1.2 / 20 + 20.000004 / 10, 9); // the first from the caches, the second too large
    expect(mul!.loss_ms).toBeCloseTo(1.1 - 0.06 + (0.2 - 2.0000004), 9);
  });

  it('add up, by layer, kind, operator and shapes, to the step', () => {
    expect(losses.all.ms).toBeCloseTo(10, 9);
    expect(losses.all.share).toBeCloseTo(1, 9);
    expect(losses.gflop).toBeCloseTo(1.92e-3, 12);
    for (const list of [losses.layers, losses.operators, losses.shapes])
      for (const key of ['ms', 'loss_ms'] as const)
        expect(list.reduce((sum, loss) => sum + loss[key], 0)).toBeCloseTo(losses.all[key], 9);
    for (const { loss_ms, loss_ms_by_kind } of [...losses.layers, losses.all])
      expect(Object.values(loss_ms_by_kind).reduce((a, b) => a + b)).toBeCloseTo(loss_ms, 9);
  });

  it('tell layers, kinds and shapes apart', () => {
    const backward = losses.layers.find(({ name }) => name === 'conv1 backward')!;
    expect(backward.ms).toBeCloseTo(4, 9);
    expect(backward.sgemm_ms).toBeCloseTo(0.48, 9);
    expect(backward.loss_ms_by_kind.products).toBeCloseTo(1.5 - 0.48, 9);
    expect(backward.loss_ms_by_kind.runtime).toBeCloseTo(1, 9);
    expect(losses.shapes.map(({ name }) => name)).toContain('Conv [1, 4, 50, 50] [8, 4, 3, 3]');
  });

  it('know Conv1 with its ReLU for a product, and taking phases apart for a move', () => {
    const kinds = (name: string) => {
      const run = [
        node(name, 0, 1000, [
          [1, 1, 1, 1],
          [1, 1, 1, 1],
        ]),
        session('model_run', 0, 1000),
      ];
      return Object.entries(lossesOf(callsOf(run), RATES).all.loss_ms_by_kind).filter(([, ms]) => ms > 0.5);
    };
    expect(kinds('conv1/FusedConv_1')).toEqual([['products', expect.closeTo(1, 3)]]);
    expect(kinds('conv1/Gather_2')).toEqual([['moves', expect.closeTo(1, 3)]]);
  });

  it('come greatest first, and the greatest is named with its layer', () => {
    // 4 - 0.06 - 0.48 of several operators; 2.8; 3 - 1.44; less than nothing
    expect(losses.layers.map(({ name }) => name)).toEqual(['conv1 backward', 'runtime', 'conv1', 'unlabelled']);
    expect(losses.largest).toMatchObject({ name: 'between operators of runtime', calls: 1 });
    const report = {
      ...machine(1),
      ...RATES,
      ...losses,
      unprofiled_ms: 9,
      network_gflop: 1,
      sgemm_gflops_before: 1,
      sgemm_gflops_after: 1,
    };
    for (const byShape of [false, true])
      expect(profileTables(report, byShape).split('\n').at(-1)).toBe(
        'Largest loss: between operators of runtime, 2.8 ms (28.0 % of the step); it took 2.8 ms, and its bound is 0.0 ms.',
      );
    expect(profileTables(report, false)).toMatch(/^Conv +1 +3\.0 +30\.0 % +1\.4 +0\.0 +1\.6$/m);
    expect(profileTables(report, true)).toContain('Conv [1, 4, 50, 50] [8, 4, 3, 3] ');
  });
});

describe('the training graph', () => {
  const everyNode = (graph: Graph): { scope: string }[] => [
    ...graph.outputs.filter(({ name, tensor }) => name !== tensor.name),
    ...graph.nodes.flatMap((node) => [
      node,
      ...Object.values(node.attributes).flatMap((attribute) =>
        'graph' in attribute ? everyNode(attribute.graph) : [],
      ),
    ]),
  ];

  it.each(['attention', 'gap', 'bilinear'] as const)('labels every node with its layer: %s', (pooling) => {
    const network = createNetwork({ ...DEFAULT_ARCHITECTURE, pooling });
    const graph = trainingGraph(network, [1, 400, 200], undefined, { once: true });
    const scopes = new Set(everyNode(graph).map(({ scope }) => scope));
    const both = ['conv1/', 'conv2/', 'conv3/', 'conv4/', 'conv5/', 'head/', 'loss/'];
    expect([...scopes].sort()).toEqual([...both.flatMap((layer) => [layer, `${layer}backward/`]), 'update/'].sort());
  });
});
