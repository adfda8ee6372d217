import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Replaces a module by another, so it must load it before other files do. */
const APART = ['test/bench/growth-measurements.test.ts'];

/** What takes longest, which begins first: otherwise one process works on it alone in the end. */
const LONGEST = [
  ...['web/studio', 'package', 'web/pages', 'recognize/archive/archive', 'cli/crossval', 'jobs/queue/faults'],
  ...['jobs/queue/experiment', 'cli/system', 'docstrings', 'fuzz/fuzz', 'jobs/queue/studies', 'verify/verify'],
  ...['cli/several', 'cli/init', 'cli/recognize-normalize', 'cli/recognize', 'cli/verify'],
  ...['recognize/archive/one-machine', 'cli/dnn-elm', 'cli/train', 'recognize/stream', 'server/app', 'audio/stream'],
  ...['web/microphone', 'server/sockets', 'studies/table1/table1', 'evaluate/two-step', 'cli/demo', 'cli/damage'],
  ...['cli/explain', 'cli/sweep', 'cli/own-encoder', 'server/holding', 'recognize/export'],
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
