import { failureOf } from './failure.ts';
import type { FromUnit } from './pool.ts';

/** Makes this process do one unit of work, the one that its parent sends, and end with it, or with the parent. */
export function serveUnit<Unit, Message>(work: (unit: Unit, tell: (message: Message) => void) => Promise<void>): void {
  const send = (message: FromUnit<Message>) =>
    new Promise<void>((resolve) => {
      process.send!(message, undefined, {}, () => resolve());
    });
  process.on('disconnect', () => process.exit(1));
  process.once('message', async (unit) => {
    try {
      await work(unit as Unit, (message) => void send({ message }));
      await send({ done: true });
    } catch (error) {
      await send({ failure: failureOf(error) });
    }
    process.exit();
  });
}
