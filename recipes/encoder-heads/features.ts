import { join } from 'node:path';
import { createReader } from '../../src/audio/reader.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { alter } from '../../src/features/augment.ts';
import { ENCODER_WIDTH } from '../../src/features/encoder/identity.ts';
import { createExtractor } from '../../src/features/extractor.ts';
import { formOf } from '../../src/features/features.ts';
import { DEFAULT_ENCODER_FRONT_END, scoringSegments, trainingSegments } from '../../src/features/front-end.ts';
import { Random } from '../../src/random.ts';
import { type DEVELOPMENT, isForDevelopment } from '../shared/development.ts';

/** A recording as the encoder hears it. */
export interface HeardRecording {
  readonly utterance: string;
  readonly speaker: string;
  /** what is said, where the corpus says so */
  readonly script?: string;
  /** an index into the four emotions */
  readonly label: number;
  /** `[segments, 100, 769]` every second, to learn from; none where nobody learns from it */
  readonly training: Float32Array;
  /** the same of an altered copy: in a room, in noise, through a line, or some of these */
  readonly copy: Float32Array;
  /** the same and a last one that ends with the recording, to be scored */
  readonly scoring: Float32Array;
}

/** Of what is heard: frames behind one block, then behind two, then which are heard. */
const [FRAMES, NUMBERS] = formOf(DEFAULT_ENCODER_FRONT_END).shape as [number, number];

/** What of frames a head is given. */
export type Layers = 'one' | 'two' | 'joined';
const COLUMNS: Readonly<Record<Layers, readonly [from: number, to: number]>> = {
  ...{ one: [0, ENCODER_WIDTH], two: [ENCODER_WIDTH, 2 * ENCODER_WIDTH], joined: [0, 2 * ENCODER_WIDTH] },
};

/** The shape of a segment's features, of those layers. */
export const shapeOf = (layers: Layers): readonly [frames: number, numbers: number] => [
  FRAMES,
  COLUMNS[layers][1] - COLUMNS[layers][0] + 1,
];

/** Features of segments, of those layers alone. */
export function only(layers: Layers, all: Float32Array): Float32Array {
  const [from, to] = COLUMNS[layers];
  const width = to - from + 1;
  const rows = all.length / NUMBERS;
  const out = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    out.set(all.subarray(row * NUMBERS + from, row * NUMBERS + to), row * width);
    out[(row + 1) * width - 1] = all[(row + 1) * NUMBERS - 1]!;
  }
  return out;
}

const altered = (samples: Float32Array, name: string) =>
  alter(samples, ['room', 'noise', 'channel'], Random.named(1, name));

/** All of EmoDB, or the development speakers of another corpus. */
export async function hear(
  name: 'emodb' | keyof typeof DEVELOPMENT,
  corpora: string,
): Promise<readonly HeardRecording[]> {
  const { directory, utterances } = await readCorpus(join(corpora, name));
  const chosen = name === 'emodb' ? utterances : utterances.filter((one) => isForDevelopment(name, one));
  const extractor = await createExtractor(DEFAULT_ENCODER_FRONT_END, 1);
  const reader = createReader();
  const heard: HeardRecording[] = [];
  for (const { id, file, speaker, script, emotion } of chosen) {
    const { samples } = (await reader(join(directory, file))).waveform;
    const segments = name === 'emodb' ? trainingSegments(samples, DEFAULT_ENCODER_FRONT_END) : [];
    heard.push({
      ...{ utterance: id, speaker, ...(script && { script }), label: (EMOTIONS as readonly string[]).indexOf(emotion) },
      training: await extractor.extract(segments),
      copy: await extractor.extract(
        name === 'emodb' ? trainingSegments(await altered(samples, id), DEFAULT_ENCODER_FRONT_END) : [],
      ),
      scoring: await extractor.extract(scoringSegments(samples, DEFAULT_ENCODER_FRONT_END)),
    });
    if (heard.length % 50 === 0) process.stderr.write(`${name}: ${heard.length} of ${chosen.length} heard\n`);
  }
  await extractor.close();
  return heard;
}
