// Alarms of a function: it throws, or it is not let run.

import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { METRIC } from '../../shared/observability/metrics.ts';
import type { FunctionName } from '../stages.ts';
import { alarmWhen, counted } from './alarm.ts';

export interface WatchedFunction {
  readonly name: FunctionName;
  readonly stageName: string;
  readonly fn: IFunction;
  readonly tell: ITopic;
}

export function watchFunction(scope: Construct, { name, stageName, fn, tell }: WatchedFunction): void {
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
  alarmWhen(scope, {
    name: `${name} broke an invariant`,
    metric: counted(METRIC.invariantBroken, { by: name, stage: stageName }, Duration.minutes(1)),
    exceeds: 0,
    means:
      'A rule that can never be broken was broken (money identities, sequence, chain). Nothing was written; the record comes back and will fail again. This is a bug.',
    firstLook:
      'the error line: it names the rule. Then the release and the version of the code that met it; do not redrive before it is understood.',
    tell,
  });
}
