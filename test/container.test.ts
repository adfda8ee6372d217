import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { serveCommand } from '../src/cli/serve.ts';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const compose = readFileSync('compose.yaml', 'utf8');
const words = (json: string) => JSON.parse(json) as string[];

it('the image copies what there is, and the context holds all of it', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) => paths!.split(' '));
  const context = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  expect(copied.length).toBeGreaterThan(8);
  expect(new Set(copied)).toEqual(new Set(context));
  for (const path of copied) expect({ path, is: existsSync(path) }).toEqual({ path, is: true });
});

it('the image runs commands that there are, and asks for its health by a route that there is', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  for (const [, name] of dockerfile.matchAll(/npm run (\S+)/g)) expect(scripts).toHaveProperty([name!]);
  expect(words(/^ENTRYPOINT (.+)$/m.exec(dockerfile)![1]!)).toEqual(['node', 'bin/attune.js']);
  const known = serveCommand().options.map(({ long }) => long);
  for (const args of [/^CMD (.+)$/m.exec(dockerfile)![1]!, /^ +command: (.+)$/m.exec(compose)![1]!]) {
    const [command, ...rest] = words(args);
    expect(command).toBe('serve');
    expect(known).toEqual(expect.arrayContaining(rest.filter((word) => word.startsWith('--'))));
  }
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(readFileSync('src/server/app.ts', 'utf8')).toContain(`'${/:8080(\/\w+)/.exec(dockerfile)![1]}'`);
});
