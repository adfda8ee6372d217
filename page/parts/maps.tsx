import { useEffect, useRef, useState } from 'preact/hooks';
import type { Ear } from '../ears/ear.ts';
import type { Seen, Shown } from '../ears/told.ts';
import { clock, colourOf, save } from '../words.ts';
import { BINS, draw, FRAMES, type MapName } from './draw-maps.ts';

interface Props {
  readonly id: number;
  readonly name: string;
  readonly recognition: Seen;
  readonly segment: number;
  /** the segment that is most of what is answered */
  readonly best: number;
  readonly setSegment: (segment: number) => void;
  readonly ear: Ear;
}

/** How long a spectrogram is, filled up where less was heard, s. */
const SECONDS = 2;
const MAPS: Readonly<Record<MapName, string>> = {
  product: 'what each part adds',
  topDown: 'the class alone',
  bottomUp: 'attention',
};

/** What the network heard in a segment, and by which parts of it it decides. */
export function Maps({ id, name, recognition, segment, best, setSegment, ear }: Props) {
  const { segments, emotion } = recognition;
  const classes = Object.keys(recognition.probabilities);
  const [shown, setShown] = useState<Shown>();
  const [problem, setProblem] = useState<string>();
  const [of, setOf] = useState(emotion);
  const [map, setMap] = useState<MapName>('product');
  const [opacity, setOpacity] = useState(0.7);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const unwanted = new AbortController();
    const { signal } = unwanted;
    setShown(undefined); // what is there is another segment's
    setProblem(undefined);
    ear.explain(id, segment, signal).then(
      (found) => signal.aborted || setShown(found),
      (error: Error) => signal.aborted || setProblem(error.message),
    );
    return () => unwanted.abort();
  }, [id, segment, ear, tries]);
  useEffect(() => {
    const { width, height } = canvas.current!;
    if (shown) draw(canvas.current!, shown, { map, of, opacity, colour: colourOf(of, classes) });
    else canvas.current!.getContext('2d')!.clearRect(0, 0, width, height);
  }, [shown, map, of, opacity]);
  const { start, end } = segments[segment]!;
  return (
    <figure class="maps">
      <figcaption>
        <button
          type="button"
          disabled={segment === 0}
          onClick={() => setSegment(segment - 1)}
          aria-label="Segment before"
        >
          ‹
        </button>
        <span>
          Segment {segment + 1} of {segments.length}, {clock(start)} to {clock(end)}
          {segments.length > 1 && segment === best && `: the most ${emotion}`}
        </span>
        <button
          type="button"
          disabled={segment === segments.length - 1}
          onClick={() => setSegment(segment + 1)}
          aria-label="Next segment"
        >
          ›
        </button>
      </figcaption>
      <div class="spectrogram">
        <div class="hertz" aria-hidden="true">
          {shown?.rows === 1 && <span class="strip">adds</span>}
          <div class="scale">
            <span>4 kHz</span>
            <span>2</span>
            <span>0</span>
          </div>
        </div>
        <canvas
          ref={canvas}
          width={4 * FRAMES}
          height={BINS}
          role="img"
          aria-label={`Spectrogram, ${MAPS[map]} for ${of}`}
        />
        <div class="ends" aria-hidden="true">
          <span>{clock(start)}</span>
          <span>{clock(Math.max(end, start + SECONDS))}</span>
        </div>
      </div>
      <div class="controls">
        <label>
          map{' '}
          <select value={map} onChange={({ currentTarget }) => setMap(currentTarget.value as MapName)}>
            {Object.entries(MAPS).map(([key, words]) => (
              <option key={key} value={key}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          for{' '}
          <select value={of} onChange={({ currentTarget }) => setOf(currentTarget.value)}>
            {classes.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        {shown && shown.rows !== 1 && (
          <label>
            opacity{' '}
            <input
              type="range"
              min="0"
              max="1"
              step="0.05"
              value={opacity}
              onInput={({ currentTarget }) => setOpacity(Number(currentTarget.value))}
            />
          </label>
        )}
        <button
          type="button"
          class="link"
          disabled={!shown}
          onClick={() => canvas.current!.toBlob((png) => png && save(`${name}-${segment + 1}.png`, png, 'image/png'))}
        >
          PNG
        </button>
      </div>
      {problem && (
        <p class="problem" role="alert">
          There is no map: {problem}{' '}
          <button type="button" class="link" onClick={() => setTries(tries + 1)}>
            Try again
          </button>
        </p>
      )}
      <p class="quiet" hidden={problem !== undefined}>
        {!shown
          ? 'The maps are made …'
          : shown.rows === 1
            ? 'This network weighs time alone: the strip above. Red parts speak for the class, blue ones against it.'
            : 'Red cells speak for the class, blue ones against it; 0 to 4 kHz from below.'}
      </p>
    </figure>
  );
}
