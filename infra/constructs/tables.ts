// Both tables, built from the shapes in shared/tables.ts, so that the embedded engine, the stores and the template
// cannot drift apart.

import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
  type Attribute,
  type TablePropsV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import {
  BATCHES_TABLE,
  LEDGER_TABLE,
  type IndexShape,
  type KeyAttribute,
  type TableShape,
} from '../../shared/tables.ts';
import type { Stage } from '../stages.ts';
import { LEDGER_FORBIDDEN } from './access.ts';

interface TableProps {
  readonly stage: Stage;
  readonly key: IKey;
}

/** The ledger: entries are put once. Whoever it is, administrators too, is refused every other write. */
export const ledgerTable = (scope: Construct, { stage, key }: TableProps): TableV2 =>
  table(scope, 'Ledger', LEDGER_TABLE, stage, key, {
    // For the watch: with both images, a record of the stream is the evidence.
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    resourcePolicy: new PolicyDocument({
      statements: [
        new PolicyStatement({
          sid: 'EntriesNeverChange',
          effect: Effect.DENY,
          principals: [new AnyPrincipal()],
          actions: [...LEDGER_FORBIDDEN],
          // In a table's own policy the star is this table and its indexes.
          resources: ['*'],
        }),
      ],
    }),
    ...(stage.ledgerWarm && { warmThroughput: stage.ledgerWarm }),
  });

export const batchesTable = (scope: Construct, { stage, key }: TableProps): TableV2 =>
  table(scope, 'Batches', BATCHES_TABLE, stage, key, {});

function table(
  scope: Construct,
  id: string,
  shape: TableShape,
  stage: Stage,
  key: IKey,
  more: Partial<TablePropsV2>,
): TableV2 {
  return new TableV2(scope, id, {
    partitionKey: attribute(shape.partitionKey),
    sortKey: attribute(shape.sortKey),
    localSecondaryIndexes: shape.localIndexes.map((index) => ({
      indexName: index.name,
      sortKey: attribute(index.sortKey),
      ...projection(index),
    })),
    globalSecondaryIndexes: shape.globalIndexes.map((index) => ({
      indexName: index.name,
      partitionKey: attribute(index.partitionKey),
      sortKey: attribute(index.sortKey),
      ...projection(index),
      ...(more.warmThroughput && { warmThroughput: more.warmThroughput }),
    })),
    encryption: TableEncryptionV2.customerManagedKey(key),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: stage.keepsData,
    removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    ...more,
  });
}

const attribute = ({ name, type }: KeyAttribute): Attribute => ({
  name,
  type: type === 'N' ? AttributeType.NUMBER : AttributeType.STRING,
});

const projection = ({ include }: IndexShape) =>
  include.length === 0
    ? { projectionType: ProjectionType.KEYS_ONLY }
    : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...include] };
