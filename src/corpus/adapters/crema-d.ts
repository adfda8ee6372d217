import { join } from 'node:path';
import { type Adapter, byFileName } from '../adapter.ts';
import { readTable } from '../csv-table.ts';
import type { Utterance } from '../utterance.ts';

const named = byFileName({
  name: 'crema-d',
  expects: 'CREMA-D names such as 1001_DFA_ANG_XX.wav',
  labels: {
    emotions: {
      ...{ neutral: ['neutral'], happy: ['happy'], angry: ['angry'], sad: ['sad'] },
      ...{ fearful: ['fear'], disgusted: ['disgust'] },
    },
    codes: { NEU: 'neutral', HAP: 'happy', ANG: 'angry', SAD: 'sad', DIS: 'disgust', FEA: 'fear' },
  },
  pattern: /^(\d{4})_([A-Z]{3})_(ANG|DIS|FEA|HAP|NEU|SAD)_(?:LO|MD|HI|XX?)$/,
  parse: ([speaker, script, label]) => ({ label: label!, speaker: speaker!, script: script! }),
});

/**
 * CREMA-D, the Crowd-sourced Emotional Multimodal Actors Dataset (English, acted, 91 actors, 16 kHz).
 *
 * A name such as `1001_DFA_ANG_XX.wav` holds the actor, the sentence, the emotion and its level (LO, MD, HI; XX: none asked for). Genders are
 * read from `VideoDemographics.csv` (ActorID, Age, Sex, ...) where the folder holds it. Of the six emotions the paper's four are used
 * unless {@link ReadOptions.classes} says otherwise.
 *
 * Cao, Cooper, Keutmann, Gur, Nenkova and Verma (2014), https://doi.org/10.1109/TAFFC.2014.2336244
 */
export const cremaD: Adapter = {
  ...named,
  async read(tree, options) {
    const table = tree.files.find((file) => /(^|\/)VideoDemographics\.csv$/.test(file));
    const genders = table ? await gendersIn(join(tree.root, table)) : new Map<string, Utterance['gender']>();
    return (await named.read(tree, options)).map((reading) => {
      const gender = 'speaker' in reading ? genders.get(String(reading.speaker)) : undefined;
      return gender ? { ...reading, gender } : reading;
    });
  },
};

async function gendersIn(path: string): Promise<Map<string, Utterance['gender']>> {
  const rows = await readTable(path, ['actorid', 'sex']);
  const genders = { female: 'female', male: 'male' } as Readonly<Record<string, Utterance['gender']>>;
  return new Map(rows.map(({ cells }) => [cells.actorid, genders[cells.sex.toLowerCase()]]));
}
