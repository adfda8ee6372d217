import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

// Loaded before a worker's program: processes that do units end when they open the file that DEADLY names, as where a library crashes.

const { open } = fs.promises;
fs.promises.open = (path, ...more) => {
  if (process.send && String(path).endsWith(process.env.DEADLY)) process.kill(process.pid, 'SIGKILL');
  return open(path, ...more);
};
syncBuiltinESMExports();
