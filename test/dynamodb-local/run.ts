// Runs every suite that touches DynamoDB once more, against AWS's own DynamoDB Local instead of the embedded engine:
// the store contracts, the race on the ledger, the pipeline. `npm run test:dynamodb-local [-- vitest arguments]`.
// Its exit code is vitest's.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startDynamoDbLocal } from './start.ts';

const ROOT = join(import.meta.dirname, '..', '..');

async function main(): Promise<number> {
  const database = await startDynamoDbLocal();
  process.stdout.write(`DynamoDB Local answers at ${database.endpoint}\n`);
  try {
    return await vitest(database.endpoint);
  } finally {
    await database.stop();
  }
}

function vitest(endpoint: string): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--root',
      ROOT,
      '--config',
      join(import.meta.dirname, 'vitest.config.ts'),
      ...process.argv.slice(2),
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, JIESUAN_TEST_DYNAMODB: endpoint } },
  );
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', pass);
  process.on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
