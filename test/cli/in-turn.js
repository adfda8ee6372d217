// Runs the command `attune` as often as its parent asks, in one process; see `attuneInTurn`.
import { main } from '../../dist/cli/main.js';

for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0); // each run adds its own

process.on('message', async ({ args, mark }) => {
  process.exitCode = undefined;
  const status = await main([process.execPath, 'attune', ...args]);
  for (const stream of [process.stdout, process.stderr]) stream.write(mark);
  process.send(status);
});
