// Lambda behind the settle queue: up to ten records, members side by side, one member's records in order.

import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { InvariantError } from '../../shared/assert.ts';
import { type Appended, LedgerMoved } from '../../shared/ledger/append.ts';
import type { EntryKind } from '../../shared/ledger/entry.ts';
import { METRIC } from '../../shared/observability/metrics.ts';
import type { MetricName } from '../../shared/observability/metrics-emitter.ts';
import { workThroughGroups } from '../../shared/queue/fifo-loop.ts';
import { settleMessage } from '../../shared/queue/messages.ts';
import { settleRecord } from './settle-record.ts';
import { wire } from './wire.ts';

const deps = wire();
const { log, meter } = deps;

/** Three round trips with their retries, at worst; with less left, a record is not started. */
const RESERVE_MS = 6_000;

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const answer = await workThroughGroups(event.Records, {
    remainingMs: () => context.getRemainingTimeInMillis(),
    reserveMs: RESERVE_MS,
    work: async (record) => {
      const message = settleMessage.parse(JSON.parse(record.body));
      const sentAt = Number(record.attributes.SentTimestamp);
      countOutcome(await settleRecord(message, sentAt, deps), message.acceptedAt);
    },
    onFailure: noteFailure,
  });
  meter.flush();
  return answer;
}

const OUTCOME_METRIC: Readonly<Record<EntryKind, MetricName>> = {
  settlement: METRIC.claimsSettled,
  denial: METRIC.claimsDenied,
  pend: METRIC.claimsPended,
  repeat: METRIC.claimsRepeated,
  conflict: METRIC.claimsConflicted,
  refusal: METRIC.correctionsRefused,
  reversal: METRIC.settlementsReversed,
  enrolment: METRIC.enrolmentsRecorded,
  'account-credit': METRIC.enrolmentsRecorded,
};

function countOutcome(appended: Appended, acceptedAt: number): void {
  if (appended.outcome === 'answered') return meter.count(METRIC.redeliveries);
  if (appended.moves > 0) meter.count(METRIC.ledgerMoved, appended.moves);
  meter.count(OUTCOME_METRIC[appended.entry.body.kind]);
  meter.milliseconds(METRIC.settleLatencyMs, Date.now() - acceptedAt);
}

function noteFailure(error: unknown, { messageId, attributes }: SQSRecord): void {
  if (error instanceof InvariantError) meter.count(METRIC.invariantBroken);
  if (error instanceof LedgerMoved) meter.count(METRIC.ledgerMoved);
  meter.count(METRIC.recordsFailed);
  log.error('settle-failed', { messageId, receiveCount: Number(attributes.ApproximateReceiveCount) }, error);
}
