import { useEffect, useRef, useState } from 'preact/hooks';
import type { LiveEvent, SegmentEvent, SpeechEndEvent } from '../../src/recognize/live/events.ts';
import { openMicrophone } from '../../src/web/microphone.ts';
import type { Ear } from '../ears/ear.ts';
import { openStream, passTo, wordsOf } from '../ears/microphone.ts';
import { clock, colourOf, percent } from '../words.ts';
import { Bars } from './bars.tsx';

interface Props {
  readonly ear: Ear;
  /** whether the sound stays in this page */
  readonly isHere: boolean;
  /** gets what was said, once the microphone is closed; not where this is left before */
  readonly onRecorded: (file: File) => void;
  /** told whether a microphone is open, or about to be */
  readonly onOpen: (isOpen: boolean) => void;
}

/** How long the end of what was said is waited for, ms. */
const PATIENCE = 5000;

/** A microphone: first what is done with the sound, then what is heard, as it is said. */
export function Live({ ear, isHere, onRecorded, onOpen }: Props) {
  const [state, setState] = useState<'asking' | 'opening' | 'open' | 'listening' | 'ending'>('asking');
  const [problem, setProblem] = useState<string>();
  const [now, setNow] = useState<SegmentEvent>();
  const [classes, setClasses] = useState<readonly string[]>([]);
  const [said, setSaid] = useState<readonly SpeechEndEvent[]>([]);
  const [speaking, setSpeaking] = useState(false);
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const stop = useRef<(keep: boolean) => Promise<void>>(undefined);
  const isLeft = useRef(false);
  useEffect(
    () => () => {
      isLeft.current = true;
      void stop.current?.(false);
    },
    [],
  );
  useEffect(() => onOpen(state !== 'asking'), [state]);
  const inUse = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) inUse.current?.focus(); // what had it is gone
  }, [state]);

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
      await ear.prepare(); // so that nothing is recorded that cannot be heard
      closed.signal.throwIfAborted();
      const stream = await openStream();
      open.push(() => {
        for (const track of stream?.getTracks() ?? []) track.stop();
      });
      closed.signal.throwIfAborted();
      setState('open');
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
        if (keep) setState('ending');
        const recorded =
          recorder && new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
        if (recorder?.state === 'recording') {
          recorder.stop();
          await recorded;
        }
        for (const track of stream?.getTracks() ?? []) track.stop();
        await Promise.race([close(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
        if (!keep || isLeft.current) return;
        if (parts.length) onRecorded(new File(parts, 'recorded.webm', { type: parts[0]!.type }));
        else setState('asking');
      };
      for (const track of stream?.getTracks() ?? []) track.addEventListener('ended', () => void stop.current?.(true)); // it was unplugged, or taken away
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

  if (state === 'asking' || state === 'opening' || state === 'open')
    return (
      <section class="live">
        <h2>{state === 'open' ? 'The microphone is open' : 'Before the microphone opens'}</h2>
        <ul>
          <li>
            {isHere
              ? 'What is said is heard by this page alone. Nothing leaves it.'
              : `What is said goes to ${location.host}, and is heard there.`}
          </li>
          <li>Nothing is kept, unless you save it yourself.</li>
          <li>Whoever can be heard must be told, and may say no.</li>
        </ul>
        <button ref={inUse} type="button" class="main" disabled={state !== 'asking'} onClick={start}>
          {{ asking: 'Open the microphone', opening: 'The network is loaded …', open: 'It opens …' }[state]}
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
        <span class={speaking ? 'lamp on' : 'lamp'} />{' '}
        {state === 'ending' ? 'closed; the end is heard' : speaking ? 'somebody speaks' : 'listening'}
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
      <button
        ref={inUse}
        type="button"
        class="main"
        disabled={state === 'ending'}
        onClick={() => void stop.current?.(true)}
      >
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
