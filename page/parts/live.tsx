import { useEffect, useRef, useState } from 'preact/hooks';
import type { LiveEvent, SegmentEvent, SpeechEndEvent } from '../../src/recognize/live/events.ts';
import { openMicrophone } from '../../src/web/microphone.ts';
import type { Ear, LiveEar } from '../ears/ear.ts';
import { clock, colourOf, percent } from '../words.ts';
import { Bars } from './bars.tsx';

interface Props {
  readonly ear: Ear;
  /** whether the sound stays in this page */
  readonly isHere: boolean;
  /** gets what was said, once the microphone is closed */
  readonly onRecorded: (file: File) => void;
}

/** A microphone: first what is done with the sound, then what is heard, as it is said. */
export function Live({ ear, isHere, onRecorded }: Props) {
  const [state, setState] = useState<'asking' | 'opening' | 'listening'>('asking');
  const [problem, setProblem] = useState<string>();
  const [now, setNow] = useState<SegmentEvent>();
  const [classes, setClasses] = useState<readonly string[]>([]);
  const [said, setSaid] = useState<readonly SpeechEndEvent[]>([]);
  const [speaking, setSpeaking] = useState(false);
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const stop = useRef<(keep: boolean) => Promise<void>>(undefined);
  useEffect(() => () => void stop.current?.(false), []);

  const start = async () => {
    setState('opening');
    setProblem(undefined);
    const closed = new AbortController();
    /** what is open, the last first to be closed */
    const open: (() => unknown)[] = [];
    const close = async () => {
      closed.abort(new Error('closed'));
      for (const one of open.splice(0).reverse()) await Promise.resolve(one()).catch(() => {});
    };
    const fail = async (error: Error) => {
      if (closed.signal.aborted) return;
      stop.current = undefined;
      await close();
      setState('asking');
      setProblem(wordsOf(error));
    };
    stop.current = close;
    try {
      const stream = await openStream();
      open.push(() => {
        for (const track of stream?.getTracks() ?? []) track.stop();
      });
      closed.signal.throwIfAborted();
      const microphone = await openMicrophone(stream ? { stream } : {});
      open.push(() => microphone.close());
      closed.signal.throwIfAborted();
      const remote = await ear.listen(microphone.sampleRate, onEvent, (error) => void fail(error));
      open.unshift(() => remote.end()); // when no more sound comes
      closed.signal.throwIfAborted();
      microphone.start(passTo(remote));
      const parts: Blob[] = [];
      const recorder = stream && new MediaRecorder(stream);
      recorder?.addEventListener('dataavailable', ({ data }) => void parts.push(data));
      recorder?.start();
      stop.current = async (keep) => {
        stop.current = undefined;
        const recorded =
          recorder && new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
        if (recorder?.state === 'recording') {
          recorder.stop();
          await recorded;
        }
        await close();
        if (keep && parts.length) onRecorded(new File(parts, 'recorded.webm', { type: parts[0]!.type }));
      };
      setState('listening');
    } catch (error) {
      if (closed.signal.aborted) await close();
      else await fail(error as Error);
    }
  };
  const onEvent = (event: LiveEvent) => {
    if (event.type === 'ready') setClasses(event.classes);
    if (event.type === 'segment') setNow(event);
    if (event.type === 'speechStart') setSpeaking(true);
    if (event.type === 'speechEnd') {
      setSpeaking(false);
      setSaid((before) => [event, ...before].slice(0, 50));
    }
    if (event.type === 'warning') setWarnings((before) => [...before, event.message]);
  };

  if (state !== 'listening')
    return (
      <section class="live">
        <h2>Before the microphone opens</h2>
        <ul>
          <li>
            {isHere
              ? 'What is said is heard by this page alone. Nothing leaves it.'
              : `What is said goes to ${location.host}, and is heard there.`}
          </li>
          <li>Nothing is kept, unless you save it yourself.</li>
          <li>Whoever can be heard must be told, and may say no.</li>
        </ul>
        <button type="button" class="main" disabled={state === 'opening'} onClick={start}>
          {state === 'opening' ? 'It opens …' : 'Open the microphone'}
        </button>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
      </section>
    );
  return (
    <section class="live" aria-label="Live">
      <p class="said" role="status">
        <span class={speaking ? 'lamp on' : 'lamp'} /> {speaking ? 'somebody speaks' : 'listening'}
        {now && (
          <>
            {': '}
            <strong style={{ borderColor: colourOf(now.emotion, classes) }}>{now.emotion}</strong>
          </>
        )}
      </p>
      <Bars
        label="Probabilities of the last two seconds"
        probabilities={now?.probabilities ?? Object.fromEntries(classes.map((name) => [name, 0]))}
      />
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map((message) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      )}
      <button type="button" class="main" onClick={() => stop.current?.(true)}>
        Stop, and look at all of it
      </button>
      <ol class="spans" aria-label="What was said">
        {said.map(({ start, end, emotion, probabilities }) => (
          <li key={start}>
            <span class="dot" style={{ background: colourOf(emotion, classes) }} /> {clock(start)} to {clock(end)}:{' '}
            {emotion}
            {emotion in probabilities ? ` ${percent(probabilities[emotion]!)}` : ''}
          </li>
        ))}
      </ol>
    </section>
  );
}

const openStream = () =>
  navigator.mediaDevices?.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false } });

/** What a microphone pushes to. */
function passTo(remote: LiveEar) {
  let waiting = 0;
  return {
    get waitingSeconds() {
      return waiting;
    },
    async push(samples: Float32Array | readonly Float32Array[]) {
      await remote.push([samples].flat() as Float32Array[]);
      waiting = await remote.waiting();
    },
    skip: (seconds: number) => remote.skip(seconds),
  };
}

/** What went wrong with a microphone, and what to do. */
function wordsOf({ name, message }: Error): string {
  if (name === 'NotAllowedError')
    return 'The microphone was refused. Allow it for this page in the browser, and try again.';
  if (name === 'NotFoundError') return 'No microphone was found. Connect one, and try again.';
  if (name === 'NotReadableError') return 'The microphone cannot be read. Close what else uses it, and try again.';
  return message;
}
