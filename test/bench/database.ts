// DynamoDB for the sections that measure it: DynamoDB Local in a process of its own, tables as the product has them,
// the product's own client; and a meter on a client, which counts calls and the capacity they consumed.

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '../../infra/local/create-tables.ts';
import { localNames, type Names } from '../../infra/local/names.ts';
import { dynamoClient } from '../../shared/aws/clients.ts';
import { startDynamoDbLocal } from '../dynamodb-local/start.ts';
import { freshPrefix } from './fixtures.ts';

export interface Database {
  readonly names: Names;
  /** The client as the functions make it, to be closed by whoever asked for it. */
  client(): DynamoDBClient;
  /** Tables of a name of their own. */
  freshTables(): Promise<Names>;
}

/** Runs some work with DynamoDB Local at hand, and stops it afterwards. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const local = await startDynamoDbLocal();
  try {
    Object.assign(process.env, {
      AWS_REGION: 'cn-north-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: local.endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
    const freshTables = async () => {
      const names = localNames(freshPrefix());
      const client = dynamoClient();
      await createTables(client, names);
      client.destroy();
      return names;
    };
    return await work({ names: await freshTables(), client: dynamoClient, freshTables });
  } finally {
    await local.stop();
  }
}

/** What a client did since the last look. Units as the engine reports them, and as AWS documents them. */
export interface Usage {
  calls: number;
  readonly callsBy: Record<string, number>;
  reported: { write: number; read: number };
  documented: { write: number; read: number };
}

const nothing = (): Usage => ({
  calls: 0,
  callsBy: {},
  reported: { write: 0, read: 0 },
  documented: { write: 0, read: 0 },
});

interface Capacity {
  readonly CapacityUnits?: number;
  readonly ReadCapacityUnits?: number;
  readonly WriteCapacityUnits?: number;
}

/**
 * Puts a meter on a client: every command asks for INDEXES capacity. With `calls` only, nothing is asked for, so that
 * a timed run is as it would be.
 *
 * Where the engine and AWS's documentation differ, `documented` follows the documentation:
 *  - a read that finds nothing costs as much as the smallest one (DynamoDB Local reports 0);
 *  - a transaction costs twice the units of its writes to the table and once those of its indexes, per item
 *    (DynamoDB Local counts the indexes twice too, and more).
 */
export function metered(client: DynamoDBClient, { calls = false }: { calls?: boolean } = {}): () => Usage {
  let usage = nothing();
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        usage.calls++;
        usage.callsBy[commandName] = (usage.callsBy[commandName] ?? 0) + 1;
        if (calls) return next(args);
        const input = args.input as Record<string, unknown>;
        const answer = await next({
          ...args,
          input: { ...input, ReturnConsumedCapacity: 'INDEXES' },
        });
        addCapacity(usage, commandName, input, answer.output as unknown as Record<string, unknown>);
        return answer;
      },
    { step: 'initialize', name: 'meter' },
  );
  return () => {
    const taken = usage;
    usage = nothing();
    return taken;
  };
}

function addCapacity(
  usage: Usage,
  command: string,
  input: Record<string, unknown>,
  output: Record<string, unknown>,
): void {
  const capacity = output['ConsumedCapacity'] as Capacity | readonly Capacity[] | undefined;
  const units = [capacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
  const smallest = input['ConsistentRead'] === true ? 1 : 0.5;
  switch (command) {
    case 'QueryCommand':
    case 'GetItemCommand':
      usage.reported.read += units;
      usage.documented.read += Math.max(units, smallest);
      return;
    case 'BatchGetItemCommand': {
      const asked = Object.values(input['RequestItems'] as Record<string, { Keys: unknown[] }>).reduce(
        (sum, { Keys }) => sum + Keys.length,
        0,
      );
      const found = Object.values((output['Responses'] ?? {}) as Record<string, unknown[]>).reduce(
        (sum, items) => sum + items.length,
        0,
      );
      usage.reported.read += units;
      usage.documented.read += Math.max(units, found) + (asked - found);
      return;
    }
    case 'TransactWriteItemsCommand':
      usage.reported.write += units;
      usage.documented.write += transactionUnits(input);
      return;
    default:
      usage.reported.write += units;
      usage.documented.write += units;
  }
}

/** Two units per KB and item, and one per KB for each index a new item stands in (`indexesOf` says how many). */
function transactionUnits(input: Record<string, unknown>): number {
  const writes = input['TransactItems'] as readonly {
    readonly Put?: { readonly TableName: string; readonly Item: Item };
  }[];
  return writes.reduce((sum, { Put }) => {
    if (Put === undefined) throw new Error('the meter knows transactions of puts only');
    const kilobytes = Math.ceil(itemBytes(Put.Item) / 1_024);
    return sum + kilobytes * (2 + (indexesOf.get(Put.TableName) ?? 0));
  }, 0);
}

/** How many indexes with a copy of the item stand on a table that transactions write to. */
export const indexesOf = new Map<string, number>();

export type Item = Record<string, { S?: string | undefined; N?: string | undefined }>;

/** Bytes of an item as DynamoDB counts them: names and strings in UTF-8; a number is half its digits and one byte. */
export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

export function valueBytes({ S, N }: Item[string]): number {
  if (S !== undefined) return Buffer.byteLength(S);
  return Math.ceil((N ?? '').replace(/^-|\.|0+$/g, '').length / 2) + 1;
}
