// Dead letters on SQS, with the four calls that every region has. The redrive API of SQS (StartMessageMoveTask) is not
// used: China's regions lack it, it keeps deduplication ids, and it moves what would fail again too.

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { sha256 } from '../../ledger/codec.ts';
import type { DeadLetter, DeadLetterQueue, WorkQueueName } from '../port.ts';

/** Long enough to work through what is held; after a crash it is visible again by then. */
const HELD_SECONDS = 300;
/** A short poll asks only some of SQS's servers and may see nothing where there is something. */
const WAIT_SECONDS = 1;
const PER_CALL_MAX = 10;

/** The dead letters of a work queue, by that queue's address. Throws when it has no dead-letter queue. */
export async function deadLetterQueue(
  client: SQSClient,
  name: WorkQueueName,
  workUrl: string,
  { waitSeconds = WAIT_SECONDS }: { readonly waitSeconds?: number } = {},
): Promise<DeadLetterQueue> {
  const url = await deadLetterUrl(client, name, workUrl);
  return {
    name,
    async count() {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...COUNTS] }),
      );
      return COUNTS.reduce((sum, count) => sum + Number(Attributes[count] ?? 0), 0);
    },
    async take() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: PER_CALL_MAX,
          VisibilityTimeout: HELD_SECONDS,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['MessageGroupId', 'SentTimestamp', 'ApproximateReceiveCount'],
        }),
      );
      return Messages.map(letterOf);
    },
    async giveBack(letters) {
      for (let at = 0; at < letters.length; at += PER_CALL_MAX) {
        const some = letters.slice(at, at + PER_CALL_MAX);
        await client.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: url,
            Entries: some.map(({ receipt }, id) => ({
              Id: String(id),
              ReceiptHandle: receipt,
              VisibilityTimeout: 0,
            })),
          }),
        );
      }
    },
    async remove({ receipt }) {
      await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt }));
    },
    async sendAgain({ body, group }, once) {
      const fifo = group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: sha256(once) };
      const { MessageId = '' } = await client.send(
        new SendMessageCommand({ QueueUrl: workUrl, MessageBody: body, ...fifo }),
      );
      return MessageId;
    },
  };
}

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

async function deadLetterUrl(client: SQSClient, name: WorkQueueName, workUrl: string): Promise<string> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: workUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  const policy = JSON.parse(Attributes?.['RedrivePolicy'] ?? '{}') as { deadLetterTargetArn?: string };
  const deadLetters = policy.deadLetterTargetArn?.split(':').at(-1);
  if (deadLetters === undefined) throw new Error(`the ${name} queue names no dead-letter queue`);
  return queueUrl(client, deadLetters);
}

/** The address of a queue of this account, by its name. */
export async function queueUrl(client: SQSClient, name: string): Promise<string> {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
  if (QueueUrl === undefined) throw new Error(`queue ${name} has no address`);
  return QueueUrl;
}

const letterOf = ({
  MessageId = '',
  Body = '',
  ReceiptHandle = '',
  Attributes = {},
}: Message): DeadLetter => ({
  id: MessageId,
  ...(Attributes.MessageGroupId === undefined ? {} : { group: Attributes.MessageGroupId }),
  body: Body,
  sentAt: Number(Attributes.SentTimestamp ?? 0),
  receives: Number(Attributes.ApproximateReceiveCount ?? 0),
  receipt: ReceiptHandle,
});
