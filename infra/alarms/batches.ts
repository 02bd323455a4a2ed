// Alarms of what a provider sees: a batch that does not complete, and an API that fails.

import { Duration } from 'aws-cdk-lib';
import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { METRIC } from '../../shared/observability/metrics.ts';
import { alarmWhen, counted } from './alarm.ts';

export function watchBatches(
  scope: Construct,
  {
    stageName,
    lateAfterMinutes,
    tell,
  }: { readonly stageName: string; readonly lateAfterMinutes: number; readonly tell: ITopic },
): void {
  alarmWhen(scope, {
    name: 'batches are late',
    metric: counted(METRIC.batchesLate, { by: 'close', stage: stageName }, Duration.minutes(10)),
    exceeds: 0,
    means: `A batch answered 202 is not complete after ${lateAfterMinutes} minutes. Nothing is lost: close looks at it every five minutes, and the sweep sets it going again.`,
    firstLook:
      'GET /v1/batches/{batchId} of the oldest (status late), then dead letters and the age of the split, settle and close queues.',
    tell,
  });
  alarmWhen(scope, {
    name: 'batches are late and not read yet',
    metric: counted(METRIC.batchesLate, { by: 'sweep', stage: stageName }, Duration.minutes(10)),
    exceeds: 0,
    means: `A batch answered 202 has not been read to its end after ${lateAfterMinutes} minutes, so close has not seen it. Nothing is lost: the sweep sends it to split again.`,
    firstLook: "errors of split, its queue's age and dead letters, then the raw batch in the records bucket.",
    tell,
  });
}

export function watchApi(scope: Construct, stage: HttpStage, tell: ITopic): void {
  alarmWhen(scope, {
    name: 'API fails',
    metric: stage.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
    exceeds: 0,
    periods: 2,
    means: 'Callers get 5xx. A provider who repeats the same post is safe: it is idempotent.',
    firstLook:
      'the access log by route and status, then the errors of intake and results at the same minutes.',
    tell,
  });
}
