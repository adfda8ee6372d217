import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readAudioFile } from '../../src/audio/file.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { scoreRecordings } from '../../src/evaluate/out-of-fold.ts';
import { createScorer } from '../../src/evaluate/score.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { predictionsAt } from '../../src/statistics/temperature.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';

describeWith(ATTUNE_AUDIO, 'a recording with a gap', () => {
  it('is scored without the silence that stands in for it, by a run as by who doubts it', async () => {
    const directory = join(ATTUNE_AUDIO, 'odd');
    const file = 'webm_gap_2s.webm';
    const path = join(directory, file);
    const { waveform } = await readAudioFile(path);
    const [gap, ...others] = waveform.gaps!;
    expect(others).toEqual([]);
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    const durationSeconds = waveform.samples.length / 16_000;
    const recording = {
      utterance: 'a',
      file,
      sha256,
      durationSeconds,
      speaker: 's',
      emotion: 'sad',
      fold: 's',
    } as const;
    const architecture = { kind: 'linear', classes: 4, bands: 40 } as const;
    const tensors = initialWeights(architecture, 1);
    const checkpoint = { architecture, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors };

    const [predicted] = await createScorer(directory, { threads: 1, again: false })(checkpoint, [recording]);
    const scored = await scoreRecordings(checkpoint, [recording], directory, { threads: 1 });
    const [doubted] = predictionsAt(scored, EMOTIONS, 1);
    doubted!.probabilities.forEach((probability, k) => {
      expect(Math.abs(probability - predicted!.probabilities[k]!)).toBeLessThan(1e-6);
    });
    const heard = waveform.samples.length - (gap!.to - gap!.from);
    expect(scored[0]!.logits).toHaveLength(1 + Math.ceil((heard - 32_000) / 6400)); // every 0.4 s, and one that ends with it
  });
});
