import type { AttuneError } from '../errors.ts';
import { type Listed, STANDARD_INPUT, STDIN_NAME, type Unlisted } from '../recognize/recordings.ts';

/** What came of one that was asked for. */
export interface Outcome<Answer> {
  /** as results and messages call it */
  readonly file: string;
  readonly answer: Answer | AttuneError;
}

const nameOf = ({ file }: Listed) => (file === STANDARD_INPUT ? STDIN_NAME : file);

/** What came of all that were found, in their order. */
export async function* inTheirOrder<Answer>(
  found: readonly (Listed | Unlisted)[],
  answers: AsyncGenerator<Answer | AttuneError>,
): AsyncGenerator<Outcome<Answer>> {
  try {
    for (const item of found) {
      if ('error' in item) yield { file: item.file, answer: item.error };
      else yield { file: nameOf(item), answer: (await answers.next()).value as Answer | AttuneError };
    }
  } finally {
    await answers.return(undefined);
  }
}

/** What came of all that were found, as it comes: first of those that are no recordings. */
export async function* asTheyCome<Answer>(
  found: readonly (Listed | Unlisted)[],
  answers: AsyncIterable<readonly [at: number, answer: Answer | AttuneError]>,
): AsyncGenerator<Outcome<Answer>> {
  for (const item of found) if ('error' in item) yield { file: item.file, answer: item.error };
  const recordings = found.filter((item) => 'root' in item);
  for await (const [at, answer] of answers) yield { file: nameOf(recordings[at]!), answer };
}
