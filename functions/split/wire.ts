// What split works with, made once per cold start.

import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { dynamoClient, objectClient, queueClient } from '../../shared/aws/clients.ts';
import { pseudonymKey } from '../../shared/aws/pseudonym-key.ts';
import { dynamoLedger } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { pseudonymiser } from '../../shared/member/pseudonym.ts';
import { functionLog } from '../../shared/observability/logger.ts';
import { functionMeter } from '../../shared/observability/metrics-emitter.ts';
import { closeQueue, settleQueue, splitQueue } from '../../shared/queue/sqs/sqs-queues.ts';
import { s3Records } from '../../shared/records/s3/s3-records.ts';
import { readEnv } from '../env.ts';
import { ENV } from './env.ts';

export async function wire() {
  const env = readEnv(ENV);
  const [database, queues] = [dynamoClient(), queueClient()];
  return {
    batches: dynamoBatches(database, env.BATCHES_TABLE),
    ledger: dynamoLedger(database, env.LEDGER_TABLE),
    records: s3Records(objectClient(), env.RECORDS_BUCKET),
    settleQueue: settleQueue(queues, env.SETTLE_QUEUE_URL),
    splitQueue: splitQueue(queues, env.SPLIT_QUEUE_URL),
    closeQueue: closeQueue(queues, env.CLOSE_QUEUE_URL),
    pseudonymOf: pseudonymiser(await pseudonymKey(env.PSEUDONYM_KEY)),
    now: Date.now,
    log: functionLog('split', env.JIESUAN_STAGE),
    meter: functionMeter('split', env.JIESUAN_STAGE),
  };
}
