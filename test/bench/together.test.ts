import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runTogether } from '../../bench/together.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { nodeProgram, shellProgram } from './fakes.ts';

const folder = await temporaryFolder();

it('starts all processes when all are ready, adds up their rates, and ends them', async () => {
  const log = join(folder, 'log');
  // each is ready at a time of its own, and would run for ever
  const command = await nodeProgram(
    folder,
    'worker',
    `const { appendFileSync } = require('node:fs');
    const tell = (what) => process.stdout.write(JSON.stringify(what) + '\\n');
    setTimeout(() => {
      appendFileSync(${JSON.stringify(log)}, 'ready\\n');
      tell({ ready: true });
    }, 300 * Math.random());
    process.stdin.once('data', () => {
      appendFileSync(${JSON.stringify(log)}, 'go\\n');
      tell({ segments: 128, seconds: 4, peakRssMb: 100 });
    });
    setInterval(() => {}, 1000);`,
  );
  expect(await runTogether({ command, args: [] }, 3)).toEqual({ segmentsPerSecond: 96, peakRssMb: 300 });
  expect(await readFile(log, 'utf8')).toBe('ready\nready\nready\ngo\ngo\ngo\n');
});

it('fails with the reason of the one that failed', async () => {
  const command = await shellProgram(
    folder,
    'failing',
    `mkdir ${join(folder, 'first')} || { echo "MemoryError" >&2; exit 1; }
    echo '{"ready": true}'; sleep 60`,
  );
  await expect(runTogether({ command, args: [] }, 2)).rejects.toThrow(
    'of 2 processes that train together (--processes) one failed: MemoryError',
  );
});
