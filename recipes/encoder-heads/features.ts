import { join } from 'node:path';
import { createReader } from '../../src/audio/reader.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readCorpus } from '../../src/corpus/read.ts';
import { createExtractor } from '../../src/features/extractor.ts';
import { formOf } from '../../src/features/features.ts';
import { DEFAULT_ENCODER_FRONT_END, scoringSegments, trainingSegments } from '../../src/features/front-end.ts';
import { type DEVELOPMENT, isForDevelopment } from '../shared/development.ts';

/** A recording as the encoder hears it. */
export interface HeardRecording {
  readonly utterance: string;
  readonly speaker: string;
  /** an index into the four emotions */
  readonly label: number;
  /** `[segments, 100, 385]` every second, to learn from; none where nobody learns from it */
  readonly training: Float32Array;
  /** `[segments, 100, 385]` every 0.4 s, to be scored */
  readonly scoring: Float32Array;
}

export const SHAPE = formOf(DEFAULT_ENCODER_FRONT_END).shape;

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
  for (const { id, file, speaker, emotion } of chosen) {
    const { samples } = (await reader(join(directory, file))).waveform;
    const segments = name === 'emodb' ? trainingSegments(samples, DEFAULT_ENCODER_FRONT_END) : [];
    heard.push({
      ...{ utterance: id, speaker, label: (EMOTIONS as readonly string[]).indexOf(emotion) },
      training: await extractor.extract(segments),
      scoring: await extractor.extract(scoringSegments(samples, DEFAULT_ENCODER_FRONT_END)),
    });
    if (heard.length % 50 === 0) process.stderr.write(`${name}: ${heard.length} of ${chosen.length} heard\n`);
  }
  await extractor.close();
  return heard;
}
