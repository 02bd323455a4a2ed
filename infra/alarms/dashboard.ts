// One page for whoever is on call: what comes in, what comes out, what waits, what fails.

import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, TextWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { MetricName } from '../../shared/observability/metrics-emitter.ts';
import { METRIC } from '../../shared/observability/metrics.ts';
import type { WorkQueue } from '../constructs/work-queue.ts';
import type { FunctionName } from '../stages.ts';
import { counted } from './alarm.ts';

const FIVE_MINUTES = Duration.minutes(5);

export interface DashboardProps {
  readonly stageName: string;
  readonly queues: Readonly<Record<string, WorkQueue>>;
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  readonly api: HttpStage;
}

export function addDashboard(
  scope: Construct,
  { stageName, queues, functions, api }: DashboardProps,
): Dashboard {
  const each = <T>(of: Readonly<Record<string, T>>, metric: (one: T, label: string) => IMetric) =>
    Object.entries(of).map(([label, one]) => metric(one, label));
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title, left, right, width: 8, height: 6 });
  const from = (by: FunctionName, name: MetricName, statistic?: string) =>
    counted(name, { by, stage: stageName }, FIVE_MINUTES, statistic);
  const fromSettle = (name: MetricName, statistic?: string) => from('settle', name, statistic);

  const dashboard = new Dashboard(scope, 'Dashboard', { dashboardName: `jiesuan-${stageName}` });
  dashboard.addWidgets(
    new TextWidget({
      markdown: `# Jiesuan ${stageName}\nbatch → intake → split → settle → ledger → close. Each alarm says what it means and where to look first.`,
      width: 24,
      height: 2,
    }),
  );
  dashboard.addWidgets(
    graph('Batches', [
      from('intake', METRIC.batchesAccepted),
      from('intake', METRIC.batchesRefused),
      from('close', METRIC.batchesCompleted),
      from('close', METRIC.batchesLate),
    ]),
    graph('Records', [from('split', METRIC.recordsAccepted), from('split', METRIC.recordsRejected)]),
    graph('Outcomes', [
      fromSettle(METRIC.claimsSettled),
      fromSettle(METRIC.claimsDenied),
      fromSettle(METRIC.claimsPended),
      fromSettle(METRIC.claimsRepeated),
      fromSettle(METRIC.claimsConflicted),
      fromSettle(METRIC.enrolmentsRecorded),
    ]),
  );
  dashboard.addWidgets(
    graph(
      'Waiting',
      each(queues, ({ queue }, label) =>
        queue.metricApproximateNumberOfMessagesVisible({ label, period: Duration.minutes(1) }),
      ),
    ),
    graph(
      'Oldest message (s)',
      each(queues, ({ queue }, label) =>
        queue.metricApproximateAgeOfOldestMessage({ label, period: Duration.minutes(1) }),
      ),
    ),
    graph(
      'Dead letters',
      each(queues, ({ deadLetters }, label) =>
        deadLetters.metricApproximateNumberOfMessagesVisible({ label, period: Duration.minutes(1) }),
      ),
    ),
  );
  dashboard.addWidgets(
    graph('Accepted to settled (ms)', [
      fromSettle(METRIC.settleLatencyMs, 'p50'),
      fromSettle(METRIC.settleLatencyMs, 'p99'),
    ]),
    graph('Decided again, given back, redelivered', [
      fromSettle(METRIC.ledgerMoved),
      fromSettle(METRIC.recordsFailed),
      fromSettle(METRIC.redeliveries),
    ]),
    graph(
      'API',
      [api.metricCount({ period: FIVE_MINUTES })],
      [
        api.metricClientError({ period: FIVE_MINUTES, statistic: 'Sum' }),
        api.metricServerError({ period: FIVE_MINUTES, statistic: 'Sum' }),
      ],
    ),
  );
  dashboard.addWidgets(
    graph(
      'Function errors',
      each(functions, (fn, label) => fn.metricErrors({ label, period: FIVE_MINUTES })),
    ),
    graph(
      'Function throttles',
      each(functions, (fn, label) => fn.metricThrottles({ label, period: FIVE_MINUTES })),
    ),
    graph(
      'Function time, p99 (ms)',
      each(functions, (fn, label) => fn.metricDuration({ label, period: FIVE_MINUTES, statistic: 'p99' })),
    ),
  );
  return dashboard;
}
