// Alarms of the ledger: an entry was changed (which nothing may do), the watch itself is blind, writes are refused.

import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alarmWhen } from './alarm.ts';

export function watchLedgerChanges(
  scope: Construct,
  { changes, pipeName, tell }: { readonly changes: Queue; readonly pipeName: string; readonly tell: ITopic },
): void {
  alarmWhen(scope, {
    name: 'ledger entry changed',
    metric: changes.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: 'Maximum',
    }),
    exceeds: 0,
    means:
      'An entry of the ledger was modified or removed. No role may do that: somebody with administrator rights did, or a put without its condition.',
    firstLook:
      'the messages of the ledger-changes queue (stream key, sequence number, moment), CloudTrail at that moment, then restore the entry from point-in-time recovery (its hash is in the next entry). The alarm stays until the messages are deleted by hand.',
    tell,
  });
  alarmWhen(scope, {
    name: 'ledger watch is blind',
    metric: new Metric({
      namespace: 'AWS/EventBridge/Pipes',
      metricName: 'ExecutionFailed',
      dimensionsMap: { PipeName: pipeName },
      statistic: 'Sum',
      period: Duration.minutes(5),
    }),
    exceeds: 0,
    periods: 3,
    means:
      'The pipe that reports changed entries fails. The stream keeps its records for 24 hours: repair it before then and nothing is missed.',
    firstLook:
      'whether its role can still read the stream, send to the ledger-changes queue and use the key.',
    tell,
  });
}

export function watchLedgerTable(scope: Construct, ledger: TableV2, tell: ITopic): void {
  alarmWhen(scope, {
    name: 'ledger writes throttled',
    metric: new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'WriteThrottleEvents',
      dimensionsMap: { TableName: ledger.tableName },
      statistic: 'Sum',
      period: Duration.minutes(5),
    }),
    exceeds: 100,
    periods: 2,
    means: 'DynamoDB refuses writes to the ledger. Claims wait and come back; none is lost.',
    firstLook:
      'whether the index byBatch is the hot one (shards of the batch in its manifest), then the warm throughput of the stage.',
    tell,
  });
}
