import { expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { synthesizeCorpus } from '../../src/corpus/synthetic.ts';
import { loadRecognizer } from '../../src/recognize/default-weights.ts';
import { describeInChromium } from './chromium.ts';

describeInChromium('recognition in a page', (browser) => {
  it('fetches the weights that come with the package and answers as Node does', async () => {
    const [voice] = synthesizeCorpus({ speakers: 1, utterancesPerEmotion: 1, seed: 2 });
    const { samples } = voice!.waveform;
    const recognizer = await loadRecognizer();
    const expected = await recognizer.recognize(voice!.waveform).finally(recognizer.close);
    const got = await browser().withPage((tab) =>
      tab.evaluate((numbers) => globalThis.attune.recognize(numbers), Array.from(samples)),
    );
    expect(got.segments).toHaveLength(expected.segments.length);
    got.segments.forEach(({ start, end, probabilities }, i) => {
      expect({ start, end }).toEqual({ start: expected.segments[i]!.start, end: expected.segments[i]!.end });
      for (const name of EMOTIONS)
        expect(Math.abs(probabilities[name]! - expected.segments[i]!.probabilities[name])).toBeLessThan(1e-4);
    });
    expect(got.emotion).toBe(expected.emotion);
  });
});
