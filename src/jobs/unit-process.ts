import { failureOf } from './failure.ts';
import type { FromUnit, ToUnit } from './unit-child.ts';
import { loadUnits } from './units.ts';

// The script of a process that does a unit of work, the one that its parent sends, and ends with it; or where it stays does one after
// another, until one fails. It ends with its parent.

const send = (message: FromUnit) =>
  new Promise<void>((resolve) => {
    process.send!(message, undefined, {}, () => resolve());
  });

process.on('disconnect', () => process.exit(1));
process.on('SIGINT', () => {}); // of a terminal, which sends it to all; the parent decides what becomes of this one
process.on('message', async ({ module, input, folder, means, step, stays }: ToUnit) => {
  try {
    const units = await loadUnits(module);
    await units[step]?.(input, { folder, means, tell: (event) => void send({ event }) });
    await send({ done: true });
    if (stays) return;
  } catch (error) {
    await send({ failure: failureOf(error) });
  }
  process.exit();
});
