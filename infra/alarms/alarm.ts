// How an alarm is declared: on the thing watched, with what it means and where to look first. Both go into the
// description, so the person who is woken reads them in the message.

import { type Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Metric,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { MetricName } from '../../shared/observability/metrics-emitter.ts';
import { NAMESPACE } from '../../shared/observability/metrics.ts';
import type { FunctionName } from '../stages.ts';

export interface AlarmProps {
  readonly name: string;
  readonly metric: IMetric;
  /** The alarm rings when the metric is above this. */
  readonly exceeds: number;
  /** For so many periods of the metric in a row. One by default. */
  readonly periods?: number;
  readonly means: string;
  readonly firstLook: string;
  readonly tell: ITopic;
}

export function alarmWhen(scope: Construct, props: AlarmProps): Alarm {
  const alarm = new Alarm(scope, `${props.name} alarm`, {
    metric: props.metric,
    threshold: props.exceeds,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: props.periods ?? 1,
    // Nothing counted is nothing wrong; silence of the whole pipeline shows as late batches.
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `${props.name}. ${props.means} First look: ${props.firstLook}`,
  });
  alarm.addAlarmAction(new SnsAction(props.tell));
  return alarm;
}

/**
 * A metric that a function counts itself, as CloudWatch files it: under exactly the dimensions of
 * shared/observability/metrics-emitter.ts. Any other set would watch nothing, in silence; a test compares them.
 */
export function counted(
  metricName: MetricName,
  { by, stage }: { readonly by: FunctionName; readonly stage: string },
  period: Duration,
  statistic = 'Sum',
): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { service: by, stage },
    statistic,
    period,
  });
}
