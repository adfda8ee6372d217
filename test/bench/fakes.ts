import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A program made of a shell script, to stand for an interpreter; returns its path. */
export const shellProgram = (folder: string, name: string, script: string) =>
  program(folder, name, `#!/bin/sh\n${script}\n`);

/** The same of a script for Node. */
export const nodeProgram = (folder: string, name: string, script: string) =>
  program(folder, name, `#!${process.execPath}\n${script}\n`);

async function program(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}
