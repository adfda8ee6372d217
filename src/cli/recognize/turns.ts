import { AttuneError } from '../../errors.ts';
import { readWhole, whyUnread } from '../../read-file.ts';
import type { RecognitionWarning } from '../../recognize/recognizer.ts';
import { type Listed, STANDARD_INPUT, type Unlisted } from '../../recognize/recordings.ts';
import type { TurnReport } from '../../recognize/report.ts';
import { readTurns, type Turn } from '../../recognize/turns.ts';

/** A recording with its turns. */
export type Divided = Listed & { readonly turns?: readonly Turn[] };

/**
 * Gives each recording its turns from a file of them; one that has none there becomes a failure.
 *
 * @throws AttuneError `turns` where the file cannot be read or is malformed; `usage` where it does not tell which recording a turn is of
 */
export async function divideByTurns(
  path: string,
  found: readonly (Listed | Unlisted)[],
): Promise<(Divided | Unlisted)[]> {
  const turnsFile = await readTurns(await textOf(path), path);
  const recordings = found.filter((item) => 'root' in item).length;
  if (!turnsFile.namesRecordings && recordings > 1)
    throw new AttuneError(
      'usage',
      `${path} is WebVTT, which names no recording, and ${recordings} are given: give one`,
    );
  const taken = new Map<string, string>(); // turns, by where they stand, and the recording that has them
  return found.map((item) => {
    if ('error' in item) return item;
    try {
      const turns = turnsFile.of(item.file === STANDARD_INPUT ? undefined : item.file);
      const other = turns
        .map(({ source }) => taken.get(source!))
        .find((file) => file !== undefined && file !== item.file);
      if (other !== undefined)
        throw new AttuneError(
          'usage',
          `the turns in ${path} may be those of ${other} or of ${item.file}: put the folder before the name there, or give one`,
        );
      for (const { source } of turns) taken.set(source!, item.file);
      return { ...item, turns };
    } catch (error) {
      if (error instanceof AttuneError && error.code === 'turns') return { file: item.file, error };
      throw error;
    }
  });
}

async function textOf(path: string): Promise<string> {
  const bytes = await readWhole(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AttuneError('turns', `${path}: the file of turns cannot be read (${whyUnread(cause)}); check the path`, {
      cause,
    });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AttuneError('turns', `${path}: the file of turns is not UTF-8; save it as UTF-8`, { cause });
  }
}

/** What is told of many turns at once. */
const OF_MANY: Readonly<Partial<Record<RecognitionWarning['code'], string>>> = {
  short: 'shorter than what the network hears at a time, and filled up',
  silence: 'silent',
  quiet: 'very quiet, close to their own noise',
  cut: 'cut, where the recording does not reach as far',
};

/** Warnings of turns as lines: one of a kind is told in full, several are counted. */
export function turnWarnings(turns: readonly TurnReport[]): string[] {
  const kinds = new Map<RecognitionWarning['code'], { turn: TurnReport; message: string }[]>();
  for (const turn of turns)
    for (const { code, message } of turn.warnings)
      if (code !== 'normalized') kinds.set(code, [...(kinds.get(code) ?? []), { turn, message }]);
  return [...kinds].map(([code, [first, ...others]]) => {
    const { turn, message } = first!;
    const told = `the turn of ${turn.speaker} at ${turn.start} s: ${message}`;
    return others.length ? `${1 + others.length} of ${turns.length} turns: ${OF_MANY[code] ?? told}` : told;
  });
}
