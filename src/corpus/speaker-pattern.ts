import { createContext, Script } from 'node:vm';
import { AttuneError } from '../errors.ts';
import { saidBy } from '../text.ts';

/** Milliseconds for a pattern to go through all paths. One without repeats within repeats takes some microseconds a path. */
const PATIENCE_MS = 5000;

/** What the first group of a speaker's pattern captures in paths. */
export interface SpeakerPattern {
  /**
   * @param paths in NFC
   * @returns one capture a path; undefined where the pattern is not found
   * @throws AttuneError `usage`, naming the path, where the pattern takes too long
   */
  find(paths: readonly string[], patienceMs?: number): (string | undefined)[];
}

/**
 * The pattern of `ReadOptions.speaker`: a regular expression of JavaScript, in Unicode mode. It runs in a context that can be stopped, since
 * one such as `((a+)+)!` tries every division of a path.
 *
 * @throws AttuneError `usage` where it is no regular expression, or has no group
 */
export function speakerPattern(text: string): SpeakerPattern {
  const [pattern, counting] = [compile(text), compile(`${text}|`)]; // which matches nothing, but counts the groups
  if (execute(counting, [''], text, PATIENCE_MS)[0]!.length > 1)
    return {
      find: (paths, patienceMs = PATIENCE_MS) => execute(pattern, paths, text, patienceMs).map((match) => match?.[1]),
    };
  throw new AttuneError('usage', `the pattern of the speaker, ${text}, has no group: put the speaker in parentheses`);
}

function compile(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (cause) {
    throw noExpression(cause);
  }
}

const noExpression = (cause: unknown) =>
  new AttuneError('usage', `the pattern of the speaker is no regular expression: ${saidBy(cause)}`, {
    cause,
  });

const ALL = new Script('while (found.length < paths.length) found.push(pattern.exec(paths[found.length]))');

function execute(pattern: RegExp, paths: readonly string[], text: string, patienceMs: number) {
  const found: (RegExpExecArray | null)[] = [];
  try {
    ALL.runInContext(createContext({ pattern, paths, found }), { timeout: patienceMs });
    return found;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw noExpression(cause);
    throw new AttuneError(
      'usage',
      `${paths[found.length]}: the pattern ${text} of \`speaker\` takes more than ${patienceMs / 1000} s for the paths, of which it got this far; write it without repeats within repeats, such as (a+)+`,
    );
  }
}
