// Lambda on a schedule, every night: seals the day, and counts batches against their entries.

import { randomBytes } from 'node:crypto';
import { dynamoClient, objectClient } from '../../shared/aws/clients.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { dynamoLedgerScan } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { functionLog } from '../../shared/observability/logger.ts';
import { s3Records } from '../../shared/records/s3/s3-records.ts';
import { readEnv } from '../env.ts';
import { ENV } from './env.ts';
import { sealDay } from './seal-day.ts';

const env = readEnv(ENV);
const dynamodb = dynamoClient();
const objects = objectClient();
const deps = {
  ledger: dynamoLedgerScan(dynamodb, env.LEDGER_TABLE),
  batches: dynamoBatches(dynamodb, env.BATCHES_TABLE),
  records: s3Records(objects, env.RECORDS_BUCKET),
  sealed: s3Records(objects, env.SEALED_BUCKET),
  now: Date.now,
  salt: () => randomBytes(16).toString('base64url'),
  segments: 8,
};
const log = functionLog('seal', env.JIESUAN_STAGE);

/** Throws when the counts differ: the error alarm of the function is how somebody is told. */
export async function handler(): Promise<{ readonly day: string; readonly entries: number }> {
  const { seal, batches } = await sealDay(deps);
  const { day, totals } = seal;
  if (batches && batches.findings.length > 0) {
    log.error('counts-differ', { count: batches.findings.length });
    throw new Error('batches and their entries differ: run jiesuan verify --all');
  }
  return { day, entries: totals.entries };
}
