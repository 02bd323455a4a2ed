// Lambda behind the close queue: one message, one look at one batch.

import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { METRIC } from '../../shared/observability/metrics.ts';
import { workThroughGroups } from '../../shared/queue/fifo-loop.ts';
import { closeMessage } from '../../shared/queue/messages.ts';
import { closeBatch } from './close-batch.ts';
import { wire } from './wire.ts';

const deps = wire();
const { log, meter } = deps;

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const remainingMs = () => context.getRemainingTimeInMillis();
  const answer = await workThroughGroups(event.Records, {
    remainingMs,
    reserveMs: 5_000,
    work: async ({ body }) => {
      const closing = await closeBatch(closeMessage.parse(JSON.parse(body)), { ...deps, remainingMs });
      if (closing === 'complete') meter.count(METRIC.batchesCompleted);
      if (closing === 'late') meter.count(METRIC.batchesLate);
    },
    onFailure: (error, { messageId }) => {
      log.error('close-failed', { messageId }, error);
      meter.count(METRIC.recordsFailed);
    },
  });
  meter.flush();
  return answer;
}
