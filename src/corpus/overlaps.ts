import { sampleBounds } from '../audio/excerpt.ts';
import { SAMPLE_RATE } from '../audio/waveform.ts';
import { type Finding, few, letPass } from './findings.ts';
import { nameKey } from './spelling.ts';
import type { Corpus, Fold, Utterance } from './utterance.ts';

/** Two utterances that share a stretch of one file. */
interface Overlap {
  readonly first: Utterance;
  /** begins no earlier */
  readonly second: Utterance;
  /** of sound that they share; infinite where both go to the end of the file */
  readonly seconds: number;
}

/** Neighbours whose rounded times meet may share as much, s. */
const ROUNDING_SECONDS = 0.05;

/** Utterances that share sound: on both sides of a fold, which stops a run, or of different speakers, which is a note. */
export function overlaps({ utterances }: Corpus, folds: readonly Fold[]): Finding[] {
  const found = overlapsIn(utterances);
  return [...folds.flatMap((fold) => onBothSides(fold, found)), ...speakersAtOnce(found)];
}

/** All pairs that overlap, by a sweep over the parts of each file in the order of their starts. */
function overlapsIn(utterances: readonly Utterance[]): Overlap[] {
  const files = new Map<string, { utterance: Utterance; from: number; to: number }[]>();
  for (const utterance of utterances) {
    const parts = files.get(utterance.file) ?? [];
    parts.push({ utterance, ...sampleBounds(utterance) });
    files.set(utterance.file, parts);
  }
  return [...files.values()].flatMap((parts) => {
    const sorted = parts.sort((a, b) => a.from - b.from || a.to - b.to);
    return sorted.flatMap((first, i) => {
      const after = sorted.slice(i + 1);
      const beyond = after.findIndex(({ from }) => from >= first.to);
      return (beyond < 0 ? after : after.slice(0, beyond)).flatMap((second) => {
        const seconds = (Math.min(first.to, second.to) - second.from) / SAMPLE_RATE;
        return seconds > ROUNDING_SECONDS ? [{ first: first.utterance, second: second.utterance, seconds }] : [];
      });
    });
  });
}

function onBothSides({ name: fold, train, test }: Fold, found: readonly Overlap[]): Finding[] {
  const [trained, tested] = [train, test].map((side) => new Set(side.map(({ id }) => id))) as [
    Set<string>,
    Set<string>,
  ];
  const divided = found.filter(
    ({ first: a, second: b }) => (trained.has(a.id) && tested.has(b.id)) || (trained.has(b.id) && tested.has(a.id)),
  );
  if (!divided.length) return [];
  const name = `overlap-on-both-sides:${fold}`;
  const message = `Fold ${fold} is trained on sound that it tests: ${few(divided.map(told))}. Cut the utterances where they overlap, or put them on one side. ${letPass(name)}`;
  return [{ code: 'overlap-on-both-sides', name, fatal: true, message }];
}

function speakersAtOnce(found: readonly Overlap[]): Finding[] {
  const several = found.filter(({ first, second }) => nameKey(first.speaker) !== nameKey(second.speaker));
  if (!several.length) return [];
  const message = `Utterances of different speakers share sound: ${few(several.map(told))}. Each is heard with the other's voice.`;
  return [{ code: 'speakers-overlap', name: 'speakers-overlap', fatal: false, message }];
}

function told({ first, second, seconds }: Overlap): string {
  const shared = Number.isFinite(seconds) ? `${seconds.toFixed(2)} s` : `all from ${second.start ?? 0} s on`;
  return `${first.id} and ${second.id} (${shared})`;
}
