// Kinds of tests: fast (core, use cases and adapters; modules shared by all files), local (the command line and the
// embedded engines, each file by itself), infra (synthesises stacks), pipeline (engines, HTTP, real handlers).
// `npm test` runs the first three, .ci/run all.

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // By itself one core is left free, which of two is half the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/infra/**', 'test/pipeline/**', 'test/dynamodb-local/**', '**/node_modules/**'],
          testTimeout: 20_000,
          isolate: false, // Loading modules anew for every file took half of the time.
        },
      },
      {
        test: {
          name: 'local',
          include: ['test/infra/*/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'infra',
          include: ['test/infra/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          isolate: false, // Modules of the CDK are loaded once, not once per file.
        },
      },
      {
        test: {
          name: 'pipeline',
          include: ['test/pipeline/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
