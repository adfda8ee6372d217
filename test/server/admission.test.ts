import { expect, it } from 'vitest';
import { createAdmission } from '../../src/server/admission.ts';

it('forgets who leaves before the turn comes, does what is begun, and says who waits', async () => {
  const admission = createAdmission(1, 2);
  const done: string[] = [];
  let finish = () => {};
  const first = admission.do(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const leaver = new AbortController();
  const left = admission.do(async () => void done.push('left'), leaver.signal);
  const stayed = admission.do(async () => void done.push('stayed'), new AbortController().signal);
  expect(admission.counts).toEqual({ working: 1, waiting: 2 });
  expect(admission.refuseIfBusy).toThrow('2 recordings wait already');
  await expect(admission.do(async () => {})).rejects.toMatchObject({ status: 503 });
  leaver.abort();
  await expect(left).rejects.toMatchObject({ code: 'gone' });
  await expect(admission.do(async () => {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'gone' });
  expect(admission.counts).toEqual({ working: 1, waiting: 1 });
  finish();
  await Promise.all([first, stayed, admission.idle()]);
  expect(done).toEqual(['stayed']);
  expect(admission.counts).toEqual({ working: 0, waiting: 0 });
});
