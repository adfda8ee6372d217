import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { hashFile } from '../audio/file.ts';
import { AttuneError } from '../errors.ts';
import type { Report } from './answers.ts';
import type { Grouping } from './groups.ts';
import { type FoundShift, namedShift, shiftOf, without } from './normalize-source.ts';
import type { Recognizer } from './recognizer.ts';
import { type HeardRecording, type HeardSound, type Normalized, reportOf } from './report.ts';
import type { SourceKnowledge } from './source-shift.ts';
import type { TimelineOptions } from './timeline.ts';

/** How recordings are answered against the own mean of their source. */
export interface Normalizing {
  readonly grouping: Grouping;
  readonly knowledge: SourceKnowledge;
  /** where the recordings lie, in the order in which they are heard */
  readonly files: readonly string[];
  /** of the network that heard them */
  readonly scale: Pick<Recognizer, 'classes' | 'temperature' | 'reference'>;
  readonly timeline: TimelineOptions;
}

/**
 * Reports on recordings, each against the own mean of its group, in the order in which they were heard (Node only). Recordings wait, without
 * their sound, until all before them have left and all of their group are there. Files of the same bytes are one recording, however often
 * and under whatever names they were given.
 *
 * @param heard what came of each recording
 */
export async function* normalizedReports(
  heard: AsyncIterable<HeardRecording | AttuneError>,
  normalizing: Normalizing,
): AsyncGenerator<Report | AttuneError> {
  const ready = new Map<number, Report | AttuneError>();
  let left = 0;
  for await (const [at, report] of normalizedAsTheyCome(numbered(heard), normalizing)) {
    ready.set(at, report);
    for (; ready.has(left); left++) {
      yield ready.get(left)!;
      ready.delete(left);
    }
  }
}

async function* numbered<Item>(items: AsyncIterable<Item>): AsyncGenerator<readonly [at: number, item: Item]> {
  let at = 0;
  for await (const item of items) yield [at++, item];
}

/**
 * As {@link normalizedReports}, but a group's as soon as all of it were heard.
 *
 * @param heard what came of each recording, by its place among them, in any order
 */
export async function* normalizedAsTheyCome(
  heard: AsyncIterable<readonly [at: number, heard: HeardRecording | AttuneError]>,
  normalizing: Normalizing,
): AsyncGenerator<readonly [at: number, report: Report | AttuneError]> {
  const { files, grouping } = normalizing;
  const { groups } = grouping;
  const awaited = new Map<string, number>();
  for (const { key } of groups) awaited.set(key, (awaited.get(key) ?? 0) + 1);
  const waiting = new Map<string, Map<number, HeardRecording | AttuneError>>();
  for await (const [at, recording] of heard) {
    const { key, name } = groups[at]!;
    const group = waiting.get(key) ?? new Map<number, HeardRecording | AttuneError>();
    waiting.set(key, group.set(at, recording));
    if (group.size < awaited.get(key)!) continue;
    waiting.delete(key);
    const members = [...group].sort(([a], [b]) => a - b); // a mean has the same digits, however they came
    const listed = members.map(([i, heard]) => ({ file: files[i]!, heard }));
    const reports = await reportsOf(listed, name, normalizing);
    for (const [i, [at]] of members.entries()) yield [at, reports[i]!];
  }
}

/** A recording of a group, as often as it was given. */
interface ListedRecording {
  readonly file: string;
  readonly heard: HeardRecording | AttuneError;
}

/** A sound of a group, and the SHA-256 of the file that it is of. */
interface Member {
  readonly sha256: string;
  readonly sound: HeardSound;
}

async function reportsOf(
  group: readonly ListedRecording[],
  name: string | undefined,
  normalizing: Normalizing,
): Promise<(Report | AttuneError)[]> {
  const sources = new Map<string, Map<string, Member>>();
  const failures = new Set<string>();
  const sourceOf = ({ ofTurns }: HeardRecording, i: number) => name ?? ofTurns!.turns[i]!.speaker;
  for (const { file, heard } of group) {
    if (heard instanceof AttuneError) {
      failures.add(await hashFile(file).catch(() => resolve(file)));
      continue;
    }
    const sha256 = await hashFile(file);
    for (const [i, sound] of heard.sounds.entries()) {
      const source = sourceOf(heard, i);
      const members = sources.get(source) ?? new Map<string, Member>();
      const { start, end } = heard.ofTurns?.turns[i] ?? {};
      sources.set(source, members.set(JSON.stringify([sha256, start, end]), { sha256, sound }));
    }
  }
  const found = new Map<string, Found>();
  const ofTurns = group.some(({ heard }) => 'ofTurns' in heard);
  for (const [name, members] of sources)
    found.set(name, foundIn({ name, members: [...members.values()], failed: failures.size, ofTurns }, normalizing));
  const { scale, timeline } = normalizing;
  return group.map(({ heard }) => {
    if (heard instanceof AttuneError) return heard;
    const own = heard.sounds.map((_, i) => found.get(sourceOf(heard, i))!);
    const sounds = heard.sounds.map(({ recognition, speech }, i) => ({
      ...{ recognition: without(recognition, own[i]!.shift, scale), speech },
    }));
    return reportOf(
      { ...heard, sounds },
      timeline,
      own.map(({ normalized }) => normalized),
    );
  });
}

interface Source {
  readonly name: string;
  /** each once */
  readonly members: readonly Member[];
  readonly failed: number;
  readonly ofTurns: boolean;
}

interface Found {
  readonly shift: FoundShift;
  readonly normalized: Normalized;
}

/** What a source adds, by those of its sounds in which somebody speaks. */
function foundIn(
  { name: group, members, failed, ofTurns }: Source,
  { grouping: { by }, knowledge, scale }: Normalizing,
): Found {
  const spoken = members.filter(({ sound }) => sound.speech.length);
  const shift = shiftOf(
    spoken.map(({ sound }) => sound.recognition),
    scale,
    knowledge,
  );
  const hashes = [...new Set(spoken.map(({ sha256 }) => sha256))];
  return {
    shift,
    normalized: {
      ...{
        by,
        group,
        ...(knowledge.mixed && { mixed: true as const }),
        recordings: hashes.length,
        ...(ofTurns && { turns: spoken.length }),
        failed,
      },
      ...{ withoutSpeech: members.length - spoken.length, shift: namedShift(shift, scale.classes) },
      sha256: hashOfAll(hashes),
    },
  };
}

/** A hash of files by their own, which depends neither on their names nor on their order. */
const hashOfAll = (hashes: readonly string[]): string =>
  createHash('sha256')
    .update(
      [...hashes]
        .sort()
        .map((hash) => `${hash}\n`)
        .join(''),
    )
    .digest('hex');
