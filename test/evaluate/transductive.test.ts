import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { normalizeSpeakers, scoreTransductively } from '../../src/evaluate/transductive.ts';
import { DEFAULT_TWO_STEP } from '../../src/model/two-step/architecture.ts';
import { readPredictions } from '../../src/run/predictions-file.ts';
import type { RunOptions } from '../../src/run/run-files.ts';
import { attuneInTurn, temporaryFolder } from '../cli/attune.ts';
import { runOf } from './run.ts';
import { writeRun } from './run-on-disk.ts';

/** What NumPy makes of the predictions of published runs, by the formula of docs/decisions/normalize.md. */
const RUNS = [
  {
    run: 'results/encoder/joined-ravdess-four',
    ...{ ua: 0.80859375, wa: 0.8095238095238095, alone: 0.784 },
    shift: [-0.14778399538968995, 0.3796125474120504, -0.6136822223035096, 0.38185367028114925],
  },
  {
    run: 'results/emodb-attention',
    ...{ ua: 0.8066638498226185, wa: 0.8200589970501475, alone: 0.813 },
    shift: [0.4180893025552204, -0.25947556815073003, 0.17207061643852062, -0.3306820114877926],
  },
];

/** Of speakers alike, who differ by a little noise; neutral has the greatest probability of all, and half or more where it is true. */
const TWO_STEP = ['a', 'b', 'c'].flatMap((speaker, s) =>
  Array.from({ length: 40 }, (_, i) => {
    const said = i % 4;
    const neutral = (said ? 0.42 : 0.6) + 0.0001 * ((7 * i + s) % 11);
    const others = [1, 2, 3].map((c) => (1 - neutral) * (c === said ? 0.5 : 0.25));
    const [emotion, probabilities] = [EMOTIONS[said]!, [neutral, ...others]];
    return { utterance: `${speaker}${i}`, speaker, fold: speaker, emotion, predicted: emotion, probabilities };
  }),
);

describe('a run whose speakers are each answered against their own mean', () => {
  it.each(RUNS)('has the figures that NumPy has: $run', async ({ run, ua, wa, alone, shift }) => {
    const { transductive, speakers, ...rest } = await scoreTransductively(run, 1);
    expect(transductive).toMatchObject({ ua: expect.closeTo(ua, 12), wa: expect.closeTo(wa, 12) });
    expect(rest.alone.ua).toBeCloseTo(alone, 3);
    expect(speakers[0]!.shift).toEqual(shift.map((value) => expect.closeTo(value, 10)));
  });

  it('may take the plain mean, as NumPy does', async () => {
    const { transductive, mixed } = await scoreTransductively('results/encoder/damped', 1, { mixed: true });
    expect(mixed).toBe(true);
    expect(transductive).toMatchObject({
      ua: expect.closeTo(0.9556000409914887, 12),
      wa: expect.closeTo(0.9528023598820059, 12),
    });
  });

  it('keeps the labels of a speaker out of that speaker', async () => {
    const predictions = await readPredictions('results/emodb-attention/predictions.csv', EMOTIONS);
    const relabelled = predictions.map((one) => (one.speaker === '03' ? { ...one, emotion: 'sad' } : one));
    const [before, after] = [predictions, relabelled].map((all) => normalizeSpeakers(all, EMOTIONS));
    expect(after!.speakers[0]).toEqual(before!.speakers[0]);
    expect(after!.speakers[1]).not.toEqual(before!.speakers[1]);
  });

  it('is answered by the rule of its network, as it is without', async () => {
    const { options } = runOf(TWO_STEP).config;
    const folder = await temporaryFolder();
    const run = (name: string, more: Partial<RunOptions>) =>
      writeRun(join(folder, name), TWO_STEP, { ...options, architecture: DEFAULT_TWO_STEP, balance: true, ...more });
    const { alone, transductive } = await scoreTransductively(await run('fixed', {}), 1);
    expect(alone.ua).toBe(1);
    expect(transductive.ua).toBe(1); // by the greatest probability it is 0.25: neutral has it in every answer
    const tune = { innerFolds: 2, thresholds: [0.4, 0.5] };
    await expect(scoreTransductively(await run('tuned', { tune }), 1)).rejects.toThrow(
      /the threshold that fold \w chose is not known/,
    );
  });

  it('is refused where there is nobody else, or no other of a class', async () => {
    const predictions = await readPredictions('results/emodb-attention/predictions.csv', EMOTIONS);
    const own = predictions.filter(({ speaker }) => speaker === '03');
    expect(() => normalizeSpeakers(own, EMOTIONS)).toThrow('and there is one alone');
    const others = predictions.filter(({ speaker, emotion }) => speaker === '03' || emotion !== 'sad');
    expect(() => normalizeSpeakers(others, EMOTIONS)).toThrow('got none of sad');
  });
});

describe('attune score RUN --normalize speaker', () => {
  const run = attuneInTurn();

  it('prints both kinds of figures, and that the second is transductive', async () => {
    const { status, stdout } = await run(['score', 'results/encoder/joined-ravdess-four', '--normalize', 'speaker']);
    expect(status).toBe(0);
    expect(stdout).toContain('Transductive: each answer of the second kind depends on all that the same speaker says');
    expect(stdout).toMatch(/^UA contamination unknown +78\.4 +\[72\.3, 84\.5\] +80\.9 +\[/m);
  });

  it('takes --mixed for the plain mean, and for nothing else', async () => {
    const { stdout } = await run(['score', 'results/encoder/damped', '--normalize', 'speaker', '--mixed']);
    expect(stdout).toContain('Taken out: the plain mean of 10 of 10 test speakers.');
    expect(stdout).toMatch(/^UA contamination unknown +91\.5 +\[.*\] +95\.6 +\[/m);
    const alone = await run(['score', 'results/emodb-attention', '--mixed']);
    expect(alone).toMatchObject({ status: 2, stderr: expect.stringContaining('--mixed is for --normalize speaker') });
  });

  it.each([
    [1, /holds no predictions\.csv: give the folder of a finished cross-validation/, ['test']],
    [2, /--normalize <by>' cannot be used with option '--model <dir>'/, ['results/emodb-attention', '--model', 'x']],
    [2, /--normalize <by>' cannot be used with option '--out <run>'/, ['results/emodb-attention', '--out', 'x']],
  ])('exits %d in one line where it cannot be done', async (status, line, args) => {
    const ended = await run(['score', ...args, '--normalize', 'speaker']);
    expect({ status: ended.status, stdout: ended.stdout }).toEqual({ status, stdout: '' });
    expect(ended.stderr).toMatch(line);
  });
});
