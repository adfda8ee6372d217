import { expect, it } from 'vitest';
import { filledInUse } from '../../src/features/front-end.ts';
import type { Checkpoint } from '../../src/model/checkpoint.ts';
import { exportOnnx } from '../../src/recognize/export.ts';
import { distance, LENGTHS, narrow, recognized, wandering } from '../recognize/exported.ts';
import { describeInChromium } from './chromium.ts';

const CASES = [
  ['attention', 'repeat', LENGTHS.half],
  ['gap', 'pad', LENGTHS.one],
  ['bilinear', 'pad', LENGTHS['two and one']],
] as const;

const inBase64 = (checkpoint: Checkpoint) => Buffer.from(exportOnnx(checkpoint)).toString('base64');

describeInChromium('an exported recogniser in a page', (browser) => {
  it('answers as in Node, with every pooling, and refuses a recording without samples', async () => {
    await browser().withPage(async (tab) => {
      const score = (checkpoint: Checkpoint, samples: Float32Array) =>
        tab.evaluate(([model, samples]) => globalThis.attune.score(model, samples), [
          inBase64(checkpoint),
          [...samples],
        ] as const);
      for (const [pooling, shortUtterances, length] of CASES) {
        const checkpoint = narrow(pooling, { shortInUse: filledInUse({ shortUtterances }) });
        const samples = wandering(length);
        const out = await score(checkpoint, samples);
        const found = {
          probabilities: out.probabilities!,
          segmentProbabilities: out.segment_probabilities!,
          logits: out.segment_logits!,
          starts: out.segment_starts!,
        };
        const name = `${pooling}, ${shortUtterances}, ${length} samples`;
        expect(distance(found, await recognized(checkpoint, samples)), name).toBeLessThan(1);
      }
      await expect(score(narrow(), new Float32Array())).rejects.toThrow('out of data bounds');
    });
  });
});
