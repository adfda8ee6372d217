// Our speech detector beside WebRTC's, for docs/decisions/speech-detection.md: on clean recordings, on noise alone, and on
// utterances between stretches of noise.
//
//   ATTUNE_CORPORA=DIR ATTUNE_AUDIO=DIR npx tsx recipes/speech-detection.ts
//
// Prints tables in Markdown; takes a minute and more.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readAudioFile } from '../src/audio/file.ts';
import { SAMPLE_RATE } from '../src/audio/waveform.ts';
import { inPercent } from '../src/percent.ts';
import { Random } from '../src/random.ts';
import { findSpeech, type Stretch } from '../src/recognize/speech.ts';
import { NOISES, noise } from './speech-detection/noises.ts';
import { webrtcDetector } from './speech-detection/webrtc.ts';

const { ATTUNE_CORPORA: corpora, ATTUNE_AUDIO: audio } = process.env;
if (!corpora || !audio) throw new Error('expected the folders of recordings in ATTUNE_CORPORA and ATTUNE_AUDIO');

type Detector = (samples: Float32Array) => readonly Stretch[];
const DETECTORS: Record<string, Detector> = {
  ours: findSpeech,
  'WebRTC 1': await webrtcDetector(1),
  'WebRTC 2': await webrtcDetector(2),
  'WebRTC 3': await webrtcDetector(3),
};
const NAMES = Object.keys(DETECTORS);
const SECOND = SAMPLE_RATE;

const secondsOf = (samples: Float32Array) => samples.length / SECOND;
const spoken = (speech: readonly Stretch[]) => speech.reduce((sum, { start, end }) => sum + end - start, 0);
const quantile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))]!;
const print = (title: string, head: readonly string[], rows: readonly (readonly string[])[]) => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  console.log(`\n${title}\n\n${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}`);
};

async function recordings(corpus: string, every: number): Promise<Float32Array[]> {
  const folder = join(corpora!, corpus);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(wav|flac)$/.test(file));
  const chosen = files.sort().filter((_, i) => i % every === 0);
  return Promise.all(chosen.map(async (file) => (await readAudioFile(join(folder, file))).waveform.samples));
}

/** What is called speech in recordings as they are, and how long before it begins and after it ends. */
function clean(name: string, recorded: readonly Float32Array[]) {
  const rows = NAMES.map((detector) => {
    const found = recorded.map((samples) => DETECTORS[detector]!(samples));
    const shares = found.map((speech, i) => spoken(speech) / secondsOf(recorded[i]!));
    const lead = found.map((speech, i) => speech[0]?.start ?? secondsOf(recorded[i]!));
    const tail = found.map((speech, i) => secondsOf(recorded[i]!) - (speech.at(-1)?.end ?? 0));
    return [
      detector,
      ...[0.5, 0.05].map((share) => inPercent(quantile(shares, share))),
      ...[lead, tail].map((values) => `${quantile(values, 0.5).toFixed(2)} s`),
      String(found.filter((speech) => speech.length === 0).length),
    ];
  });
  const head = ['detector', '% speech, median', '5th percentile', 'before, median', 'after, median', 'none found in'];
  print(`${name}, ${recorded.length} recordings`, head, rows);
}

/** 20 ms frames of an utterance that are surely voice: within 35 dB of its loudest, in the clean recording. */
function voiced(samples: Float32Array): boolean[] {
  const frame = 0.02 * SECOND;
  const levels = Array.from({ length: Math.floor(samples.length / frame) }, (_, k) => {
    const part = samples.subarray(k * frame, (k + 1) * frame);
    return 10 * Math.log10(part.reduce((sum, sample) => sum + sample * sample, 0) / frame + 1e-12);
  });
  const least = quantile(levels, 0.98) - 35;
  return levels.map((level) => level > least);
}

/** Pairs of utterances, 2 s of noise before, 1.5 s between and 2 s after: which frames are found, and which should not be. */
function mixed(name: string, recorded: readonly Float32Array[]) {
  const rows = ['white', 'pink'].flatMap((colour) =>
    [40, 20, 15, 10, 5].map((snr) => {
      const counts = NAMES.map(() => ({ hits: 0, voiced: 0, alarms: 0, noise: 0 }));
      for (let i = 0; i + 1 < recorded.length; i += 2) {
        const [a, b] = [recorded[i]!, recorded[i + 1]!];
        const places = [
          [2 * SECOND, a],
          [3.5 * SECOND + a.length, b],
        ] as const;
        const power = [...a, ...b].reduce((sum, sample) => sum + sample * sample, 0) / (a.length + b.length);
        const level = 10 * Math.log10(power) - snr;
        const samples = noise(colour, 5.5 * SECOND + a.length + b.length, level, new Random(i));
        for (const [at, voice] of places) for (let k = 0; k < voice.length; k++) samples[at + k]! += voice[k]!;
        const truth = places.map(([at, voice]) => ({ at, end: at + voice.length, voiced: voiced(voice) }));
        for (const [d, detector] of NAMES.entries())
          count(DETECTORS[detector]!(samples), truth, samples.length, counts[d]!);
      }
      return [
        ...[colour, `${snr} dB`],
        ...counts.map(
          ({ hits, voiced, alarms, noise }) => `${inPercent(hits / voiced)} / ${inPercent(alarms / noise)}`,
        ),
      ];
    }),
  );
  print(`${name} between noise: % of voice found / % of noise taken for speech`, ['noise', 'SNR', ...NAMES], rows);
}

function count(
  speech: readonly Stretch[],
  truth: readonly { at: number; end: number; voiced: readonly boolean[] }[],
  length: number,
  counts: { hits: number; voiced: number; alarms: number; noise: number },
): void {
  for (let middle = 160; middle < length; middle += 320) {
    const isFound = speech.some(({ start, end }) => start * SECOND <= middle && middle < end * SECOND);
    const inside = truth.find(({ at, end }) => at <= middle && middle < end);
    const isNear = truth.some(({ at, end }) => at - 0.3 * SECOND <= middle && middle < end + 0.3 * SECOND);
    if (inside?.voiced[Math.floor((middle - inside.at) / 320)]) {
      counts.voiced++;
      if (isFound) counts.hits++;
    } else if (!isNear) {
      counts.noise++;
      if (isFound) counts.alarms++;
    }
  }
}

const [emodb, ravdess] = [await recordings('emodb', 1), await recordings('ravdess', 4)];
clean('EmoDB', emodb);
clean('RAVDESS, every fourth', ravdess);

const alone = Object.entries(NOISES).map(([name, make]) => {
  const samples = make(10 * SECOND, new Random(1));
  return [name, ...NAMES.map((detector) => inPercent(spoken(DETECTORS[detector]!(samples)) / secondsOf(samples)))];
});
const files = ['bad/silence-only.wav', 'good/long-60s.flac', 'good/short-800ms.wav', 'good/stereo-48k.wav'];
for (const file of [...files, 'good/pcm-u8.wav', 'good/telephone-mulaw-8k.wav']) {
  const { samples } = (await readAudioFile(join(audio, file))).waveform;
  alone.push([file, ...NAMES.map((detector) => inPercent(spoken(DETECTORS[detector]!(samples)) / secondsOf(samples)))]);
}
print('% taken for speech of 10 s without any, and of the test recordings', ['sound', ...NAMES], alone);

mixed(
  'EmoDB',
  emodb.filter((_, i) => i % 8 < 2),
);
mixed(
  'RAVDESS',
  ravdess.filter((_, i) => i % 4 < 2),
);
