import type { Told } from '../ears/told.ts';
import { clock, colourOf, percent } from '../words.ts';

interface Props extends Pick<Told, 'recognition' | 'spans'> {
  readonly at: number;
  readonly segment: number;
  readonly seek: (seconds: number) => void;
  /** plays, or pauses */
  readonly toggle: () => void;
}

/** How high the parts are. */
const [SHARES, SPANS] = [70, 22];

/** Probabilities over time, one line a class, above the spans; what is heard now has a line across. */
export function Timeline({ recognition, spans, at, segment, seek, toggle }: Props) {
  const { durationSeconds: duration, startSeconds, segments } = recognition;
  const x = (seconds: number) => (1000 * (seconds - startSeconds)) / duration;
  const classes = Object.keys(segments[0]!.probabilities);
  const marked = segments[segment]!;
  return (
    <div class="timeline">
      <div
        class="axis"
        role="slider"
        tabIndex={0}
        aria-label="Time in the recording"
        aria-valuemin={0}
        aria-valuemax={duration}
        aria-valuenow={at}
        aria-valuetext={clock(at)}
        onKeyDown={(event) => {
          const to = KEYS[event.key]?.(at, duration);
          if (to === undefined && event.key !== ' ') return;
          event.preventDefault(); // it would scroll the page
          if (to === undefined) toggle();
          else seek(startSeconds + Math.min(duration, Math.max(0, to)));
        }}
        onClick={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          seek(startSeconds + ((event.clientX - left) / width) * duration);
        }}
      >
        <svg viewBox={`0 0 1000 ${SHARES + SPANS + 6}`} preserveAspectRatio="none" aria-hidden="true">
          <rect class="marked" x={x(marked.start)} width={x(marked.end) - x(marked.start)} y="0" height={SHARES} />
          {classes.map((name) => (
            <polyline
              key={name}
              fill="none"
              stroke={colourOf(name, classes)}
              stroke-width="2.5"
              vector-effect="non-scaling-stroke"
              points={lineOf(
                segments.map(({ start, end, probabilities }) => [x((start + end) / 2), probabilities[name]!]),
              )}
            />
          ))}
          {spans.map(({ start, end, emotion }) => (
            <rect
              key={start}
              x={x(start)}
              width={x(end) - x(start)}
              y={SHARES + 6}
              height={SPANS}
              fill={colourOf(emotion, classes)}
            />
          ))}
          <line class="now" x1={x(at + startSeconds)} x2={x(at + startSeconds)} y1="0" y2={SHARES + SPANS + 6} />
        </svg>
        <div class="ticks" aria-hidden="true">
          {ticksOf(startSeconds, duration).map((seconds) => (
            <span key={seconds} style={{ left: `${x(seconds) / 10}%` }}>
              {stepOf(duration) < 1 ? clock(seconds) : clock(seconds).replace(/\.0$/, '')}
            </span>
          ))}
        </div>
      </div>
      <ol class="spans" aria-label="Spans">
        {spans.map(({ start, end, emotion, probabilities }) => (
          <li key={start}>
            <button type="button" class="link" onClick={() => seek(start)}>
              <span class="dot" style={{ background: colourOf(emotion, classes) }} />
              {clock(start)} to {clock(end)}: {emotion}
              {probabilities && emotion in probabilities ? ` ${percent(probabilities[emotion]!)}` : ''}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Where keys lead from a time, as sliders have it. */
const KEYS: Readonly<Record<string, (at: number, duration: number) => number>> = {
  ArrowRight: (at) => at + 1,
  ArrowUp: (at) => at + 1,
  ArrowLeft: (at) => at - 1,
  ArrowDown: (at) => at - 1,
  PageUp: (at, duration) => at + duration / 10,
  PageDown: (at, duration) => at - duration / 10,
  Home: () => 0,
  End: (_, duration) => duration,
};

/** Seconds between ticks, eight at most. */
const stepOf = (duration: number): number => STEPS.find((size) => duration / size <= 8) ?? 3600;

/** Round times. */
function ticksOf(start: number, duration: number): number[] {
  const step = stepOf(duration);
  const from = Math.ceil(start / step);
  const to = Math.floor((start + 0.97 * duration) / step);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => (from + i) * step);
}
const STEPS = [0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1800];

/** From side to side: the first and the last point reach to the edges. */
const lineOf = (points: readonly (readonly [number, number])[]): string =>
  [[0, points[0]![1]] as const, ...points, [1000, points.at(-1)![1]] as const]
    .map(([px, share]) => `${px.toFixed(1)},${((1 - share) * (SHARES - 4) + 2).toFixed(1)}`)
    .join(' ');
