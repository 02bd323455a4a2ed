// Batches in DynamoDB: one item per part, under the batch's id. The parts are kept as JSON in one attribute; the
// attributes beside it are only what keys, indexes and conditions need.

import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Manifest, Progress, SplitState } from '../batch.ts';
import type { BatchStore, NumberHolder, RecordPlace } from '../port.ts';

type Item = Record<string, AttributeValue>;

/** Open batches stand on a few keys of the sparse index, so that a busy morning does not meet on one. */
const OPEN_SHARDS = 4;
const GET_MAX = 100;
const WRITE_MAX = 25;
/** Throttled rests of a batch call are tried again so often; then the caller's own retry takes over. */
const REST_TRIES_MAX = 6;

const batchKey = (batchId: string) => `batch#${batchId}`;
const numberKey = (claimKey: string) => `number#${claimKey}`;
const json = (item: Item | undefined): unknown => JSON.parse(item?.['json']?.S ?? 'null');

/** Before the nth new try of what a batch call left undone: longer each time, and not all at the same moment. */
const backOff = (tried: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, 25 * 2 ** tried * (0.5 + Math.random())));

/** Batches in one table of the shape BATCHES_TABLE. `pause` waits before the nth new try of a throttled rest. */
export function dynamoBatches(
  client: DynamoDBClient,
  tableName: string,
  pause: (tried: number) => Promise<void> = backOff,
): BatchStore {
  const manifest = async (batchId: string): Promise<Manifest | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: { id: { S: batchKey(batchId) }, part: { S: 'manifest' } },
        ConsistentRead: true,
      }),
    );
    return Item && (json(Item) as Manifest);
  };

  return {
    manifest,

    async create(next) {
      const stored = await putIf(client, {
        TableName: tableName,
        Item: {
          id: { S: batchKey(next.batchId) },
          part: { S: 'manifest' },
          providerId: { S: next.providerId },
          acceptedAt: { N: String(next.acceptedAt) },
          openShard: { S: String(next.acceptedAt % OPEN_SHARDS) },
          json: { S: JSON.stringify(next) },
        },
        ConditionExpression: 'attribute_not_exists(id)',
      });
      if (stored) return { created: true, manifest: next };
      const standing = await manifest(next.batchId);
      if (!standing) throw new Error('a manifest that stands can be read');
      return { created: false, manifest: standing };
    },

    async read(batchId) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'id = :id',
          ExpressionAttributeValues: { ':id': { S: batchKey(batchId) } },
          ConsistentRead: true,
        }),
      );
      const part = (name: string) => Items?.find((item) => item['part']?.S === name);
      const [head, split, progress] = [part('manifest'), part('split'), part('progress')];
      if (!head) return undefined;
      return {
        manifest: json(head) as Manifest,
        ...(split ? { split: json(split) as SplitState } : {}),
        ...(progress ? { progress: json(progress) as Progress } : {}),
      };
    },

    async ofProvider(providerId, limit, from) {
      const { Items, LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'byProvider',
          KeyConditionExpression: 'providerId = :provider',
          ExpressionAttributeValues: { ':provider': { S: providerId } },
          ScanIndexForward: false,
          Limit: limit,
          ...(from
            ? { ExclusiveStartKey: JSON.parse(Buffer.from(from, 'base64url').toString()) as Item }
            : {}),
        }),
      );
      const ids = (Items ?? []).map((item) => (item['id']?.S ?? '').slice('batch#'.length));
      const found = await Promise.all(ids.map(manifest));
      return {
        items: found.filter((m) => m !== undefined),
        ...(LastEvaluatedKey
          ? { next: Buffer.from(JSON.stringify(LastEvaluatedKey)).toString('base64url') }
          : {}),
      };
    },

    async open(acceptedBefore, limit, from) {
      // `from` is "shard" or "shard:key": the shards are read one after the other.
      const [shardText = '0', key = ''] = (from ?? '0').split(':');
      const { Items, LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: 'open',
          KeyConditionExpression: 'openShard = :shard AND acceptedAt < :before',
          ExpressionAttributeValues: { ':shard': { S: shardText }, ':before': { N: String(acceptedBefore) } },
          Limit: limit,
          ...(key ? { ExclusiveStartKey: JSON.parse(Buffer.from(key, 'base64url').toString()) as Item } : {}),
        }),
      );
      const next = LastEvaluatedKey
        ? `${shardText}:${Buffer.from(JSON.stringify(LastEvaluatedKey)).toString('base64url')}`
        : Number(shardText) + 1 < OPEN_SHARDS
          ? String(Number(shardText) + 1)
          : undefined;
      return {
        items: (Items ?? []).map((item) => (item['id']?.S ?? '').slice('batch#'.length)),
        ...(next ? { next } : {}),
      };
    },

    async saveSplit(batchId, next, expected) {
      const saved = await putIf(client, {
        TableName: tableName,
        Item: {
          id: { S: batchKey(batchId) },
          part: { S: 'split' },
          run: { N: String(next.run) },
          recordsRead: { N: String(next.read) },
          json: { S: JSON.stringify(next) },
        },
        ...(expected
          ? {
              ConditionExpression: 'run = :run AND recordsRead = :read',
              ExpressionAttributeValues: {
                ':run': { N: String(expected.run) },
                ':read': { N: String(expected.read) },
              },
            }
          : { ConditionExpression: 'attribute_not_exists(id)' }),
      });
      if (saved && next.refused) await leaveOpen(client, tableName, batchId);
      return saved;
    },

    async saveProgress(batchId, next) {
      const saved = await putIf(client, {
        TableName: tableName,
        Item: {
          id: { S: batchKey(batchId) },
          part: { S: 'progress' },
          version: { N: String(next.version) },
          json: { S: JSON.stringify(next) },
        },
        ...(next.version === 1
          ? { ConditionExpression: 'attribute_not_exists(id)' }
          : {
              ConditionExpression: 'version = :before',
              ExpressionAttributeValues: { ':before': { N: String(next.version - 1) } },
            }),
      });
      if (saved && next.completedAt !== undefined) await leaveOpen(client, tableName, batchId);
      return saved;
    },

    leaveOpen: (batchId) => leaveOpen(client, tableName, batchId),

    async holders(claimKeys) {
      const found = new Map<string, NumberHolder>();
      const keys = [...new Set(claimKeys)];
      for (let at = 0; at < keys.length; at += GET_MAX) {
        let rest: Item[] = keys
          .slice(at, at + GET_MAX)
          .map((key) => ({ id: { S: numberKey(key) }, part: { S: 'holder' } }));
        for (let tried = 0; rest.length > 0; tried++) {
          if (tried > REST_TRIES_MAX)
            throw new Error('claim numbers: the table keeps giving keys back unread');
          if (tried > 0) await pause(tried);
          const { Responses, UnprocessedKeys } = await client.send(
            new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: rest, ConsistentRead: true } } }),
          );
          for (const item of Responses?.[tableName] ?? []) {
            found.set((item['id']?.S ?? '').slice('number#'.length), {
              stream: item['stream']?.S ?? '',
              batchId: item['batchId']?.S ?? '',
              batchIndex: Number(item['batchIndex']?.N),
              ...(item['refused']?.S ? { refused: JSON.parse(item['refused'].S) as RecordPlace[] } : {}),
            });
          }
          rest = UnprocessedKeys?.[tableName]?.Keys ?? [];
        }
      }
      return found;
    },

    async hold(holders) {
      const items = [...holders].map(([key, { stream, batchId, batchIndex, refused }]) => {
        const item: Item = {
          id: { S: numberKey(key) },
          part: { S: 'holder' },
          stream: { S: stream },
          batchId: { S: batchId },
          batchIndex: { N: String(batchIndex) },
        };
        if (refused) item['refused'] = { S: JSON.stringify(refused) };
        return { PutRequest: { Item: item } };
      });
      for (let at = 0; at < items.length; at += WRITE_MAX) {
        let rest = items.slice(at, at + WRITE_MAX);
        for (let tried = 0; rest.length > 0; tried++) {
          if (tried > REST_TRIES_MAX)
            throw new Error('claim numbers: the table keeps giving items back unwritten');
          if (tried > 0) await pause(tried);
          const { UnprocessedItems } = await client.send(
            new BatchWriteItemCommand({ RequestItems: { [tableName]: rest } }),
          );
          rest = (UnprocessedItems?.[tableName] ?? []) as typeof rest;
        }
      }
    },
  };
}

/** Puts an item under a condition; false when the condition does not hold. */
async function putIf(
  client: DynamoDBClient,
  input: ConstructorParameters<typeof PutItemCommand>[0],
): Promise<boolean> {
  try {
    await client.send(new PutItemCommand(input));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Takes a batch out of the sparse index of open ones. */
async function leaveOpen(client: DynamoDBClient, tableName: string, batchId: string): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { id: { S: batchKey(batchId) }, part: { S: 'manifest' } },
      UpdateExpression: 'REMOVE openShard',
    }),
  );
}
