import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../cli/attune.ts';

const SESSION = `
  import { createSession } from '${resolve('dist/graph')}/session.js';
  import { Graph } from '${resolve('dist/graph')}/graph.js';
  import { neg } from '${resolve('dist/graph')}/functions.js';
  const graph = new Graph();
  graph.output('y', neg(graph.input('x', [1])));
  const session = await createSession(graph, { threads: 1 });
  const { y } = await session.run({ x: { data: Float32Array.of(3), shape: [1] } });
  console.log(y.data[0]);`;

describe("the runtime's telemetry", () => {
  it('neither crashes of a long command line nor writes anything down, even where the environment turns it on', async () => {
    const home = await temporaryFolder();
    const temporary = join(home, 'tmp');
    mkdirSync(temporary);
    const script = join(temporary, 'session.mjs');
    writeFileSync(script, SESSION);
    const { CI: _, ...env } = process.env; // in continuous integration it is off anyway
    const recordings = Array.from({ length: 700 }, (_, i) => `/home/anna/${'long/'.repeat(15)}${i}.wav`); // 64 kB, twice what crashed it
    const { status, signal, stdout } = spawnSync(process.execPath, [script, ...recordings], {
      env: { ...env, HOME: home, XDG_CACHE_HOME: home, TMPDIR: temporary, ORT_DISABLE_TELEMETRY: '0' },
      encoding: 'utf8',
    });
    expect({ status, signal, stdout }).toEqual({ status: 0, signal: null, stdout: '-3\n' });
    expect(readdirSync(home, { recursive: true }).sort()).toEqual(['tmp', 'tmp/session.mjs']);
  });
});
