// Lambda on a schedule: sets batches going again that nobody works on any more.

import { dynamoClient, queueClient } from '../../shared/aws/clients.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { functionLog } from '../../shared/observability/logger.ts';
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
};
const log = functionLog('sweep', env.JIESUAN_STAGE);

/** `queuesLost` comes from the local runner alone, whose queues live in memory. */
export async function handler(event: { readonly queuesLost?: boolean }): Promise<Swept> {
  const swept = await sweepBatches({ queuesLost: event.queuesLost === true }, deps);
  if (swept.splitAgain + swept.lookedAtAgain > 0)
    log.warn('batches-set-going-again', { count: swept.splitAgain + swept.lookedAtAgain });
  return swept;
}
