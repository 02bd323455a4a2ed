// Lambda behind the split queue: one message, one batch (or the rest of one).

import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { METRIC } from '../../shared/observability/metrics.ts';
import { workThroughGroups } from '../../shared/queue/fifo-loop.ts';
import { splitMessage } from '../../shared/queue/messages.ts';
import { splitBatch } from './split-batch.ts';
import { wire } from './wire.ts';

const deps = await wire();
const { log, meter } = deps;

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const answer = await workThroughGroups(event.Records, {
    remainingMs,
    reserveMs: 5_000,
    work: async ({ body }) => {
      const { batchId } = splitMessage.parse(JSON.parse(body));
      const { sent, rejected, ended } = await splitBatch(batchId, { ...deps, remainingMs });
      meter.count(METRIC.recordsAccepted, sent);
      meter.count(METRIC.recordsRejected, rejected);
      if (ended === 'refused') meter.count(METRIC.batchesRefused);
    },
    onFailure: (error, { messageId }) => {
      log.error('split-failed', { messageId }, error);
      meter.count(METRIC.recordsFailed);
    },
  });
  meter.flush();
  return answer;
}
