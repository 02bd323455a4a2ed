// How a FIFO batch of messages is worked through: groups side by side, order inside a group, and a deadline.
// After a failure the rest of that group goes back unseen, so nothing overtakes; the other groups are not touched.

import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';

export interface FifoLoop {
  /** Works on one record; throwing gives it and the rest of its group back to the queue. */
  readonly work: (record: SQSRecord) => Promise<void>;
  /** Milliseconds this invocation still has. */
  readonly remainingMs: () => number;
  /** A record is only started with at least so much time left; else it goes back, rather than being cut off midway. */
  readonly reserveMs: number;
  readonly onFailure?: (error: unknown, record: SQSRecord) => void;
}

/** Returns the failed and the unstarted records, as SQS wants them. */
export async function workThroughGroups(
  records: readonly SQSRecord[],
  loop: FifoLoop,
): Promise<SQSBatchResponse> {
  const groups = Map.groupBy(records, ({ attributes, messageId }) => attributes.MessageGroupId ?? messageId);
  const givenBack: SQSRecord[] = [];
  await Promise.all(
    [...groups.values()].map(async (group) => {
      for (const [position, record] of group.entries()) {
        try {
          if (loop.remainingMs() < loop.reserveMs)
            throw new DeadlineNear('not enough time left to start this record');
          await loop.work(record);
        } catch (error) {
          loop.onFailure?.(error, record);
          givenBack.push(...group.slice(position));
          return;
        }
      }
    }),
  );
  return { batchItemFailures: givenBack.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** The invocation is about to end; the record was not started. */
export class DeadlineNear extends Error {
  override readonly name = 'DeadlineNear';
}
