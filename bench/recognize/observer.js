// Loaded into the command by `node --import`, so in plain JavaScript: tells at its end when its modules were imported and what it cost.

import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

process.once('exit', () => {
  const [loaded] = performance.getEntriesByName('attune:loaded');
  const { user, system } = process.cpuUsage(); // µs, of all its threads
  const told = { loadedAt: performance.timeOrigin + loaded?.startTime, cpuSeconds: (user + system) / 1e6 };
  writeSync(2, `attune-recognize ${JSON.stringify(told)}\n`);
});
