import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AttuneError } from '../../src/errors.ts';
import { inOrder } from '../../src/jobs/crew.ts';
import type { Doubled } from './doubling-worker.ts';

const entry = new URL('./doubling-worker.ts', import.meta.url);
const before = process.env.NODE_OPTIONS;
beforeAll(() => {
  process.env.NODE_OPTIONS = '--import tsx'; // the worker is TypeScript, as it lies here
});
afterAll(() => {
  if (before === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = before;
});

type Answer = { product: number; pid: number };
const crew = (items: readonly Doubled[], factor = 2) =>
  inOrder<{ factor: number }, Doubled, Answer>({
    ...{ entry, items, settings: { factor }, processes: 2 },
    nameOf: ({ value }) => `item ${value}`,
  });

async function all(items: readonly Doubled[], factor?: number) {
  const answers: (Answer | AttuneError)[] = [];
  for await (const answer of crew(items, factor)) answers.push(answer);
  return answers;
}

const said = (answer: Answer | AttuneError) =>
  answer instanceof AttuneError ? `${answer.code}: ${answer.message}` : answer.product;

const isGone = async (pid: number) => {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
};

describe('a crew', () => {
  it('answers in the order of the items, whichever is done first, by two processes that stay', async () => {
    const answers = await all([{ value: 1, wait: 400 }, ...[2, 3, 4, 5, 6].map((value) => ({ value }))]);
    expect(answers.map(said)).toEqual([2, 4, 6, 8, 10, 12]);
    const pids = new Set(answers.map((answer) => (answer as Answer).pid));
    expect(pids.size).toBe(2);
    for (const pid of pids) expect(await isGone(pid)).toBe(true);
  });

  it('goes on after failures, and after a process that died', async () => {
    const answers = await all([
      { value: 1, fail: 'known' },
      { value: 2, fail: 'die' },
      { value: 3, fail: 'unknown' },
      { value: 4, fail: 'die' },
      { value: 5 },
      { value: 6 },
    ]);
    expect(answers.map(said)).toEqual([
      'audio: 1 is no good',
      'run: item 2: its process was ended by SIGKILL, perhaps for want of memory. Try it by itself.',
      'run: item 3: a mistake',
      'run: item 4: its process was ended by SIGKILL, perhaps for want of memory. Try it by itself.',
      10,
      12,
    ]);
  });

  it('fails each item where the settings are no good', async () => {
    expect((await all([{ value: 1 }, { value: 2 }], 0)).map(said)).toEqual([
      'checkpoint: no factor',
      'checkpoint: no factor',
    ]);
  });

  it('stops its processes when nobody asks any more', async () => {
    const answers = crew([{ value: 1 }, { value: 2, wait: 60_000 }, { value: 3, wait: 60_000 }]);
    const { value } = await answers.next();
    await answers.return(undefined);
    expect(await isGone((value as Answer).pid)).toBe(true);
  });

  it('answers nothing where there are no items', async () => {
    expect(await all([])).toEqual([]);
  });
});
