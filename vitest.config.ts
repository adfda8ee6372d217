import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Replaces a module by another, so it must load it before other files do. */
const APART = ['test/bench/growth-measurements.test.ts'];

/** What takes longest, which begins first: otherwise one process works on it alone in the end. */
const LONGEST = [
  ...['package', 'web/pages', 'fuzz/fuzz', 'docstrings', 'cli/crossval', 'cli/recognize', 'verify/verify', 'cli/init'],
  ...['recognize/archive/archive', 'jobs/queue/experiment', 'jobs/queue/faults', 'jobs/queue/studies'],
  ...['cli/damage', 'cli/demo', 'cli/verify', 'recognize/stream', 'cli/train', 'cli/explain', 'audio/stream'],
].map((name) => `/test/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    setupFiles: ['test/setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      // files share a process, which loads the sources once: 0.6 s of processor time a file
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: APART, isolate: false } },
      { extends: true, test: { name: 'apart', include: APART } },
    ],
  },
});
