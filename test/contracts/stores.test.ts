// The same suites on every adapter: memory, the DynamoDB API (dynalite, or the one JIESUAN_TEST_DYNAMODB names), and
// the S3 API (fauxqs).

import { afterAll, beforeAll } from 'vitest';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { memoryBatches } from '../../shared/batch/memory/memory-batches.ts';
import { dynamoLedger, dynamoLedgerScan } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { memoryLedger } from '../../shared/ledger/memory/memory-ledger.ts';
import { memoryRecords } from '../../shared/records/memory/memory-records.ts';
import { s3Records } from '../../shared/records/s3/s3-records.ts';
import { startEngines, type TestEngines } from '../support/engines.ts';
import { describeBatchStore } from './batch-store.ts';
import { describeLedgerStore } from './ledger-store.ts';
import { describeRecordStore } from './record-store.ts';

let engines: TestEngines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(async () => {
  await engines.stop();
});

describeLedgerStore('memory', async () => memoryLedger());
describeLedgerStore('DynamoDB API', async () => ({
  ...dynamoLedger(engines.dynamodb, engines.names.ledgerTable),
  ...dynamoLedgerScan(engines.dynamodb, engines.names.ledgerTable),
}));
describeBatchStore('memory', async () => memoryBatches());
describeBatchStore('DynamoDB API', async () => dynamoBatches(engines.dynamodb, engines.names.batchesTable));
describeRecordStore('memory', async () => memoryRecords());
describeRecordStore('S3 API', async () => s3Records(engines.s3, engines.names.recordsBucket));
