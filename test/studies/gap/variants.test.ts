import { describe, expect, it } from 'vitest';
import { differences } from '../../../src/run/differences.ts';
import { gapVariants } from '../../../src/studies/gap/variants.ts';
import { checkSchedule } from '../../../src/train/schedule.ts';
import { SETTINGS, UTTERANCES, VARIANTS } from './study.ts';

describe('the variants of the gap study', () => {
  const [baseline, ...others] = VARIANTS;

  it('differ from the baseline in what they are about, the costly one last', () => {
    const changes = others.map(({ name, options }) => {
      const { scoreEveryEpoch: _, ...before } = baseline!.options;
      const { scoreEveryEpoch: __, ...now } = options;
      return [name, ...differences(before, now)];
    });
    expect(changes).toEqual([
      ['random-leaking', 'protocol was "speaker-folds", is "random-leaking"', 'folds was 2, is 10'],
      [
        ...['leave-one-speaker-out', 'protocol was "speaker-folds", is "leave-one-speaker-out"'],
        'folds was 2, is undefined',
      ],
      ['short-dropped', 'frontEnd.shortUtterances was "pad", is "drop"'],
      ['minmax', 'frontEnd.scaling was "peak", is "minmax"'],
      ['attention-mean', 'architecture.attentionScore was "sum", is "mean"'],
      ['attention-no-softmax', 'architecture.attentionSoftmax was true, is false'],
      [
        ...['attention-no-softmax-mean', 'architecture.attentionSoftmax was true, is false'],
        'architecture.attentionScore was "sum", is "mean"',
      ],
      [
        ...['pools-2-3', 'architecture.poolAfter.0 was 1, is 2', 'architecture.poolAfter.1 was 2, is 3'],
        'architecture.poolAfter.2 was 3, is undefined',
      ],
    ]);
  });

  it('score every epoch where protocols are compared, and nowhere else', () => {
    const scoring = VARIANTS.filter(({ options }) => options.scoreEveryEpoch).map(({ name }) => name);
    expect(scoring).toEqual(['baseline', 'random-leaking', 'leave-one-speaker-out']);
  });

  it('learn 15 epochs with drops at whole epochs in the proportions of 50', () => {
    const [variant] = gapVariants({ utterances: UTTERANCES }, { ...SETTINGS, epochs: 15 });
    expect(variant!.options.schedule).toMatchObject({ epochs: 15, decayEpochs: [7, 10, 13] }); // 6 / 15 = 20 / 50
    checkSchedule(variant!.options.schedule);
  });

  it('leave out sessions too where a corpus has them', () => {
    const utterances = UTTERANCES.map((utterance) => ({
      ...utterance,
      session: { a: '1', b: '1', c: '2', d: '2', e: '3', f: '3' }[utterance.speaker]!,
    }));
    const names = gapVariants({ utterances }, SETTINGS).map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual([
      ...['baseline', 'random-leaking', 'leave-one-speaker-out', 'leave-one-session-out'],
    ]);
    const [, ...some] = utterances;
    const without = gapVariants({ utterances: [UTTERANCES[0]!, ...some] }, SETTINGS).map(({ name }) => name);
    expect(without).not.toContain('leave-one-session-out');
  });

  it('train nothing twice: as many folds as speakers leave one speaker out already', () => {
    const names = gapVariants({ utterances: UTTERANCES }, { ...SETTINGS, folds: 6 }).map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['baseline', 'random-leaking', 'short-dropped']);
    const alone = UTTERANCES.map((utterance) => ({ ...utterance, session: `of ${utterance.speaker}` }));
    expect(gapVariants({ utterances: alone }, SETTINGS).map(({ name }) => name)).not.toContain('leave-one-session-out');
  });

  it('train and state the classes of the corpus', () => {
    const classes = ['calm', 'Wut', 'sad'];
    const utterances = UTTERANCES.map((utterance, i) => ({ ...utterance, emotion: classes[i % 3]! }));
    for (const { name, options } of gapVariants({ utterances, classes }, SETTINGS))
      expect([name, options.classes, options.architecture.classes]).toEqual([name, classes, 3]);
    for (const { options } of VARIANTS) expect(options).not.toHaveProperty('classes');
  });

  it('are refused where speakers are too few', () => {
    expect(() => gapVariants({ utterances: UTTERANCES }, { ...SETTINGS, folds: 7 })).toThrow(/7 folds .* there are 6/);
  });
});
