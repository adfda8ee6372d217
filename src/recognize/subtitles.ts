import * as v from 'valibot';
import { byName, checkArgument, finite, list } from '../json.ts';
import { visible } from '../text.ts';
import type { Span } from './timeline.ts';

/** A span, or a turn with its speaker. */
export interface SpokenSpan extends Span {
  /** who speaks; absent where that is not known */
  readonly speaker?: string;
}

/**
 * Spans or turns as a WebVTT file: a cue each, `angry 87 %`, `uncertain 41 %` or `no speech`, a turn's with its speaker as a voice tag.
 * What is shorter than the format's millisecond is left out, for a cue must end after it starts.
 *
 * https://www.w3.org/TR/webvtt1/#syntax
 *
 * @param spans of `timelineOf`, or the turns of `recognize`
 * @throws AttuneError `usage` where they are none, or a time or a probability is no finite number
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { findSpeech, loadRecognizer, timelineOf, webVtt } from 'attune';
 * import { readAudioFile } from 'attune/node';
 *
 * const { waveform } = await readAudioFile('call.wav');
 * const recognizer = await loadRecognizer();
 * const spans = timelineOf(await recognizer.recognize(waveform), findSpeech(waveform.samples));
 * const text = webVtt(spans);
 * await writeFile('call.vtt', text);
 * console.log(text.split('\n')[0]); // WEBVTT
 * await recognizer.close();
 * ```
 */
export function webVtt(spans: readonly SpokenSpan[]): string {
  checkSpans(spans);
  const cues = [...spans]
    .sort((a, b) => a.start - b.start)
    .map((span) => [timestamp(span.start), timestamp(span.end), voice(span) + escaped(saying(span))] as const)
    .filter(([start, end]) => start !== end)
    .map(([start, end, text]) => `\n${start} --> ${end}\n${text}\n`);
  return `WEBVTT\n${cues.join('')}`;
}

/**
 * Spans or turns as a label track of Audacity: start and end in seconds and the emotion, with tabs between, after a turn's speaker.
 *
 * https://manual.audacityteam.org/man/importing_and_exporting_labels.html
 *
 * @param spans of `timelineOf`, or the turns of `recognize`, in the order of the labels
 * @throws AttuneError `usage` where they are none, or a time or a probability is no finite number
 *
 * @example
 * ```ts
 * import { audacityLabels, type Span } from 'attune';
 *
 * const spans: Span[] = [{ start: 0.5, end: 2, emotion: 'no speech' }];
 * console.log(audacityLabels(spans).split('\t')); // [ '0.500000', '2.000000', 'no speech\n' ]
 * ```
 */
export function audacityLabels(spans: readonly SpokenSpan[]): string {
  checkSpans(spans);
  const label = ({ speaker, emotion }: SpokenSpan) =>
    speaker === undefined ? emotion : `${oneLine(speaker)}: ${emotion}`;
  return spans.map((span) => `${span.start.toFixed(6)}\t${span.end.toFixed(6)}\t${visible(label(span))}\n`).join('');
}

const SPANS = list(
  v.object({
    start: finite,
    end: finite,
    emotion: v.string(),
    probabilities: v.optional(byName(finite)),
    speaker: v.optional(v.string()),
  }),
);

const checkSpans = (spans: readonly Span[]) => checkArgument(spans, SPANS, 'the spans');

const voice = ({ speaker }: SpokenSpan) => (speaker === undefined ? '' : `<v ${escaped(oneLine(speaker))}>`);

/** A name without the white space that would end its line, its label or its tag. */
const oneLine = (name: string) => name.replace(/\s+/g, ' ');

/** An answer with its probability, which need not be the greatest; `uncertain` with the greatest. */
function saying({ emotion, probabilities }: Span): string {
  if (!probabilities || emotion === 'no speech') return emotion;
  const said = Object.hasOwn(probabilities, emotion) ? [probabilities[emotion]!] : Object.values(probabilities);
  return `${emotion} ${(100 * Math.max(...said)).toFixed(0)} %`;
}

/** `01:02:03.456`; hours take as many digits as they need, two at least. */
function timestamp(seconds: number): string {
  const ms = Math.round(1000 * seconds);
  const part = (divisor: number, modulo: number, digits: number) =>
    String(Math.floor(ms / divisor) % modulo).padStart(digits, '0');
  return `${part(3_600_000, Number.POSITIVE_INFINITY, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}`;
}

/** Cue text, in which these begin tags and character references. */
const escaped = (text: string): string =>
  visible(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
