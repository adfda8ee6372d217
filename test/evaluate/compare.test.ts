import { describe, expect, it } from 'vitest';
import { EMOTIONS, type Emotion } from '../../src/corpus/emotions.ts';
import type { ProtocolName } from '../../src/corpus/protocols.ts';
import { compareSystems } from '../../src/evaluate/compare.ts';
import type { ComparedRun } from '../../src/evaluate/compared-runs.ts';
import type { Primary } from '../../src/evaluate/primary.ts';
import type { Prediction } from '../../src/statistics/prediction.ts';
import { predict } from './predict.ts';
import { runOf } from './run.ts';

const SEED = { seed: 1 };
const BOTH = (['wa', 'ua'] as const).map((figure) => ({ first: 'A', second: 'B', figure }));
const close = (value: number) => expect.closeTo(value, 12);

const madeBy = (run: string, predictions: readonly Prediction[], protocol?: ProtocolName): ComparedRun => {
  const { options } = runOf(predictions).config;
  return { run, predictions, options: { ...options, ...(protocol && { protocol }) } };
};

/** Speakers a, b and c; `right` names the utterances that are right, all others are taken for sad. */
const THREE: readonly (readonly [string, Emotion])[] = [
  ['a1', 'neutral'],
  ['a2', 'neutral'],
  ['a3', 'angry'],
  ['b1', 'neutral'],
  ['b2', 'neutral'],
  ['c1', 'neutral'],
  ['c2', 'neutral'],
  ['c3', 'angry'],
];
const three = (right: string) =>
  THREE.map(([id, emotion]) => predict(id, id[0]!, emotion, right.split(' ').includes(id) ? emotion : 'sad'));

/** Neutral 4 of 6 and angry 0 of 2, against 5 of 6 and 2 of 2. */
const before = madeBy('before', three('a1 b1 c1 c2'));
const after = madeBy('after', three('a1 a2 a3 b1 b2 c1 c3'));

describe('runs of other classes', () => {
  const of = (run: string, classes: readonly string[]): ComparedRun => ({
    ...{ run, classes, predictions: [predict('a1', 'a', 'calm', 'calm', 'a', classes)] },
  });

  it('are refused with one line, and those in another order are not', () => {
    expect(() => compareSystems([[of('two', ['calm', 'sad'])], [of('three', ['calm', 'sad', 'Wut'])]], SEED)).toThrow(
      'two and three tell other classes apart: calm, sad, and calm, sad, Wut. Compare runs of the same classes.',
    );
    const { systems } = compareSystems([[of('two', ['calm', 'sad'])], [of('turned', ['sad', 'calm'])]], SEED);
    expect(systems.map(({ ua }) => ua.mean)).toEqual([1, 1]);
  });
});

describe('a comparison by hand', () => {
  it('has the difference of the pooled figures and the p of all 8 swaps', () => {
    const { systems, pairs, utterances, speakers } = compareSystems([[before], [after]], SEED);
    expect([utterances, speakers]).toEqual([8, 3]);
    expect(systems.map(({ wa, ua }) => [wa.mean, ua.mean])).toEqual([
      [0.5, close(1 / 3)],
      [0.875, close(11 / 12)],
    ]);
    // WA: the speakers' shares are 2, 1 and 0 eighths, so 4 of 8 swaps end 3 eighths from zero
    // UA: 4, 1 and 2 twelfths, so that only the swaps of nobody and everybody end 7 twelfths from zero
    // corrected: 2 x 0.25, and 1 x 0.5
    const [pair] = compareSystems([[before], [after]], { ...SEED, primary: BOTH }).pairs;
    const [none, test] = [
      { interval: null, jackknife: null },
      { smallestP: 0.25, swaps: 8, exact: true },
    ];
    expect(pair!.wa).toMatchObject({ difference: close(3 / 8), ...none, test: { p: 0.5, correctedP: 0.5, ...test } });
    expect(pair!.ua).toMatchObject({ difference: close(7 / 12), ...none, test: { p: 0.25, correctedP: 0.5, ...test } });
    expect(pairs).toEqual([{ first: 'A', second: 'B', wa: { ...pair!.wa, test: null }, ua: expect.anything() }]);
  });

  it('averages seeds and swaps them together', () => {
    const { systems, pairs } = compareSystems(
      [
        [before, after],
        [after, after],
      ],
      { ...SEED, primary: BOTH },
    );
    expect(systems[0]!.runs.map(({ wa }) => wa)).toEqual([0.5, 0.875]);
    const deviation = close(0.375 / Math.SQRT2);
    expect(systems[0]!.wa).toEqual({ mean: 0.6875, deviation, interval: null, jackknife: null });
    expect(pairs[0]!.wa).toMatchObject({ difference: close(3 / 16), test: { p: 0.5 }, seedsAgree: false });
    expect(pairs[0]!.ua).toMatchObject({ difference: close(7 / 24), test: { p: 0.25 }, seedsAgree: false });
  });

  it('takes unequal numbers of seeds, and says what that does', () => {
    const { systems, pairs, notes } = compareSystems([[before], [after, before]], { ...SEED, primary: BOTH });
    expect(systems.map(({ wa }) => wa.deviation)).toEqual([null, close(0.375 / Math.SQRT2)]);
    expect(pairs[0]!.wa).toMatchObject({ difference: close(3 / 16), test: { p: 0.5 } });
    expect(notes.join('\n')).toMatch(/differ in their number of seeds.*p is approximate/);
  });

  it('corrects p over the primary comparisons, and tests no others', () => {
    // eight speakers of one neutral and nine happy utterances: B recognises one more happy one of each, C also all neutral ones but two speakers'
    const eight = (happy: number, neutral: number) =>
      Array.from({ length: 8 }, (_, s) =>
        Array.from({ length: 10 }, (_, i) =>
          i === 0
            ? predict(`${s}0`, `s${s}`, 'neutral', s < neutral ? 'neutral' : 'sad')
            : predict(`${s}${i}`, `s${s}`, 'happy', i <= happy ? 'happy' : 'sad'),
        ),
      ).flat();
    const systems = [eight(4, 0), eight(5, 0), eight(5, 6)].map((predictions, i) => [madeBy(`${i}`, predictions)]);
    const of = (first: string, second: string, figure: 'wa' | 'ua') => ({ first, second, figure });
    const named = [of('B', 'C', 'wa'), of('B', 'C', 'ua'), of('A', 'B', 'ua'), of('C', 'A', 'ua')];
    const { pairs, primary, notes } = compareSystems(systems, { ...SEED, primary: named });
    expect(primary).toEqual([...named.slice(0, 3), of('A', 'C', 'ua')]); // the earlier system first
    const tests = pairs.map(({ first, second, wa, ua }) => [first + second, wa.test?.p, ua.test?.p]);
    expect(tests).toEqual([
      ['AB', undefined, 2 / 256], // all eight speakers gain alike: only nobody and everybody swapped end as far from zero
      ['AC', undefined, 2 / 256], // six gain more, two less: the same
      ['BC', 8 / 256, 8 / 256], // six gain and two do not: 2 x 4 swaps
    ]);
    // ascending: 4 x 2/256 twice, since none may be below the one before; then 2 x 8/256 twice
    expect(pairs.map(({ wa, ua }) => [wa.test?.correctedP, ua.test?.correctedP])).toEqual([
      [undefined, 8 / 256],
      [undefined, 8 / 256],
      [16 / 256, 16 / 256],
    ]);
    expect(notes.join('\n')).toMatch(
      /Holm's method over the 4 primary comparisons; the smallest possible one is 0\.031/,
    );
    expect(notes.join('\n')).toContain('Primary: WA of C - B, UA of C - B, UA of B - A, UA of C - A. All other');
    const undecided = compareSystems(systems, SEED);
    expect(undecided.primary).toEqual([]);
    expect(undecided.pairs.flatMap(({ wa, ua }) => [wa.test, ua.test])).toEqual(Array.from({ length: 6 }, () => null));
    expect(undecided.notes.join('\n')).toMatch(/none is tested, none ranks\.\nBefore you look, name .* A:B/);
  });

  it('says how small p can be, and why there are no intervals', () => {
    const text = compareSystems([[before], [after]], SEED).notes.join('\n');
    expect(text).toContain('all 8 swaps; the smallest possible p is 0.25.');
    expect(text).toContain('No intervals: they take at least 6 speakers, there are 3.');
  });

  it.each([1, 27])('refuses %d systems', (count) => {
    const systems = Array.from({ length: count }, () => [before]);
    expect(() => compareSystems(systems, SEED)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

/** From NumPy's default_rng(11) and scikit-learn 1.9.1; eight speakers of ten utterances; p by a walk through all 256 swaps. */
describe('a comparison against scikit-learn', () => {
  const TRUE = '00312220101320203332310212313013021233323300123131322023333031210033110032002330';
  const system = (digits: string) => {
    const predictions = [...digits].map((digit, i) =>
      predict(`u${i}`, `s${Math.floor(i / 10)}`, EMOTIONS[Number(TRUE[i])]!, EMOTIONS[Number(digit)]!),
    );
    return madeBy(digits.slice(0, 8), predictions);
  };
  const a = system('00313220111220003332330202322013021033323030121131333321033031011033210030302330');
  const b = system('00313222101320203332310213113013001230323300113131322323330011210233122031202330');
  const b2 = system('02312220101320103332330211310013001133323300113131322022133231200303110332303332');

  it('agrees for one seed each', () => {
    const [pair] = compareSystems([[a], [b]], { ...SEED, primary: BOTH }).pairs;
    expect(pair!.wa).toMatchObject({ difference: close(0.0875), test: { p: 0.21875, correctedP: 0.28125 } });
    // twice 0.140625, which 0.21875 may not be below
    expect(pair!.ua).toMatchObject({
      ...{ difference: close(0.09629629629629621), test: { p: 0.140625, correctedP: 0.28125 } },
    });
  });

  it('agrees for two seeds against one', () => {
    const { systems, pairs } = compareSystems([[a], [b, b2]], { ...SEED, primary: BOTH });
    expect(systems[1]!.ua.mean).toBeCloseTo((0.8143518518518518 + 0.7712962962962964) / 2, 12);
    expect(pairs[0]!.wa).toMatchObject({ difference: close(0.06875), test: { p: 0.25 } });
    expect(pairs[0]!.ua).toMatchObject({ difference: close(0.07476851851851851), test: { p: 0.1875 } });
  });
});

/** Six speakers of four neutral utterances each, of which so many are right; folds as given. */
const six = (right: readonly number[], foldOf = (speaker: string, _utterance: number) => speaker): Prediction[] =>
  right.flatMap((count, s) =>
    Array.from({ length: 4 }, (_, i) =>
      predict(`${s}${i}`, `s${s}`, 'neutral', i < count ? 'neutral' : 'sad', foldOf(`s${s}`, i)),
    ),
  );

const low = madeBy('low', six([1, 1, 2, 1, 1, 1]));
const low2 = madeBy('low2', six([1, 2, 1, 1, 1, 1]));
const high = madeBy('high', six([3, 3, 3, 4, 3, 3]));
const high2 = madeBy('high2', six([3, 3, 4, 3, 3, 3]));
const mixed = madeBy('mixed', six([4, 0, 4, 0, 0, 1]));

describe('the verdict', () => {
  const verdict = (first: ComparedRun[], second: ComparedRun[], primary?: Primary[]) =>
    compareSystems([first, second], { ...SEED, ...(primary && { primary }) }).pairs[0]!.ua.test?.verdict;

  it('is better only where the corrected p is below 0.05 and all seeds agree', () => {
    // all six speakers gain: only nobody and everybody swapped end as far from zero, so p = 2/64 = 0.031
    expect(verdict([low, low2], [high, high2])).toBe('Better: B');
    expect(verdict([high, high2], [low, low2])).toBe('Better: A');
    expect(verdict([low, low2], [mixed, mixed])).toBe('corrected p not below 0.05: no ranking');
    // the mean of 19 and 7 of 24 hits is far above 7, but one of the seeds is not
    expect(verdict([low, low2], [high, low])).toBe('seeds disagree: no ranking');
  });

  it('takes more of two comparisons than of one, and is silent where there is none', () => {
    const { pairs, notes } = compareSystems(
      [
        [low, low2],
        [high, high2],
      ],
      { ...SEED, primary: BOTH },
    );
    expect(pairs[0]!.ua.interval!.low).toBeGreaterThan(0); // which decides nothing
    expect(pairs[0]!.ua.test).toMatchObject({ p: 2 / 64, correctedP: 4 / 64 });
    expect(pairs[0]!.ua.test!.verdict).toBe('corrected p not below 0.05: no ranking');
    expect(notes.join('\n')).toContain(
      'smallest possible one is 0.063, so that the least of them cannot be called better',
    );
    expect(verdict([low, low2], [high, high2], [])).toBeUndefined();
  });

  it('does not rank by one seed, unless the system needs no more', () => {
    expect(verdict([low], [high])).toBe('one seed: no ranking');
    expect(verdict([low, low2], [high])).toBe('one seed: no ranking');
    const peer = { run: 'peer', predictions: high.predictions };
    expect(verdict([low, low2], [peer])).toBe('one seed: no ranking');
    expect(verdict([low, low2], [{ ...peer, deterministic: true }])).toBe('Better: B');
  });

  it('does not rank what leaks', () => {
    const leaking = madeBy('leaking', high.predictions, 'random-leaking');
    expect(verdict([low, low2], [leaking, leaking])).toBe('LEAKS: no ranking');
    const sessions = six([3, 3, 3, 4, 3, 3], (_, i) => `session ${i % 2}`); // accepted: a speaker in both
    const accepted = madeBy('accepted', sessions, 'leave-one-session-out');
    expect(verdict([low, low2], [accepted, accepted])).toBe('LEAKS: no ranking');
  });

  it('does not rank by fewer than six speakers', () => {
    expect(verdict([before, before], [after, after])).toBe('too few speakers: no ranking');
  });
});

describe('what is told of the runs', () => {
  const told = (...runs: ComparedRun[]) => {
    const { systems, notes } = compareSystems(
      runs.map((run) => [run]),
      SEED,
    );
    return { leaks: systems.map(({ leaks }) => leaks), text: notes.join('\n') };
  };

  it('marks a leak, by the protocol or by a speaker whom several folds test', () => {
    const leaking = madeBy('leaking', high.predictions, 'random-leaking');
    const { leaks, text } = told(low, leaking);
    expect(leaks).toEqual([false, true]);
    expect(text).toMatch(/^LEAKS: .* folds of B/);
    const divided = six([3, 3, 3, 4, 3, 3], (_, i) => `fold ${i}`);
    expect(told(low, { run: 'peer', predictions: divided }).leaks).toEqual([false, true]);
  });

  it('marks an accepted copy on both sides, once for all seeds', () => {
    const { manifest } = runOf(high.predictions);
    const copy = { code: 'same-audio-on-both-sides', name: 'same-audio-on-both-sides:00=10' } as const;
    const copied = { ...manifest, audit: [{ ...copy, fatal: true, message: '00 and 10 are one recording' }] };
    const seeds = [high, high2].map((run) => ({ ...run, manifest: copied }));
    const { systems, notes } = compareSystems([[low], seeds], SEED);
    expect(systems.map(({ leaks }) => leaks)).toEqual([false, true]);
    expect(notes.filter((note) => note.startsWith('LEAKS'))).toEqual([
      'LEAKS: recordings or copies of them stand on both sides of folds of B, so its figures promise too much.',
    ]);
  });

  it('says where speakers of a fold share a model, and how folds and protocols differ', () => {
    const halves = six([3, 3, 3, 4, 3, 3], (speaker) => (speaker < 's3' ? 'first' : 'second'));
    const { text } = told(low, madeBy('halves', halves, 'speaker-folds'));
    expect(text).toContain('Folds of B test up to 3 speakers with one model');
    expect(text).toMatch(/Protocols differ \(leave-one-speaker-out, speaker-folds\)/);
    expect(text).toMatch(/Folds differ from those of low in halves/);
  });

  it('does not mind how folds are called', () => {
    const renamed = six([3, 3, 3, 4, 3, 3], (speaker) => `without ${speaker}`);
    const { text } = told(low, { run: 'peer', predictions: renamed });
    expect(text).not.toContain('Folds');
    expect(text).toContain('No config.json tells the protocol and seed of peer.');
  });
});

describe('speakers who are spelled in several ways', () => {
  const NAMES = ['Anna', 'Bo', 'Dora', '\u00c9mile', 'Finn', 'Gus', 'Zoe'];
  const run = (name: string, right: number, spelled: (speaker: string, i: number) => string) => {
    const predictions = NAMES.flatMap((speaker, s) =>
      EMOTIONS.flatMap((emotion, c) =>
        Array.from({ length: s + 1 }, (_, i) => {
          const said = 4 * i < right * (s + 1) ? emotion : EMOTIONS[(c + 1) % 4]!;
          return predict(`${s}-${emotion}-${i}`, spelled(speaker, i), emotion, said);
        }),
      ),
    );
    return { run: name, predictions };
  };
  const usual = (speaker: string) => speaker;

  it.each([
    ['of which one sorts elsewhere', (speaker: string) => speaker.normalize('NFD')],
    ['within one run', (speaker: string, i: number) => (i % 2 ? speaker.toLowerCase() : speaker)],
  ])('are the same: %s', (_, otherwise) => {
    const plain = compareSystems([[run('a', 1, usual)], [run('b', 2, usual)]], SEED);
    for (const [first, second] of [
      [otherwise, usual],
      [usual, otherwise],
      [otherwise, otherwise],
    ] as const) {
      const { speakers, pairs, systems } = compareSystems([[run('a', 1, first)], [run('b', 2, second)]], SEED);
      expect(speakers).toBe(7);
      expect(pairs[0]!.ua.jackknife!.low).toBeCloseTo(plain.pairs[0]!.ua.jackknife!.low, 12);
      expect(pairs[0]!.ua.test!.p).toBe(plain.pairs[0]!.ua.test!.p);
      expect(systems[1]!.ua.jackknife!.high).toBeCloseTo(plain.systems[1]!.ua.jackknife!.high, 12);
    }
  });
});

describe('runs of other utterances', () => {
  const compare = (predictions: Prediction[]) => () => compareSystems([[before], [madeBy('other', predictions)]], SEED);
  const all = three('a1');

  it.each<[string, Prediction[], RegExp]>([
    ['missing ones', all.slice(4), /4 only in the first: a1, a2, a3 and others\./],
    ['further ones', [...all, predict('d1', 'd', 'sad', 'sad')], /1 only in the second: d1\./],
    [
      'another true class',
      [{ ...all[0]!, emotion: 'happy' }, ...all.slice(1)],
      /1 with another true class: a1 \(neutral, happy\)/,
    ],
    ['another speaker', [{ ...all[0]!, speaker: 'z' }, ...all.slice(1)], /1 with another speaker: a1 \(a, z\)/],
  ])('are refused: %s', (_, predictions, message) => {
    expect(compare(predictions)).toThrow(expect.objectContaining({ code: 'run' }));
    expect(compare(predictions)).toThrow(message);
    expect(compare(predictions)).toThrow(/^before and other were not scored on the same utterances/);
  });

  const heard = (run: string, sha256: (utterance: string) => string): ComparedRun => {
    const { manifest } = runOf(all);
    const recordings = manifest.recordings.map((recording) => ({ ...recording, sha256: sha256(recording.utterance) }));
    return { ...madeBy(run, all), manifest: { ...manifest, recordings } };
  };

  it('are refused where an utterance is of other audio, by both manifests', () => {
    const first = heard('first', (utterance) => `hash of ${utterance}`);
    const second = heard('second', (utterance) => (utterance < 'b' ? 'another' : `hash of ${utterance}`));
    expect(() => compareSystems([[first], [second]], SEED)).toThrow(
      'first and second were not scored on the same utterances: 3 of other audio, by the hashes of manifest.json: a1, a2, a3.',
    );
    const peer = { run: 'peer', predictions: all };
    for (const like of [first, peer]) expect(compareSystems([[first], [like]], SEED).utterances).toBe(8);
  });
});
