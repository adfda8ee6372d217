import { useEffect, useRef, useState } from 'preact/hooks';
import type { Ear } from '../ears/ear.ts';
import type { Seen, Shown } from '../ears/told.ts';
import { clock, colourOf, save } from '../words.ts';

interface Props {
  readonly id: number;
  readonly name: string;
  readonly recognition: Seen;
  readonly segment: number;
  readonly setSegment: (segment: number) => void;
  readonly ear: Ear;
  readonly emotion: string;
}

/** Of the spectrogram: frames, and bins of 10 Hz. */
const [FRAMES, BINS] = [200, 400];
const MAPS = { product: 'what each part adds', topDown: 'the class alone', bottomUp: 'attention' } as const;

/** What the network heard in a segment, and by which parts of it it decides. */
export function Maps({ id, name, recognition, segment, setSegment, ear, emotion }: Props) {
  const { segments } = recognition;
  const classes = Object.keys(recognition.probabilities);
  const [shown, setShown] = useState<Shown>();
  const [problem, setProblem] = useState<string>();
  const [of, setOf] = useState(emotion);
  const [map, setMap] = useState<keyof typeof MAPS>('product');
  const [opacity, setOpacity] = useState(0.7);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let current = true;
    ear.explain(id, segment).then(
      (found) => current && setShown(found),
      (error: Error) => current && setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, [id, segment, ear]);
  useEffect(() => {
    if (shown && canvas.current) draw(canvas.current, shown, { map, of, opacity, colour: colourOf(of, classes) });
  }, [shown, map, of, opacity]);
  if (problem) return <p class="quiet">There is no map: {problem}</p>;
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
        Segment {segment + 1} of {segments.length}, {clock(start)} to {clock(end)}
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
          <span>{clock(end)}</span>
        </div>
      </div>
      <div class="controls">
        <label>
          map{' '}
          <select value={map} onChange={({ currentTarget }) => setMap(currentTarget.value as keyof typeof MAPS)}>
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
          onClick={() => canvas.current!.toBlob((png) => png && save(`${name}-${segment + 1}.png`, png, 'image/png'))}
        >
          PNG
        </button>
      </div>
      <p class="quiet">
        {!shown
          ? 'The maps are made …'
          : shown.rows === 1
            ? 'This network weighs time alone: the strip above. Red parts speak for the class, blue ones against it.'
            : 'Red cells speak for the class, blue ones against it; 0 to 4 kHz from below.'}
      </p>
    </figure>
  );
}

interface Choice {
  readonly map: keyof typeof MAPS;
  readonly of: string;
  readonly colour: string;
  readonly opacity: number;
}

function draw(canvas: HTMLCanvasElement, { maps, rows, columns }: Shown, { map, of, opacity, colour }: Choice): void {
  const context = canvas.getContext('2d')!;
  const { width, height } = canvas;
  const strip = rows === 1 ? 60 : 0; // a map over time stands above what was heard
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const heard = pixels(FRAMES, BINS, (column, row) => {
    const value = Math.max(0, maps.spectrogram[row * FRAMES + column]!) ** 0.6;
    const grey = Math.round(255 * (dark ? value : 1 - value));
    return [grey, grey, grey, 255];
  });
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, width, height);
  context.drawImage(heard, 0, strip && strip + 4, width, height - (strip && strip + 4));
  const values = map === 'bottomUp' ? maps.bottomUp : maps[map][of]!;
  const most = values.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0) || 1;
  const overlay = pixels(columns, rows, (column, row) => {
    const value = values[row * columns + column]! / most;
    return [...(value > 0 ? RED : BLUE), Math.round(255 * Math.abs(value))];
  });
  context.globalAlpha = rows === 1 ? 1 : opacity;
  context.drawImage(overlay, 0, 0, width, strip || height);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.strokeRect(1, 1, width - 2, (strip || height) - 2);
}

const [RED, BLUE] = [
  [214, 47, 39],
  [33, 102, 172],
] as const;

/** Values as an image, the first row at the bottom. */
function pixels(columns: number, rows: number, colour: (column: number, row: number) => readonly number[]) {
  const image = new ImageData(columns, rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      image.data.set(colour(column, row), 4 * ((rows - 1 - row) * columns + column));
  const canvas = new OffscreenCanvas(columns, rows);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
