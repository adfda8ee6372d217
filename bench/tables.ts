import { percent } from '../src/percent.ts';
import { table } from '../src/plain-table.ts';
import type { Figures } from './figures.ts';
import type { Machine } from './machine.ts';

export const heading = ({ processor, threads, runtime, node }: Machine) =>
  `${processor}, threads: ${threads}, ${runtime}, Node ${node}`;

/** Attune's figures for a reader at a terminal. */
export function figuresTable(figures: Figures): string {
  const { train, infer, sgemm_gflops, sgemm_gflops_before: before, sgemm_gflops_after: after } = figures;
  const rows = [
    ['', 'Attune', 'of SGEMM'],
    ['training, batch 64, segments/s', `${train.segments_per_s}`, percent(train.fraction_of_sgemm)],
    ['inference, batch 16, segments/s', `${infer.batch16_segments_per_s}`, percent(infer.batch16_fraction_of_sgemm)],
    ['inference, batch 1, segments/s', `${infer.batch1_segments_per_s}`, percent(infer.batch1_fraction_of_sgemm)],
    ['front end, ms per second of audio', `${figures.frontend_ms_per_audio_second}`, ''],
    ['training, peak RSS, MB', `${train.peak_rss_mb}`, ''],
  ];
  const sgemm = `SGEMM of the runtime: ${sgemm_gflops} GFLOP/s (${before} before the rest, ${after} after it)`;
  const costs = `GFLOP a segment: ${train.gflop_per_segment} trained, ${infer.gflop_per_segment} scored`;
  const when = `cores: ${figures.cores}, ${figures.date}, commit ${figures.commit}, engine ${figures.engine} of training`;
  return [heading(figures), when, sgemm, '', table(rows).replace(/ +$/gm, ''), '', costs].join('\n');
}
