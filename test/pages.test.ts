import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linksOf } from './links.ts';

const markdown = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => join(folder, name));
const HOUSE = readdirSync('.').filter((name) => name.endsWith('.md'));
const PAGES = [...HOUSE, ...markdown('docs'), ...markdown('.github')];
const read = (page: string) => readFileSync(page, 'utf8');

/** The anchors that GitHub gives to headings: lower case, punctuation left out, blanks as hyphens. */
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

it('README.md is short: under 120 lines, none wider than 100 columns', () => {
  const lines = read('README.md').trimEnd().split('\n');
  expect(lines.length).toBeLessThan(120);
  expect(lines.filter((line) => [...line].length > 100)).toEqual([]);
});

it('CITATION.cff names the version of package.json', () => {
  expect(read('CITATION.cff')).toContain(`\nversion: ${JSON.parse(read('package.json')).version}\n`);
});

describe.each(PAGES)('%s', (page) => {
  it('has lines of at most 100 columns, tables and lone links excepted', () => {
    const lone = /^(\S+|!\[[^\]]*\]\(\S+\))$/;
    const wide = read(page)
      .split('\n')
      .filter((line) => [...line].length > 100 && !/^\s*(\||#)/.test(line) && !lone.test(line.trim()));
    expect(wide).toEqual([]);
  });

  it('links to files and headings that are there', () => {
    for (const link of linksOf(read(page))) {
      const [path, anchor] = link.split('#') as [string, string | undefined];
      const target = path ? normalize(join(dirname(page), path)) : page;
      expect(existsSync(target), `${page} links to ${target}`).toBe(true);
      if (anchor) expect(anchorsOf(target), `${page} links to ${link}`).toContain(anchor);
    }
  });
});

const DECISIONS = markdown('docs/decisions');

it.each(DECISIONS)('%s says its status and its date', (page) => {
  expect(read(page).split('\n').slice(1, 4).join('\n')).toMatch(
    /^\nStatus: (in use|superseded by .+|dropped), since \d{4}-\d{2}-\d{2}/,
  );
});

it('docs/README.md lists every page', () => {
  const listed = linksOf(read('docs/README.md')).map((link) => normalize(join('docs', link)));
  for (const page of [...readdirSync('docs').filter((name) => name.endsWith('.md')), ...DECISIONS])
    if (page !== 'README.md') expect(listed).toContain(page.includes('/') ? page : join('docs', page));
});

it('docs/log.md has every experiment in its index', () => {
  const dated = anchorsOf('docs/log.md').filter((anchor) => /^\d{4}-\d{2}-\d{2}-/.test(anchor));
  expect(dated.length).toBeGreaterThan(20);
  const rows = read('docs/log.md').match(/^\| \[\d{4}-\d{2}-\d{2}\]\(#[^)]+\) \|.+\|.+\|$/gm)!;
  expect(rows.map((row) => /#([^)]+)/.exec(row)![1])).toEqual(dated);
});

it('results/README.md names everything in results/', () => {
  const page = read('results/README.md');
  for (const { name } of readdirSync('results', { withFileTypes: true }).filter(({ name }) => name !== 'README.md'))
    expect(page).toContain(`](${name}`);
});
