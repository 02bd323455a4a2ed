// The ledger in DynamoDB. Reads are strongly consistent, but for the batch index, which cannot be. The only write is
// one conditional put; there is no update and no delete in this file, and no role may do either.

import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { unseal } from '../codec.ts';
import type { Entry } from '../entry.ts';
import type { LedgerScan, LedgerStore, StoredEntry } from '../port.ts';

type Item = Record<string, AttributeValue>;

/** "stream" is a reserved word of DynamoDB's expressions. */
const NAMES = { '#stream': 'stream' };

/** The ledger in one table of the shape LEDGER_TABLE. */
export function dynamoLedger(client: DynamoDBClient, tableName: string): LedgerStore {
  const get = async (stream: string, seq: number): Promise<Entry | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: { stream: { S: stream }, seq: { N: String(seq) } },
        ConsistentRead: true,
      }),
    );
    return Item && toEntry(Item);
  };

  return {
    get,

    async head(stream) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: '#stream = :stream',
          ExpressionAttributeNames: NAMES,
          ExpressionAttributeValues: { ':stream': { S: stream } },
          ScanIndexForward: false,
          Limit: 1,
          ConsistentRead: true,
        }),
      );
      return Items?.[0] && toEntry(Items[0]);
    },

    async byClaim(stream, claimKey) {
      const seqs: number[] = [];
      let from: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: 'byClaim',
            KeyConditionExpression: '#stream = :stream AND claimKey = :claimKey',
            ExpressionAttributeNames: NAMES,
            ExpressionAttributeValues: { ':stream': { S: stream }, ':claimKey': { S: claimKey } },
            ConsistentRead: true,
            ...(from ? { ExclusiveStartKey: from } : {}),
          }),
        );
        for (const item of page.Items ?? []) seqs.push(Number(item['seq']?.N));
        from = page.LastEvaluatedKey;
      } while (from);
      // A hit is read in the table before it is believed: an embedded engine that crashed can keep an index row
      // whose item was never stored, and a claim answered from it would be lost. Hits are rare.
      const entries = await Promise.all(seqs.map((seq) => get(stream, seq)));
      return entries
        .filter((entry) => entry !== undefined)
        .filter(({ place }) => place.claimKey === claimKey)
        .sort((a, b) => a.place.seq - b.place.seq);
    },

    async append(entry) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: toItem(entry),
            ConditionExpression: 'attribute_not_exists(seq)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { outcome: 'appended' };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return { outcome: 'taken', ...(error.Item ? { entry: toEntry(error.Item) } : {}) };
      }
    },

    async stream(stream, fromSeq, limit) {
      const { Items, LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: '#stream = :stream AND seq >= :from',
          ExpressionAttributeNames: NAMES,
          ExpressionAttributeValues: { ':stream': { S: stream }, ':from': { N: String(fromSeq) } },
          Limit: limit,
          ConsistentRead: true,
        }),
      );
      const items = (Items ?? []).map(toEntry);
      const last = items.at(-1);
      return { items, ...(LastEvaluatedKey && last ? { next: String(last.place.seq + 1) } : {}) };
    },

    async batchShard(batchId, shard, fromIndex, limit) {
      const items: Item[] = [];
      let from: Item | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: 'byBatch',
            KeyConditionExpression: 'batchShard = :shard AND batchIndex >= :from',
            ExpressionAttributeValues: {
              ':shard': { S: batchShardKey(batchId, shard) },
              ':from': { N: String(fromIndex) },
            },
            Limit: limit - items.length,
            ...(from ? { ExclusiveStartKey: from } : {}),
          }),
        );
        items.push(...(page.Items ?? []));
        from = page.LastEvaluatedKey;
      } while (from && items.length < limit);
      return items.map(toEntry);
    },
  };
}

/**
 * Parallel scan of the same table. DynamoDB gives the items of one partition key together and in the order of their
 * sort key; whoever needs to be sure of a stream reads it again with `stream`, or has the scan consistent at twice the
 * price: then it shows every entry written before it began.
 */
export function dynamoLedgerScan(
  client: DynamoDBClient,
  tableName: string,
  { consistent = false }: { readonly consistent?: boolean } = {},
): LedgerScan {
  return {
    async *scan(segment, segments) {
      let from: Item | undefined;
      do {
        const page = await client.send(
          new ScanCommand({
            TableName: tableName,
            Segment: segment,
            TotalSegments: segments,
            ...(consistent ? { ConsistentRead: true } : {}),
            ...(from ? { ExclusiveStartKey: from } : {}),
          }),
        );
        for (const item of page.Items ?? []) yield toStored(item);
        from = page.LastEvaluatedKey;
      } while (from);
    },
  };
}

/** Key of one shard of a batch in the batch index. */
export const batchShardKey = (batchId: string, shard: number): string => `${batchId}#${shard}`;

function toItem({ place, text, hash }: Entry): Item {
  return {
    stream: { S: place.stream },
    seq: { N: String(place.seq) },
    claimKey: { S: place.claimKey },
    batchShard: { S: batchShardKey(place.batchId, place.shard) },
    batchIndex: { N: String(place.batchIndex) },
    prev: { S: place.prev },
    body: { S: text },
    hash: { S: hash },
  };
}

function toEntry(item: Item): Entry {
  const { place, text, hash } = toStored(item);
  return unseal(place, text, hash);
}

function toStored(item: Item): StoredEntry {
  const batchShard = item['batchShard']?.S ?? '';
  const mark = batchShard.lastIndexOf('#');
  const place = {
    stream: item['stream']?.S ?? '',
    seq: Number(item['seq']?.N),
    claimKey: item['claimKey']?.S ?? '',
    batchId: batchShard.slice(0, mark),
    batchIndex: Number(item['batchIndex']?.N),
    shard: Number(batchShard.slice(mark + 1)),
    prev: item['prev']?.S ?? '',
  };
  return { place, text: item['body']?.S ?? '', hash: item['hash']?.S ?? '' };
}
