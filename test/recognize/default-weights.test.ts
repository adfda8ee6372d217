import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { readAudioFile } from '../../src/audio/file.ts';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { readCheckpoint } from '../../src/model/checkpoint.ts';
import { loadDefaultCheckpoint, loadRecognizer, WEIGHTS } from '../../src/recognize/default-weights.ts';
import { createRecognizer } from '../../src/recognize/recognizer.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';

const FILES = { encoder: 'weights/attune.safetensors', paper: 'weights/paper.safetensors' };

it.each(WEIGHTS)('the weights %s are small, and say what they are made from', async (name) => {
  const file = FILES[name];
  expect((await stat(file)).size).toBeLessThanOrEqual(500_000);
  const { notes, temperature, classes, frontEnd, provenance } = readCheckpoint(await readFile(file), file);
  expect(notes).toMatchObject({ trained_on: expect.stringContaining('EmoDB'), licence: 'MIT' });
  expect(provenance!.corpora.map((corpus) => corpus.name)).toEqual(['emodb']);
  expect(temperature).toBeGreaterThan(0);
  expect(frontEnd.kind ?? 'spectrogram').toBe(name === 'encoder' ? 'encoder' : 'spectrogram');
  expect(frontEnd.offset).toBe(name === 'encoder' ? 'keep' : 'remove-in-use'); // the paper's learned with it left in
  expect(classes).toEqual(EMOTIONS);
  expect(await loadDefaultCheckpoint(name)).toEqual(readCheckpoint(await readFile(file), file));
});

it('those behind the encoder are the default, and all weights together have 6 MB at most', async () => {
  expect((await loadDefaultCheckpoint()).frontEnd.kind).toBe('encoder');
  const files = await readdir('weights');
  const sizes = await Promise.all(files.map(async (name) => (await stat(join('weights', name))).size));
  expect(sizes.reduce((a, b) => a + b)).toBeLessThanOrEqual(6e6);
});

it('weights that are not there are missed by address, with what to do', async () => {
  const nowhere = pathToFileURL(join(await temporaryFolder(), 'gone.safetensors'));
  await expect(loadDefaultCheckpoint('paper', nowhere)).rejects.toMatchObject({
    code: 'checkpoint',
    message: expect.stringMatching(/could not be read from file:.*gone\.safetensors: ENOENT.*reinstall the package/),
  });
});

it('weights of another version, or with a flipped bit, are refused by their hash', async () => {
  const bytes = await readFile(FILES.paper);
  bytes[bytes.length - 4]! ^= 1; // the lowest bit of a weight
  const other = join(await temporaryFolder(), 'other.safetensors');
  await writeFile(other, bytes);
  expect(readCheckpoint(bytes, FILES.paper).classes).toEqual(EMOTIONS);
  await expect(loadDefaultCheckpoint('paper', pathToFileURL(other))).rejects.toMatchObject({
    code: 'checkpoint',
    message: expect.stringMatching(
      /other\.safetensors does not hold the weights paper of this version: expected SHA-256/,
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
