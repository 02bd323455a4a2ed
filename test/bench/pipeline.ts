// The whole product on its embedded engines, as `npm start` runs it, in a process of its own: how many claims a second
// go from the accepted post to the ledger, and how long one takes. The times are the product's own metric
// (SettleLatencyMs: from acceptance to the written entry), read from what the settle function prints.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { PipelineResult } from './pipeline-run.ts';
import { median, quantile } from './measure.ts';
import { type Row, rowsOf } from './report.ts';

const WITHIN_MS = 240_000;

export async function pipeline(quick: boolean): Promise<Row[]> {
  const turns: PipelineResult[] = [];
  for (let turn = 0; turn < (quick ? 1 : 3); turn++) turns.push(await runOnce(quick ? 300 : 1_000));
  const row = rowsOf('pipeline');
  const over = (pick: (result: PipelineResult) => number) => turns.map(pick);
  const spread = (values: readonly number[]) =>
    `${turns.length} runs: ${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
  const speeds = over(({ claims, milliseconds }) => (claims / milliseconds) * 1_000);
  const figures = [0.5, 0.99].map((share) => over(({ latencies }) => quantile(latencies, share)));
  const [p50, p99] = figures as [number[], number[]];
  return [
    row('claims from the first post to the last entry', median(speeds), 'per s', {
      spread: spread(speeds),
      note: `${turns[0]?.claims} claims, embedded engines, one process`,
    }),
    row('accepted to settled, p50', median(p50), 'ms', {
      spread: spread(p50),
      note: 'all batches are posted at once, so this is mostly waiting',
    }),
    row('accepted to settled, p99', median(p99), 'ms', { spread: spread(p99) }),
    row('one claim alone, accepted to settled', median(over(({ alone }) => median(alone))), 'ms', {
      note: 'nothing else at work',
    }),
  ];
}

function runOnce(claims: number): Promise<PipelineResult> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'pipeline-run.ts'), String(claims)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: WITHIN_MS,
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const result = /^RESULT (.*)$/m.exec(said)?.[1];
      if (code === 0 && result !== undefined) resolve(JSON.parse(result) as PipelineResult);
      else reject(new Error(`the pipeline ended with code ${code}: ${said.slice(-500)}`));
    });
  });
}
