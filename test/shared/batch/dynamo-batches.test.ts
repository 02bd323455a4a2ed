// What DynamoDB leaves undone of a batch call when it throttles is asked for again, after a pause; the embedded engine
// never throttles, so here the answers come from the test.

import type { BatchWriteItemCommand, DynamoDBClient, WriteRequest } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamoBatches } from '../../../shared/batch/dynamodb/dynamo-batches.ts';

/** A table that takes so many items of each call and gives the rest back. */
function throttled(takes: number) {
  const [taken, pauses]: [WriteRequest[], number[]] = [[], []];
  const send = async ({ input }: BatchWriteItemCommand) => {
    const asked = input.RequestItems?.['batches'] ?? [];
    taken.push(...asked.slice(0, takes));
    const rest = asked.slice(takes);
    return rest.length === 0 ? {} : { UnprocessedItems: { batches: rest } };
  };
  const client = { send } as unknown as DynamoDBClient;
  return { taken, pauses, store: dynamoBatches(client, 'batches', async (tried) => void pauses.push(tried)) };
}

const holders = (count: number) =>
  new Map(
    Array.from(
      { length: count },
      (_, n) => [`H0001/${n}`, { stream: 's', batchId: 'b', batchIndex: n }] as const,
    ),
  );

describe('the register of claim numbers', () => {
  it('is written whole, each rest after a pause', async () => {
    const { store, taken, pauses } = throttled(10);
    await store.hold(holders(25));
    expect(new Set(taken.map(({ PutRequest }) => PutRequest?.Item?.['id']?.S)).size).toBe(25);
    expect(pauses).toEqual([1, 2]);
  });

  it('gives up aloud when nothing is taken any more', async () => {
    const { store, pauses } = throttled(0);
    await expect(store.hold(holders(3))).rejects.toThrow('unwritten');
    expect(pauses).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
