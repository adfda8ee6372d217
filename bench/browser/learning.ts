import { createRecognizer } from '../../src/recognize/recognizer.ts';
import {
  DEFAULT_SCHEDULE,
  type LearningEvent,
  type LearningOptions,
  type TrainingState,
  trainNetwork,
} from '../../src/training.ts';

/** Training on tones in memory, the same in Node and in a page. */
export interface LearningTask extends Pick<LearningOptions, 'architecture'> {
  readonly epochs: number;
  /** aborts after so many steps, and goes on from the state of the last whole epoch */
  readonly stopAfter?: number;
}

/** What came of it. */
export interface Learned {
  /** of the epochs */
  readonly losses: readonly number[];
  /** names of the events, in order */
  readonly events: readonly string[];
  /** how the training that was aborted ended */
  readonly stopped?: string;
  /** what is said of a tone that was not learned from */
  readonly said: string;
}

const tone = (hertz: number) => ({
  samples: Float32Array.from({ length: 32_000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / 16_000)),
  sampleRate: 16_000,
});
const EXAMPLES = [300, 400, 2500, 2700].map((hertz) => ({
  label: hertz < 1000 ? 'low' : 'high',
  waveform: tone(hertz),
}));

export async function learn({ architecture, epochs, stopAfter }: LearningTask): Promise<Learned> {
  const events: LearningEvent[] = [];
  const schedule = { ...DEFAULT_SCHEDULE, epochs, batchSize: 2, decayEpochs: [] };
  const controller = new AbortController();
  let state: TrainingState | undefined;
  const options: LearningOptions = {
    ...(architecture && { architecture }),
    schedule,
    onEvent(event) {
      events.push(event);
      if (stopAfter && events.filter((one) => one.event === 'step').length === stopAfter)
        controller.abort(new Error('the page was closed'));
    },
    onState: (now) => {
      state = now;
    },
  };
  const train = (signal: AbortSignal) =>
    trainNetwork(EXAMPLES, { ...options, signal, ...(state && { resume: state }) });
  let stopped: string | undefined;
  if (stopAfter)
    stopped = await train(controller.signal).then(
      () => 'not at all',
      ({ message }: Error) => message,
    );
  const checkpoint = await train(new AbortController().signal);
  const recognizer = await createRecognizer(checkpoint, { threads: 1 });
  const { emotion } = await recognizer.recognize(tone(350)).finally(recognizer.close);
  return {
    losses: state!.history.map(({ loss }) => loss),
    events: events.map(({ event }) => event),
    ...(stopped && { stopped }),
    said: emotion,
  };
}
