import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { POOLINGS } from '../../src/model/cnn/architecture.ts';
import { exportOnnx } from '../../src/recognize/export.ts';
import { VERSION } from '../../src/version.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { distance, LENGTHS, narrow, recognized, wandering } from './exported.ts';

const PYTHON = process.env.ATTUNE_PYTHON ?? 'python3';
const python = (...args: string[]) => spawnSync(PYTHON, args, { encoding: 'utf8', maxBuffer: 1e8 });
const there = python('-c', 'import numpy, onnx, onnxruntime').status === 0;
if (!there)
  console.warn(`skipped: an exported file in Python (${PYTHON} lacks onnx, onnxruntime or numpy; set ATTUNE_PYTHON)`);
const folder = await temporaryFolder();

describe.skipIf(!there)('an exported file in Python', () => {
  it.each(POOLINGS)('passes the official checker and answers as in Node: %s pooling', async (pooling) => {
    const checkpoint = narrow(pooling);
    const model = join(folder, `${pooling}.onnx`);
    writeFileSync(model, await exportOnnx(checkpoint));
    const recordings = [LENGTHS.one, LENGTHS.half, LENGTHS.odd].map(wandering);
    const files = recordings.map((samples, i) => {
      const file = join(folder, `${i}.f32`);
      writeFileSync(file, samples);
      return file;
    });
    const { status, stdout, stderr } = python('test/recognize/onnx_runtime.py', model, ...files);
    expect(status, stderr).toBe(0);
    const said = JSON.parse(stdout);
    for (const [i, out] of said.answers.entries()) {
      const found = {
        probabilities: out.probabilities,
        segmentProbabilities: out.segment_probabilities,
        logits: out.segment_logits,
        starts: out.segment_starts,
      };
      expect(distance(found, await recognized(checkpoint, recordings[i]!)), `recording ${i}`).toBeLessThan(1);
    }
    expect(said).toMatchObject({ ir: 7, operatorSets: { '': 13 }, version: VERSION });
    expect(said.properties).toMatchObject({
      labels: '["neutral","happy","angry","sad"]',
      sample_rate: '16000',
      segment_seconds: '2',
      hop_seconds: '0.4',
      temperature: '0.25',
      trained_on: 'nothing',
      attune_version: VERSION,
    });
    expect(JSON.parse(said.properties.front_end)).toEqual(checkpoint.frontEnd);
    expect(JSON.parse(said.properties.architecture)).toEqual(checkpoint.architecture);
    const maps =
      pooling === 'attention' ? { top_down: ['segments', 4, 50, 25], bottom_up: ['segments', 1, 50, 25] } : {};
    expect(said.shapes).toEqual({
      samples: ['samples'],
      probabilities: [4],
      segment_probabilities: ['segments', 4],
      segment_logits: ['segments', 4],
      segment_starts: ['segments'],
      ...maps,
    });
    expect(Object.values(said.described)).not.toContain('');
  });
});
