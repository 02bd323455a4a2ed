// Creates the two tables on an engine, with exactly the keys and indexes of shared/tables.ts.

import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import {
  BATCHES_TABLE,
  type IndexShape,
  type KeyAttribute,
  LEDGER_TABLE,
  type TableShape,
} from '../../shared/tables.ts';
import type { Names } from './names.ts';

/** CreateTable inputs of both tables. The template of the stack is tested against the same shapes. */
export const tableDefinitions = (
  names: Pick<Names, 'ledgerTable' | 'batchesTable'>,
): CreateTableCommandInput[] => [
  tableDefinition(names.ledgerTable, LEDGER_TABLE),
  tableDefinition(names.batchesTable, BATCHES_TABLE),
];

/** Creates the tables that are missing and waits until they can be used. Existing ones stay as they are. */
export async function createTables(
  client: DynamoDBClient,
  names: Pick<Names, 'ledgerTable' | 'batchesTable'>,
): Promise<void> {
  for (const definition of tableDefinitions(names)) {
    try {
      await client.send(new CreateTableCommand(definition));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
    await untilActive(client, definition.TableName as string);
  }
}

async function untilActive(client: DynamoDBClient, table: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(
    `table ${table} is still not active after 5 seconds; if a start was cut off while it made it, start over with --fresh`,
  );
}

function tableDefinition(name: string, shape: TableShape): CreateTableCommandInput {
  const keys = new Map<string, KeyAttribute>();
  const owners = [shape, ...shape.localIndexes, ...shape.globalIndexes];
  for (const key of owners.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]))
    keys.set(key.name, key);
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...keys.values()].map((key) => ({
      AttributeName: key.name,
      AttributeType: key.type,
    })),
    KeySchema: keySchema(shape),
    ...(shape.localIndexes.length > 0 ? { LocalSecondaryIndexes: shape.localIndexes.map(index) } : {}),
    ...(shape.globalIndexes.length > 0 ? { GlobalSecondaryIndexes: shape.globalIndexes.map(index) } : {}),
  };
}

const keySchema = ({ partitionKey, sortKey }: Pick<TableShape, 'partitionKey' | 'sortKey'>) => [
  { AttributeName: partitionKey.name, KeyType: 'HASH' as const },
  { AttributeName: sortKey.name, KeyType: 'RANGE' as const },
];

const index = (shape: IndexShape) => ({
  IndexName: shape.name,
  KeySchema: keySchema(shape),
  Projection:
    shape.include.length > 0
      ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...shape.include] }
      : { ProjectionType: 'KEYS_ONLY' as const },
});
