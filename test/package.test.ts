import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPacked } from './packed.ts';

describe('the package, packed from a fresh clone', () => {
  let folder: string;
  const packed = (file: string) => join(folder, 'node_modules', 'attune', file);
  beforeAll(async () => {
    folder = await installPacked();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('holds what package.json points to', async () => {
    const { bin, exports } = JSON.parse(await readFile(packed('package.json'), 'utf8'));
    const targets = [bin, exports['.'], exports['./node']].flatMap((paths) => Object.values<string>(paths));
    expect(targets.length).toBeGreaterThan(4);
    for (const target of targets) expect(existsSync(packed(target)), target).toBe(true);
  });
});
