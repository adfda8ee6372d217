import { beforeAll, describe, expect, it } from 'vitest';
import { type Measured, measurementsOf, type RaceOptions, runRace } from '../../bench/race/race.ts';
import { type Race, raceOf } from '../../bench/race/report.ts';
import { raceMarkdown, raceText } from '../../bench/race/tables.ts';
import { AS_INSTALLED, KEEPING } from '../../bench/variants.ts';
import { temporaryFolder } from '../cli/attune.ts';
import { shellProgram } from './fakes.ts';

/**
 * Stands for Python, and is started often: training takes 4 s a step contiguous and 2 s channels-last, 1 s with an allocator that keeps its memory;
 * inference takes 0.02 s a segment, 0.01 s folded, and `torch.compile` fails at it. In all processes a compiled step is the faster one.
 */
const FAKE = `
layout= mode= measures= together=
while [ $# -gt 0 ]; do
  case $1 in
    --layout) layout=$2; shift ;;
    --mode) mode=$2; shift ;;
    --together) together=yes ;;
    infer1 | infer16 | train) measures="$measures $1" ;;
  esac
  shift
done
step=4
[ "$layout" = channels_last ] && step=$((step / 2))
[ -n "$MALLOC_TRIM_THRESHOLD_" ] && step=$((step / 2))
if [ -n "$together" ]; then
  echo '{"ready": true}'
  read -r go
  steps=4
  [ "$mode" = compile ] && steps=2
  echo "{\\"segments\\": 64, \\"seconds\\": $((steps * step)), \\"peakRssMb\\": 1500}"
  exit
fi
for measure in infer1 infer16 train; do
  case "$measures " in *" $measure "*) ;; *) continue ;; esac
  if [ $measure = train ]; then
    echo "{\\"measure\\": \\"train\\", \\"seconds\\": [$step], \\"peakRssMb\\": 2000}"
    continue
  fi
  case $measure-$mode in
    *-compile | *-frozen)
      echo "{\\"measure\\": \\"$measure\\", \\"failed\\": \\"AssertionError: in /some/folder/lowering.py\\"}"
      continue ;;
    infer1-folded) seconds=0.01 ;;
    infer1-*) seconds=0.02 ;;
    infer16-folded) seconds=0.16 ;;
    infer16-*) seconds=0.32 ;;
  esac
  echo "{\\"measure\\": \\"$measure\\", \\"seconds\\": [$seconds], \\"peakRssMb\\": 500}"
done`;

const MACHINE = {
  threads: 2,
  cores: 2,
  processor: 'a processor',
  runtime: 'onnxruntime 1',
  node: '20',
  commit: 'abc',
  source: 'def',
  engine: 2,
  date: '2026-01-01',
};

let options: RaceOptions;
let measured: Measured;
let race: Race;
const order: string[] = [];

beforeAll(async () => {
  options = {
    peer: {
      python: await shellProgram(await temporaryFolder(), 'python', FAKE),
      versions: { torch: '2.15.0', python: '3.11.7' },
    },
    opponents: { installed: [AS_INSTALLED], tuned: [KEEPING, { name: 'another', env: KEEPING.env }] },
    missing: [{ name: 'jemalloc', debian: 'libjemalloc2' }],
    threads: 2,
    pairs: 3,
    steps: 1,
    processes: 2,
    windowSeconds: 1,
  };
  const trainedByAttune = [40, 48, 56];
  /** Attune is not measured: it trains 40, 48, 56 segments/s in the three pairs and scores 80. */
  const instead = (name: string) => {
    if (name.startsWith('SGEMM') || name.startsWith('front end')) return { seconds: [0.04], peakRssMb: 1 };
    if (!name.endsWith('Attune')) return undefined;
    return { segmentsPerSecond: name.startsWith('train') ? trainedByAttune.shift()! : 80, peakRssMb: 1000 };
  };
  measured = await runRace(options, {
    async once(name, measure) {
      order.push(name);
      return (instead(name) ?? (await measure())) as Awaited<ReturnType<typeof measure>>;
    },
    async finish() {},
  });
  race = raceOf(MACHINE, 'npm run bench', options, measured);
});

describe('a race', () => {
  it('takes the measurements that were announced', () => {
    expect(order).toHaveLength(measurementsOf(options));
    expect(new Set(order).size).toBe(order.length);
  });

  it('lets Attune and its opponents run in turn', () => {
    expect(order.filter((name) => name.startsWith('train, pair'))).toEqual(
      [1, 2, 3].flatMap((pair) =>
        [
          'Attune',
          'PyTorch installed, channels-last, eager, malloc',
          'PyTorch tuned, channels-last, eager, malloc that keeps its memory',
        ].map((side) => `train, pair ${pair} of 3, ${side}`),
      ),
    );
  });

  it('has each opponent run in its best variant, with its own allocator', () => {
    const variant = (event: 'train' | 'infer1' | 'together', opponent: string) =>
      race.race.events[event].opponents[opponent]!.variant;
    expect(variant('train', 'installed')).toBe('channels-last, eager, malloc');
    expect(variant('infer1', 'installed')).toBe('channels-last, folded, malloc');
    expect(variant('train', 'tuned')).toBe('channels-last, eager, malloc that keeps its memory');
    expect(variant('together', 'installed')).toBe('channels-last, compile, malloc'); // by trials of its own
    expect(variant('together', 'tuned')).toBe('channels-last, compile, malloc that keeps its memory');
  });

  it('gives the ratio pair by pair, and names the stronger opponent', () => {
    const { attune, opponents, strongest } = race.race.events.train;
    expect(attune.segments_per_s).toBe(48);
    expect(opponents.installed).toMatchObject({ segments_per_s: 32, ratio: 1.5, ratio_min: 1.25, ratio_max: 1.75 });
    expect(opponents.tuned).toMatchObject({ segments_per_s: 64, ratios: [0.625, 0.75, 0.875] });
    expect(strongest).toBe('tuned');
    expect(race.pytorch).toMatchObject({ train_segments_per_s: 64, train_ratio: 0.75, peak_rss_mb: 2000 });
    expect(race.train).toMatchObject({ segments_per_s: 48, peak_rss_mb: 1000 });
  });

  it('counts folds of all processes together', () => {
    const { attune, opponents } = race.race.events.together;
    expect(attune.folds_per_hour).toBe(8.269); // 80 segments/s * 3600 s / 34,830
    expect(opponents.installed).toMatchObject({ segments_per_s: 32, ratio: 2.5, peak_rss_mb: 3000 });
  });

  it('keeps what failed, without folders of this machine', () => {
    const compiled = race.race.variants.find(({ variant }) => variant === 'channels-last, compile, malloc');
    expect(compiled).toEqual({
      opponent: 'installed',
      variant: 'channels-last, compile, malloc',
      train: 32,
      together: 32,
      infer1: 'failed: AssertionError: in lowering.py',
      infer16: 'failed: AssertionError: in lowering.py',
    });
  });

  it('is told as text and as Markdown from the same figures', () => {
    expect(raceText(race)).toMatch(
      /^training, batch 64, segments\/s +48 +32 +1\.500 \[1\.250, 1\.750\] +64\* +0\.750/m,
    );
    const markdown = raceMarkdown(race);
    expect(markdown).toContain(
      '| training, batch 64, segments/s | 48 | 32 | 1.500 [1.250, 1.750] | 64* | 0.750 [0.625, 0.875] |',
    );
    expect(markdown).toContain('training, batch 64 0.750 (tuned); inference, batch 16 0.800 (as installed)');
    expect(markdown).toContain(
      '2026-01-01, commit `abc`, source `def`, engine 2 of training, a processor, threads: 2, onnxruntime 1, Node 20, Python 3.11.7',
    );
  });

  it('says which allocators were tried, and which could not be', () => {
    expect(race.race.allocators.tuned).toEqual(['malloc that keeps its memory', 'another']);
    expect(race.race.missing_allocators).toEqual([{ name: 'jemalloc', debian: 'libjemalloc2' }]);
    const note =
      'Allocators tried for the tuned PyTorch: malloc that keeps its memory, another; not tried, for it was not installed: jemalloc (on Debian: apt-get install libjemalloc2), so that the tuned PyTorch may be weaker.';
    expect(raceMarkdown(race)).toContain(note);
    expect(raceText(race)).toContain(note);
    const complete = raceMarkdown({ ...race, race: { ...race.race, missing_allocators: [] } });
    expect(complete).toContain('Allocators tried for the tuned PyTorch: malloc that keeps its memory, another.');
    expect(complete).not.toContain('jemalloc');
  });

  it('ends where a variant that worked fails in the race', async () => {
    const failing = (measure: () => Promise<unknown>, name: string) =>
      name.startsWith('train, pair 2 of 3, PyTorch tuned')
        ? Promise.reject(new Error('PyTorch was killed'))
        : measure();
    const names: string[] = [];
    const race = runRace(options, {
      async once(name, measure) {
        names.push(name);
        const attune = { segmentsPerSecond: 1, seconds: [1], peakRssMb: 1 };
        const own = name.endsWith('Attune') || name.startsWith('SGEMM');
        return (own ? attune : await failing(measure, name)) as Awaited<ReturnType<typeof measure>>;
      },
      async finish() {},
    });
    await expect(race).rejects.toThrow('PyTorch was killed');
    expect(names.at(-1)).toMatch(/^train, pair 2 of 3, PyTorch tuned/);
  });
});
