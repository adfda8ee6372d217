import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Compiles a folder as the strict project that its `tsconfig.json`, which is written here, makes of it; returns what is wrong. */
export async function tsc(folder: string, project: { compilerOptions: object; files: readonly string[] }) {
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  const compiler = resolve('node_modules/@typescript/native/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [compiler, '-p', folder]).catch((error) => error);
  return String(stdout);
}
