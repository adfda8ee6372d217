import { table } from '../../src/plain-table.ts';
import type { Machine } from '../machine.ts';
import { heading } from '../tables.ts';
import type { LossComparison } from './losses.ts';
import type { DeviceRates } from './rates.ts';
import { type GpuPeer, LAYOUTS, type Layout } from './runs.ts';

export interface DeviceReport extends Machine {
  readonly device: string;
  /** timed runs of each batch */
  readonly steps: number;
  readonly losses: LossComparison;
  readonly attune: readonly DeviceRates[];
  readonly pytorch: (GpuPeer['versions'] & Partial<Record<Layout, readonly DeviceRates[]>>) | null;
}

/** The report for a reader at a terminal. */
export function deviceText(report: DeviceReport): string {
  const { device, steps, losses, attune, pytorch } = report;
  const { batch, cpu, largest_difference, limit, pass } = losses;
  const compared = [
    `losses of ${cpu.length} steps, batch ${batch}, largest difference from the CPU's:`,
    `${largest_difference.toExponential(1)}: ${pass ? 'pass' : 'FAIL'} (limit ${limit})`,
  ].join(' ');
  const columns = [
    { name: `Attune, ${device}`, rates: attune },
    ...LAYOUTS.flatMap((layout) => (pytorch?.[layout] ? [{ name: `PyTorch, ${layout}`, rates: pytorch[layout] }] : [])),
  ];
  const rows = attune.flatMap(({ batch }, i) =>
    (['training', 'inference'] as const).map((what) => [
      `${what}, batch ${batch}`,
      ...columns.map(({ rates }) => cell(rates[i]![what])),
    ]),
  );
  const failures = columns.flatMap(({ name, rates }) =>
    rates.flatMap((rate) =>
      (['training', 'inference'] as const).flatMap((what) =>
        'failed' in rate[what] ? [`${name}: ${what}, batch ${rate.batch}: ${rate[what].failed}`] : [],
      ),
    ),
  );
  return [
    heading(report),
    `cores: ${report.cores}, ${report.date}, commit ${report.commit}`,
    ...(pytorch ? [`PyTorch ${pytorch.torch}, CUDA ${pytorch.cuda}, ${pytorch.gpu}`] : []),
    compared,
    '',
    table([['segments/s (peak RSS, MB)', ...columns.map(({ name }) => name)], ...rows]),
    '',
    `medians of ${steps} runs, each from a batch in the processor's memory to the loss or the probabilities there`,
    ...failures,
  ].join('\n');
}

const cell = (rate: DeviceRates['training']) =>
  'failed' in rate ? 'failed' : `${rate.segments_per_s} (${rate.peak_rss_mb})`;
