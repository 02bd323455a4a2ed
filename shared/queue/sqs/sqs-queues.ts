// The three queues on SQS.

import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { providerOfBatch } from '../../batch/batch.ts';
import { sha256 } from '../../ledger/codec.ts';
import type { CloseQueue, SettleQueue, SplitQueue } from '../port.ts';

/** First in, first out per provider: one provider's batches are split one after the other. */
export function splitQueue(client: SQSClient, url: string): SplitQueue {
  return {
    async send(message, once) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify(message),
          MessageGroupId: providerOfBatch(message.batchId),
          MessageDeduplicationId: sha256(once),
        }),
      );
    },
  };
}

/** First in, first out per member. */
export function settleQueue(client: SQSClient, url: string): SettleQueue {
  return {
    async sendSome(messages, run) {
      const { Failed } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: url,
          Entries: messages.map((message, position) => ({
            Id: String(position),
            MessageBody: JSON.stringify(message),
            MessageGroupId: message.stream,
            // Batch and index, not the claim's content: the same claim in another batch must have its own answer.
            MessageDeduplicationId: sha256(`${message.batchId}#${message.batchIndex}#${run}`),
          })),
        }),
      );
      return (Failed ?? []).map(({ Id }) => Number(Id)).sort((a, b) => a - b);
    },
  };
}

/** A standard queue, since messages of a FIFO queue cannot each have their own delay. */
export function closeQueue(client: SQSClient, url: string): CloseQueue {
  return {
    async send(message, delaySeconds) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify(message),
          DelaySeconds: delaySeconds,
        }),
      );
    },
  };
}
