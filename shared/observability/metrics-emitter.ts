// Counting: adds up during one invocation, and writes one line in CloudWatch's embedded metric format at its end.
// Names come from metrics.ts; the only dimensions are service and stage, since each further one is a metric to pay for.

import { Metrics } from '@aws-lambda-powertools/metrics';
import { type METRIC, NAMESPACE } from './metrics.ts';

export type MetricName = (typeof METRIC)[keyof typeof METRIC];

/** What functions count with. */
export interface Meter {
  count(name: MetricName, by?: number): void;
  milliseconds(name: MetricName, value: number): void;
  /** Writes what was counted since the last time; nothing when nothing was. */
  flush(): void;
}

/** Counts nothing; for tests and pure runs. */
export const NO_METER: Meter = { count: () => {}, milliseconds: () => {}, flush: () => {} };

/** The meter of one function. */
export function functionMeter(service: string, stage: string): Meter {
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: service, defaultDimensions: { stage } });
  const counts = new Map<MetricName, number>();
  return {
    count: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    milliseconds: (name, value) => metrics.addMetric(name, 'Milliseconds', value),
    flush: () => {
      for (const [name, value] of counts) if (value > 0) metrics.addMetric(name, 'Count', value);
      counts.clear();
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
