import { percent } from '../../src/percent.ts';
import { table } from '../../src/plain-table.ts';
import { CACHED_BYTES, type Rates } from '../bounds.ts';
import { TRAIN_BATCH } from '../figures.ts';
import { KIND_NAMES, type Loss, type Losses } from '../losses.ts';
import type { Machine } from '../machine.ts';
import { heading } from '../tables.ts';

/** Where one training step went. */
export interface ProfileReport extends Machine, Rates, Losses {
  /** where the two differ by more than a few percent, the machine had something else to do */
  readonly sgemm_gflops_before: number;
  readonly sgemm_gflops_after: number;
  /** of a step while the runtime writes no profile */
  readonly unprofiled_ms: number;
  /** 10^9 floating-point operations that the network asks of a step, whatever an engine does to get there */
  readonly network_gflop: number;
}

const LEGEND = `at SGEMM: the arithmetic at the SGEMM rate. at copy: each operator's tensors, read and written once, at the copy rate: the caches' where
they take at most ${CACHED_BYTES / 1e6} MB together, else the memory's. loss: the time above the longer of the two, operator by operator. Below 0, an
operator ran below its bound: from the caches. One that fits the caches but had to fetch from the memory shows that as loss.
Scan runs a body once a sample: its own row is what lies between the operators of the body. The profiler's own time is there and,
a few microseconds a call, in every row.`;

const fixed = (value: number) => value.toFixed(1).replace(/^-0\.0$/, '0.0');
const NAME_WIDTH = 70;
const COLUMNS = ['calls', 'ms', 'share', 'at SGEMM', 'at copy', 'loss'];
const cells = ({ name, calls, ms, share, sgemm_ms, copy_ms, loss_ms }: Loss) => [
  name,
  `${calls}`,
  fixed(ms),
  percent(share),
  ...[sgemm_ms, copy_ms, loss_ms].map(fixed),
];

const layerTable = ({ layers, all }: Losses) =>
  table([
    ['layer', ...COLUMNS, ...KIND_NAMES.map((kind, i) => (i === 0 ? `of it ${kind}` : kind))],
    ...[...layers, all].map((loss) => [
      ...cells(loss),
      ...KIND_NAMES.map((kind) => fixed(loss.loss_ms_by_kind[kind] ?? 0)),
    ]),
  ]);

const lossTable = (title: string, losses: readonly Loss[], all: Loss) =>
  table([[title, ...COLUMNS], ...[...losses, all].map(cells)]);
/** The many inputs of an operator push the figures off the screen; the object of `--json` has them whole. */
const shortened = (loss: Loss): Loss => ({
  ...loss,
  name: loss.name.length > NAME_WIDTH ? `${loss.name.slice(0, NAME_WIDTH)}...` : loss.name,
});

/** Everything for a reader at a terminal. */
export function profileTables(report: ProfileReport, byShape: boolean): string {
  const { all, operators, shapes, largest } = report;
  const { sgemm_gflops_before, sgemm_gflops_after, copy_gb_s, cached_copy_gb_s } = report;
  const { unprofiled_ms, gflop, network_gflop } = report;
  return [
    heading(report),
    `SGEMM of the runtime: ${fixed(sgemm_gflops_before)} GFLOP/s before the step, ${fixed(sgemm_gflops_after)} after it; the higher counts`,
    `copying, bytes read and written: ${fixed(copy_gb_s)} GB/s in memory, ${fixed(cached_copy_gb_s)} GB/s in the caches`,
    `a step of ${TRAIN_BATCH} segments: ${fixed(all.ms)} ms, and ${fixed(unprofiled_ms)} ms unprofiled; ${fixed(gflop)} GFLOP, of which the network needs ${fixed(network_gflop)}`,
    '',
    layerTable(report),
    '',
    byShape
      ? lossTable('operator and shapes of its inputs', shapes.map(shortened), all)
      : lossTable('operator', operators, all),
    '',
    LEGEND,
    '',
    `Largest loss: ${largest.name}, ${fixed(largest.loss_ms)} ms (${percent(largest.loss_ms / all.ms)} of the step); it took ${fixed(largest.ms)} ms, and its bound is ${fixed(largest.ms - largest.loss_ms)} ms.`,
  ].join('\n');
}
