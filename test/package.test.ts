import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, normalize, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linksOf } from './links.ts';
import { installPacked } from './packed.ts';

const PAGE = `import { createRecognizer, type Emotion, loadRecognizer, openSound, readCheckpoint, type Recognizer } from 'attune';

const inGerman = { neutral: 'neutral', happy: 'froh', angry: 'zornig', sad: 'traurig' };

export async function emotionOf(file: File): Promise<Emotion> {
  const recognizer: Recognizer<'neutral' | 'happy' | 'angry' | 'sad'> = await loadRecognizer();
  const { emotion, probabilities } = await recognizer.recognize(await openSound(file, file.name));
  const sure: number = probabilities.happy;
  // @ts-expect-error the default weights do not know it
  const unknown: number = probabilities.bored;
  return inGerman[emotion] && sure > unknown ? emotion : 'neutral';
}

export async function rudenessOf(weights: Uint8Array, file: File): Promise<number> {
  const recognizer: Recognizer = await createRecognizer(readCheckpoint(weights, 'rude.safetensors'));
  const { emotion, probabilities } = await recognizer.recognize(await openSound(file, file.name));
  // @ts-expect-error its classes are known when it is read, not before
  const one: Emotion = emotion;
  const rude = probabilities.rude ?? 0;
  return one && recognizer.classes.includes('rude') ? rude : 0;
}
`;
const STRICT = {
  compilerOptions: {
    ...{ strict: true, skipLibCheck: false, types: [], lib: ['es2022', 'dom'] },
    ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler', noEmit: true },
  },
  files: ['page.ts'],
};

describe('the package, packed from a fresh clone', () => {
  let folder: string;
  const packed = (file: string) => join(folder, 'node_modules', 'attune', file);
  beforeAll(async () => {
    folder = await installPacked();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('holds what package.json points to', async () => {
    const { bin, exports } = JSON.parse(await readFile(packed('package.json'), 'utf8'));
    const targets = [bin, exports['.'], exports['./node'], exports['./train']].flatMap((paths) =>
      Object.values<string>(paths),
    );
    expect(targets.length).toBeGreaterThan(4);
    for (const target of targets) expect(existsSync(packed(target)), target).toBe(true);
  });

  it('holds what its pages link to, save what docs/install.md says it leaves out', async () => {
    const install = await readFile(packed('docs/install.md'), 'utf8');
    const sentence = /^Links to [\s\S]+?stay in the repository\.$/m.exec(install)![0];
    const leftOut = [...sentence.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    const pages = (await readdir(packed('docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
    expect(pages.length).toBeGreaterThan(3);
    for (const page of ['README.md', ...pages]) {
      const links = linksOf(await readFile(packed(page), 'utf8')).map((link) => link.replace(/#.*/, ''));
      expect(links.length, page).toBeGreaterThan(0);
      for (const link of links.filter(Boolean)) {
        const target = normalize(join(page, '..', link));
        const there =
          existsSync(packed(target)) || (existsSync(target) && leftOut.some((name) => target.startsWith(name)));
        expect(there, `${page} links to ${target}`).toBe(true);
      }
    }
    for (const name of leftOut) expect([name, existsSync(packed(name)), existsSync(name)]).toEqual([name, false, true]);
  });

  it("has types that a page's strict project takes, with those of libraries checked too", async () => {
    await writeFile(join(folder, 'page.ts'), PAGE);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(STRICT));
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error) => error);
    expect(stdout).toBe('');
  });
});
