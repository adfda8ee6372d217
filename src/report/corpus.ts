import { isWhole, timesText } from '../audio/excerpt.ts';
import { byCodeUnits } from '../corpus/adapter.ts';
import type { Hashes } from '../run/hashes.ts';
import type { Manifest, Recording } from '../run/run-files.ts';
import { sum } from '../statistics/confusion.ts';
import { count } from '../text.ts';
import { facts, type Html, html, table } from './html.ts';

/** Utterances by class and speaker, their length, and what was left out. */
export function corpusSummary({ recordings, leftOut }: Manifest, classes: readonly string[]): Html {
  const speakers = [...new Set(recordings.map(({ speaker }) => speaker))].sort(byCodeUnits);
  const rows = speakers.map((speaker) => {
    const own = recordings.filter((recording) => recording.speaker === speaker);
    return [speaker, own[0]!.gender ?? '–', ...countsOf(own, classes)];
  });
  const reasons = Object.entries(leftOut).sort(([a], [b]) => byCodeUnits(a, b));
  const left = sum(reasons.map(([, number]) => number));
  return html`<p>${count(recordings.length, 'recording')} of ${count(speakers.length, 'speaker')},
${duration(secondsOf(recordings))} in all. ${left ? `${left} further recordings of the folder were left out.` : 'No recording of the folder was left out.'}</p>
<div class="totals">${table(['Speaker', 'Gender', ...classes, 'Utterances', 'Duration'], [...rows, ['All', '', ...countsOf(recordings, classes)]], [0, 1])}</div>
${left ? html`<div class="settings"><div><h3>Left out</h3>${facts([...reasons, ['all', left]])}</div></div>` : null}`;
}

function countsOf(recordings: readonly Recording[], classes: readonly string[]) {
  const counts = classes.map((emotion) => recordings.filter((recording) => recording.emotion === emotion).length);
  return [...counts, recordings.length, duration(secondsOf(recordings))];
}

const secondsOf = (recordings: readonly Recording[]) => sum(recordings.map(({ durationSeconds }) => durationSeconds));

/** Such as `1 h 02 min 03 s`, to the nearest second. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  if (h) return `${h} h ${two(min)} min ${two(s)} s`;
  return min ? `${min} min ${two(s)} s` : `${s} s`;
}

/** Every recording with its hash, folded away. */
export const recordingsTable = ({ recordings }: Manifest): Html =>
  html`<details class="hashes"><summary>All ${count(recordings.length, 'recording')} with their SHA-256</summary>
${table(
  ['File', 'Speaker', 'Class', 'Fold', 'Seconds', 'SHA-256'],
  recordings.map(({ speaker, emotion, fold, durationSeconds, sha256, ...sound }) => [
    ...[
      isWhole(sound) ? sound.file : `${sound.file}, ${timesText(sound)}`,
      speaker,
      emotion,
      fold ?? 'trained on',
      durationSeconds.toFixed(2),
    ],
    html`<code>${sha256}</code>`,
  ]),
  [0, 1, 2, 3, 5],
)}</details>`;

/** Stands above the hashes of a run's own files. */
export const FILES_HEADING = 'files of the run with their SHA-256';

/** The run's own files with their hashes, folded away. */
export const filesTable = (hashes: Hashes): Html =>
  html`<details class="hashes"><summary>All ${Object.keys(hashes).length} ${FILES_HEADING}</summary>
${table(
  ['File', 'SHA-256'],
  Object.entries(hashes).map(([file, sha256]) => [file, html`<code>${sha256}</code>`]),
  [0, 1],
)}</details>`;
