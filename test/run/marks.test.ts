import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ENCODER_FRONT_END, DEFAULT_FRONT_END } from '../../src/features/front-end.ts';
import { marksOf } from '../../src/run/marks.ts';
import type { Manifest, RunOptions } from '../../src/run/run-files.ts';

const manifest: Manifest = { corpus: 'any', leftOut: {}, recordings: [] };
const protocol = 'leave-one-speaker-out';
const trainedOn = { corpora: [], recordings: 0 };
const init: NonNullable<RunOptions['init']> = { sha256: '0'.repeat(64), trainedOn };

describe('what stands beside every figure of a run', () => {
  it('is nothing before spectrograms, unless weights that it starts from do not say what they have heard', () => {
    const marks = (given?: RunOptions['init']) =>
      marksOf({ protocol, frontEnd: DEFAULT_FRONT_END, ...(given && { init: given }) }, manifest);
    expect([marks(), marks(init)]).toEqual([{}, {}]);
    const { trainedOn: _, ...silent } = init;
    for (const unsaid of [silent, { ...init, trainedOn: { ...trainedOn, incomplete: true as const } }])
      expect(marks(unsaid)).toEqual({ contamination: 'unknown' });
  });

  it('is that contamination is unknown behind a speech encoder, whatever weights say', () => {
    const behind = { protocol, frontEnd: DEFAULT_ENCODER_FRONT_END } as const;
    expect(marksOf(behind, manifest)).toEqual({ contamination: 'unknown' });
    expect(marksOf({ ...behind, init }, manifest)).toEqual({ contamination: 'unknown' });
    expect(marksOf({ ...behind, protocol: 'random-leaking' }, manifest)).toEqual({
      ...{ leaks: 'speakers', contamination: 'unknown' },
    });
  });

  it('is in every published run behind one, and in no other', async () => {
    const names = (await readdir('results', { recursive: true })).filter((name) => name.endsWith('metrics.json'));
    let behind = 0;
    for (const name of names) {
      const folder = `results/${name.slice(0, -'metrics.json'.length)}`;
      const config = await readFile(`${folder}config.json`, 'utf8').catch(() => '{}'); // a peer's has none
      const { contamination } = JSON.parse(await readFile(`results/${name}`, 'utf8'));
      const isBehind = JSON.parse(config).options?.frontEnd.kind === 'encoder';
      expect([name, contamination]).toEqual([name, isBehind ? 'unknown' : undefined]);
      const [header, row] = (await readFile(`${folder}predictions.csv`, 'utf8')).split('\n');
      expect([header!.endsWith(',contamination'), row!.endsWith(',unknown')]).toEqual([isBehind, isBehind]);
      behind += Number(isBehind);
    }
    expect(behind).toBeGreaterThan(10);
  });
});
