import { createSession, type Values } from '../src/graph/session.ts';
import { DEFAULT_ARCHITECTURE } from '../src/model/architecture.ts';
import { initialWeights } from '../src/model/initialize.ts';
import { momentumName, trainingGraph } from '../src/train/step.ts';
import { Random } from '../src/random.ts';
const threads = +(process.argv[2] ?? 2), B = +(process.argv[3] ?? 64), steps = +(process.argv[4] ?? 5), profile = process.argv[5];
const w = initialWeights(DEFAULT_ARCHITECTURE, 1);
let state: Record<string, Values> = { ...w };
for (const [n, v] of Object.entries(w)) if (!n.includes('running')) state[momentumName(n)] = { data: new Float32Array(v.data.length), shape: v.shape };
let t = performance.now();
const g = trainingGraph(DEFAULT_ARCHITECTURE, { bins: 400, frames: 200 });
const s = await createSession(g, { threads, ...(profile ? { profile } : {}) });
console.log('load ms', (performance.now() - t) | 0, 'nodes', g.nodes.length);
const r = new Random(1);
const x = { data: Float32Array.from({ length: B * 80000 }, () => r.uniform(-0.5, 0.5)), shape: [B, 1, 400, 200] };
const y = { data: BigInt64Array.from({ length: B }, (_, i) => BigInt(i % 4)), shape: [B] };
for (let i = 0; i < steps; i++) {
  t = performance.now();
  const o = await s.run({ ...state, spectrograms: x, target: y, learning_rate: { data: Float32Array.of(0.05), shape: [] } });
  const dt = performance.now() - t;
  console.log('step', i, (o.loss!.data[0] as number).toFixed(5), dt | 0, 'ms', ((B / dt) * 1e3).toFixed(2), 'seg/s');
  state = Object.fromEntries(Object.entries(o).filter(([n]) => n.startsWith('new.')).map(([n, v]) => [n.slice(4), v]));
}
console.log('max rss MB', (process.resourceUsage().maxRSS / 1024) | 0);
await s.close();
