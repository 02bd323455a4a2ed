// Calls the handler of a bundle in a process of its own, as Lambda would: nothing of the sources, of node_modules or
// of this process's environment is there to help it.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle } from '../../../infra/bundle.ts';

const SCRIPT = `
const { handler } = await import('./index.mjs');
const context = { awsRequestId: 'r-1', functionName: 'bundle', getRemainingTimeInMillis: () => 15_000 };
const answer = await handler(JSON.parse(process.env.EVENT), context);
process.stdout.write('\\nANSWER ' + JSON.stringify(answer ?? null) + '\\n', () => process.exit(0));
`;

export function runBundle(bundle: Bundle, event: unknown, env: Readonly<Record<string, string>>): unknown {
  const directory = mkdtempSync(join(tmpdir(), 'jiesuan-bundle-'));
  try {
    copyFileSync(bundle.file, join(directory, 'index.mjs'));
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
      cwd: directory,
      env: { ...env, EVENT: JSON.stringify(event) },
      encoding: 'utf8',
      timeout: 30_000,
    });
    const answer = /^ANSWER (.*)$/m.exec(stdout)?.[1];
    if (status !== 0 || answer === undefined) throw new Error(`the bundle failed:\n${stdout}\n${stderr}`);
    return JSON.parse(answer) as unknown;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
