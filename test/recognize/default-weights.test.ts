import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { readAudioFile } from '../../src/audio/file.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { loadDefaultCheckpoint, loadRecognizer } from '../../src/recognize/default-weights.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';

const FILE = 'weights/attune.safetensors';

it('the weights in the package are small, and say what they are made from', async () => {
  expect((await stat(FILE)).size).toBeLessThanOrEqual(500_000);
  const { notes, temperature, classes, frontEnd } = readCheckpoint(await readFile(FILE), FILE);
  expect(notes).toMatchObject({ trained_on: expect.stringContaining('EmoDB'), licence: 'MIT' });
  expect(temperature).toBeGreaterThan(0);
  expect(frontEnd.offset).toBe('remove-in-use'); // they learned with it left in
  expect(classes).toEqual(EMOTIONS);
  expect(await loadDefaultCheckpoint()).toEqual(readCheckpoint(await readFile(FILE), FILE));
});

it('weights that are not there are missed by address, with what to do', async () => {
  const nowhere = pathToFileURL(join(await temporaryFolder(), 'gone.safetensors'));
  await expect(loadDefaultCheckpoint(nowhere)).rejects.toMatchObject({
    code: 'checkpoint',
    message: expect.stringMatching(/could not be read from file:.*gone\.safetensors: ENOENT.*reinstall the package/),
  });
});

it('weights of another version, or with a flipped bit, are refused by their hash', async () => {
  const bytes = await readFile(FILE);
  bytes[bytes.length - 4]! ^= 1; // the lowest bit of a weight
  const other = join(await temporaryFolder(), 'other.safetensors');
  await writeFile(other, bytes);
  expect(readCheckpoint(bytes, FILE).classes).toEqual(EMOTIONS);
  await expect(loadDefaultCheckpoint(pathToFileURL(other))).rejects.toMatchObject({
    code: 'checkpoint',
    message: expect.stringMatching(
      /other\.safetensors does not hold the default weights of this version: expected SHA-256/,
    ),
  });
});

describeWith(ATTUNE_AUDIO, 'the recogniser with the default weights', () => {
  it('answers for a recording, with the temperature that comes with them', async () => {
    const { waveform } = await readAudioFile(join(ATTUNE_AUDIO, 'good', 'pcm-f32.wav'));
    const recognizer = await loadRecognizer();
    const answer = await recognizer.recognize(waveform).finally(recognizer.close);
    expect(answer.emotion).toBe('angry'); // as the recording is labelled; it is one of those trained on
    const checkpoint = await loadDefaultCheckpoint();
    const raw = await createRecognizer(checkpoint, { temperature: 1 });
    const { segments } = await raw.recognize(waveform).finally(raw.close);
    const powers = EMOTIONS.map((name) => Math.exp(segments[0]!.logits[name] / checkpoint.temperature!));
    EMOTIONS.forEach((name, k) => {
      expect(answer.segments[0]!.probabilities[name]).toBeCloseTo(powers[k]! / powers.reduce((a, b) => a + b), 5);
    });
  });
});
