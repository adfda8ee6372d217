import { withoutGaps } from '../../audio/gaps.ts';
import { soundHash } from '../../audio/reader.ts';
import type { Classifier } from '../../recognize/hugging-face/classifier.ts';
import { createPieces } from '../../recognize/whole.ts';
import type { Listening } from '../../run/events.ts';
import type { Recording } from '../../run/run-files.ts';
import { createRecordingReader } from '../score.ts';
import type { KeptAnswers } from './kept.ts';
import { byClass, likeliest, type Meanings } from './labels.ts';
import type { Said } from './table.ts';

interface Asked {
  /** of the corpus */
  readonly directory: string;
  readonly classes: readonly string[];
  readonly meanings: Meanings;
  readonly kept: KeptAnswers;
}

/** What a classifier says of each recording as a whole, by id. */
export async function scoreRecordings(
  { whole, classes: labels }: Pick<Classifier, 'whole' | 'classes'>,
  recordings: readonly Recording[],
  { directory, classes, meanings, kept }: Asked,
  { onEvent, signal }: Listening,
): Promise<ReadonlyMap<string, Said>> {
  const read = createRecordingReader(directory);
  const said = new Map<string, Said>();
  for (const [i, recording] of recordings.entries()) {
    signal?.throwIfAborted();
    const shares = await kept.of(soundHash(recording.sha256, recording), async () => {
      const { samples, gaps } = await read(recording);
      const pieces = createPieces(whole);
      const heard = withoutGaps(samples, gaps);
      await pieces.push(heard.length ? heard : samples);
      return (await pieces.end()).probabilities;
    });
    const probabilities = byClass(labels, shares, classes, meanings);
    said.set(recording.utterance, { probabilities, predicted: likeliest(probabilities, classes) });
    onEvent?.({ event: 'scored', done: i + 1, inAll: recordings.length });
  }
  return said;
}
