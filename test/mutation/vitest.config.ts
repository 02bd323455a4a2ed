// The tests that a mutant of one target is held against: JIESUAN_MUTATION_TESTS, a list separated by blanks.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: (process.env['JIESUAN_MUTATION_TESTS'] ?? 'test/shared/**/*.test.ts').split(' '),
    testTimeout: 20_000,
  },
});
