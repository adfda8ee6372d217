import { defineConfig } from 'vitest/config';

/** Replaces a module by another, so it must load it before other files do. */
const APART = ['test/bench/growth-measurements.test.ts'];

export default defineConfig({
  test: {
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
