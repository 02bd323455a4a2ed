// What close works with, made once per cold start.

import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { dynamoClient, objectClient, queueClient } from '../../shared/aws/clients.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { dynamoLedger } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { functionLog } from '../../shared/observability/logger.ts';
import { functionMeter } from '../../shared/observability/metrics-emitter.ts';
import { closeQueue } from '../../shared/queue/sqs/sqs-queues.ts';
import { s3Records } from '../../shared/records/s3/s3-records.ts';
import { readEnv } from '../env.ts';
import { ENV } from './env.ts';
import { busEvents, noEvents } from './events.ts';

export function wire() {
  const env = readEnv(ENV);
  const database = dynamoClient();
  return {
    batches: dynamoBatches(database, env.BATCHES_TABLE),
    ledger: dynamoLedger(database, env.LEDGER_TABLE),
    records: s3Records(objectClient(), env.RECORDS_BUCKET),
    closeQueue: closeQueue(queueClient(), env.CLOSE_QUEUE_URL),
    events: env.EVENT_BUS ? busEvents(new EventBridgeClient(), env.EVENT_BUS) : noEvents,
    now: Date.now,
    lateAfterMs: env.LATE_AFTER_MINUTES * 60_000,
    log: functionLog('close', env.JIESUAN_STAGE),
    meter: functionMeter('close', env.JIESUAN_STAGE),
  };
}
