import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/corpus/emotions.ts';
import { DEFAULT_ENCODER_FRONT_END, DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { DEFAULT_ARCHITECTURE } from '../../src/model/architecture.ts';
import { writeCheckpoint } from '../../src/model/checkpoint.ts';
import type { Pooling } from '../../src/model/cnn/architecture.ts';
import { DEFAULT_FRAMES } from '../../src/model/frames/architecture.ts';
import { initialWeights } from '../../src/model/initialize.ts';
import { ATTUNE_AUDIO, describeWith } from '../folders.ts';
import { attune, attuneInTurn, type Ended, temporaryFolder } from './attune.ts';

const checkpointOf = (pooling: Pooling) => {
  const architecture = { ...DEFAULT_ARCHITECTURE, pooling, width: 0.25 };
  const tensors = initialWeights(architecture, 3);
  return writeCheckpoint({ architecture, frontEnd: DEFAULT_FRONT_END, classes: EMOTIONS, tensors });
};

describe('attune explain', async () => {
  const folder = await temporaryFolder();
  const at = (name: string) => join(folder, name);
  const [attention, gap] = [at('attention.safetensors'), at('gap.safetensors')];

  beforeAll(async () => {
    await writeFile(attention, checkpointOf('attention'));
    await writeFile(gap, checkpointOf('gap'));
  });

  const explainBy =
    (run: (args: readonly string[]) => Promise<Ended>) =>
    (file: string, out: string, ...more: string[]) => {
      const weights = more.includes('--checkpoint') ? [] : ['--checkpoint', attention];
      return run(['explain', file, '--out', out, ...weights, ...more]);
    };
  const inTurn = attuneInTurn();
  const explain = explainBy(inTurn);

  it.each<[string, string, string[], RegExp]>([
    ['an unknown extension', 'map.gif', [], /expected --out to end in .png, .svg, .json, got .*map.gif/],
    ['parts of data', 'map.json', ['--map', 'product'], /expected --map with a picture, got it with .json/],
    [
      'an unknown part',
      'map.svg',
      ['--map', 'product,maps'],
      /Expected some of spectrogram, bottom-up, top-down, prod/,
    ],
    [
      'an unknown class',
      'map.svg',
      ['--class', 'bored'],
      /--class to be one of neutral, happy, angry, sad, .*got bored/,
    ],
    ['a moment that is none', 'map.svg', ['--at', 'noon'], /Expected a number of seconds/],
    ['segment 0', 'map.svg', ['--segment', '0'], /whole number of 1 or more/],
    ['a network without maps', 'map.svg', ['--checkpoint', gap], /only attention pooling has attention maps/],
  ])('refuses %s', async (_, out, more, message) => {
    const { status, stderr } = await explain(at('none.wav'), at(out), ...more);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  it('names a recording that is not there', async () => {
    const { status, stderr } = await explain(at('none.wav'), at('map.svg'));
    expect(stderr).toMatch(/none\.wav: no such file/);
    expect(status).toBe(1);
  });

  describeWith(ATTUNE_AUDIO, 'of recordings', () => {
    const recording = join(ATTUNE_AUDIO, 'good', 'stereo-48k.wav'); // 3.6 s: six segments

    it('writes a picture, and says what is on it', async () => {
      const { status, stdout } = await explain(recording, at('map.svg'), '--at', '2.9', '--map', 'product,spectrogram');
      expect(status).toBe(0);
      expect(stdout).toMatch(/^stereo-48k\.wav: \w+, \d+ %\nsegment 6 of 6, 1\.60 to 3\.60 s: /);
      const svg = await readFile(at('map.svg'), 'utf8');
      expect(svg).toMatch(/^<svg [\s\S]*stereo-48k\.wav[\s\S]*<\/svg>\n$/);
      expect(svg.match(/<svg /g)).toHaveLength(3);
    });

    it('writes a PNG', async () => {
      expect((await explainBy(attune)(recording, at('map.png'), '--map', 'spectrogram,product')).status).toBe(0);
      const { width, height, channels } = decode(await readFile(at('map.png')));
      expect([width, height, channels]).toEqual([1680, 733, 3]); // 1.6 times 1050 by 458
    });

    it('draws maps over time of a network behind a speech encoder above the spectrogram', async () => {
      const architecture = {
        ...DEFAULT_FRAMES,
        speakerDirections: 0,
        alterationDamping: 0,
        pooling: 'attention',
        channels: 8,
      } as const;
      const weights = { architecture, frontEnd: DEFAULT_ENCODER_FRONT_END, classes: EMOTIONS };
      await writeFile(
        at('encoder.safetensors'),
        writeCheckpoint({ ...weights, tensors: initialWeights(architecture, 3) }),
      );
      const { status } = await explain(recording, at('time.svg'), '--checkpoint', at('encoder.safetensors'));
      expect(status).toBe(0);
      const titles = (await readFile(at('time.svg'), 'utf8')).match(/(?<=<svg x="0" .*aria-label=")[^:]+/g);
      expect(titles).toHaveLength(4);
      expect(titles!.at(-1)).toBe('The sound');
    });

    it('writes data whose maps add up to what recognize says', async () => {
      const { status } = await explain(recording, at('map.json'), '--segment', '2', '--class', 'happy');
      expect(status).toBe(0);
      const data = JSON.parse(await readFile(at('map.json'), 'utf8'));
      const json = ['--checkpoint', attention, '--format', 'json'];
      const [recognized] = JSON.parse((await inTurn(['recognize', recording, ...json])).stdout);
      expect(data.explained).toBe('happy');
      expect(data.emotion).toBe(recognized.emotion);
      const totals = EMOTIONS.map((emotion) => {
        const total: number = data.product[emotion].values.flat().reduce((a: number, b: number) => a + b);
        expect(Math.abs(total - data.segment.logits[emotion])).toBeLessThan(1e-4);
        return total;
      });
      const powers = totals.map(Math.exp);
      EMOTIONS.forEach((emotion, k) => {
        const share = powers[k]! / powers.reduce((a, b) => a + b); // the checkpoint has no temperature
        expect(Math.abs(share - recognized.segments[1].probabilities[emotion])).toBeLessThan(1e-4);
      });
    });

    it.each([
      ['a segment that is not there', ['--segment', '7'], 2, /expected a segment from 1 to 6, got 7/],
      ['a moment after the end', ['--at', '5'], 2, /expected a moment from 0 to 3\.60 s, got 5/],
    ] as const)('refuses %s', async (_, more, code, message) => {
      const { status, stderr } = await explain(recording, at('other.svg'), ...more);
      expect(stderr).toMatch(message);
      expect(status).toBe(code);
    });

    it('says when it cannot write', async () => {
      const { status, stderr } = await explain(recording, join(folder, 'nowhere', 'map.json'));
      expect(stderr).toMatch(/nowhere\/map\.json could not be written/);
      expect(status).toBe(1);
    });

    it('answers silence, and says that it is', async () => {
      const silence = join(ATTUNE_AUDIO, 'bad', 'silence-only.wav');
      const { status, stderr } = await explain(silence, at('silence.svg'));
      expect(status).toBe(0);
      expect(stderr).toMatch(/it holds only silence/);
      expect(await readFile(at('silence.svg'), 'utf8')).toContain('digital silence');
    });
  });
});
