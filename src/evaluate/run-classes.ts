import { classesOf, sameClasses, stated } from '../corpus/classes.ts';
import type { Corpus } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import type { RunOptions } from '../run/run-files.ts';
import { clipped } from '../text.ts';

/**
 * The options of a run with the classes of its corpus, where these are not the default four.
 *
 * @throws AttuneError `usage` where the options have other classes, the network has another number of them, or an utterance is of none
 */
export function withClasses(options: RunOptions, corpus: Corpus): RunOptions {
  const classes = classesOf(corpus);
  const asked = options.classes ?? classes;
  if (!sameClasses(asked, classes))
    throw new AttuneError(
      'usage',
      `the corpus has the classes ${classes.join(', ')}, but the run was to have ${asked.join(', ')}: give the same, in the same order`,
    );
  const { architecture } = options;
  if (architecture.classes !== classes.length)
    throw new AttuneError(
      'usage',
      `expected architecture.classes to be ${classes.length}, for ${classes.join(', ')}, got ${architecture.classes}`,
    );
  const other = corpus.utterances.find(({ emotion }) => !classes.includes(emotion));
  if (other)
    throw new AttuneError(
      'usage',
      `utterance ${other.id} is ${clipped(other.emotion)}, which is none of the classes ${classes.join(', ')}: read all recordings with the same classes`,
    );
  return { ...options, ...stated(classes) };
}
