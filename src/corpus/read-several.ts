import * as v from 'valibot';
import { AttuneError } from '../errors.ts';
import { byName, checkArgument, list } from '../json.ts';
import { READ_OPTIONS, type ReadOptions } from './adapter.ts';
import { type FoundCorpus, findCorpus, refuseUntaken } from './find.ts';
import { joinCorpora } from './join.ts';
import { LABEL_OPTIONS, type LabelOptions } from './labels.ts';
import { labelsFor } from './parts.ts';
import { readFound } from './read.ts';
import type { Corpus } from './utterance.ts';

/** How several corpora are read. */
export interface ReadSeveralOptions extends ReadOptions {
  /** label maps of single corpora, in the place of `labels`, by the corpora's labels, such as `emodb`; absent: none has its own */
  readonly ownLabels?: Readonly<Record<string, LabelOptions>>;
}

/**
 * Reads several folders as one corpus, as {@link joinCorpora} puts them together; one folder as `readCorpus` does. Options that mean
 * something for some corpora only are for these.
 *
 * @param directories folders, or CSV files, none within another
 * @throws AttuneError as `readCorpus` and {@link joinCorpora} do; `usage` where `ownLabels` names a corpus that is not among them
 *
 * @example
 * ```ts
 * import { readCorpora } from 'attune/node';
 *
 * const { name, utterances } = await readCorpora(['emodb', 'calls']);
 * console.log(`${name}: ${utterances.length} utterances, such as ${utterances[0]!.id}`);
 * ```
 */
export async function readCorpora(directories: readonly string[], options: ReadSeveralOptions = {}): Promise<Corpus> {
  checkArgument(directories, v.pipe(list(v.string()), v.minLength(1, 'a folder or more')), 'the folders of corpora');
  checkArgument(options, v.looseObject({}), 'the options');
  const { ownLabels = {}, ...shared } = options;
  checkArgument(shared, READ_OPTIONS, 'the options');
  checkArgument(ownLabels, byName(LABEL_OPTIONS), 'the labels of single corpora');
  const found: FoundCorpus[] = [];
  for (const directory of directories) found.push(await findCorpus(directory, shared));
  refuseUntaken(found, shared);
  const labels = labelsFor(found.map(({ adapter: { name }, tree: { root } }) => ({ name, directory: root })));
  const unknown = Object.keys(ownLabels).find((name) => !labels.includes(name));
  if (unknown !== undefined)
    throw new AttuneError(
      'usage',
      `labels are given for ${unknown}, which is none of the corpora: name one of ${labels.join(', ')}`,
    );
  const corpora: Corpus[] = [];
  for (const [i, one] of found.entries()) {
    const own = ownLabels[labels[i]!];
    corpora.push(await readOne(one, { ...taken(one, shared), ...(own && { labels: own }) }));
  }
  return corpora.length === 1 ? corpora[0]! : joinCorpora(corpora);
}

/** Those options that mean something to the corpus. */
function taken({ adapter: { takes = [] } }: FoundCorpus, { turns, speaker, ...all }: ReadOptions): ReadOptions {
  return {
    ...all,
    ...(turns !== undefined && takes.includes('turns') && { turns }),
    ...(speaker !== undefined && takes.includes('speaker') && { speaker }),
  };
}

/** Reads a corpus; what is wrong with it is told with its folder. */
async function readOne(found: FoundCorpus, options: ReadOptions): Promise<Corpus> {
  const { root } = found.tree;
  try {
    return (await readFound(found, options)).corpus;
  } catch (error) {
    if (!(error instanceof AttuneError) || error.message.includes(root)) throw error;
    throw new AttuneError(error.code, `${root}: ${error.message}`);
  }
}
