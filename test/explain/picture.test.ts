import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { diverging, imageOf, sequential } from '../../src/explain/colours.ts';
import type { Explanation } from '../../src/explain/explanation.ts';
import { gridOf } from '../../src/explain/grid.ts';
import { pictureOf } from '../../src/explain/picture.ts';
import { rasterize } from '../../src/explain/rasterize.ts';
import { createNetwork, DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';

/*
 * Pictures are compared with the files in golden/. After a wanted change draw them anew with
 *   npx vitest run test/explain/picture.test.ts --update
 * and look at each in a browser before it is committed.
 */
const byClass = <T>(value: T) => Object.fromEntries(EMOTIONS.map((name) => [name, value])) as Record<'sad', T> & never;

/** Attention on two cells, a top-down map that rises with time from -2 to 2.8, three tones. */
function explanation(change: Partial<Explanation> = {}): Explanation {
  const bottomUp = new Float32Array(1250);
  [bottomUp[3 * 25 + 10], bottomUp[4 * 25 + 20]] = [0.75, 0.25]; // 240 to 320 Hz at 0.8 s, 320 to 400 Hz at 1.6 s
  const topDown = Float32Array.from({ length: 1250 }, (_, cell) => 0.2 * (cell % 25) - 2);
  topDown.fill(-3, 0, 5);
  const product = topDown.map((value, cell) => value * bottomUp[cell]!);
  const spectrogram = new Float32Array(80_000);
  for (const bin of [20, 40, 60]) spectrogram.fill(bin / 60, bin * 200 + 20, bin * 200 + 170);
  const probabilities = { neutral: 0.1, happy: 0.2, angry: 0.3, sad: 0.4 };
  const logits = byClass(0.5);
  const segment = { start: 0.4, end: 2.2, probabilities, logits };
  return {
    ...{ name: 'a <b> & "c".wav', segment: 0, emotion: 'sad', answer: 'sad', silent: false },
    recognition: {
      startSeconds: 0,
      durationSeconds: 2.2,
      emotion: 'sad',
      probabilities,
      segments: [segment],
      warnings: [],
    },
    maps: { start: 0.4, spectrogram, bottomUp, topDown: byClass(topDown), product: byClass(product), logits },
    ...{ grid: gridOf(createNetwork(DEFAULT_ARCHITECTURE)), meaning: { score: 'sum', softmax: true } },
    ...change,
  };
}
const parsed = (svg: string) => parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document;
const pngOf = (uri: string) => decode(Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64'));
const pixel = ({ data, width, channels }: ReturnType<typeof decode>, x: number, y: number) =>
  [0, 1, 2].map((channel) => data[channels * (y * width + x) + channel]);

// the ends of ColorBrewer's RdBu and Blues with 11 and 9 classes, and the middle of RdBu
const [RED, BLUE, MIDDLE, PALE, NAVY] = [
  [103, 0, 31],
  [5, 48, 97],
  [247, 247, 247],
  [247, 251, 255],
  [8, 48, 107],
];
const near = (colour: (number | undefined)[], expected: number[]) =>
  Math.max(...colour.map((channel, i) => Math.abs(channel! - expected[i]!)));

describe('a map as an image', () => {
  it('has a pixel a value, the first row at the bottom, red above 0 and blue below as deep', () => {
    const values = Float32Array.of(2, 0, -2, 1, -1, 0);
    const image = pngOf(imageOf(values, 3, diverging(values)));
    expect([image.width, image.height]).toEqual([3, 2]);
    expect(near(pixel(image, 0, 1), RED!)).toBeLessThan(3);
    expect(near(pixel(image, 2, 1), BLUE!)).toBeLessThan(3);
    expect(near(pixel(image, 1, 1), MIDDLE!)).toBeLessThan(12); // d3 interpolates through its neighbours
    expect(pixel(image, 2, 0)).toEqual(pixel(image, 1, 1));
    const [weakRed, weakBlue] = [pixel(image, 0, 0), pixel(image, 1, 0)];
    expect(weakRed[0]).toBeGreaterThan(weakRed[2]!);
    expect(weakBlue[2]).toBeGreaterThan(weakBlue[0]!);
  });

  it('is symmetric about 0 where all values have one sign', () => {
    expect(diverging(Float32Array.of(-3, -1)).domain).toEqual([-3, 3]);
    expect(diverging(new Float32Array(2)).domain).toEqual([-1, 1]);
  });

  it('goes from pale to dark where there is one sign only', () => {
    const image = pngOf(imageOf(Float32Array.of(0, 5), 2, sequential('blues', 0, 5)));
    expect(near(pixel(image, 0, 0), PALE!)).toBeLessThan(3);
    expect(near(pixel(image, 1, 0), NAVY!)).toBeLessThan(3);
  });
});

describe('a picture', () => {
  it('is drawn as before, however often, in little space', async () => {
    const svg = pictureOf(explanation());
    await expect(svg).toMatchFileSnapshot('golden/explanation.svg');
    expect(pictureOf(explanation())).toBe(svg);
    expect(svg.length).toBeLessThan(200_000);
  });

  it('says what it shows', () => {
    const text = parsed(pictureOf(explanation())).body.textContent!;
    for (const words of [
      'a <b> & "c".wav: sounds sad, 40 %',
      'Segment 1 of 1, 0.40 to 2.20 s: sad 40 %, logit 0.50',
      '90 % lies in 2 of 1250 cells',
      'red speaks for sad, blue against',
      'cells add up to the logit, 0.50',
      'A cell is 80 Hz by 80 ms',
      'Dashed: the end of the recording',
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('marks no end where the recording goes on, however seconds are rounded', () => {
    const { recognition, maps } = explanation();
    const segments = [{ ...recognition.segments[0]!, start: 0.1 + 0.2, end: 2.3 }]; // 0.1 + 0.2 is above 0.3
    const goingOn = explanation({ recognition: { ...recognition, segments }, maps: { ...maps, start: 0.1 + 0.2 } });
    expect(pictureOf(explanation())).toContain('stroke-dasharray');
    expect(pictureOf(goingOn)).not.toMatch(/Dashed|stroke-dasharray/);
  });

  it('has the recording’s time on both sides of a gap', () => {
    const { recognition, maps } = explanation();
    const segments = [{ ...recognition.segments[0]!, start: 0.4, end: 3.7 }]; // 2 s of sound, and 1.3 s that nobody recorded
    const gaps = [{ at: 0.85, seconds: 1.3 }];
    const across = explanation({ recognition: { ...recognition, segments }, maps: { ...maps, gaps } });
    const svg = pictureOf(across, ['spectrogram']);
    const document = parsed(svg);
    const ticks = [...document.querySelectorAll('.x-axis.tick.label text')].map((tick) => tick.textContent);
    expect(ticks).toEqual(['0.50', '1.00', '2.80', '3.30']);
    expect(document.body.textContent).toContain('Dotted: 1.30 s that nobody recorded, left out.');
    expect(document.body.textContent).not.toContain('Dashed');
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    expect(svg).toContain('stroke-dasharray="1.5,3"');
  });

  it('shows the parts that were asked for, and says what holds of them', () => {
    const mean = { score: 'mean', softmax: false } as const;
    const document = parsed(pictureOf(explanation({ meaning: mean, silent: true }), ['bottom-up', 'product']));
    expect(document.querySelectorAll('svg svg')).toHaveLength(2);
    expect(document.body.textContent).toContain('digital silence, so the maps say nothing of a voice');
    expect(document.body.textContent).toContain('cells average to the logit');
    expect(document.body.textContent).not.toContain('90 %');
  });

  it('becomes a PNG with sharp cells and readable words, without a font of the machine', async () => {
    const image = decode(await rasterize(pictureOf(explanation(), ['bottom-up'])));
    expect([image.width, image.height]).toEqual([525 * 1.6, Math.round((60 + 354 + 44) * 1.6)]);
    // up the column of the cell at 0.8 s after the start; its panel begins at (64, 60 + 58) and is 375 by 250
    const x = Math.round(1.6 * (64 + (10.5 / 25) * 375));
    const shades = new Set<string>();
    for (let y = Math.round(1.6 * 118) + 4; y < Math.round(1.6 * 368) - 4; y++) shades.add(pixel(image, x, y).join());
    expect(shades.size).toBe(2); // the cell and what is around it: no shade between
    const y = Math.round(1.6 * (118 + (1 - 3.5 / 50) * 250));
    expect(near(pixel(image, x, y), NAVY!)).toBeLessThan(3);
    let ink = 0;
    for (let row = 15; row < 45; row++)
      for (let column = 16; column < 400; column++) if (pixel(image, column, row)[0]! < 100) ink++;
    expect(ink).toBeGreaterThan(800); // the title, in bold letters 29 pixels high
  });
});
