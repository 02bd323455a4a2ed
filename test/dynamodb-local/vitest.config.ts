// What runs against DynamoDB Local: everything that touches a table. One file at a time, since they share one Java.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'dynamodb-local',
    include: [
      'test/contracts/**/*.test.ts',
      'test/shared/ledger/race.test.ts',
      'test/pipeline/**/*.test.ts',
      'test/dynamodb-local/*.test.ts',
    ],
    exclude: ['**/node_modules/**'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
