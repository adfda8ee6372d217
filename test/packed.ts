import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rename, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Packs the package from its sources alone, as README.md says for a fresh clone, and installs it in an empty folder, beside links to its
 * dependencies.
 *
 * @returns the folder, to be removed by the caller; the package lies in `node_modules/attune`
 */
export async function installPacked(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'attune-packed-')));
  const clone = join(folder, 'clone');
  const { files, dependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const sources = files.filter((file: string) => file !== 'dist' && !file.startsWith('!'));
  const building = ['package.json', '.npmrc', 'tsconfig.json', 'tsconfig.build.json', 'README.md', 'page'];
  for (const file of [...building, ...sources]) await cp(file, join(clone, file), { recursive: true });
  await symlink(resolve('node_modules'), join(clone, 'node_modules'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts=false', '--silent'], { cwd: clone });
  await run('tar', ['-xzf', stdout.trim().split('\n').at(-1)!], { cwd: clone });
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(resolve('node_modules', name), link);
  }
  await rename(join(clone, 'package'), join(folder, 'node_modules', 'attune'));
  return folder;
}
