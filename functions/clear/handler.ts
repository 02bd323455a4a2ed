// Lambda on a schedule, every night after midnight in China: clears months that are over, writes the others as they
// stand, and counts how long one has been waiting.

import { dynamoClient, objectClient } from '../../shared/aws/clients.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { dynamoLedgerScan } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { functionLog } from '../../shared/observability/logger.ts';
import { functionMeter } from '../../shared/observability/metrics-emitter.ts';
import { METRIC } from '../../shared/observability/metrics.ts';
import { s3Records } from '../../shared/records/s3/s3-records.ts';
import { readEnv } from '../env.ts';
import { clearMonths } from './clear-months.ts';
import { ENV } from './env.ts';

const env = readEnv(ENV);
const dynamodb = dynamoClient();
const objects = objectClient();
const deps = {
  ledger: dynamoLedgerScan(dynamodb, env.LEDGER_TABLE, { consistent: true }),
  batches: dynamoBatches(dynamodb, env.BATCHES_TABLE),
  records: s3Records(objects, env.RECORDS_BUCKET),
  sealed: s3Records(objects, env.SEALED_BUCKET),
  now: Date.now,
  segments: 8,
  lateAfterMinutes: env.LATE_AFTER_MINUTES,
};
const log = functionLog('clear', env.JIESUAN_STAGE);
const meter = functionMeter('clear', env.JIESUAN_STAGE);

/** Months cleared now, and months still open. */
export async function handler(): Promise<{
  readonly cleared: readonly string[];
  readonly open: readonly string[];
}> {
  const { cleared, open, overdueDays } = await clearMonths(deps);
  for (const { month, blockedBy } of open) {
    for (const { batchId, status } of blockedBy?.batches.slice(0, 10) ?? [])
      log.warn('month-blocked', { month, batchId, status });
  }
  meter.count(METRIC.monthOverdueDays, overdueDays);
  meter.flush();
  return { cleared: cleared.map(({ month }) => month), open: open.map(({ month }) => month) };
}
