import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { COMMANDS, main } from '../../src/cli/main.ts';
import { PATHS } from '../../src/cli/paths.ts';
import { writeSyntheticCorpus } from '../../src/corpus/synthetic.ts';
import { start, temporaryFolder } from './attune.ts';

const built = await Promise.all(Object.values(COMMANDS).map((make) => make()));
const placeholder = (flags: string) => /[<[](\w+)/.exec(flags)?.[1] ?? '';

/** Each path that each command takes: the command, what it is, and how to give it. */
const given = built.flatMap((command) => {
  const dummies = command.registeredArguments.filter(({ required }) => required).map(() => 'x');
  const needed = command.options.filter(({ mandatory }) => mandatory);
  const all = (blank: string, without?: string) => [
    ...needed.filter(({ long }) => long !== without).flatMap(({ long }) => [long!, 'x']),
    ...(without ? [without, blank] : []),
  ];
  return [
    ...command.options
      .filter(({ flags }) => PATHS.includes(placeholder(flags)))
      .map(({ long }) => [command.name(), long!, (blank: string) => [...dummies, ...all(blank, long)]] as const),
    ...command.registeredArguments
      .filter((argument) => PATHS.includes(argument.name()))
      .map((argument, i) => {
        const args = (blank: string) => [...dummies.slice(0, i), blank, ...dummies.slice(i + 1), ...all(blank)];
        return [command.name(), `<${argument.name()}>`, args] as const;
      }),
  ];
});

afterEach(() => vi.restoreAllMocks());

describe('blank paths', () => {
  it('are known of every option and argument that is one', () => {
    const told = given.map(([command, what]) => `${command} ${what}`);
    expect(told).toEqual(
      expect.arrayContaining([
        ...['crossval --out', 'crossval --cache', 'crossval --test-on', 'crossval <dir>', 'train --out', 'demo --out'],
        ...['sweep --out', 'gap --out', 'verify <run>', 'verify <dir>', 'verify --cache', 'compare <runs>'],
        ...[
          'recognize <path>',
          'recognize --out',
          'recognize --checkpoint',
          'explain --out',
          'export --out',
          'corpus <dir>',
        ],
      ]),
    );
    const paths = built.flatMap((command) =>
      command.options.filter(({ long }) => /out|cache|checkpoint|test-on/.test(long!)),
    );
    for (const { flags } of paths) expect(PATHS, flags).toContain(placeholder(flags));
  });

  it.each(given)('attune %s %s: refused as wrong use', async (command, what, args) => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    for (const blank of ['', '  ']) expect(await main(['node', 'attune', command, ...args(blank)])).toBe(2);
    const line = `attune: expected a path for ${what}, got a blank one; name it, or leave it out\n`;
    expect(told.mock.calls.map(([text]) => text)).toEqual([line, line]);
  });
});

describe('a folder for results', async () => {
  const folder = await temporaryFolder();
  const voices = join(folder, 'voices');
  await writeSyntheticCorpus(voices, { speakers: 2, utterancesPerEmotion: 1, seed: 1 });

  it('that is blank leaves the current one as it is', async () => {
    const child = start(['train', voices, '--out', ''], {}, folder);
    expect(await new Promise((done) => child.on('close', done))).toBe(2);
    expect(await readdir(folder)).toEqual(['voices']);
  });

  it.each([
    ['crossval', 'predictions.csv', 'config.json'],
    ['sweep', 'figure2.svg', 'sweep.json'],
    ['gap', 'gap.csv', 'gap.json'],
  ])('of attune %s that holds a %s of somebody else is refused', async (command, file, first) => {
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const out = join(folder, command);
    await mkdir(out);
    await writeFile(join(out, file), 'mine');
    expect(await main(['node', 'attune', command, voices, '--out', out])).toBe(2);
    const line = `attune: ${join(out, file)} would be replaced, but without a ${first} beside it Attune did not write it`;
    expect(told.mock.calls[0]![0]).toContain(line);
    expect(await readdir(out)).toEqual([file]);
  });

  it.each(['crossval', 'train', 'sweep', 'gap'])(
    'of attune %s that is a file, or lies in one, is refused',
    async (command) => {
      const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      const file = join(folder, 'README.md');
      await writeFile(file, 'mine');
      const below = join(file, 'runs', 'x');
      for (const out of [file, below]) expect(await main(['node', 'attune', command, voices, '--out', out])).toBe(2);
      const said = told.mock.calls.map(([text]) => String(text));
      const lines = said.filter((line) => line.startsWith('attune: ')); // and no warnings of Node's own
      expect(lines).toEqual([
        `attune: expected a folder for the results, got ${file}, but it is a file; name another\n`,
        `attune: expected a folder for the results, got ${below}, but ${file} is a file; name another\n`,
      ]);
      expect(await readFile(file, 'utf8')).toBe('mine');
    },
  );
});
