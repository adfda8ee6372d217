import { LARGEST_SAMPLE, SAMPLE_RATE } from '../audio/waveform.ts';
import { SEGMENT_SECONDS } from '../features/segments.ts';
import { type ModelNotes, toOnnx } from '../graph/onnx.ts';
import { createNetwork } from '../model/architecture.ts';
import { type Checkpoint, checkCheckpoint } from '../model/checkpoint.ts';
import { VERSION } from '../version.ts';
import { utteranceGraph } from './utterance-graph.ts';

const PAPER =
  'Li et al., An Attention Pooling based Representation Learning Method for Speech Emotion Recognition, Interspeech 2018';

/**
 * A checkpoint as one ONNX file that takes samples and returns what `recognize` does, in operator set 13, without operators beyond the
 * standard. Its properties (`metadata_props`) are the checkpoint's notes and `labels`, `front_end`, `architecture`
 * (JSON), `sample_rate` (Hz), `segment_seconds`, `hop_seconds`, `temperature`, `attune_version` and `licence`.
 *
 * @throws AttuneError `usage` where the front end's hop is not above 0; `checkpoint` where its weights are no finite numbers
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { exportOnnx, loadDefaultCheckpoint } from 'attune';
 *
 * await writeFile('attune.onnx', await exportOnnx(await loadDefaultCheckpoint()));
 * ```
 */
export async function exportOnnx(checkpoint: Checkpoint): Promise<Uint8Array> {
  checkCheckpoint(checkpoint);
  const { architecture, frontEnd, classes } = checkpoint;
  const { maps } = createNetwork(architecture);
  const { segmentSeconds = SEGMENT_SECONDS, lastSegment } = frontEnd;
  const gives = `Takes samples, gives class probabilities of the whole and of segments of ${segmentSeconds} s every ${frontEnd.testHopSeconds} s.`;
  return toOnnx(await utteranceGraph(checkpoint), {
    ...notesOf(checkpoint, gives),
    descriptions: {
      samples: SAMPLES,
      probabilities: `of ${classes.join(', ')}, for the whole: the mean over its segments; they sum to 1`,
      segment_probabilities: 'of each segment: softmax of the logits divided by the temperature',
      segment_logits: 'of each segment, before temperature and softmax',
      segment_starts: `seconds from the first sample; a segment lasts ${segmentSeconds} s, the last ${lastSegment === 'fill' ? 'holds what is left' : 'ends with the samples'}`,
      top_down: 'class-specific attention map of each segment (Eq. 7): frequency from 0 Hz up by time',
      bottom_up:
        'class-agnostic attention map of each segment (Eq. 7), over the same cells; the maps multiplied ' +
        (maps?.score === 'sum' ? 'add up to the logits' : 'average to the logits'),
    },
  });
}

/** What is asked of samples. */
export const SAMPLES = `mono at ${SAMPLE_RATE} Hz in [-1, 1], finite (what is far beyond ${LARGEST_SAMPLE} gives no numbers), at least one; any length`;

/**
 * What every exported file says of itself.
 *
 * @param gives what it takes and gives, a sentence
 */
export function notesOf(checkpoint: Checkpoint, gives: string): ModelNotes {
  const { architecture, frontEnd, classes, temperature = 1, notes = {} } = checkpoint;
  const { kind, name } = createNetwork(architecture);
  return {
    operatorSet: 13,
    version: VERSION,
    description: `Emotion in speech, ${classes.join(', ')}: ${kind === 'cnn' ? `${PAPER}; ` : ''}${name}. ${gives} It says how a recording resembles those it was trained on, not what anybody feels.`,
    metadata: {
      licence: 'of the weights: not stated; of all else: MIT',
      ...notes,
      labels: JSON.stringify(classes),
      sample_rate: String(SAMPLE_RATE),
      segment_seconds: String(frontEnd.segmentSeconds ?? SEGMENT_SECONDS),
      hop_seconds: String(frontEnd.testHopSeconds),
      temperature: String(temperature),
      front_end: JSON.stringify(frontEnd),
      architecture: JSON.stringify(architecture),
      attune_version: VERSION,
    },
  };
}
