// Which release is in force, as dated items of the batches table. Items are added, never changed.

import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { ReleasePointers } from './releases.ts';

const ID = 'release-in-force';

/** Pointers in a table of the shape BATCHES_TABLE. */
export function dynamoPointers(client: DynamoDBClient, tableName: string): ReleasePointers {
  return {
    async inForce(at) {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'id = :id AND part <= :at',
          ExpressionAttributeValues: { ':id': { S: ID }, ':at': { S: at } },
          ScanIndexForward: false,
          Limit: 1,
          ConsistentRead: true,
        }),
      );
      return Items?.[0]?.['releaseId']?.S;
    },
    async point(from, releaseId) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: { id: { S: ID }, part: { S: from }, releaseId: { S: releaseId } },
            ConditionExpression: 'attribute_not_exists(id) OR releaseId = :same',
            ExpressionAttributeValues: { ':same': { S: releaseId } },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
