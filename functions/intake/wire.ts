// What intake works with, made once per cold start.

import { dynamoClient, objectClient, queueClient } from '../../shared/aws/clients.ts';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { identification } from '../../shared/http/identity.ts';
import { functionLog } from '../../shared/observability/logger.ts';
import { functionMeter } from '../../shared/observability/metrics-emitter.ts';
import { splitQueue } from '../../shared/queue/sqs/sqs-queues.ts';
import { s3Records } from '../../shared/records/s3/s3-records.ts';
import { dynamoPointers } from '../../shared/reference/dynamo-pointers.ts';
import { releaseLoader } from '../../shared/reference/releases.ts';
import { s3Uploads } from '../../shared/uploads/s3/s3-uploads.ts';
import { readEnv } from '../env.ts';
import { ENV } from './env.ts';

export function wire() {
  const env = readEnv(ENV);
  const [database, objects] = [dynamoClient(), objectClient()];
  const records = s3Records(objects, env.RECORDS_BUCKET);
  const pointers = dynamoPointers(database, env.BATCHES_TABLE);
  const release = releaseLoader(records);
  return {
    batches: dynamoBatches(database, env.BATCHES_TABLE),
    records,
    uploads: s3Uploads(objects, env.UPLOADS_BUCKET, env.RECORDS_BUCKET),
    splitQueue: splitQueue(queueClient(), env.SPLIT_QUEUE_URL),
    pointers,
    releaseInForce: (now: number) => pointers.inForce(new Date(now).toISOString()),
    areaOf: async (providerId: string, releaseId: string) =>
      (await release(releaseId)).provider(providerId)?.area,
    homeArea: env.JIESUAN_AREA,
    identify: identification(env),
    log: functionLog('intake', env.JIESUAN_STAGE),
    meter: functionMeter('intake', env.JIESUAN_STAGE),
    now: Date.now,
  };
}
