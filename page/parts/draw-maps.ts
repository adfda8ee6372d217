import type { Shown } from '../ears/told.ts';

/** What is drawn over a spectrogram. */
export type MapName = 'product' | 'topDown' | 'bottomUp';

/** Of the spectrogram: frames, and bins of 10 Hz. */
export const [FRAMES, BINS] = [200, 400];

interface Choice {
  readonly map: MapName;
  readonly of: string;
  readonly colour: string;
  readonly opacity: number;
}

/** Draws what was heard, and a map over it, or above it where it is one of time alone. */
export function draw(
  canvas: HTMLCanvasElement,
  { maps, rows, columns }: Shown,
  { map, of, opacity, colour }: Choice,
): void {
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
