import { byCodeUnits } from '../corpus/adapter.ts';
import { classesOf, sameClasses, stated } from '../corpus/classes.ts';
import { labelOf } from '../corpus/parts.ts';
import type { Corpus, Fold } from '../corpus/utterance.ts';
import { AttuneError } from '../errors.ts';
import type { RunOptions } from '../run/run-files.ts';
import { clipped } from '../text.ts';

/**
 * Refuses weights of corpora that no fold is trained on.
 *
 * @throws AttuneError `usage`, naming one
 */
export function refuseOtherWeights({ corpusWeights }: RunOptions, { parts }: Corpus, folds: readonly Fold[]): void {
  if (!corpusWeights) return;
  if (!parts)
    throw new AttuneError(
      'usage',
      'corpora are weighted where several are trained on, but there is one: give no weight',
    );
  const trained = new Set(folds.flatMap(({ train }) => train.map(({ id }) => labelOf(id))));
  const unknown = Object.keys(corpusWeights).find((name) => !trained.has(name));
  if (unknown !== undefined)
    throw new AttuneError(
      'usage',
      `a weight is given to ${unknown}, which is none of the corpora that are trained on: name one of ${[...trained].sort(byCodeUnits).join(', ')}`,
    );
}

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
