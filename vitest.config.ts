// Three kinds of tests, by how long they take: fast (no sockets to speak of), infra (synthesises stacks), pipeline
// (engines, HTTP, real handlers). `npm test` runs the first two; .ci/run runs all.

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
          exclude: [
            'test/infra/*.test.ts',
            'test/pipeline/**',
            'test/dynamodb-local/**',
            '**/node_modules/**',
          ],
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
