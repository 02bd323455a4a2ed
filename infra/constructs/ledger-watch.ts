// Watches the ledger for what must never happen: a changed or removed entry (L1).
// Stream -> pipe that lets only MODIFY and REMOVE through -> queue -> alarm. No code of ours is in the way, and a
// message stays until a person has looked. It carries the key of the entry, not the entry.

import { Duration, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnPipe } from 'aws-cdk-lib/aws-pipes';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Validations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RETENTION_DAYS } from '../../shared/queue/limits.ts';
import { watchLedgerChanges } from '../alarms/ledger.ts';
import { allow } from './access.ts';

export interface LedgerWatchProps {
  readonly stageName: string;
  readonly ledger: TableV2;
  readonly key: IKey;
  readonly tell: ITopic;
}

export class LedgerWatch extends Construct {
  constructor(scope: Construct, id: string, { stageName, ledger, key, tell }: LedgerWatchProps) {
    super(scope, id);
    const streamArn = ledger.tableStreamArn;
    if (!streamArn) throw new Error('ledger watch: the table has no stream; nothing could be watched');

    const changes = new Queue(this, 'changes', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(RETENTION_DAYS),
    });
    Validations.of(changes).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'Nothing consumes this queue: it is where findings wait for a person, as a dead-letter queue does.',
    });

    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('pipes.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'Reads the stream of the ledger, sends what changed to the ledger-changes queue',
    });
    allow(
      role,
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      [streamArn],
    );
    allow(role, ['sqs:SendMessage'], [changes.queueArn]);
    allow(role, ['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]);

    const pipeName = `jiesuan-${stageName}-ledger-watch`;
    const pipe = new CfnPipe(this, 'pipe', {
      name: pipeName,
      description: 'Entries of the ledger that were modified or removed; there must be none',
      roleArn: role.roleArn,
      source: streamArn,
      sourceParameters: {
        dynamoDbStreamParameters: {
          // From the oldest record there is: a pipe made anew misses nothing of the last 24 hours.
          startingPosition: 'TRIM_HORIZON',
          batchSize: 10,
          deadLetterConfig: { arn: changes.queueArn },
        },
        filterCriteria: { filters: [{ pattern: JSON.stringify({ eventName: ['MODIFY', 'REMOVE'] }) }] },
      },
      target: changes.queueArn,
      targetParameters: {
        inputTemplate:
          '{"change": <$.eventName>, "entry": <$.dynamodb.Keys>, "at": <$.dynamodb.ApproximateCreationDateTime>}',
      },
    });
    // The role's policy is a resource of its own: without it the pipe would start unable to read.
    pipe.node.addDependency(role);
    watchLedgerChanges(this, { changes, pipeName, tell });
  }
}
