import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openKeptAnswers } from '../../../src/evaluate/outside/kept.ts';
import { temporaryFolder } from '../../cli/attune.ts';

const folder = await temporaryFolder();
const cache = join(folder, 'cache');
const model = join(folder, 'model.onnx');
writeFileSync(model, 'weights');
const settings = { model, classes: ['calm', 'tense'], doNormalize: true, mostSamples: 480_000 };
const SOUND = 'ab'.repeat(32);

let asked = 0;
async function ask(changes: Partial<typeof settings> = {}, answer = [0.25, 0.75]) {
  const kept = await openKeptAnswers(cache, { ...settings, ...changes });
  return kept.of(SOUND, async () => {
    asked++;
    return answer;
  });
}

it('a model is asked once of a sound, and again where it, its numbers beside it, or what it is given are others', async () => {
  expect(await ask()).toEqual([0.25, 0.75]);
  expect(await ask({}, [1, 0])).toEqual([0.25, 0.75]);
  expect(asked).toBe(1);
  expect(await ask({ doNormalize: false }, [0.5, 0.5])).toEqual([0.5, 0.5]);
  await ask({ mostSamples: 32_000 });
  writeFileSync(`${model}_data`, 'numbers');
  await ask();
  writeFileSync(`${model}_data`, 'others');
  await ask();
  expect(asked).toBe(5);
});

it('an answer that was damaged is asked for again', async () => {
  asked = 0;
  await ask();
  const kept = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  for (const name of kept) {
    const text = readFileSync(join(cache, name), 'utf8');
    writeFileSync(join(cache, name), text.replace('0.25', '0.35'));
  }
  expect(await ask()).toEqual([0.25, 0.75]);
  expect(asked).toBe(1);
});
