// Alarms of settling: a bug was stopped before it wrote anything, and writers that keep meeting each other.

import { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { METRIC } from '../../shared/observability/metrics.ts';
import { alarmWhen, counted } from './alarm.ts';

export interface WatchedSettling {
  readonly stageName: string;
  readonly ledgerMovedPerFiveMinutesMax: number;
  readonly tell: ITopic;
}

export function watchSettling(scope: Construct, props: WatchedSettling): void {
  const { stageName, ledgerMovedPerFiveMinutesMax, tell } = props;
  alarmWhen(scope, {
    name: 'an invariant is broken',
    metric: counted(METRIC.invariantBroken, { by: 'settle', stage: stageName }, Duration.minutes(1)),
    exceeds: 0,
    means:
      'A rule that can never be broken was broken (money identities, sequence, chain). Nothing was written; the record comes back and will fail again. This is a bug.',
    firstLook:
      'the error line of settle: it names the rule. Then the release and the version of the code that met it; do not send it again before it is understood.',
    tell,
  });
  alarmWhen(scope, {
    name: 'ledger conflict storm',
    metric: counted(METRIC.ledgerMoved, { by: 'settle', stage: stageName }, Duration.minutes(5)),
    exceeds: ledgerMovedPerFiveMinutesMax,
    means:
      'Settlements of the same member keep meeting each other at the end of the stream; each is decided again.',
    firstLook:
      'the age of the settle queue, whether messages sent again by hand meet newer ones of the same members, whether visibility is still six times the time-out.',
    tell,
  });
}
