import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { openScreen } from '../../src/cli/terminal.ts';
import { s16, wav } from '../audio/files.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { attune, temporaryFolder } from './attune.ts';

/** What no terminal may be sent but by Attune itself. */
const UNSEEN = /(?!\n)[\p{Cc}\u200b\u202a-\u202e\u2066-\u2069]/u;
/** Turns red, sets the title, turns round, ends the line and pretends. */
const EVIL = '\x1b[31m\x1b]0;x\x07\u202e\x9b2J\nattune: all is well';
const EVIL_SHOWN = '\\x1b[31m\\x1b]0;x\\x07\\u202e\\x9b2J\\nattune: all is well';

/** The code of a file without its comments. */
const codeOf = (file: string) =>
  readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '');

describe('the terminal', () => {
  it('is written to by one file alone', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const writing = files.filter((file) =>
      /[.{,]\s*std(out|err)\b|\['std(out|err)'\]|\bconsole\s*\.|log-update|WriteStream|\/dev\/(tty|fd)|writeSync\(\s*[12]\b/.test(
        codeOf(join('src', file)),
      ),
    );
    expect(writing).toEqual(['cli/terminal.ts']);
  });

  it('shows lines in place with its own control sequences and none of the text', async () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 200, rows: 50 });
    const screen = openScreen(stream as unknown as NodeJS.WriteStream);
    screen.update([`fold ${EVIL}`, 'second']); // waits until what moves lines is loaded
    await vi.waitFor(() => expect(stream.readableLength).toBeGreaterThan(0));
    screen.say(EVIL);
    screen.update(['third']);
    screen.done();
    const written = (stream.read() as Buffer).toString('utf8');
    expect(written).toContain('\x1b['); // lines go up and are erased
    expect(stripVTControlCharacters(written)).not.toMatch(UNSEEN);
    for (const own of ['\x1b[31m', '\x1b]', '\x9b']) expect(written).not.toContain(own);
    expect(written).toContain(`${EVIL_SHOWN}\n`);
  });
});

describe('what strangers call their files', async () => {
  const folder = await temporaryFolder();
  const evil = join(folder, 'evil');
  await mkdir(join(evil, 'happy', EVIL), { recursive: true });
  await mkdir(join(evil, 'sad', 'bob'), { recursive: true });
  const sound = (loud: number) => Array.from({ length: 8000 }, (_, i) => Math.round(loud * Math.sin(i / 5)));
  for (const [i, name] of ['happy/bob', `happy/${EVIL}`, 'sad/bob'].entries()) {
    await mkdir(join(evil, name), { recursive: true });
    await writeFile(join(evil, name, `${i}${EVIL}.wav`), wav(s16(...sound(9000 - 2000 * i))));
  }

  it.each([
    ['corpus', ['corpus', evil]],
    ['corpus --json', ['corpus', evil, '--json']],
    [
      'recognize',
      ['recognize', join(evil, 'happy', EVIL, `1${EVIL}.wav`), join(folder, `${EVIL}.wav`), '--threads', '1'],
    ],
    ['a wrong option', ['corpus', evil, `--${EVIL}`]],
    ['a wrong run', ['verify', join(folder, EVIL)]],
  ])('is shown by %s and does nothing', async (_, args) => {
    const { stdout, stderr } = await attune(args);
    expect(`${stdout}${stderr}`).not.toMatch(UNSEEN);
    expect(`${stdout}${stderr}`).not.toMatch(/^attune: all is well/m);
    expect(`${stdout}${stderr}`).toMatch(/\\x1b\[31m|\\u001b\[31m/);
  });
});

describeWith(join(ATTUNE_AUDIO, 'odd'), 'a codec whose name is control sequences', () => {
  it('is told of in one clean line', async () => {
    const { status, stdout, stderr } = await attune(['recognize', join(ATTUNE_AUDIO, 'odd/webm-codec-escape.webm')]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^attune: [^\n]*\\x1b[^\n]*\n$/);
    expect(stderr).not.toMatch(UNSEEN);
  });
});
