import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { createExplainer } from '../../src/explain/explainer.ts';
import { explainRecording } from '../../src/explain/explanation.ts';
import { explanationJson } from '../../src/explain/explanation-json.ts';
import { pictureOf } from '../../src/explain/picture.ts';
import { DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../src/model/checkpoint.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { Random } from '../../src/random.ts';
import { exportOnnx } from '../../src/recognize/export.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { webVtt } from '../../src/recognize/subtitles.ts';
import { answerOf, timelineOf } from '../../src/recognize/timeline.ts';
import { openExported } from './exported.ts';

const architecture = { ...DEFAULT_ARCHITECTURE, width: 0.125, classes: 5 };
const tensors = initialWeights(architecture, 4);
const NAMES = ['高兴', 'a, "b"', '<i>rude</i>', 'bored', 'neutral'];
const of = (classes: readonly string[]): Checkpoint =>
  readCheckpoint(writeCheckpoint({ architecture, frontEnd: DEFAULT_FRONT_END, classes, tensors }), 'five');
const random = Random.named(3, 'noise');
const WAVEFORM = {
  samples: Float32Array.from({ length: 40_000 }, () => random.uniform(-0.1, 0.1)),
  sampleRate: 16_000,
};

async function recognized(classes: readonly string[]) {
  const recognizer = await createRecognizer(of(classes));
  expect(recognizer.classes).toEqual(classes);
  return recognizer.recognize(WAVEFORM).finally(recognizer.close);
}

describe('weights of classes that nobody foresaw', async () => {
  const [said, numbered] = [await recognized(NAMES), await recognized(['1st', '2nd', '3rd', '4th', '5th'])];

  it('answer in these classes, each with the probability of its logit', () => {
    expect(Object.keys(said.probabilities)).toEqual(NAMES);
    expect(Object.values(said.probabilities)).toEqual(Object.values(numbered.probabilities));
    expect(said.segments.map(({ logits }) => Object.values(logits))).toEqual(
      numbered.segments.map(({ logits }) => Object.values(logits)),
    );
    const most = Object.entries(said.probabilities).reduce((a, b) => (b[1] > a[1] ? b : a))[0];
    expect(said.emotion).toBe(most);
    expect(Object.values(said.probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  it('have timelines, answers and subtitles of them, which no name can leave', () => {
    const speech = [{ start: 0, end: 2.5 }];
    expect(answerOf(said, speech, 0)).toBe(said.emotion);
    const spans = timelineOf(said, speech);
    expect(NAMES).toContain(spans[0]!.emotion);
    expect(webVtt([{ start: 0, end: 1, emotion: NAMES[2]!, probabilities: said.probabilities }])).toMatch(
      /^&lt;i&gt;rude&lt;\/i&gt; \d+ %$/m,
    );
  });

  it('are exported with their names', async () => {
    const exported = await openExported(await exportOnnx(of(NAMES)));
    const { probabilities } = await exported.answer(WAVEFORM.samples);
    await exported.close();
    for (const [k, name] of NAMES.entries()) expect(probabilities[k]).toBeCloseTo(said.probabilities[name]!, 5);
    expect(Buffer.from(await exportOnnx(of(NAMES))).includes(JSON.stringify(NAMES))).toBe(true);
  });

  it('are explained by maps of each, as data and as a picture', async () => {
    const checkpoint = of(NAMES);
    const network = { recognizer: await createRecognizer(checkpoint), explainer: await createExplainer(checkpoint) };
    const explain = (emotion: string) => explainRecording(network, WAVEFORM, { name: 'a.wav', emotion });
    const explanation = await explain(NAMES[2]!);
    await expect(explain('sad')).rejects.toThrow(/expected emotion to be one of .*高兴.*, got "sad"/);
    await Promise.all([network.recognizer.close(), network.explainer.close()]);
    const data = explanationJson(explanation);
    expect(Object.keys(data.product)).toEqual(NAMES);
    for (const name of NAMES) {
      const sum = data.product[name]!.values.flat().reduce((a, b) => a + b);
      expect(sum).toBeCloseTo(data.segment.logits[name]!, 3);
    }
    const svg = pictureOf(explanation);
    expect(svg).not.toContain('<i>');
    expect(parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document.body.textContent).toContain(
      'What it takes for <i>rude</i>',
    );
  });
});
