import { expect, it } from 'vitest';
import { persistently } from '../../../src/jobs/queue/retry.ts';

it('does not wait for a Redis that never answers where the work is to stop', async () => {
  const controller = new AbortController();
  const asked = persistently(() => new Promise(() => {}), { onNote: () => {}, signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
});

it('tries again while a user is not known, says so once, and throws what will not pass', async () => {
  const notes: string[] = [];
  let tries = 0;
  const work = async () => {
    if (++tries < 3) throw new Error('WRONGPASS invalid username-password pair or user is disabled.');
    return tries;
  };
  expect(await persistently(work, { onNote: (text) => notes.push(text) })).toBe(3);
  expect(notes).toHaveLength(1);
  const other = () => Promise.reject(new Error('WRONGTYPE Operation against a key'));
  await expect(persistently(other, { onNote: () => {} })).rejects.toThrow('WRONGTYPE');
});
