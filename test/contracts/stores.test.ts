// The same suites on every adapter: memory, and the DynamoDB API (dynalite, or the one JIESUAN_TEST_DYNAMODB names).

import { afterAll, beforeAll } from 'vitest';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { memoryBatches } from '../../shared/batch/memory/memory-batches.ts';
import { dynamoLedger, dynamoLedgerScan } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import { memoryLedger } from '../../shared/ledger/memory/memory-ledger.ts';
import { startEngines, type TestEngines } from '../support/engines.ts';
import { describeBatchStore } from './batch-store.ts';
import { describeLedgerStore } from './ledger-store.ts';

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
