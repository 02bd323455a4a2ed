// Alarms of a queue: somebody gave up on a message, and messages are getting old.

import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { alarmWhen } from './alarm.ts';

export interface WatchedQueue {
  readonly name: string;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly ageMinutesMax: number;
  readonly tell: ITopic;
}

export function watchQueue(
  scope: Construct,
  { name, queue, deadLetters, ageMinutesMax, tell }: WatchedQueue,
): void {
  alarmWhen(scope, {
    name: `${name} dead letters`,
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: 'Maximum',
    }),
    exceeds: 0,
    means: `A message of the ${name} queue failed every delivery. Only infrastructure can do that; its batch stays open until the message is sent again.`,
    firstLook: `the error lines of the function behind the ${name} queue; then \`jiesuan redrive --queue ${name}\` says what would come of each, and with --replay sends it again once the cause is gone (the ledger answers what is already decided).`,
    tell,
  });
  alarmWhen(scope, {
    name: `${name} queue is getting old`,
    metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'Maximum' }),
    exceeds: ageMinutesMax * 60,
    periods: 3,
    means: `The oldest message of the ${name} queue has waited more than ${ageMinutesMax} minutes.`,
    firstLook:
      'errors and throttles of its function, throttled writes of the ledger, then whether one group (a member, a provider) holds most of the messages.',
    tell,
  });
}
