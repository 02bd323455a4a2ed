// One run of the pipeline for pipeline.ts, in its own process: starts the product in a directory of its own, posts
// through the HTTP API, and collects the settle function's latency metric from its embedded-metric lines.
// Prints one line: RESULT and JSON.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GeneratedClaim, generate } from '../../infra/local/sample/generate.ts';
import { type Runner, startRunner } from '../../infra/local/runner.ts';
import { METRIC } from '../../shared/observability/metrics.ts';
import { documents } from './fixtures.ts';

export interface PipelineResult {
  readonly claims: number;
  /** From the first post to the last entry. */
  readonly milliseconds: number;
  readonly latencies: readonly number[];
  /** Latencies of single claims with nothing else at work. */
  readonly alone: readonly number[];
}

const WITHIN_MS = 200_000;
const ALONE = 10;

/** Latencies that the settle function printed, and when it printed the last. */
let latencies: number[] = [];
let lastAt = 0;
const print = process.stdout.write.bind(process.stdout);
process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
process.stdout.write = (chunk: unknown) => {
  for (const line of String(chunk).split('\n')) collect(line);
  return true;
};

function collect(line: string): void {
  if (!line.includes(METRIC.settleLatencyMs)) return;
  const found = (JSON.parse(line) as Record<string, unknown>)[METRIC.settleLatencyMs];
  for (const value of [found].flat()) latencies.push(Number(value));
  lastAt = performance.now();
}

async function main(claimCount: number): Promise<PipelineResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jiesuan-bench-'));
  let runner: Runner | undefined;
  try {
    runner = await startRunner({ dataDir, port: 0 });
    return await measure(runner, claimCount);
  } finally {
    await runner?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(runner: Runner, claimCount: number): Promise<PipelineResult> {
  const agency = await runner.token({ role: 'agency' });
  await post(runner, '/v1/releases', agency, { from: '2020-01-01T00:00:00+08:00', documents });
  const { enrolments, accountCredits, claims } = generate({
    seed: 'pipeline',
    members: Math.ceil(claimCount / 3),
    claims: claimCount + ALONE,
    from: '2025-01-01',
    to: '2025-12-31',
  });
  const day = '2026-01-05';
  await post(runner, '/v1/enrolments', agency, {
    batchNo: 'BENCH',
    businessDate: day,
    enrolments,
    accountCredits,
  });
  await settled(enrolments.length + accountCredits.length);
  latencies = [];

  const [together, single] = [claims.slice(0, claimCount), claims.slice(claimCount)];
  const batches = [...Map.groupBy(together, ({ providerId }) => providerId)];
  const began = performance.now();
  await Promise.all(batches.map(([providerId, own]) => postClaims(runner, providerId, 'BENCH', day, own)));
  await settled(claimCount);
  const result = { claims: claimCount, milliseconds: lastAt - began, latencies };

  const alone: number[] = [];
  for (const [at, claim] of single.entries()) {
    latencies = [];
    await postClaims(runner, claim.providerId, `ALONE-${at}`, day, [claim]);
    await settled(1);
    alone.push(...latencies);
  }
  return { ...result, alone };
}

async function postClaims(
  runner: Runner,
  providerId: string,
  batchNo: string,
  businessDate: string,
  generated: readonly GeneratedClaim[],
): Promise<void> {
  const claims = generated.map(({ claim }) => claim);
  const billedFen = claims.reduce((sum, claim) => sum + claim.billedFen, 0);
  const token = await runner.token({ role: 'provider', provider: providerId });
  await post(runner, '/v1/batches', token, {
    providerId,
    batchNo,
    businessDate,
    controlTotals: { claimCount: claims.length, billedFen },
    claims,
  });
}

async function post(runner: Runner, path: string, token: string, body: unknown): Promise<void> {
  const response = await fetch(runner.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok)
    throw new Error(`POST ${path}: ${response.status} ${(await response.text()).slice(0, 300)}`);
}

/** Waits until so many records are settled since `latencies` was emptied. */
async function settled(count: number): Promise<void> {
  for (const end = Date.now() + WITHIN_MS; latencies.length < count; ) {
    if (Date.now() > end) throw new Error(`${latencies.length} of ${count} records were settled in time`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const result = await main(Number(process.argv[2] ?? 300));
print(`RESULT ${JSON.stringify(result)}\n`, () => process.exit(0));
