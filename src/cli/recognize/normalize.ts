import { type Command, Option } from 'commander';
import { AttuneError } from '../../errors.ts';
import { type GroupedBy, type Grouping, groupsOf } from '../../recognize/groups.ts';
import { referenceIn } from '../../recognize/normalize-source.ts';
import type { Recognizer } from '../../recognize/recognizer.ts';
import { type Listed, STANDARD_INPUT } from '../../recognize/recordings.ts';
import type { Normalized } from '../../recognize/report.ts';
import { isNothing } from '../../recognize/source-shift.ts';
import { count } from '../../text.ts';
import { inFlags } from '../flags.ts';
import { pattern } from '../values.ts';
import type { Outcome } from './format.ts';

/** What the user gave of the options that {@link addNormalizeOptions} adds. */
export interface NormalizeFlags {
  normalize: 'none' | GroupedBy;
  speaker?: string;
  speakers?: string;
  mixed?: true;
}

export const addNormalizeOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--normalize <by>',
        'take out what the recordings of a source share, told by their own answers: of each folder that is given, or each speaker',
      )
        .choices(['none', 'folder', 'speaker'])
        .default('none'),
    )
    .option(
      '--mixed',
      'with --normalize: each source holds every emotion about equally often, so take out its plain mean (gains more; where it is not so, answers are likely wrong)',
    )
    .option(
      '--speaker <regex>',
      'with --normalize speaker: pattern whose first group, found in the path, is the speaker',
      pattern,
    )
    .option('--speakers <file>', 'with --normalize speaker: CSV with the columns file and speaker');

/**
 * Which recordings are of one source; undefined where nothing is taken out.
 *
 * @param scale of the network
 * @throws AttuneError `usage` where that cannot be told; `checkpoint` where the weights cannot be normalized by
 */
export async function groupingOf(
  { normalize, speaker, speakers, mixed }: NormalizeFlags,
  turns: string | undefined,
  recordings: readonly Listed[],
  scale: Pick<Recognizer, 'reference'>,
): Promise<Grouping | undefined> {
  if (normalize !== 'speaker' && (speaker ?? speakers) !== undefined)
    throw new AttuneError(
      'usage',
      `--speaker${speaker === undefined ? 's is' : ' is'} for --normalize speaker: give that too, or leave it out`,
    );
  if (normalize === 'none' && mixed)
    throw new AttuneError(
      'usage',
      '--mixed says of a source what it holds, and no source is named: give --normalize folder or speaker too',
    );
  if (normalize === 'none') return undefined;
  referenceIn(scale);
  if (recordings.some(({ file }) => file === STANDARD_INPUT))
    throw new AttuneError(
      'usage',
      `standard input is one recording, which has no source to be normalized by: leave --normalize ${normalize} out`,
    );
  return groupsOf(recordings, normalize, { speaker, speakers, turns });
}

const sizeOf = ({ recordings, turns = recordings }: Normalized) => turns;

/** Tells of each source once what its recordings are warned of, and at the end what was taken out. */
export function sourceNotes(say: (line: string) => void) {
  const told = new Set<string>();
  const sources = new Map<string, Normalized>();
  return {
    hear(outcome: Outcome): void {
      if ('error' in outcome) return;
      for (const { normalized, warnings } of 'turns' in outcome ? outcome.turns : [outcome]) {
        if (!normalized) continue;
        const { by, group, sha256 } = normalized;
        const name = by === 'speaker' && 'turns' in outcome ? `${outcome.file}, ${group}` : group;
        sources.set(`${name} ${sha256}`, normalized);
        for (const { code, message } of warnings)
          if (code === 'normalized' && !told.has(`${name} ${message}`)) {
            told.add(`${name} ${message}`);
            say(`attune: warning: ${name}: ${inFlags(message)}`);
          }
      }
    },
    end(): void {
      const all = [...sources.values()];
      if (!all.length) return;
      const taken = all.filter(({ shift }) => !isNothing(Object.values(shift)));
      const [{ by, turns: ofTurns, mixed }] = all as [Normalized];
      const unit = ofTurns === undefined ? 'recording' : 'turn';
      const counts = all.map(sizeOf);
      const [least, most] = [Math.min(...counts), Math.max(...counts)];
      const each = least === most ? count(most, unit) : `${least} to ${count(most, unit)}`;
      const alone = all.filter((source) => sizeOf(source) < 2).length;
      const leaning = all.length - taken.length - alone;
      const reasons = [
        ...(leaning ? [`the answers of ${leaning} lean to few classes`] : []),
        ...(alone ? [`${alone} ${alone === 1 ? 'has' : 'have'} no two ${unit}s that can be heard`] : []),
      ].join(', and ');
      const of = `${count(all.length, by)} (${each})`;
      say(
        taken.length
          ? `attune: taken out: the ${mixed ? 'plain' : 'own'} mean of ${taken.length} of ${of}, so that each answer ${taken.length < all.length ? 'of theirs ' : ''}depends on the others${reasons && `; nothing of the rest: ${reasons}`}`
          : `attune: nothing was taken out of ${of}: ${reasons}`,
      );
    },
  };
}
