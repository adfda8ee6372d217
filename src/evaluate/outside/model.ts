import { withoutGaps } from '../../audio/gaps.ts';
import type { Classifier } from '../../recognize/hugging-face/classifier.ts';
import { createPieces } from '../../recognize/whole.ts';
import type { Listening } from '../../run/events.ts';
import type { Recording } from '../../run/run-files.ts';
import { createRecordingReader } from '../score.ts';
import { byClass, likeliest, type Meanings } from './labels.ts';
import type { Said } from './table.ts';

/** What a classifier says of each recording as a whole, by id. */
export async function scoreRecordings(
  { whole, classes: labels }: Pick<Classifier, 'whole' | 'classes'>,
  recordings: readonly Recording[],
  { directory, classes, meanings }: { directory: string; classes: readonly string[]; meanings: Meanings },
  { onEvent, signal }: Listening,
): Promise<ReadonlyMap<string, Said>> {
  const read = createRecordingReader(directory);
  const said = new Map<string, Said>();
  for (const [i, recording] of recordings.entries()) {
    signal?.throwIfAborted();
    const { samples, gaps } = await read(recording);
    const pieces = createPieces(whole);
    const heard = withoutGaps(samples, gaps);
    await pieces.push(heard.length ? heard : samples);
    const probabilities = byClass(labels, (await pieces.end()).probabilities, classes, meanings);
    said.set(recording.utterance, { probabilities, predicted: likeliest(probabilities, classes) });
    onEvent?.({ event: 'scored', done: i + 1, inAll: recordings.length });
  }
  return said;
}
