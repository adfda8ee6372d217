#!/usr/bin/env node
// Builds dist/ from src/ where it is missing or older than its sources. Does nothing in an installed package, which brings dist/.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', '.built');

function newestSource() {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true });
  const paths = files.map((file) => join(file.parentPath, file.name)).concat(join(root, 'tsconfig.build.json'));
  return Math.max(...paths.map((path) => statSync(path).mtimeMs));
}

if (existsSync(join(root, 'tsconfig.build.json'))) {
  if (!existsSync(stamp) || statSync(stamp).mtimeMs < newestSource()) {
    const started = new Date();
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    const tsc = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
    if (!existsSync(tsc)) {
      console.error('attune: dist/ must be built and the compiler is not installed; run `npm ci` first');
      process.exit(1);
    }
    console.error('attune: building, once; that can take a minute');
    const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
      stdio: 'inherit',
    });
    if (status !== 0) process.exit(status ?? 1);
    writeFileSync(stamp, `${started.toISOString()}\n`);
  }
}
