import { table } from '../src/cli/tables.ts';
import type { Figures, Machine } from './figures.ts';
import type { Share } from './profile.ts';

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const heading = ({ processor, threads, runtime, node }: Machine) =>
  `${processor}, threads: ${threads}, ${runtime}, Node ${node}`;

/** Everything for a reader at a terminal. */
export function figuresTable(figures: Figures): string {
  const { train, infer, pytorch, sgemm_gflops, sgemm_gflops_before: before, sgemm_gflops_after: after } = figures;
  const beside = (theirs?: number, ratio?: number) => [theirs?.toString() ?? '', ratio?.toString() ?? ''];
  const rows = [
    ['', 'Attune', 'of SGEMM', ...(pytorch ? [`PyTorch ${pytorch.version}`, 'times as fast'] : ['', ''])],
    [
      'training, batch 64, segments/s',
      `${train.segments_per_s}`,
      percent(train.fraction_of_sgemm),
      ...beside(pytorch?.train_segments_per_s, pytorch?.train_ratio),
    ],
    [
      'inference, batch 16, segments/s',
      `${infer.batch16_segments_per_s}`,
      percent(infer.batch16_fraction_of_sgemm),
      ...beside(pytorch?.infer_segments_per_s, pytorch?.infer_ratio),
    ],
    [
      'inference, batch 1, segments/s',
      `${infer.batch1_segments_per_s}`,
      percent(infer.batch1_fraction_of_sgemm),
      ...beside(pytorch?.infer_batch1_segments_per_s, pytorch?.infer_batch1_ratio),
    ],
    ['front end, ms per second of audio', `${figures.frontend_ms_per_audio_second}`, '', '', ''],
    ['training, peak RSS, MB', `${train.peak_rss_mb}`, '', ...beside(pytorch?.peak_rss_mb)],
  ];
  const sgemm = `SGEMM of the runtime: ${sgemm_gflops} GFLOP/s (${before} before the rest, ${after} after it)`;
  const costs = `GFLOP a segment: ${train.gflop_per_segment} trained, ${infer.gflop_per_segment} scored`;
  const peer = pytorch
    ? `PyTorch's layouts: ${pytorch.train_layout} in training, ${pytorch.infer_layout} (16) and ${pytorch.infer_batch1_layout} (1) in inference`
    : figures.pytorch_note;
  return [heading(figures), sgemm, '', table(rows).replace(/ +$/gm, ''), '', costs, peer].join('\n');
}

/** Where a training step goes. */
export const profileTable = (machine: Machine, shares: readonly Share[]): string =>
  [
    heading(machine),
    '',
    table([
      ['operator', 'calls', 'ms', 'share'],
      ...shares.map(({ operator, calls, milliseconds, share }) => [
        operator,
        `${calls}`,
        milliseconds.toFixed(2),
        percent(share),
      ]),
    ]),
  ].join('\n');
