import { useEffect, useRef, useState } from 'preact/hooks';
import WaveSurfer from 'wavesurfer.js';
import { webVtt } from '../../src/recognize/subtitles.ts';
import type { Ear } from '../ears/ear.ts';
import type { Told } from '../ears/told.ts';
import type { Item } from '../item.ts';
import { jsonOf } from '../report.ts';
import { clock, colourOf, percent, save } from '../words.ts';
import { Bars } from './bars.tsx';
import { Maps } from './maps.tsx';
import { Timeline } from './timeline.tsx';

interface Props {
  readonly item: Item;
  readonly ear: Ear;
  /** hears again what could not be heard */
  readonly again: { readonly words: string; readonly act: () => void } | undefined;
}

/** One recording: what is said of it, when, and by what. */
export function AnswerView({ item, ear, again }: Props) {
  const { told, error, name, state } = item;
  if (error)
    return (
      <section class="answer">
        <Heading name={name} />
        <p class="problem" role="alert">
          {error}
        </p>
        {again && (
          <button type="button" onClick={again.act}>
            {again.words}
          </button>
        )}
      </section>
    );
  if (!told)
    return (
      <section class="answer" aria-busy="true">
        <Heading name={name} />
        <p class="working">{state === 'working' ? 'It is heard …' : 'It waits …'}</p>
        <div class="skeleton" />
      </section>
    );
  return <Answered {...{ item, told, ear }} />;
}

/** Of a recording; it has the focus where what had it is gone. */
function Heading({ name }: { readonly name: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current!.focus({ preventScroll: true });
  }, []);
  return (
    <h2 ref={heading} tabIndex={-1}>
      {name}
    </h2>
  );
}

function Answered({ item, told, ear }: { readonly item: Item; readonly told: Told; readonly ear: Ear }) {
  const { recognition, answer, spans } = told;
  const { durationSeconds, startSeconds, probabilities, segments, warnings } = recognition;
  const classes = Object.keys(probabilities);
  const best = segments.reduce((most, _, i) => {
    const share = (k: number) => segments[k]!.probabilities[recognition.emotion]!;
    return share(i) > share(most) ? i : most;
  }, 0);
  const [segment, setSegment] = useState(best);
  const player = usePlayer(item.sound);
  const seek = (seconds: number) => {
    player.seek(seconds - startSeconds);
    const covering = segments.findLastIndex((one) => one.start <= seconds);
    if (covering >= 0) setSegment(covering);
  };
  const base = item.name.replace(/\.[^.]*$/, '');
  return (
    <section class="answer" aria-label={item.name}>
      <Heading name={item.name} />
      <p class="said">
        <strong style={{ borderColor: colourOf(answer, classes) }}>{answer}</strong>
        {answer !== 'no speech' && <span> {percent(probabilities[recognition.emotion]!)}</span>}
        <span class="quiet"> in {durationSeconds.toFixed(1)} s</span>
      </p>
      <Bars label="Probabilities" probabilities={probabilities} />
      {warnings.length > 0 && (
        <ul class="warnings" aria-label="Warnings">
          {warnings.map(({ message }) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      )}
      <div class="player">
        <button
          type="button"
          disabled={player.state === 'unplayable'}
          onClick={player.toggle}
          aria-label={player.state === 'playing' ? 'Pause' : 'Play'}
        >
          {player.state === 'playing' ? '❚❚' : '▶'}
        </button>
        <span class="number">
          {clock(player.at)} of {clock(durationSeconds)}
        </span>
        {player.state === 'unplayable' && (
          <span class="quiet">this browser cannot play the file; it was heard all the same</span>
        )}
      </div>
      <div ref={player.box} class="wave" />
      <Timeline {...{ recognition, spans, at: player.at, segment, seek, toggle: player.toggle }} />
      <Maps {...{ id: item.id, name: base, recognition, segment, best, setSegment, ear }} />
      <p class="exports">
        Save as{' '}
        <button type="button" class="link" onClick={() => save(`${base}.json`, jsonOf(item), 'application/json')}>
          JSON
        </button>
        <button type="button" class="link" onClick={() => save(`${base}.vtt`, webVtt(spans), 'text/vtt')}>
          WebVTT
        </button>
      </p>
    </section>
  );
}

/** A recording that can be played, and its waveform in `box`. */
function usePlayer(sound: Blob) {
  const [at, setAt] = useState(0);
  const [state, setState] = useState<'paused' | 'playing' | 'unplayable'>('paused');
  const box = useRef<HTMLDivElement>(null);
  const surfer = useRef<WaveSurfer>(undefined);
  const wanted = useRef<{ at?: number; plays?: boolean }>(undefined); // until the sound is loaded
  useEffect(() => {
    wanted.current = {};
    const url = URL.createObjectURL(sound);
    const colours = getComputedStyle(document.documentElement);
    const made = WaveSurfer.create({
      ...{ container: box.current!, url, height: 72, normalize: true, mediaControls: false },
      ...{ waveColor: colours.getPropertyValue('--faint'), progressColor: colours.getPropertyValue('--accent') },
    });
    made.on('timeupdate', setAt);
    made.on('play', () => setState('playing'));
    made.on('pause', () => setState('paused'));
    made.on('error', () => setState('unplayable'));
    made.on('ready', () => {
      const { at: first, plays } = wanted.current ?? {};
      wanted.current = undefined;
      if (first !== undefined) made.setTime(first);
      if (plays) made.play().catch(() => {});
    });
    surfer.current = made;
    return () => {
      made.destroy();
      URL.revokeObjectURL(url);
    };
  }, [sound]);
  return {
    ...{ at, state, box },
    toggle: () => {
      if (wanted.current) wanted.current.plays = !wanted.current.plays;
      else surfer.current?.playPause().catch(() => {});
    },
    seek: (seconds: number) => {
      setAt(seconds);
      if (wanted.current) wanted.current.at = seconds;
      else surfer.current?.setTime(seconds);
    },
  };
}
