import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAudioFile } from '../../../src/audio/file.ts';
import { prepare } from '../../../src/evaluate/prepare.ts';
import { openCache } from '../../../src/features/cache.ts';
import { copyName } from '../../../src/features/copies.ts';
import { descriptors } from '../../../src/features/descriptors/descriptors.ts';
import { DESCRIPTOR_FRONT_END, type DescriptorFrontEnd } from '../../../src/features/descriptors/front-end.ts';
import { checkArgument } from '../../../src/json.ts';
import { wav } from '../../audio/files.ts';
import { temporaryFolder } from '../../cli/attune.ts';

const SETS: readonly DescriptorFrontEnd[] = [
  { kind: 'descriptors', set: 'lee-tashev' },
  { kind: 'descriptors', set: 'han' },
];

const s16 = (values: readonly number[]) => new Uint8Array(Int16Array.from(values).buffer);

describe('descriptors of a corpus', async () => {
  const folder = await temporaryFolder();
  const corpusOf = (...files: string[]) => ({
    ...{ name: 'made', directory: folder, leftOut: {} },
    utterances: files.map((file) => ({ id: file, file, emotion: 'sad', speaker: 's' }) as const),
  });
  const voice = Array.from({ length: 51_234 }, (_, i) => Math.round(9000 * Math.sin(i / 20) ** 5));
  await writeFile(join(folder, 'voice.wav'), wav(s16(voice)));
  await writeFile(join(folder, 'silence.wav'), wav(s16(new Array(16_000).fill(0))));
  await writeFile(join(folder, 'click.wav'), wav(s16(voice.slice(0, 300))));
  await writeFile(
    join(folder, 'broken.wav'),
    wav(new Uint8Array(Float32Array.of(0.1, Number.NaN, 0.2).buffer), { format: 3, bits: 32 }),
  );

  it.each(SETS)('lie in the cache frame by frame: $set', async (frontEnd) => {
    const cache = join(folder, 'cache');
    const { recordings } = await prepare(corpusOf('voice.wav', 'silence.wav', 'click.wav'), [], { frontEnd, cache });
    const kept = await openCache(cache, frontEnd);
    expect(kept.shape).toEqual([frontEnd.set === 'han' ? 30 : 32]);
    const counts = await Promise.all(recordings.map(({ sha256 }) => kept.check(sha256)));
    expect(counts).toEqual([Math.floor((51_234 - 400) / 160) + 1, 98, 1]); // also where nothing is voiced
    for (const [i, { file, sha256 }] of recordings.entries()) {
      const rows = new Float32Array(counts[i]! * kept.shape[0]!);
      for (let frame = 0; frame < counts[i]!; frame++)
        kept.read(sha256, frame, rows.subarray(frame * kept.shape[0]!, (frame + 1) * kept.shape[0]!));
      const { samples } = (await readAudioFile(join(folder, file))).waveform;
      expect(rows).toEqual(descriptors(samples, frontEnd.set).values);
    }
  });

  it('are kept of altered copies too', async () => {
    const [frontEnd, cache] = [SETS[0]!, join(folder, 'altered')];
    const augmentation = { copies: 1, alterations: ['noise'], masks: false } as const;
    const { recordings } = await prepare(corpusOf('voice.wav'), [], { frontEnd, cache, augmentation });
    const kept = await openCache(cache, frontEnd);
    const { sha256 } = recordings[0]!;
    expect(await kept.check(copyName(sha256, augmentation.alterations, 1))).toBe(await kept.check(sha256));
  });

  it('name the recording that has none', async () => {
    const work = prepare(corpusOf('voice.wav', 'broken.wav'), [], {
      frontEnd: SETS[0]!,
      cache: join(folder, 'broken'),
    });
    await expect(work).rejects.toThrow(/1 of 2 recordings cannot be used.*broken\.wav/);
    await expect(work).rejects.toMatchObject({ code: 'corpus' });
  });

  it('take no encoder', async () => {
    const options = { frontEnd: SETS[0]!, cache: join(folder, 'encoder'), encoder: 'models/x.onnx' };
    await expect(prepare(corpusOf('voice.wav'), [], options)).rejects.toThrow(
      /front end descriptors.*leave `encoder` out/,
    );
  });

  it.each<[unknown, RegExp]>([
    [{ kind: 'descriptors' }, /set/],
    [{ kind: 'descriptors', set: 'gemaps' }, /lee-tashev.*han.*gemaps/],
    [{ kind: 'descriptors', set: 'han', trainHopSeconds: 1 }, /trainHopSeconds/],
  ])('have settings that say so where they are none: %o', (settings, message) => {
    for (const right of SETS) expect(checkArgument(right, DESCRIPTOR_FRONT_END, 'the front end')).toBeUndefined();
    expect(() => checkArgument(settings as DescriptorFrontEnd, DESCRIPTOR_FRONT_END, 'the front end')).toThrow(message);
  });
});
