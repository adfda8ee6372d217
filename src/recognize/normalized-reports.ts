import { createHash } from 'node:crypto';
import { hashFile } from '../audio/file.ts';
import { AttuneError } from '../errors.ts';
import type { Report } from './answers.ts';
import type { Grouping } from './groups.ts';
import { type FoundShift, namedShift, shiftOf, without } from './normalize-source.ts';
import type { Recognizer } from './recognizer.ts';
import { type HeardRecording, type HeardSound, type Normalized, reportOf } from './report.ts';
import type { TimelineOptions } from './timeline.ts';

/** How recordings are answered against the own mean of their source. */
export interface Normalizing {
  readonly grouping: Grouping;
  /** of the network that heard them */
  readonly scale: Pick<Recognizer, 'classes' | 'temperature' | 'reference'>;
  readonly timeline: TimelineOptions;
}

/**
 * Reports on recordings, each against the own mean of its group, in the order in which they were heard (Node only). Recordings wait, without
 * their sound, until all before them have left and all of their group are there.
 *
 * @param heard what came of each recording
 */
export async function* normalizedReports(
  heard: AsyncIterable<HeardRecording | AttuneError>,
  normalizing: Normalizing,
): AsyncGenerator<Report | AttuneError> {
  const { groups } = normalizing.grouping;
  const awaited = new Map<string, number>();
  for (const { key } of groups) awaited.set(key, (awaited.get(key) ?? 0) + 1);
  const waiting = new Map<string, Map<number, HeardRecording | AttuneError>>();
  const ready = new Map<number, Report | AttuneError>();
  let [came, left] = [0, 0];
  for await (const recording of heard) {
    const { key, name } = groups[came]!;
    const group = waiting.get(key) ?? new Map<number, HeardRecording | AttuneError>();
    waiting.set(key, group.set(came++, recording));
    if (group.size < awaited.get(key)!) continue;
    waiting.delete(key);
    const reports = await reportsOf([...group.values()], name, normalizing);
    for (const [i, at] of [...group.keys()].entries()) ready.set(at, reports[i]!);
    for (; ready.has(left); left++) {
      yield ready.get(left)!;
      ready.delete(left);
    }
  }
}

/** A sound of a group, and the recording that it is of. */
interface Member {
  readonly file: string;
  readonly sound: HeardSound;
}

async function reportsOf(
  group: readonly (HeardRecording | AttuneError)[],
  name: string | undefined,
  normalizing: Normalizing,
): Promise<(Report | AttuneError)[]> {
  const sources = new Map<string, Member[]>();
  const sourceOf = ({ ofTurns }: HeardRecording, i: number) => name ?? ofTurns!.turns[i]!.speaker;
  for (const recording of group)
    if (!(recording instanceof AttuneError))
      for (const [i, sound] of recording.sounds.entries()) {
        const source = sourceOf(recording, i);
        const members = sources.get(source) ?? [];
        sources.set(source, members);
        members.push({ file: recording.file, sound });
      }
  const failed = group.filter((recording) => recording instanceof AttuneError).length;
  const found = new Map<string, Found>();
  const ofTurns = group.some((recording) => 'ofTurns' in recording);
  for (const [name, members] of sources)
    found.set(name, await foundIn({ name, members, failed, ofTurns }, normalizing));
  const { scale, timeline } = normalizing;
  return group.map((recording) => {
    if (recording instanceof AttuneError) return recording;
    const own = recording.sounds.map((_, i) => found.get(sourceOf(recording, i))!);
    const sounds = recording.sounds.map(({ recognition, speech }, i) => ({
      ...{ recognition: without(recognition, own[i]!.shift, scale), speech },
    }));
    return reportOf(
      { ...recording, sounds },
      timeline,
      own.map(({ normalized }) => normalized),
    );
  });
}

interface Source {
  readonly name: string;
  readonly members: readonly Member[];
  readonly failed: number;
  readonly ofTurns: boolean;
}

interface Found {
  readonly shift: FoundShift;
  readonly normalized: Normalized;
}

/** What a source adds, by those of its sounds in which somebody speaks. */
async function foundIn(
  { name: group, members, failed, ofTurns }: Source,
  { grouping: { by }, scale }: Normalizing,
): Promise<Found> {
  const spoken = members.filter(({ sound }) => sound.speech.length);
  const shift = shiftOf(
    spoken.map(({ sound }) => sound.recognition),
    scale,
  );
  const files = [...new Set(spoken.map(({ file }) => file))];
  return {
    shift,
    normalized: {
      ...{ by, group, recordings: files.length, ...(ofTurns && { turns: spoken.length }), failed },
      ...{ withoutSpeech: members.length - spoken.length, shift: namedShift(shift, scale.classes) },
      sha256: await hashOfFiles(files),
    },
  };
}

/** A hash of files that depends neither on their names nor on their order. */
async function hashOfFiles(files: readonly string[]): Promise<string> {
  const lines: string[] = [];
  for (const file of files) lines.push(`${await hashFile(file)}\n`);
  return createHash('sha256').update(lines.sort().join('')).digest('hex');
}
