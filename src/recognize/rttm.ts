import { faultOf } from '../audio/excerpt.ts';
import { AttuneError } from '../errors.ts';
import type { Turn } from './turns.ts';

/** A line of RTTM, for messages. */
const EXAMPLE = 'SPEAKER call 1 0.25 1.5 <NA> <NA> anna <NA> <NA>';
/** The format's other kinds of lines, which say nothing of turns. */
const OTHER_LINES = new Set(
  'SEGMENT NOSCORE NO_RT_METADATA LEXEME NON-LEX NON-SPEECH FILLER EDIT IP SU CB A/P SPKR-INFO'.split(' '),
);
const NONE = '<NA>';
/** The newer form has ten fields, the older nine; some writers leave out those after the name. */
const FIELDS = { least: 8, most: 10 };
const SECONDS = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A turn, and the recording that its line names. */
type Line = Turn & { readonly file: string };

/**
 * Reads turns from RTTM, the Rich Transcription Time Marked format of NIST (RT-09 evaluation plan, appendix A): lines
 * `SPEAKER file channel onset duration <NA> <NA> name <NA> <NA>`, times in seconds. Other lines of the format and comments (`;;`) say
 * nothing of turns.
 *
 * @returns at least one
 * @throws AttuneError `turns`, naming the line, where one is malformed
 */
export function readRttm(text: string, name: string): Line[] {
  const lines = text.split(/\r\n|\r|\n/).map((line, i) => lineOf(line.trim(), `${name}, line ${i + 1}`));
  const turns = lines.filter((line) => line !== undefined);
  if (turns.length) return turns;
  throw new AttuneError('turns', `${name} holds no turn: expected lines such as "${EXAMPLE}"; check the file`);
}

/**
 * The turns of one recording.
 *
 * @param lines as {@link readRttm} gives them
 * @throws AttuneError `turns` where none is, or where it has no name and the lines are of several
 */
export function turnsOf(lines: readonly Line[], name: string, recording: string | undefined): Turn[] {
  const files = [...new Set(lines.map(({ file }) => file))];
  if (recording === undefined && files.length > 1)
    throw new AttuneError(
      'turns',
      `${name} holds turns of several recordings (${few(files)}), and this one has no name: leave the lines of one`,
    );
  const own = lines.filter(({ file }) => recording === undefined || file === NONE || isOf(file, recording));
  if (own.length) return own.map(({ file: _, ...turn }) => turn);
  throw new AttuneError(
    'turns',
    `${name} holds no turn of ${recording}: expected lines such as "${EXAMPLE.replace('call', stemOf(recording!))}", found those of ${few(files)}`,
  );
}

function lineOf(line: string, source: string): Line | undefined {
  const fields = line.split(/\s+/);
  if (!line || line.startsWith(';;') || OTHER_LINES.has(fields[0]!)) return undefined;
  const [kind, file, , onset, duration, , , speaker] = fields;
  const refusal = (what: string) => new AttuneError('turns', `${source}: ${what}; expected such as "${EXAMPLE}"`);
  if (kind !== 'SPEAKER') throw refusal(`this is no line of RTTM: "${few([line])}"`);
  if (fields.length < FIELDS.least || fields.length > FIELDS.most)
    throw refusal(`the line has ${fields.length} fields, which no blank may stand in`);
  for (const [what, field] of [['onset', onset] as const, ['duration', duration] as const])
    if (!SECONDS.test(field!)) throw refusal(`the ${what} is "${field}", which is no number of seconds`);
  if (speaker === NONE) throw refusal('the line names no speaker');
  const [start, end] = [rounded(Number(onset)), rounded(Number(onset) + Number(duration))];
  const fault = faultOf({ start, end });
  if (fault) throw refusal(`the turn cannot be used: ${fault}`);
  return { file: file!.normalize('NFC'), start, end, speaker: speaker!.normalize('NFC'), source };
}

/** To a microsecond: 0.1 + 0.2 is 0.3. */
const rounded = (seconds: number) => Number(seconds.toFixed(6));

const stemOf = (path: string) => path.replace(/^.*[\\/]/, '').replace(/(?<=.)\.[^.]*$/, '');

/** Whether RTTM's name of a recording is that of its file, with or without the extension and the folders above. */
function isOf(file: string, recording: string): boolean {
  const path = `/${recording.normalize('NFC').replaceAll('\\', '/')}`;
  return [path, path.replace(/(?<=[^/])\.[^./]*$/, '')].some((whole) => whole.endsWith(`/${file}`));
}

/** The first few of some names, each cut where it is long. */
function few(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => (name.length > 60 ? `${name.slice(0, 60)}...` : name));
  return names.length > 3 ? `${shown.join(', ')} and ${names.length - 3} more` : shown.join(', ');
}
