import { SEGMENT_SECONDS } from '../features/segments.ts';
import { BINS } from '../features/spectrogram.ts';
import { percent } from '../percent.ts';
import { decidingSegment, type Explanation } from './explanation.ts';
import { overTime } from './grid.ts';
import { endsEarly } from './map-time.ts';
import type { PanelName } from './panel-names.ts';

import { fixed, shortened } from './words.ts';

/** What stands above and below the panels; each line fits over one panel. */
export interface Captions {
  readonly title: string;
  readonly result: string;
  readonly foot: readonly string[];
}

export function captionsOf(explanation: Explanation, shown: readonly PanelName[]): Captions {
  const { name, recognition, answer, segment, emotion, grid, silent } = explanation;
  const { segments, probabilities } = recognition;
  const { start, end, ...said } = segments[segment]!;
  const which = `${segment + 1} of ${segments.length}${segments.length > 1 && decidingSegment(recognition, emotion) === segment ? ' (decides most)' : ''}`;
  const place = `Segment ${which}, ${start.toFixed(2)} to ${end.toFixed(2)} s`;
  return {
    title: `${shortened(name)}: ${answer === 'no speech' ? answer : `sounds ${shortened(recognition.emotion)}, ${percent(probabilities[recognition.emotion]!, 0)}`}`,
    result: silent
      ? `${place}: digital silence, so the maps say nothing of a voice.`
      : `${place}: ${shortened(emotion)} ${percent(said.probabilities[emotion]!, 0)}, logit ${fixed(said.logits[emotion]!)}`,
    foot: (overTime(grid) ? ofFrames(explanation, shown) : ofCells(explanation)).flatMap((line, i, lines) => {
      if (i < lines.length - 1) return line;
      const dashed = endsEarly(explanation) ? [`${line} Dashed: the end of the recording.`] : [line];
      return [...dashed, ...ofGaps(explanation)];
    }),
  };
}

function ofGaps({ maps: { gaps = [] } }: Explanation): string[] {
  const lengths = gaps.map(({ seconds }) => `${seconds.toFixed(2)} s`);
  return lengths.length ? [`Dotted: ${lengths.join(' and ')} that nobody recorded, left out.`] : [];
}

const ofCells = ({ grid }: Explanation): string[] => [
  `A cell is ${Math.round(grid.cellHz)} Hz by ${Math.round(1000 * grid.cellSeconds)} ms; the network keeps nothing finer.`,
  `Its value depends on ${Math.round(grid.seesHz)} Hz by ${grid.seesSeconds.toFixed(2)} s around it.`,
];

function ofFrames({ grid, maps }: Explanation, shown: readonly PanelName[]): string[] {
  const sees = grid.seesSeconds >= SEGMENT_SECONDS ? 'the whole segment' : `${grid.seesSeconds.toFixed(2)} s around it`;
  const ends = Math.round((BINS * grid.cellHz) / grid.cellBins);
  const quiet = shown.some((name) => name !== 'spectrogram') && maps.heard?.includes(0);
  return [
    `A frame is ${Math.round(1000 * grid.cellSeconds)} ms at all frequencies; the network keeps nothing finer.`,
    `Its value depends on ${sees}, up to ${Math.round(grid.seesHz)} Hz (the spectrogram: ${ends} Hz).`,
    ...(quiet ? ['Grey: too quiet, counts for nothing.'] : []),
  ];
}
