import type { Random } from '../src/random.ts';
import { parseTurns } from '../src/recognize/turns.ts';
import { mutateText } from './mutate.ts';
import { type Target, takenOrRefused } from './target.ts';

/** Files of turns as diarizations and meeting programs write them. */
const FILES = [
  ';; by hand\nSPEAKER call 1 0.25 1.50 <NA> <NA> anna <NA> <NA>\nSPEAKER call 1 1.5 2 <NA> <NA> çağla <NA>\n',
  'WEBVTT\n\nNOTE made up\n\n1\n00:00:01.000 --> 00:00:03.500 align:start\n<v.loud Anna>Hi &amp; <i>bye</i></v>\n',
  'WEBVTT\n\n00:01.000 --> 00:02.000\n- Anna: hello\n- Bob: hm\n\n00:01.500 --> 00:04.000\nBob: well\n',
];

/** Files of speakers' turns. */
export const turns: Target = {
  name: 'turns',
  weight: 1,
  async prepare() {
    return (random: Random) => {
      const which = random.integer(FILES.length);
      const input = mutateText(FILES[which]!, random);
      return {
        ...{ seed: `turns ${which}`, input },
        run: () =>
          takenOrRefused('input.turns', () => parseTurns(new TextDecoder().decode(input), 'input.turns', 'call.wav')),
      };
    };
  },
};
