// A defect of the embedded DynamoDB engine, mended at every start: it writes the index rows of an item before the
// item, so a process killed in between leaves rows in the indexes whose item was never stored. The duplicate check
// reads the table before it believes its index, but the batch index would count such a row as a decided record.
//
// Only a write in flight can leave one, so only batches that are not complete are looked through, and only places
// that are still free: putting the item there and taking it away again makes the engine drop the rows.

import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { dynamoBatches } from '../../shared/batch/dynamodb/dynamo-batches.ts';
import { batchShardKey } from '../../shared/ledger/dynamodb/dynamo-ledger.ts';
import type { Names } from './names.ts';

/** Drops index rows without an item; answers how many. To be called before anything is settled. */
export async function removePhantoms(
  client: DynamoDBClient,
  { ledgerTable, batchesTable }: Names,
): Promise<number> {
  const batches = dynamoBatches(client, batchesTable);
  let removed = 0;
  let from: string | undefined;
  do {
    const page = await batches.open(Number.MAX_SAFE_INTEGER, 100, from);
    for (const batchId of page.items) {
      const { shards } = (await batches.manifest(batchId)) ?? { shards: 0 };
      for (let shard = 0; shard < shards; shard++)
        removed += await removeFrom(client, ledgerTable, batchShardKey(batchId, shard));
    }
    from = page.next;
  } while (from);
  return removed;
}

async function removeFrom(client: DynamoDBClient, TableName: string, batchShard: string): Promise<number> {
  let removed = 0;
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'byBatch',
        KeyConditionExpression: 'batchShard = :shard',
        ExpressionAttributeValues: { ':shard': { S: batchShard } },
        ...(from ? { ExclusiveStartKey: from } : {}),
      }),
    );
    for (const row of page.Items ?? []) {
      const { stream, seq } = row as { stream: AttributeValue; seq: AttributeValue };
      const Key = { stream, seq };
      if ((await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item) continue;
      await client.send(
        new PutItemCommand({ TableName, Item: row, ConditionExpression: 'attribute_not_exists(seq)' }),
      );
      await client.send(new DeleteItemCommand({ TableName, Key }));
      removed++;
    }
    from = page.LastEvaluatedKey;
  } while (from);
  return removed;
}
