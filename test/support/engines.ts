// Engines for a test: a fresh directory, free ports, nothing shared with any other test. Tables in memory unless
// asked otherwise. JIESUAN_TEST_DYNAMODB points them at another DynamoDB API, for example DynamoDB Local.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createBuckets } from '../../infra/local/create-buckets.ts';
import { createQueues, type Queues } from '../../infra/local/create-queues.ts';
import { createTables } from '../../infra/local/create-tables.ts';
import { type Engines, startEngines as startOn } from '../../infra/local/engines.ts';
import { localNames, type Names } from '../../infra/local/names.ts';

export interface TestEngines extends Engines {
  readonly dir: string;
  readonly names: Names;
  readonly queues: Queues;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  /** Everything the functions read from their environment, except who may call (AUTH_*). */
  readonly functionEnv: Readonly<Record<string, string>>;
  /** Stops the engines, closes the clients and removes the directory. */
  stop(): Promise<void>;
}

export interface TestEngineOptions {
  /** Keep tables on disk, as the local installation does. */
  readonly onDisk?: boolean;
}

let count = 0;

/** Starts engines with tables, queues and buckets made. Call `stop()` in afterAll. */
export async function startEngines({ onDisk = false }: TestEngineOptions = {}): Promise<TestEngines> {
  const dir = mkdtempSync(join(tmpdir(), 'jiesuan-test-'));
  const external = process.env['JIESUAN_TEST_DYNAMODB'];
  const engines = await startOn({
    objectDir: join(dir, 'objects'),
    ...(onDisk ? { tableDir: join(dir, 'tables') } : {}),
    ...(external === undefined ? {} : { dynamodbEndpoint: external }),
  });
  // An external DynamoDB outlives this test: names of our own keep tests apart there.
  const names = localNames(`test-${process.pid}-${Date.now().toString(36)}-${count++}`);
  const common = {
    region: engines.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 3,
  };
  const dynamodb = new DynamoDBClient({ ...common, endpoint: engines.endpoints.dynamodb });
  const sqs = new SQSClient({ ...common, endpoint: engines.endpoints.sqs });
  const s3 = new S3Client({ ...common, endpoint: engines.endpoints.s3, forcePathStyle: true });
  await createTables(dynamodb, names);
  await createBuckets(s3, names);
  const queues = await createQueues(sqs, names);
  return {
    ...engines,
    dir,
    names,
    queues,
    dynamodb,
    sqs,
    s3,
    functionEnv: {
      JIESUAN_STAGE: 'test',
      JIESUAN_AREA: '130300',
      LEDGER_TABLE: names.ledgerTable,
      BATCHES_TABLE: names.batchesTable,
      RECORDS_BUCKET: names.recordsBucket,
      SEALED_BUCKET: names.sealedBucket,
      UPLOADS_BUCKET: names.uploadsBucket,
      SPLIT_QUEUE_URL: queues.split.url,
      SETTLE_QUEUE_URL: queues.settle.url,
      CLOSE_QUEUE_URL: queues.close.url,
      EVENT_BUS: '',
      PSEUDONYM_KEY: 'a-key-for-tests-only',
      ...engines.env,
    },
    async stop() {
      for (const client of [dynamodb, sqs, s3]) client.destroy();
      await engines.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
