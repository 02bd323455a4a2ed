// Creates the three queues and their dead-letter queues on an engine, with the numbers of shared/queue/limits.ts.

import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import {
  CLOSE_VISIBILITY_SECONDS,
  RECEIVES_MAX,
  RETENTION_DAYS,
  SETTLE_VISIBILITY_SECONDS,
  SPLIT_VISIBILITY_SECONDS,
} from '../../shared/queue/limits.ts';
import type { Names } from './names.ts';

export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly deadLetterUrl: string;
  readonly deadLetterArn: string;
}
export type Queues = Readonly<Record<'split' | 'settle' | 'close', Queue>>;

/** The dead-letter queue of a queue keeps its kind: "settle.fifo" -> "settle-dlq.fifo". */
export const deadLetterName = (name: string): string =>
  name.endsWith('.fifo') ? `${name.slice(0, -'.fifo'.length)}-dlq.fifo` : `${name}-dlq`;

/** Creates the queues that are missing. */
export async function createQueues(
  client: SQSClient,
  names: Pick<Names, 'splitQueue' | 'settleQueue' | 'closeQueue'>,
): Promise<Queues> {
  const make = (name: string, visibilitySeconds: number) => createQueue(client, name, { visibilitySeconds });
  return {
    split: await make(names.splitQueue, SPLIT_VISIBILITY_SECONDS),
    settle: await make(names.settleQueue, SETTLE_VISIBILITY_SECONDS),
    close: await make(names.closeQueue, CLOSE_VISIBILITY_SECONDS),
  };
}

/** Creates one queue with its dead-letter queue; FIFO when the name says so. */
export async function createQueue(
  client: SQSClient,
  name: string,
  { visibilitySeconds, receivesMax = RECEIVES_MAX }: { visibilitySeconds: number; receivesMax?: number },
): Promise<Queue> {
  const kind = name.endsWith('.fifo') ? { FifoQueue: 'true', ContentBasedDeduplication: 'false' } : {};
  const retention = { MessageRetentionPeriod: String(RETENTION_DAYS * 86_400) };
  const deadLetter = await create(client, deadLetterName(name), { ...kind, ...retention });
  const queue = await create(client, name, {
    ...kind,
    ...retention,
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetter.arn, maxReceiveCount: receivesMax }),
  });
  return { name, ...queue, deadLetterUrl: deadLetter.url, deadLetterArn: deadLetter.arn };
}

async function create(client: SQSClient, name: string, attributes: Record<string, string>) {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  if (QueueUrl === undefined) throw new Error(`queue ${name} got no address`);
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return { url: QueueUrl, arn: Attributes?.['QueueArn'] ?? '' };
}
