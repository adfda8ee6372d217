import { inspect } from 'node:util';
import type { createLogUpdate } from 'log-update';
import { jsonText, visible, visibleLines } from '../text.ts';

// The only file of the package that writes to a terminal (test/cli/terminal.test.ts). Names of files, speakers, labels and codecs are
// strangers' text: every line is made visible here, line ends within it included, so that it can neither act nor pretend.

/** A line to stderr. */
export const say = (line: string): void => void process.stderr.write(`${visible(line)}\n`);

/** An error with its stack to stderr, line by line. */
export const sayInFull = (error: unknown): void => void process.stderr.write(`${visibleLines(inspect(error))}\n`);

/** Lines to stdout. */
export const print = (lines: readonly string[]): void =>
  void process.stdout.write(lines.map((line) => `${visible(line)}\n`).join(''));

/** A value as JSON to stdout. */
export const printJson = (value: unknown): void => void process.stdout.write(`${jsonText(value, 2)}\n`);

/** Text for programs to stdout, such as a CSV: every byte as it is, but for a terminal. Resolves when more can be taken. */
export const printData = (text: string): Promise<void> =>
  new Promise((done) => {
    if (text === '' || process.stdout.write(process.stdout.isTTY ? visibleLines(text) : text)) done();
    else process.stdout.once('drain', done);
  });

/** Calls back where stdout cannot be written any more. */
export const onUnwritable = (call: (error: NodeJS.ErrnoException) => void): void =>
  void process.stdout.on('error', call);

/**
 * What commander says: help, and errors, which begin as all others do and repeat what was given, which a shell may have taken from names
 * of files.
 */
export const SAID_BY_COMMANDER = {
  writeOut: (text: string) => void process.stdout.write(visibleLines(text)),
  writeErr: (text: string) => void process.stderr.write(visibleLines(text)),
  outputError(text: string, write: (text: string) => void) {
    const [, error = '', suggestion = ''] = /^(.*?)(\n\(Did you mean [^\n]*\))?\n?$/s.exec(text) ?? [];
    write(`${visible(error.replace(/^error: /, 'attune: '))}${suggestion}\n`);
  },
};

/** Lines on a terminal that change in place, and others above them. */
export interface Screen {
  /** whether lines can change: it is a terminal */
  readonly live: boolean;
  /** prints a line that stays */
  say(line: string): void;
  /** shows lines in place of those shown before */
  update(lines: readonly string[]): void;
  /** takes what is shown away, for what else is printed */
  clear(): void;
  /** leaves what is shown standing */
  done(): void;
}

/** Opens a screen on stderr. What moves its lines is loaded for a terminal alone, and meanwhile they wait. */
export function openScreen(stream: NodeJS.WriteStream = process.stderr): Screen {
  const live = stream.isTTY === true && stream.rows !== 0 && stream.columns !== 0; // some have no size, and show no line that changes
  let waiting: string | undefined;
  let move: ReturnType<typeof createLogUpdate> | undefined;
  if (live)
    void import('log-update').then(({ createLogUpdate }) => {
      move = createLogUpdate(stream, { showCursor: true });
      if (waiting !== undefined) move(waiting);
    });
  return {
    live,
    say(line) {
      move?.clear();
      stream.write(`${visible(line)}\n`);
    },
    update(lines) {
      waiting = lines.map(visible).join('\n');
      move?.(waiting);
    },
    clear() {
      waiting = undefined;
      move?.clear();
    },
    done() {
      waiting = undefined;
      move?.done();
    },
  };
}
