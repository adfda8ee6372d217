import { AttuneError } from '../errors.ts';
import { byCodeUnits } from './adapter.ts';
import { EMOTIONS } from './emotions.ts';
import type { Corpus, Fold } from './utterance.ts';

/**
 * One fold a speaker, sorted by speaker and named after the one who is tested; everybody else is trained on (section 3.1).
 * A test set may lack a class; a training set may not.
 *
 * @throws AttuneError `corpus` where there are fewer than two speakers, or a class would be trained on nothing
 */
export function leaveOneSpeakerOut(corpus: Pick<Corpus, 'utterances'>): Fold[] {
  const { utterances } = corpus;
  const speakers = [...new Set(utterances.map(({ speaker }) => speaker))].sort(byCodeUnits);
  if (speakers.length < 2) {
    const found = speakers.length ? `there is one, ${speakers[0]}` : 'there is none';
    throw new AttuneError(
      'corpus',
      `leaving one speaker out takes at least two speakers, but ${found}: add recordings`,
    );
  }
  return speakers.map((speaker) => {
    const train = utterances.filter((utterance) => utterance.speaker !== speaker);
    const test = utterances.filter((utterance) => utterance.speaker === speaker);
    const absent = EMOTIONS.filter((emotion) => !train.some((utterance) => utterance.emotion === emotion));
    if (absent.length)
      throw new AttuneError(
        'corpus',
        `fold ${speaker} has nothing to train on for ${absent.join(', ')}: every class takes recordings of at least two speakers`,
      );
    return { name: speaker, train, test };
  });
}
