import { spawnSync } from 'node:child_process';
import { it } from 'vitest';

/** A Python that has the package `websockets`. */
const found = [process.env.ATTUNE_PYTHON, 'python3', '/usr/bin/python3']
  .filter((python) => python !== undefined)
  .find((python) => spawnSync(python, ['-c', 'import websockets']).status === 0);

/** An `it` that is skipped, with a plain line, where there is no such Python; with `websockets` in ATTUNE_REQUIRE it fails instead. */
export function itWithWebsockets(name: string, body: (python: string) => Promise<void>): void {
  if (found) return void it(name, () => body(found));
  if ((process.env.ATTUNE_REQUIRE ?? '').split(',').includes('websockets'))
    throw new Error('ATTUNE_REQUIRE asks for a Python with websockets, but none was found; ATTUNE_PYTHON may name it');
  console.warn(`skipped: ${name} (no Python with the package websockets; ATTUNE_PYTHON may name one)`);
  it.skip(name);
}
