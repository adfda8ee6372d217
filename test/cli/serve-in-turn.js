/**
 * Runs a command as often as the parent of this process asks, one run at a time; see `inTurn`.
 *
 * @param {(args: readonly string[]) => Promise<number>} run is given the arguments; returns the exit status
 */
export function serveInTurn(run) {
  for (const emitter of [process, process.stdout, process.stderr]) emitter.setMaxListeners(0); // each run adds its own
  process.on('message', async ({ args, mark }) => {
    process.exitCode = undefined;
    const status = await run(args);
    for (const stream of [process.stdout, process.stderr]) stream.write(mark);
    process.send(status);
  });
}
