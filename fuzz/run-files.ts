import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareSystems } from '../src/evaluate/compare.ts';
import { readSystems } from '../src/evaluate/compared-runs.ts';
import type { Random } from '../src/random.ts';
import { verifyRun } from '../src/verify/verify.ts';
import { mutateBytes, mutateJson, mutateText } from './mutate.ts';
import { Fault, type Target, takenOrRefused } from './target.ts';

/** Files of a finished run. None may be changed without `verify` saying so. */
export const runFiles: Target = {
  name: 'run',
  weight: 1,
  async prepare(folder, { run: original }) {
    const run = join(folder, 'run');
    const shared = ['cache', 'voices', 'demo.json'].map((name) => join(original, name)); // beside a demo's run, not of it
    await cp(original, run, { recursive: true, filter: (path) => !shared.includes(path) });
    const files = (await readdir(run, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    const contents = new Map(
      await Promise.all(files.map(async (file) => [file, new Uint8Array(await readFile(file))] as const)), // a Buffer's slices are no copies
    );
    return (random: Random) => {
      const file = files[random.integer(files.length)]!;
      const before = contents.get(file)!;
      const input = mutated(file, before, random);
      return {
        ...{ seed: file.slice(run.length + 1), input },
        async run() {
          await writeFile(file, input);
          try {
            await takenOrRefused('', async () => compareSystems(await readSystems([run, original]), { seed: 1 }));
            return await takenOrRefused('', async () => {
              const found = await verifyRun({ run });
              if (found.agrees && Buffer.compare(before, input) !== 0)
                throw new Fault(`verify agrees with a changed ${file}`);
              return found;
            });
          } finally {
            await writeFile(file, before);
          }
        },
      };
    };
  },
};

function mutated(file: string, before: Uint8Array, random: Random): Uint8Array {
  const choice = random.uniform();
  const text = () => new TextDecoder().decode(before);
  if (file.endsWith('.json') && choice < 0.6)
    return new TextEncoder().encode(JSON.stringify(mutateJson(JSON.parse(text()), random)) ?? '');
  if (/\.(csv|jsonl|html)$/.test(file) && choice < 0.6) return mutateText(text(), random);
  return mutateBytes(before, random);
}
