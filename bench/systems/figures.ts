import { table } from '../../src/plain-table.ts';
import { median, round } from '../figures.ts';
import type { Machine } from '../machine.ts';
import { heading } from '../tables.ts';
import type { RaceResult } from './race.ts';
import type { Amount, MeasuredSystem } from './run.ts';

export type SystemFigures = ReturnType<typeof systemFigures>;

/** What is printed, from what was measured: medians over rounds, of training over all timed epochs. */
export function systemFigures(
  machine: Machine,
  amount: Amount,
  measured: readonly MeasuredSystem[],
  race: RaceResult | null,
) {
  return {
    ...machine,
    amount,
    systems: measured.map(({ system, timings }) => {
      const [first] = timings;
      const epoch = median(timings.flatMap(({ epochSeconds }) => epochSeconds));
      const scoring = median(timings.map(({ scoringSeconds }) => scoringSeconds));
      return {
        system,
        parameters: first!.parameters,
        train_segments_per_s: round(first!.epochSegments / epoch),
        train_times_real_time: round(first!.learnedSeconds / epoch),
        after_training_s: round(median(timings.map(({ afterSeconds }) => afterSeconds))),
        fit_s: round(median(timings.map(({ fitSeconds }) => fitSeconds))),
        score_times_real_time: round(first!.scoredSeconds / scoring),
        peak_rss_mb: Math.round(Math.max(...timings.map(({ peakRssMb }) => peakRssMb))),
      };
    }),
    race,
  };
}

export function systemsText(figures: SystemFigures): string {
  const { systems, amount, race } = figures;
  const rows = systems.map((own) => [
    ...[own.system, own.parameters.toLocaleString('en'), `${own.train_segments_per_s}`, `${own.train_times_real_time}`],
    ...[`${own.after_training_s}`, `${own.fit_s}`, `${own.score_times_real_time}`, `${own.peak_rss_mb}`],
  ]);
  const head = [
    ...[
      '',
      'parameters',
      'training, segments/s',
      'training, x real time',
      'then, s',
      'in all, s',
      'scoring, x real time',
      'MB',
    ],
  ];
  return [
    heading(figures),
    '',
    table([head, ...rows]),
    '',
    `Medians of ${amount.rounds} rounds on synthetic voices. Training: an epoch of features that are kept already, in segments of each`,
    'system’s own length, and in seconds of recordings; "then": what comes behind the last epoch; "in all": with the networks by which it',
    'chooses, and the first epoch. Scoring: from files to probabilities.',
    ...(race ? ['', ...raceLines(race)] : []),
  ].join('\n');
}

function raceLines({ torch, events }: RaceResult): string[] {
  const rows = events.map(({ event, variant, attune, pytorch, ratio }) => [
    ...[event, `${round(median(attune))}`, `${round(median(pytorch))}`, ratio.median.toFixed(2)],
    ...[`${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)}`, variant],
  ]);
  return [
    `CNN-LSTM in turn with PyTorch ${torch} as installed, its fastest variant of each event, ${events[0]!.attune.length} pairs:`,
    '',
    table([['segments/s', 'Attune', 'PyTorch', 'ratio', 'pairs', 'PyTorch’s variant'], ...rows]),
  ];
}
