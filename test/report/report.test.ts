import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Emotion } from '../../src/corpus/emotions.ts';
import { duration } from '../../src/report/corpus.ts';
import { reportHtml } from '../../src/report/report.ts';
import type { LogEntry } from '../../src/run/run-files.ts';
import { predict } from '../evaluate/predict.ts';
import { ENVIRONMENT, runOf } from '../evaluate/run.ts';

// By hand: 3 of 6 right, so WA 50.0 %; recalls neutral 2/3, happy 1/2, sad 0/1, angry none, so UA (2/3 + 1/2 + 0) / 3 = 38.9 %;
// F1 neutral 2*2 / (3 + 3) = 2/3, happy 2*1 / (2 + 2) = 1/2, sad 0, so macro-F1 38.9 %. Always neutral: WA 3/6, UA 1/3.
const PREDICTIONS = [
  predict('a1', 'ann', 'neutral', 'neutral'),
  predict('a2', 'ann', 'neutral', 'neutral'),
  predict('a3', 'ann', 'happy', 'happy'),
  predict('b1', 'bob', 'neutral', 'happy'),
  predict('b2', 'bob', 'happy', 'neutral'),
  predict('b3', 'bob', 'sad', 'angry'),
];

/** The page's text, each run of white space as one space. */
function textOf(page: string): string {
  const { document } = parseHTML(page);
  for (const style of document.querySelectorAll('style')) style.remove();
  return document.documentElement.textContent!.replace(/\s+/g, ' ');
}

/** The text of each cell of the table that has `heading` in its head. */
function cellsOf(page: string, heading: string): string[][] {
  const tables = [...parseHTML(page).document.querySelectorAll('table')];
  const found = tables.find((table) =>
    [...table.querySelectorAll('thead th')].some((th) => th.textContent === heading),
  )!;
  return [...found.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((td) => td.textContent!.replace(/\s/g, ' ')),
  );
}

const start = (time: string, environment = ENVIRONMENT): LogEntry => ({ event: 'start', time, environment });

describe('reportHtml', () => {
  const run = runOf(PREDICTIONS);
  const page = reportHtml(run);
  const text = textOf(page);

  it('shows the figures', () => {
    const tiles = [...parseHTML(page).document.querySelectorAll('.tile .value')].map((tile) =>
      tile.textContent!.replace(/\s/g, ' '),
    );
    expect(page).not.toMatch(/\d %/); // a figure and its sign stay on one line
    expect(tiles).toEqual(['50.0 %', '38.9 %', '38.9 %']);
    expect(text).toContain('mean of folds 50.0 %'); // WA of ann 3/3, of bob 0/3
    expect(text).toContain('Always answering “neutral”, the most frequent class, would reach WA 50.0 % and UA 33.3 %');
    expect(text).toContain('Most mixed up: 1 of 1 sad utterances (100.0 %) are recognised as angry.');
  });

  it('shows recall, precision and F1 of each class, a dash where there is none', () => {
    expect(cellsOf(page, 'Precision')).toEqual([
      ['neutral', '3', '66.7 %', '66.7 %', '66.7 %'],
      ['happy', '2', '50.0 %', '50.0 %', '50.0 %'],
      ['angry', '0', '–', '0.0 %', '–'],
      ['sad', '1', '0.0 %', '–', '0.0 %'],
    ]);
  });

  it('shows what each fold chose, with what else it tried', () => {
    expect(text).not.toContain('Chosen by training speakers');
    const tried = [
      { ridge: 10, gamma: 0.1, ua: 0.5 },
      { ridge: 1, gamma: 0.1, ua: 0.625 },
      { ridge: 0.1, gamma: 0.1, ua: null },
    ];
    const chosen = new Map([
      ['ann', { ridge: 1, gamma: 0.1, tried }],
      ['bob', { ridge: 10, gamma: 0.1, tried: tried.slice(0, 1) }],
    ]);
    expect(cellsOf(reportHtml({ ...run, chosen }), 'Gamma')).toEqual([
      ['ann', '1', '0.1', '3', '62.5 %', '50.0 %'],
      ['bob', '10', '0.1', '1', '50.0 %', '50.0 %'],
    ]);
    const thresholds = new Map([['ann', { threshold: 0.45, tried: [{ threshold: 0.45, ua: 0.5 }] }]]);
    expect(cellsOf(reportHtml({ ...run, chosen: thresholds }), 'Threshold')).toEqual([
      ['ann', '0.45', '1', '50.0 %', '50.0 %'],
    ]);
  });

  it('says why there are no intervals, and which folds lack a class', () => {
    expect(text).toContain('No intervals: they take at least 6 speakers, there are 2.');
    expect(text).toContain('ann (angry, sad); bob (angry)');
  });

  it('shows intervals with what to think of them', () => {
    const classes: Emotion[] = ['neutral', 'happy', 'angry', 'sad'];
    const speakers = ['a', 'b', 'c', 'd', 'e', 'f'];
    const all = speakers.flatMap((name) =>
      classes.map((emotion) => predict(`${name}-${emotion}`, name, emotion, emotion)),
    );
    const shown = textOf(reportHtml(runOf(all)));
    expect(shown).toContain('95 % interval 100.0 to 100.0 %');
    expect(shown).toContain(
      'bootstrap over 6 speakers, resampled whole; with few speakers they are too narrow; 50 draws.',
    );
  });

  it('shows the jackknife beside the bootstrap', () => {
    const neutral = [3, 5, 6, 8, 7, 4].flatMap((right, s) =>
      Array.from({ length: 10 }, (_, i) => predict(`${s}${i}`, `s${s}`, 'neutral', i < right ? 'neutral' : 'sad')),
    );
    // scipy.stats.t.interval(0.95, 5, numpy.mean(x), scipy.stats.sem(x)), x = [0.3, 0.5, 0.6, 0.8, 0.7, 0.4]: 0.3537, 0.7463
    const cells = cellsOf(reportHtml(runOf(neutral)), 'Jackknife-t');
    expect(cells.map(([who, name, pooled, , jackknife]) => [who, name, pooled, jackknife])).toEqual([
      ['all', 'WA', '55.0 %', '35.4 to 74.6 %'],
      ['all', 'UA', '55.0 %', '35.4 to 74.6 %'],
      ['all', 'Macro-F1', expect.any(String), expect.any(String)],
    ]);
    expect(page).not.toContain('Jackknife-t'); // two speakers
  });

  it('sums the corpus up', () => {
    expect(text).toContain(
      '6 recordings of 2 speakers, 12 s in all. 69 further recordings of the folder were left out.',
    );
    expect(cellsOf(page, 'Gender')).toEqual([
      ['ann', '–', '2', '1', '0', '0', '3', '6 s'],
      ['bob', '–', '1', '1', '0', '1', '3', '6 s'],
      ['All', '', '3', '2', '0', '1', '6', '12 s'],
    ]);
    expect(cellsOf(page, 'SHA-256')[0]).toEqual(['a1.wav', 'ann', 'neutral', 'ann', '2.00', 'ab'.repeat(32)]);
  });

  it('shows every option of the run', () => {
    for (const [label, value] of [
      ['Divided by 10 from epoch', '21, 31, 41'],
      ['Attention: softmax over the map', 'yes'],
      ['Weight decay', '0.0001'],
      ['Hop of test segments, s', '0.4'],
      ['Runtime', 'onnxruntime-node 1.30.0'],
    ])
      expect(page).toContain(`<th scope="row">${label}</th><td>${value}</td>`);
  });

  it('warns of recordings without a prediction', () => {
    const missing = { ...runOf(PREDICTIONS.slice(1)), manifest: run.manifest };
    expect(textOf(reportHtml(missing))).toContain('The predictions cover 5 of 6 recordings');
    expect(text).not.toContain('The predictions cover');
  });

  it('marks every figure of folds that leak, and says what does', () => {
    expect(text).not.toContain('LEAKS');
    const badges = (page: string) => parseHTML(page).document.querySelectorAll('.badge').length;
    const { options } = run.config;
    const random = reportHtml({
      ...run,
      config: { ...run.config, options: { ...options, protocol: 'random-leaking' } },
    });
    expect(badges(random)).toBe(8); // the title, three tiles and four headings
    expect(textOf(random)).toContain('LEAKS: utterances were divided at random');
    const copy = { code: 'same-audio-on-both-sides', name: 'same-audio-on-both-sides:a1=b1', fatal: true } as const;
    const copied = { ...run.manifest, audit: [{ ...copy, message: 'a1 and b1 are one recording.' }] };
    const accepted = reportHtml({ ...run, manifest: copied });
    expect(badges(accepted)).toBe(8);
    expect(textOf(accepted)).toContain('LEAKS: recordings or copies of them stand on both sides of folds');
    expect(textOf(accepted)).toContain('scored by a model that may have heard it, or a copy of it');
  });

  it('warns of a run that was continued in another environment', () => {
    const same = [start('2026-03-01T09:00:00.123Z'), start('2026-03-02T09:00:00.000Z')];
    const calm = textOf(reportHtml({ ...run, log: same }));
    expect(calm).toContain('Started2026-03-01 09:00:00 UTC Continued2026-03-02 09:00:00 UTC Endednot in the log');
    expect(calm).not.toContain('different environments');
    const other = [same[0]!, start('2026-03-02T09:00:00.000Z', { ...ENVIRONMENT, node: '24.0.0' })];
    const page = reportHtml({ ...run, log: other });
    expect(textOf(page)).toContain('different environments');
    expect(cellsOf(page, 'started in')[1]).toEqual(['Node', '22.0.0', '24.0.0']);
  });

  it('shows the last epoch of each fold, and its test figures', () => {
    const rest = { event: 'epoch', time: '2026-03-01T09:00:00.000Z', fold: 'ann', learningRate: 0.05 } as const;
    const log = [
      { ...rest, epoch: 1, loss: 1.25, accuracy: 0.5 },
      { ...rest, epoch: 2, loss: 0.75, accuracy: 0.875 },
    ];
    expect(cellsOf(reportHtml({ ...run, log }), 'Training loss')).toEqual([
      ['ann', '2', '0.7500', '87.5 %', '3', '100.0 %', '100.0 %'],
    ]);
    expect(text).toContain('The log of this run holds no epoch.');
  });

  it('escapes what comes from files and labels', () => {
    const evil = `<script>alert('"&"')</script>`;
    const hostile = runOf([predict(evil, evil, 'happy', 'happy'), ...PREDICTIONS]);
    const environment = { ...ENVIRONMENT, processor: evil };
    const epoch = {
      event: 'epoch',
      time: evil,
      fold: evil,
      epoch: 1,
      learningRate: 0.05,
      loss: 1,
      accuracy: 0,
    } as const;
    const page = reportHtml({
      ...hostile,
      config: { ...hostile.config, corpus: evil },
      manifest: { ...hostile.manifest, leftOut: { [evil]: 1 } },
      log: [start(evil, environment), epoch],
    });
    expect(page).not.toContain('<script');
    expect(cellsOf(page, 'SHA-256')[0]!.slice(0, 2)).toEqual([`${evil}.wav`, evil]);
    expect([...parseHTML(page).document.querySelectorAll('svg title')].map((title) => title.textContent)).toContain(
      evil,
    );
  });

  it('loads nothing and runs nothing', () => {
    const epoch = {
      event: 'epoch',
      time: '',
      fold: 'ann',
      epoch: 1,
      learningRate: 0.05,
      loss: 1,
      accuracy: 0.5,
    } as const;
    const page = reportHtml({ ...run, log: [epoch] });
    expect(parseHTML(page).document.querySelectorAll('svg').length).toBe(5);
    expect(page).not.toMatch(/\b(src|srcset|href|action|on\w+)\s*=/i);
    expect(page).not.toMatch(/<(script|link|iframe|object|embed|img|base)\b|@import|url\(/i);
    expect(page.replaceAll(' xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:/);
  });

  it('gives the same bytes again', () => expect(reportHtml(run)).toBe(page));
});

it.each([
  [0.4, '0 s'],
  [59.6, '1 min 00 s'],
  [919, '15 min 19 s'],
  [3723, '1 h 02 min 03 s'],
])('duration: %s s is %s', (seconds, shown) => expect(duration(seconds)).toBe(shown));
