import { describe, expect, it } from 'vitest';
import { referenceOf } from '../../src/model/reference.ts';
import { normalizeSource } from '../../src/recognize/normalize-source.ts';
import type { Recognition } from '../../src/recognize/recognizer.ts';
import { sourceShift } from '../../src/recognize/source-shift.ts';

const REFERENCE = [
  [3, -1, -2, 0],
  [-1, 3, 1, -3],
  [-3, 1, 4, -2],
  [0, -2, -3, 5],
];
/** Segments' logits of recordings, and the class that each is answered as. */
const SAID = [
  [
    [2, 0, 0, 0],
    [4, 0, -2, 2],
  ],
  [[1, 5, 0, 0]],
  [[0, 2, 5, 1]],
  [[0, 0, 1, 6]],
  [
    [1, 1, 0, 4],
    [1, -1, 2, 4],
    [0, 0, 0, 6],
  ],
  [[5, 1, 1, 1]],
  [[100, 103, 100, 100]],
];
const ANSWERS = [0, 1, 2, 3, 3, 0, 1];
const MIXED = [0.16666666666666663, -0.14285714285714285, -0.511904761904762, 0.48809523809523814];
const members = SAID.map((logits, i) => ({ logits, answer: ANSWERS[i]! }));
const CLASSES = ['neutral', 'happy', 'angry', 'sad'] as const;
type Name = (typeof CLASSES)[number];

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));

describe('what a source adds', () => {
  it('is as NumPy has it', () => {
    const { shift, most } = sourceShift(members, REFERENCE);
    expect(shift).toEqual(
      close([-0.017021906775326084, -0.036475514518555886, -0.0170219067753261, 0.07051932806920806]),
    );
    expect(most).toEqual({ answer: 0, share: 2 / 7 });
  });

  it('is the plain mean where the source is known to be mixed, as NumPy has it', () => {
    expect(sourceShift(members, REFERENCE, { mixed: true })).toEqual({
      shift: close(MIXED),
      most: { answer: 0, share: 2 / 7 },
    });
    expect(sourceShift([members[1]!], REFERENCE, { mixed: true }).shift).toEqual([0, 0, 0, 0]);
  });

  it('is told by the classes that are answered, where one is not', () => {
    const { shift } = sourceShift(
      [0, 1, 2, 5, 6].map((i) => members[i]!),
      REFERENCE,
    );
    expect(shift).toEqual(
      close([0.002923745984981677, -0.002923745984981677, -0.007309364962454194, 0.007309364962454194]),
    );
  });

  it('is nothing where answers hardly differ, or there is one recording or none', () => {
    const mostly = [...Array(9).fill(members[0]), members[1]];
    expect(sourceShift(mostly, REFERENCE)).toEqual({ shift: [0, 0, 0, 0], most: { answer: 0, share: 0.9 } });
    expect(sourceShift([members[1]!], REFERENCE).shift).toEqual([0, 0, 0, 0]);
    expect(sourceShift([], REFERENCE)).toEqual({ shift: [0, 0, 0, 0], most: undefined });
  });

  it('is compared with the mean of each class over utterances, a constant of all logits aside', () => {
    const scored = [
      { emotion: 'a', logits: [[1, 0]] },
      {
        emotion: 'b',
        logits: [
          [7, 8],
          [5, 10],
        ],
      }, // a mean of [6, 9]
      { emotion: 'b', logits: [[0, 1]] },
    ];
    expect(referenceOf(scored, ['a', 'b'])).toEqual([
      [0.5, -0.5],
      [-1, 1],
    ]);
    expect(() => referenceOf(scored, ['a', 'b', 'c'])).toThrow(
      'a reference takes utterances of every class, got none of c',
    );
  });
});

describe('normalizeSource', () => {
  const named = (row: readonly number[]) =>
    Object.fromEntries(CLASSES.map((name, k) => [name, row[k]!])) as Record<Name, number>;
  const at = (temperature: number) => (row: readonly number[]) => {
    const powers = row.map((logit) => Math.exp(logit / temperature));
    return powers.map((power) => power / powers.reduce((a, b) => a + b));
  };
  const said = (logits: readonly (readonly number[])[]): Recognition<Name> => {
    const rows = logits.map(at(2));
    const whole = CLASSES.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
    return {
      ...{ startSeconds: 0, durationSeconds: 2, warnings: [{ code: 'quiet', message: 'x' }] },
      emotion: CLASSES[whole.indexOf(Math.max(...whole))]!,
      probabilities: named(whole),
      segments: logits.map((row, i) => ({ start: i, end: i + 2, probabilities: named(rows[i]!), logits: named(row) })),
    };
  };
  const scale = { classes: CLASSES, temperature: 2, reference: REFERENCE };

  it('takes the shift from the logits of every segment, and from all that follows of them', () => {
    const given = SAID.map(said);
    const { recognitions, recordings, shift } = normalizeSource(given, scale);
    expect(recordings).toBe(7);
    const off = sourceShift(members, REFERENCE).shift;
    expect(Object.values(shift)).toEqual(off);
    for (const [i, recognition] of recognitions.entries()) {
      const expected = said(SAID[i]!.map((row) => row.map((logit, k) => logit - off[k]!)));
      expect(recognition.emotion).toBe(expected.emotion);
      for (const name of CLASSES) {
        expect(recognition.probabilities[name]).toBeCloseTo(expected.probabilities[name], 12);
        for (const [j, { logits, probabilities, start }] of recognition.segments.entries()) {
          expect(start).toBe(j);
          expect(logits[name]).toBeCloseTo(expected.segments[j]!.logits[name], 12);
          expect(probabilities[name]).toBeCloseTo(expected.segments[j]!.probabilities[name], 12);
        }
      }
      expect(recognition.warnings).toEqual([{ code: 'quiet', message: 'x' }]);
    }
    expect(given).toEqual(SAID.map(said));
  });

  it('leaves one recording as it is, and says so', () => {
    const [only] = normalizeSource([said(SAID[0]!)], scale).recognitions;
    const { warnings, ...rest } = only!;
    const { warnings: _, ...before } = said(SAID[0]!);
    expect(rest).toEqual(before);
    expect(warnings.slice(1)).toEqual([
      { code: 'normalized', message: expect.stringMatching(/^1 recording .* nothing was taken out/) },
    ]);
  });

  it('warns of few recordings, and of those that are mostly answered alike', () => {
    const messages = (sounds: readonly (readonly (readonly number[])[])[]) =>
      normalizeSource(sounds.map(said), scale)
        .recognitions[0]!.warnings.slice(1)
        .map(({ message }) => message);
    expect(messages(SAID.slice(0, 4))).toEqual([expect.stringContaining('of 4 recordings alone')]);
    const mostly = [...SAID.slice(0, 4), ...Array(4).fill(SAID[0])];
    expect(messages(mostly)).toEqual([
      expect.stringMatching(/^63 % of its source is answered neutral.*less was taken out/),
    ]);
    expect(messages([...mostly, ...Array(22).fill(SAID[0])])).toEqual([
      expect.stringMatching(/^90 % of its source is answered neutral.*nothing was taken out: the answers lean/),
    ]);
    const half = [...Array(6).fill(SAID[0]), ...Array(4).fill(SAID[1]), ...Array(2).fill(SAID[2])]; // H: 0.729 of four
    expect(messages(half)).toEqual([
      expect.stringMatching(/^50 % of its source is answered neutral.*nothing was taken out: the answers lean/),
    ]);
  });

  it('takes the plain mean of a source that is said to be mixed, and warns of it in each answer', () => {
    const { recognitions, shift } = normalizeSource(SAID.map(said), scale, { mixed: true });
    expect(Object.values(shift)).toEqual(close(MIXED));
    for (const { warnings } of recognitions)
      expect(warnings.slice(1)).toEqual([
        { code: 'normalized', message: expect.stringContaining('of 7 recordings alone') },
        {
          code: 'normalized',
          message: expect.stringMatching(/said to hold every emotion about equally often.*this answer is likely wrong/),
        },
      ]);
    expect(() => normalizeSource(SAID.map(said), scale, { mix: true } as never)).toThrow(/mix/);
  });

  it('refuses what it cannot be told of', () => {
    const { reference: _, ...without } = scale;
    expect(() => normalizeSource([said(SAID[0]!)], without)).toThrow('the weights have no reference');
    for (const reference of [[], REFERENCE.slice(0, 3), REFERENCE.map((row) => row.slice(0, 2))])
      expect(() => normalizeSource(SAID.map(said), { ...scale, reference }, { mixed: true })).toThrow(
        'expected mean logits of 4 classes by 4 in its reference',
      );
    for (const temperature of [0, -1])
      expect(() => normalizeSource(SAID.map(said), { ...scale, temperature })).toThrow(/temperature/);
    expect(() => normalizeSource([], scale)).toThrow('expected one recognition or more of the source, got none');
    const other = {
      ...scale,
      reference: [
        [1, 0],
        [0, 1],
      ],
    };
    expect(() => normalizeSource([said(SAID[0]!)], { ...other, classes: ['neutral', 'fear'] as never })).toThrow(
      'expected segments with logits of neutral, fear, which the recognition number 1 has not',
    );
  });
});
