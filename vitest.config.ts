import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/longest-first.ts'

export default defineConfig({
  test: {
    environment: 'node',
    // Real sandboxes start in these tests: a fork keeps their descriptors and signals apart.
    pool: 'forks',
    // Many files wait rather than compute; vitest's own number leaves one worker on two cores. A third on two takes as long.
    maxWorkers: Math.max(2, Math.min(8, availableParallelism())),
    sequence: { sequencer: LongestFirst },
    globalSetup: ['./scripts/test-run.ts', './packages/codenode/test/support/readable-packages.ts'],
    // Only what hangs ends by these: they leave room for a machine that is busy with other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 20_000,
    expect: { poll: { timeout: 120_000 } },
    // What the tests reach in their own processes; services and commands that they start are not counted.
    coverage: {
      include: ['packages/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.{ts,tsx}', '**/*.d.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: '.codenode/coverage',
    },
    reporters: ['default', './scripts/summary-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}'],
          // Functions without a state of their own: a process and its modules serve one file after the other.
          isolate: false,
        },
      },
      // Real sandboxes, services, commands and databases.
      { extends: true, test: { name: 'sandbox', include: ['packages/{codenode,codenode-server}/test/**/*.test.ts'] } },
      // The editor and the panel in a real browser.
      { extends: true, test: { name: 'browser', include: ['packages/web/test/**/*.test.ts'] } },
    ],
  },
})
