import { useEffect, useRef, useState } from 'preact/hooks';
import WaveSurfer from 'wavesurfer.js';
import type { WeightsName } from '../../src/recognize/default-weights.ts';
import { webVtt } from '../../src/recognize/subtitles.ts';
import type { Item, Told } from '../told.ts';
import { clock, colourOf, percent, save } from '../words.ts';
import { Maps } from './maps.tsx';
import { Timeline } from './timeline.tsx';

/** One recording: what is said of it, when, and by what. */
export function AnswerView({ item, weights }: { readonly item: Item; readonly weights: WeightsName }) {
  const { told, error, name, state } = item;
  if (error)
    return (
      <section class="answer">
        <h2>{name}</h2>
        <p class="problem" role="alert">
          {error}
        </p>
      </section>
    );
  if (!told)
    return (
      <section class="answer" aria-busy="true">
        <h2>{name}</h2>
        <p class="working">{state === 'working' ? 'It is heard …' : 'It waits …'}</p>
        <div class="skeleton" />
      </section>
    );
  return <Answered {...{ item, told, weights }} />;
}

function Answered({
  item,
  told,
  weights,
}: {
  readonly item: Item;
  readonly told: Told;
  readonly weights: WeightsName;
}) {
  const { recognition, answer, spans } = told;
  const { durationSeconds, probabilities, segments, warnings } = recognition;
  const [at, setAt] = useState(0);
  const best = segments.reduce((most, _, i) => {
    const share = (k: number) => segments[k]!.probabilities[recognition.emotion];
    return share(i) > share(most) ? i : most;
  }, 0);
  const [segment, setSegment] = useState(best);
  const box = useRef<HTMLDivElement>(null);
  const player = useRef<WaveSurfer>(undefined);
  const [unplayable, setUnplayable] = useState(false);
  useEffect(() => {
    const url = URL.createObjectURL(item.sound);
    const colours = getComputedStyle(document.documentElement);
    const surfer = WaveSurfer.create({
      ...{ container: box.current!, url, height: 72, normalize: true, mediaControls: false },
      ...{ waveColor: colours.getPropertyValue('--faint'), progressColor: colours.getPropertyValue('--accent') },
    });
    surfer.on('timeupdate', setAt);
    surfer.on('error', () => setUnplayable(true));
    player.current = surfer;
    return () => {
      surfer.destroy();
      URL.revokeObjectURL(url);
    };
  }, [item.sound]);
  const seek = (seconds: number) => {
    setAt(seconds);
    player.current?.setTime(seconds);
    const covering = segments.findLastIndex((one) => one.start <= seconds);
    if (covering >= 0) setSegment(covering);
  };
  const base = item.name.replace(/\.[^.]*$/, '');
  const json = () =>
    JSON.stringify({ file: item.name, ...recognition, emotion: answer, speech: told.speech, spans }, null, 2);
  return (
    <section class="answer" aria-label={item.name}>
      <h2>{item.name}</h2>
      <p class="said">
        <strong style={{ borderColor: colourOf(answer) }}>{answer}</strong>
        {answer !== 'no speech' && <span> {percent(probabilities[recognition.emotion])}</span>}
        <span class="quiet"> in {durationSeconds.toFixed(1)} s</span>
      </p>
      <ul class="shares" aria-label="Probabilities">
        {Object.entries(probabilities).map(([emotion, share]) => (
          <li key={emotion}>
            <span>{emotion}</span>
            <span class="bar">
              <span style={{ width: `${100 * share}%`, background: colourOf(emotion) }} />
            </span>
            <span class="number">{percent(share)}</span>
          </li>
        ))}
      </ul>
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
          disabled={unplayable}
          onClick={() => player.current?.playPause()}
          aria-label="Play or pause"
        >
          ▶︎ / ❚❚
        </button>
        <span class="number">
          {clock(at)} of {clock(durationSeconds)}
        </span>
        {unplayable && <span class="quiet">this browser cannot play the file; it was heard all the same</span>}
      </div>
      <div ref={box} class="wave" />
      <Timeline {...{ recognition, spans, at, segment, seek }} />
      <Maps
        key={`${item.id} ${weights}`}
        {...{ id: item.id, name: base, recognition, segment, setSegment, weights, emotion: recognition.emotion }}
      />
      <p class="exports">
        Save as{' '}
        <button type="button" class="link" onClick={() => save(`${base}.json`, json(), 'application/json')}>
          JSON
        </button>
        <button type="button" class="link" onClick={() => save(`${base}.vtt`, webVtt(spans), 'text/vtt')}>
          WebVTT
        </button>
      </p>
    </section>
  );
}
