// Alarm of the books: a month that is over and cannot be cleared.

import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { METRIC } from '../../shared/observability/metrics.ts';
import { alarmWhen, counted } from './alarm.ts';

export function watchMonths(
  scope: Construct,
  {
    stageName,
    clearedWithinDays,
    tell,
  }: { readonly stageName: string; readonly clearedWithinDays: number; readonly tell: ITopic },
): void {
  alarmWhen(scope, {
    name: 'a month is not cleared',
    metric: counted(METRIC.monthOverdueDays, { by: 'clear', stage: stageName }, Duration.days(1), 'Maximum'),
    exceeds: clearedWithinDays,
    means: `A month has been over for more than ${clearedWithinDays} days and is still open: a batch accepted before its end is not complete. Nothing is lost; its statements stay provisional.`,
    firstLook:
      'GET /v1/books, or jiesuan books: blockedBy names the batches. Then the dead letters behind them, as for late batches.',
    tell,
  });
}
