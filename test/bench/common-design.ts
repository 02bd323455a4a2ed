// THE DESIGN MOST TEAMS WOULD BUILD, written as fairly as we can, to be measured beside ours:
//
//   1. an idempotency table, as Powertools' idempotency utility keeps it: the message's key is put as INPROGRESS
//      under a condition; with the outcome it is updated to COMPLETED, and expires after a while
//   2. the member's accumulators in an item with a version, read consistently
//   3. one TransactWriteItems: the claim (put if its number is free) and the accumulators (put if the version is the
//      one read); the claim table has an index by batch
//
// It gets what we would give our own: one client with the same settings, the same messages, the same adjudication,
// compact items (the same packed text as our entries, without our chain of hashes), no call that the design does not
// need, and a conflict of versions is decided again as often as ours. Four calls a claim: three writes and a read.

import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { decide } from '../../functions/settle/settle-record.ts';
import { decodeBody, encodeBody } from '../../shared/ledger/codec.ts';
import { EMPTY_POSITION, type Position } from '../../shared/ledger/position.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import { indexesOf } from './database.ts';
import { freshPrefix, release, SENT_AT } from './fixtures.ts';

export interface CommonTables {
  readonly idempotency: string;
  readonly claims: string;
  readonly accumulators: string;
}

const MOVES_MAX = 5;
const EXPIRES_AFTER_SECONDS = 24 * 60 * 60;

export async function createCommonTables(client: DynamoDBClient): Promise<CommonTables> {
  const prefix = freshPrefix();
  const tables = {
    idempotency: `${prefix}-idempotency`,
    claims: `${prefix}-claims`,
    accumulators: `${prefix}-accumulators`,
  };
  const simple = (name: string, key: string) =>
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    });
  await client.send(simple(tables.idempotency, 'id'));
  await client.send(simple(tables.accumulators, 'memberKey'));
  await client.send(
    new CreateTableCommand({
      TableName: tables.claims,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'claimKey', AttributeType: 'S' },
        { AttributeName: 'batchShard', AttributeType: 'S' },
        { AttributeName: 'batchIndex', AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'claimKey', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byBatch',
          KeySchema: [
            { AttributeName: 'batchShard', KeyType: 'HASH' },
            { AttributeName: 'batchIndex', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  indexesOf.set(tables.claims, 1);
  return tables;
}

/** Settles one message the common way. True when it was settled now, false when it had been before. */
export async function settleCommonWay(
  message: SettleMessage,
  client: DynamoDBClient,
  tables: CommonTables,
): Promise<boolean> {
  const id = `settle#${message.claimKey}#${message.content}`;
  const now = Math.floor(Date.now() / 1_000);
  try {
    await client.send(
      new PutItemCommand({
        TableName: tables.idempotency,
        Item: {
          id: { S: id },
          status: { S: 'INPROGRESS' },
          expiration: { N: String(now + EXPIRES_AFTER_SECONDS) },
          in_progress_expiration: { N: String((now + 15) * 1_000) },
        },
        ConditionExpression: 'attribute_not_exists(id) OR expiration < :now',
        ExpressionAttributeValues: { ':now': { N: String(now) } },
      }),
    );
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
  const outcome = await decideAndWrite(message, client, tables);
  await client.send(
    new UpdateItemCommand({
      TableName: tables.idempotency,
      Key: { id: { S: id } },
      UpdateExpression: 'SET #status = :completed, #data = :data, expiration = :expiration',
      ExpressionAttributeNames: { '#status': 'status', '#data': 'data' },
      ExpressionAttributeValues: {
        ':completed': { S: 'COMPLETED' },
        ':data': { S: outcome },
        ':expiration': { N: String(now + EXPIRES_AFTER_SECONDS) },
      },
    }),
  );
  return true;
}

async function decideAndWrite(
  message: SettleMessage,
  client: DynamoDBClient,
  tables: CommonTables,
): Promise<string> {
  for (let move = 0; move < MOVES_MAX; move++) {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tables.accumulators,
        Key: { memberKey: { S: message.stream } },
        ConsistentRead: true,
      }),
    );
    const version = Number(Item?.['version']?.N ?? '0');
    const before = Item === undefined ? EMPTY_POSITION : positionOf(Item['position']?.S ?? '');
    const body = decide(message, SENT_AT, before, 1, release);
    try {
      await client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            {
              Put: {
                TableName: tables.claims,
                Item: {
                  claimKey: { S: message.claimKey },
                  memberKey: { S: message.stream },
                  batchShard: { S: `${message.batchId}#${message.shard}` },
                  batchIndex: { N: String(message.batchIndex) },
                  // The position has an item of its own here.
                  body: { S: encodeBody({ ...body, position: EMPTY_POSITION }) },
                },
                ConditionExpression: 'attribute_not_exists(claimKey)',
              },
            },
            {
              Put: {
                TableName: tables.accumulators,
                Item: {
                  memberKey: { S: message.stream },
                  version: { N: String(version + 1) },
                  position: { S: textOf(body.position) },
                },
                ...(version === 0
                  ? { ConditionExpression: 'attribute_not_exists(memberKey)' }
                  : {
                      ConditionExpression: 'version = :version',
                      ExpressionAttributeValues: { ':version': { N: String(version) } },
                    }),
              },
            },
          ],
        }),
      );
      return body.kind;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const [claim, accumulators] = error.CancellationReasons ?? [];
      if (claim?.Code === 'ConditionalCheckFailed') return 'repeat';
      if (accumulators?.Code !== 'ConditionalCheckFailed' && accumulators?.Code !== 'TransactionConflict')
        throw error;
    }
  }
  throw new Error('another writer of the same member came first, again and again');
}

// The position in the same packed text that our entries carry it in.
const textOf = (position: Position): string =>
  encodeBody({ kind: 'repeat', at: 0, content: '', of: 0, position });
const positionOf = (text: string): Position => decodeBody(text, '/').position;
