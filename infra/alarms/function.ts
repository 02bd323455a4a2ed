// Alarms of a function: it throws, or it is not let run.

import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { FunctionName } from '../stages.ts';
import { alarmWhen } from './alarm.ts';

export interface WatchedFunction {
  readonly name: FunctionName;
  readonly fn: IFunction;
  readonly tell: ITopic;
}

export function watchFunction(scope: Construct, { name, fn, tell }: WatchedFunction): void {
  alarmWhen(scope, {
    name: `${name} errors`,
    metric: fn.metricErrors({ period: Duration.minutes(5) }),
    exceeds: 0,
    means: `${name} threw or timed out. Messages come back by themselves; an HTTP caller saw a 5xx.`,
    firstLook: `the newest lines of level ERROR in the log group of ${name}; a wrong environment names the variable at the first line.`,
    tell,
  });
  alarmWhen(scope, {
    name: `${name} throttled`,
    metric: fn.metricThrottles({ period: Duration.minutes(5) }),
    exceeds: 0,
    periods: 3,
    means: `${name} was refused by Lambda for a quarter of an hour: the account's concurrency is used up. Every refused delivery of a message counts as one receive.`,
    firstLook:
      'concurrent executions of the account, and who else uses them; then the maximum concurrency of the event source.',
    tell,
  });
}
