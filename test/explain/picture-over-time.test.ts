import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import type { Explanation } from '../../src/explain/explanation.ts';
import { gridOf } from '../../src/explain/grid.ts';
import type { PanelName } from '../../src/explain/panel-names.ts';
import { pictureOf } from '../../src/explain/picture.ts';
import { createNetwork } from '../../src/model/architecture.ts';
import { DEFAULT_FRAMES } from '../../src/model/frames/architecture.ts';

/* The golden picture is drawn anew, and looked at, as in picture.test.ts. */
const byClass = <T>(value: T) => Object.fromEntries(EMOTIONS.map((name) => [name, value])) as Record<'sad', T> & never;

/** From 0.4 s: heard from frame 10 to 79, attended to in two of them; of the class the one speaks for it, the other against. */
function explanation(change: Partial<Explanation> = {}): Explanation {
  const bottomUp = new Float32Array(100);
  [bottomUp[20], bottomUp[60]] = [0.75, 0.25]; // at 0.8 and 1.6 s
  const topDown = new Float32Array(100).fill(9); // where nothing is heard, a bias that nobody sees
  const heard = new Float32Array(100).fill(1, 10, 80);
  topDown.fill(0, 10, 80);
  [topDown[20], topDown[60]] = [4, -2];
  const product = topDown.map((value, frame) => value * bottomUp[frame]!);
  const spectrogram = new Float32Array(80_000);
  for (const bin of [20, 40, 60]) spectrogram.fill(bin / 60, bin * 200 + 20, bin * 200 + 160);
  const probabilities = { neutral: 0.1, happy: 0.2, angry: 0.3, sad: 0.4 };
  const logits = byClass(2.5);
  return {
    ...{ name: 'a.wav', segment: 0, emotion: 'sad', answer: 'sad', silent: false },
    recognition: {
      ...{ startSeconds: 0, durationSeconds: 2.2, emotion: 'sad', probabilities, warnings: [] },
      segments: [{ start: 0.4, end: 2.2, probabilities, logits }],
    },
    maps: { start: 0.4, spectrogram, bottomUp, heard, topDown: byClass(topDown), product: byClass(product), logits },
    ...{ grid: gridOf(createNetwork(DEFAULT_FRAMES)), meaning: { score: 'sum', softmax: true } },
    ...change,
  };
}

const parsed = (svg: string) => parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document;
const number = (element: Element, name: string) => Number(element.getAttribute(name));
/** Axis from 0.4 to 2.4 s over 375 pixels from 64 on. */
const xOf = (frame: number) => 64 + (375 * frame) / 100;

function panelsOf(shown?: readonly PanelName[], change?: Partial<Explanation>) {
  const document = parsed(pictureOf(explanation(change), shown));
  return [...document.querySelectorAll('svg svg')].map((panel) => ({
    panel,
    title: panel.getAttribute('aria-label')!.split(':')[0],
    frame: panel.querySelector('.frame')!,
    areas: [...panel.querySelectorAll('.area path')].map((path) =>
      path
        .getAttribute('d')!
        .split(/[MLZ]/)
        .filter(Boolean)
        .map((point) => point.split(',').map(Number) as [number, number]),
    ),
  }));
}

describe('a picture of maps over time', () => {
  it('is drawn as before, however often, in little space', async () => {
    const svg = pictureOf(explanation());
    await expect(svg).toMatchFileSnapshot('golden/explanation-over-time.svg');
    expect(pictureOf(explanation())).toBe(svg);
    expect(svg.length).toBeLessThan(100_000);
  });

  it('has the maps above the spectrogram, one below the other, on one axis of time', () => {
    const panels = panelsOf();
    expect(panels.map(({ title }) => title)).toEqual([
      ...['Where it attends', 'What it takes for sad', 'Where the score for sad comes from', 'The sound'],
    ]);
    let below = 60;
    for (const { panel, frame } of panels) {
      expect([number(panel, 'x'), number(panel, 'y')]).toEqual([0, below]);
      expect([number(frame, 'x'), number(frame, 'width')]).toEqual([64, 375]);
      below += number(panel, 'height');
    }
    expect(number(parsed(pictureOf(explanation())).querySelector('svg')!, 'height')).toBeGreaterThan(below + 40);
    expect(panels.map(({ panel }) => panel.textContent!.includes('time, s'))).toEqual([false, false, false, true]);
    expect(
      panelsOf(['spectrogram', 'product'])
        .map(({ title }) => title)
        .at(-1),
    ).toBe('The sound');
    expect(panelsOf(['top-down'])[0]!.panel.textContent).toContain('time, s');
  });

  it('has a step a frame, as high as its value: above 0 for the class, below against it', () => {
    const [attention, , product] = panelsOf();
    const top = number(attention!.frame, 'y');
    const height = number(attention!.frame, 'height');
    // from 0 to 1.05 times 75 %: 25 % ends two thirds lower
    const near = (frame: number) =>
      attention!.areas[0]!.filter(([x]) => Math.abs(x - xOf(frame + 0.5)) < 1.9).map(([, y]) => top + height - y);
    expect(Math.max(...near(20))).toBeCloseTo(height / 1.05, 1);
    expect(Math.max(...near(60))).toBeCloseTo(height / 1.05 / 3, 1);
    expect(Math.max(...near(40))).toBe(0);
    // 3 for, and 0.5 against
    const [red, blue] = product!.areas.map((points) => points.map(([, y]) => y - number(product!.frame, 'y')));
    const zero = (height * 3.15) / (3.15 + 0.525);
    expect(zero - Math.min(...red!)).toBeCloseTo((3 * height) / 3.675, 1);
    expect(Math.max(...red!)).toBeCloseTo(zero, 1);
    expect(Math.max(...blue!) - zero).toBeCloseTo((0.5 * height) / 3.675, 1);
    expect(Math.min(...blue!)).toBeCloseTo(zero, 1);
  });

  it('has grey where nothing is heard, without a value there', () => {
    const [attention, topDown] = panelsOf();
    const greys = [...topDown!.panel.querySelectorAll('.rect rect')];
    expect(greys.map((rect) => [number(rect, 'x'), number(rect, 'x') + number(rect, 'width')])).toEqual([
      [64, xOf(10)],
      [xOf(80), 439],
    ]);
    expect(attention!.panel.querySelectorAll('.rect rect')).toHaveLength(2);
    // the greatest value that is drawn is 4, not the 9 of frames that are not heard
    const ticks = [...topDown!.panel.querySelectorAll('.y-axis.tick.label text')];
    expect(ticks.map(({ textContent }) => textContent)).toEqual(['−2', '0', '+2', '+4']);
  });

  it('says what it shows', () => {
    const text = parsed(pictureOf(explanation())).body.textContent!;
    for (const words of [
      'a.wav: sounds sad, 40 %',
      'Segment 1 of 1, 0.40 to 2.20 s: sad 40 %, logit 2.50',
      '90 % lies in 2 of 70 heard frames',
      'red speaks for sad, blue against',
      'frames add up to the logit, 2.50',
      'A frame is 20 ms at all frequencies',
      'depends on the whole segment, up to 8000 Hz (the spectrogram: 4000 Hz)',
      'Grey: too quiet, counts for nothing. Dashed: the end of the recording.',
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/NaN|undefined|Infinity|cell|the network hears/);
  });

  it('speaks of grey where there is some, and of an end where it is marked', () => {
    const { maps, recognition } = explanation();
    const heard = new Float32Array(100).fill(1);
    const segments = [{ ...recognition.segments[0]!, end: 2.4 }];
    const whole = pictureOf(explanation({ maps: { ...maps, heard }, recognition: { ...recognition, segments } }));
    expect(whole).toContain('90 % lies in 2 of 100 frames');
    expect(whole).not.toMatch(/Grey|Dashed|stroke-dasharray/);
    expect(pictureOf(explanation(), ['spectrogram'])).not.toContain('Grey');
    expect(pictureOf(explanation({ silent: true }))).toContain('digital silence, so the maps say nothing of a voice');
  });

  it('is drawn where a map is 0 all over', () => {
    const { maps } = explanation();
    const none = byClass(new Float32Array(100));
    expect(pictureOf(explanation({ maps: { ...maps, topDown: none, product: none } }))).not.toMatch(/NaN|Infinity/);
  });
});
