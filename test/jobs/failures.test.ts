import { expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { gatherFailures, UnitsFailed } from '../../src/jobs/failures.ts';

const AUDIO = new AttuneError('audio', 'fold 03: a.wav: no such file; check the path.');
const DIED = new AttuneError('run', 'fold 08: its process was ended by SIGKILL');

const thrown = (failed: readonly AttuneError[], inAll: number) => {
  const failures = gatherFailures();
  for (const error of failed) failures.add(error);
  try {
    failures.throwAll('fold', inAll);
  } catch (error) {
    return error;
  }
  return undefined;
};

it('throws nothing where nothing failed', () => {
  expect(thrown([], 5)).toBeUndefined();
});

it('throws the one failure with its code, and what to do', () => {
  expect(thrown([AUDIO], 5)).toBeInstanceOf(UnitsFailed);
  expect(thrown([AUDIO], 5)).toMatchObject({
    ...{ code: 'audio', failures: [AUDIO], summary: AUDIO.message },
    message: 'fold 03: a.wav: no such file; check the path. Start the same command again to go on from there.',
  });
});

it('lists several, and says that the others are done where there are others', () => {
  const list = `\n${AUDIO.message}\n${DIED.message}`;
  expect(thrown([AUDIO, DIED], 5)).toMatchObject({
    ...{ code: 'run', summary: '2 of 5 folds failed, and the others are done' },
    message: `2 of 5 folds failed, and the others are done. Mend what is wrong, and start the same command again to go on from there:${list}`,
  });
  expect(thrown([AUDIO, DIED], 2)).toMatchObject({
    message: `2 of 2 folds failed. Mend what is wrong, and start the same command again to go on from there:${list}`,
  });
});

it('tells what to do once', () => {
  const gone = new AttuneError('run', 'fold 03: features are gone from the cache; start the same command again.');
  expect(thrown([gone], 5)).toMatchObject({ message: gone.message });
});

it('throws at once what no other try would mend', () => {
  const final = new AttuneError('run', 'fold 03: training has diverged', { isFinal: true });
  expect(() => gatherFailures().add(final)).toThrow(final);
});
