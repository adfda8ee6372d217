import type { Recognition, RecognitionWarning, SegmentResult } from '../recognizer.ts';
import type { Stretch } from '../speech.ts';
import { type TimelineOptions, timelineOf } from '../timeline.ts';
import type { LiveAnswer, LiveEvent } from './events.ts';
import { createLiveSpeech } from './live-speech.ts';

/** Segments that are kept where nobody speaks: those that may still cover a stretch that is told some tenths of a second late. */
const KEPT = 40;
/** Seconds to average over, so that a stretch is one span with the mean of all of it. */
const LONG = 1e9;

/**
 * Makes events of segments and of sound. A stretch of speech is answered when its end is covered by a segment that was scored, so at most a
 * hop later than its end is known.
 */
export function createTeller<C extends string>(onEvent: (event: LiveEvent<C>) => void, timeline: TimelineOptions) {
  const warned = new Set<string>();
  let kept: SegmentResult<C>[] = []; // as far back as something may be asked of them
  let [segments, until] = [0, 0]; // how many were told, and the end of the last span
  const waiting: Stretch[] = []; // for the segments that cover them
  let open: number | undefined;
  const answered = ({ start, end }: Stretch) => {
    const covering = kept.filter((segment) => segment.end > start && segment.start < end);
    const heard = {
      startSeconds: start,
      durationSeconds: end - start,
      segments: covering.length ? covering : kept.slice(-1),
    };
    const spansBy = (smoothSeconds: number) =>
      timelineOf(
        heard as Pick<Recognition<C>, keyof typeof heard> as Recognition<C>,
        [{ start: 0, end: end - start }],
        {
          ...timeline,
          smoothSeconds,
        },
      );
    const [whole] = spansBy(LONG);
    onEvent({ type: 'speechEnd', start, end, emotion: whole!.emotion, probabilities: whole!.probabilities! });
    if (start > until) onEvent({ type: 'span', start: until, end: start, emotion: 'no speech' });
    for (const span of spansBy(timeline.smoothSeconds)) onEvent({ type: 'span', ...span });
    until = end;
  };
  const settle = (isOver: boolean) => {
    const scored = kept.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
    while (waiting.length && kept.length && (isOver || waiting[0]!.end <= scored)) answered(waiting.shift()!);
    const since = waiting[0]?.start ?? open ?? Number.POSITIVE_INFINITY;
    kept = kept.filter((segment, i) => segment.end > since || i >= kept.length - KEPT);
  };
  const segment = (one: SegmentResult<C>) => {
    segments++;
    kept.push(one);
    const classes = Object.keys(one.probabilities) as C[];
    const emotion = classes.reduce((most, name) => (one.probabilities[name] > one.probabilities[most] ? name : most));
    onEvent({ type: 'segment', ...one, emotion });
    settle(false);
  };
  const warning = ({ code, message }: RecognitionWarning) => {
    if (warned.has(code)) return;
    warned.add(code);
    onEvent({ type: 'warning', code, message });
  };
  const speech = createLiveSpeech({
    onStart(start) {
      open = start;
      onEvent({ type: 'speechStart', start });
    },
    onEnd(stretch) {
      open = undefined;
      waiting.push(stretch);
      settle(false);
    },
  });
  return {
    speech,
    segment,
    warning,
    end(answer: LiveAnswer<C>): void {
      const { segments: all, durationSeconds, warnings } = answer.recognition;
      for (const one of all.slice(segments)) segment(one);
      speech.end();
      settle(true);
      if (durationSeconds > until) onEvent({ type: 'span', start: until, end: durationSeconds, emotion: 'no speech' });
      for (const one of warnings) warning(one);
      onEvent({ type: 'end', ...answer });
    },
  };
}
