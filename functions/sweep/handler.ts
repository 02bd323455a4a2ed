// Lambda on a schedule: sets batches going again that nobody works on any more, and counts late ones that close never sees.

import { dynamoClient, queueClient } from '../../shared/aws/clients.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { functionLog } from '../../shared/observability/logger.ts';
import { functionMeter } from '../../shared/observability/metrics-emitter.ts';
import { METRIC } from '../../shared/observability/metrics.ts';
import { closeQueue, splitQueue } from '../../shared/queue/sqs/sqs-queues.ts';
import { readEnv } from '../env.ts';
import { ENV } from './env.ts';
import { sweepBatches, type Swept } from './sweep-batches.ts';

const env = readEnv(ENV);
const queues = queueClient();
const deps = {
  batches: dynamoBatches(dynamoClient(), env.BATCHES_TABLE),
  splitQueue: splitQueue(queues, env.SPLIT_QUEUE_URL),
  closeQueue: closeQueue(queues, env.CLOSE_QUEUE_URL),
  now: Date.now,
  lateAfterMs: env.LATE_AFTER_MINUTES * 60_000,
};
const meter = functionMeter('sweep', env.JIESUAN_STAGE);
const log = functionLog('sweep', env.JIESUAN_STAGE);

/** `queuesLost` comes from the local runner alone, whose queues live in memory. */
export async function handler(event: { readonly queuesLost?: boolean }): Promise<Swept> {
  const swept = await sweepBatches({ queuesLost: event.queuesLost === true }, deps);
  if (swept.splitAgain + swept.lookedAtAgain > 0)
    log.warn('batches-set-going-again', { count: swept.splitAgain + swept.lookedAtAgain });
  meter.count(METRIC.batchesLate, swept.lateUnread);
  meter.flush();
  return swept;
}
