// The local stand-in for Lambda's SQS event source: takes messages from a queue, hands them to the real exported
// handler as a real SQS event, deletes what it did not report as failed. One poller takes and many batches work:
// a long poll costs nothing while idle, and the engine gives one message of a group at a time.
//
// Retry paths and why each ends: a failed message comes back after a growing delay until RECEIVES_MAX, then rests in
// the dead-letter queue; a failed poll waits and polls again until stop(); a failed delete leaves the message to
// redelivery, which the functions are made for.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda';
import { invoke, type LocalFunction } from './invoke.ts';

export interface EventSourceOptions {
  /** Its request time-out has to be longer than `waitSeconds`. */
  readonly client: SQSClient;
  readonly queue: { readonly url: string; readonly arn: string };
  readonly region: string;
  readonly fn: LocalFunction;
  readonly batchSize?: number;
  /** Batches worked on at the same time. */
  readonly maximumConcurrency?: number;
  /** Length of a long poll. */
  readonly waitSeconds?: number;
  /** Seconds until a failed message comes back, by how often it has been received. Never 0. */
  readonly retrySeconds?: (receiveCount: number) => number;
  /** Told of everything that went wrong and is tried again. */
  readonly onError?: (error: unknown) => void;
}

export interface EventSource {
  /** Counts since the start. */
  readonly counts: Readonly<Record<'received' | 'deleted' | 'failed' | 'invocations', number>>;
  /** Takes no more messages, waits for the batches at work. Calling it again does nothing. */
  stop(): Promise<void>;
}

const WAIT_SECONDS = 20;
const POLL_RETRY_MS = [100, 200, 500, 1_000, 2_000] as const;
/** 1, 2, 4 ... seconds, at most half a minute: the queue's own visibility time-out would be a minute and a half. */
const RETRY_SECONDS = (receiveCount: number) => Math.min(2 ** (receiveCount - 1), 30);

/** Starts taking messages. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const { client, queue, batchSize = 10, maximumConcurrency = 8, waitSeconds = WAIT_SECONDS } = options;
  const counts = { received: 0, deleted: 0, failed: 0, invocations: 0 };
  const atWork = new Set<Promise<void>>();
  const stopping = new AbortController();

  const poll = async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      while (atWork.size >= maximumConcurrency) await Promise.race(atWork);
      if (stopping.signal.aborted) return;
      try {
        const messages = await receive();
        failures = 0;
        if (messages.length > 0) start(messages);
      } catch (error) {
        if (stopping.signal.aborted) return;
        options.onError?.(error);
        await pause(POLL_RETRY_MS[Math.min(failures++, POLL_RETRY_MS.length - 1)] as number, stopping.signal);
      }
    }
  };

  const receive = async (): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    const { Messages = [] } = await client.send(command, { abortSignal: stopping.signal });
    counts.received += Messages.length;
    return Messages;
  };

  const start = (messages: readonly Message[]) => {
    const work = handle(messages)
      .catch((error: unknown) => options.onError?.(error))
      .finally(() => atWork.delete(work));
    atWork.add(work);
  };

  const handle = async (messages: readonly Message[]) => {
    counts.invocations++;
    const failed = await failedOf(messages);
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId));
    const back = messages.filter(({ MessageId }) => failed.has(MessageId));
    counts.failed += back.length;
    if (back.length > 0) await giveBack(back);
    if (done.length > 0) await remove(done);
  };

  /** Ids that the handler reports as failed; all of them when it throws, times out or answers nonsense. */
  const failedOf = async (messages: readonly Message[]): Promise<ReadonlySet<string | undefined>> => {
    const all = new Set(messages.map(({ MessageId }) => MessageId));
    try {
      const Records = messages.map((message) => recordOf(message, queue.arn, options.region));
      return failures(await invoke(options.fn, { Records } satisfies SQSEvent), all);
    } catch (error) {
      options.onError?.(error);
      return all;
    }
  };

  const giveBack = async (messages: readonly Message[]) => {
    const seconds = options.retrySeconds ?? RETRY_SECONDS;
    await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queue.url,
        Entries: messages.map(({ ReceiptHandle, Attributes }, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: Math.max(1, seconds(Number(Attributes?.ApproximateReceiveCount ?? 1))),
        })),
      }),
    );
  };

  const remove = async (messages: readonly Message[]) => {
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await client.send(
      new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }),
    );
    counts.deleted += messages.length - Failed.length;
    if (Failed.length > 0) options.onError?.(new Error(`${Failed.length} messages could not be deleted`));
  };

  const polling = poll();
  const finish = async () => {
    await polling;
    while (atWork.size > 0) await Promise.all(atWork);
  };
  let stopped: Promise<void> | undefined;
  return {
    counts,
    stop() {
      stopping.abort();
      stopped ??= finish();
      return stopped;
    },
  };
}

/**
 * What an answer means (AWS: "Implementing partial batch responses"): nothing or an empty list is success of all;
 * an empty or unknown identifier makes the whole batch a failure.
 */
function failures(answer: unknown, all: ReadonlySet<string | undefined>): ReadonlySet<string | undefined> {
  const items: unknown = (answer as SQSBatchResponse | null | undefined)?.batchItemFailures ?? [];
  if (!Array.isArray(items)) throw new Error('batchItemFailures is not a list: the whole batch failed');
  const ids = new Set(items.map((item: { itemIdentifier?: string } | null) => item?.itemIdentifier));
  for (const id of ids) {
    if (id === undefined || id === '' || !all.has(id))
      throw new Error('batchItemFailures names no message of the batch: the whole batch failed');
  }
  return ids;
}

/** A received message as Lambda hands it over. */
export function recordOf(message: Message, queueArn: string, region: string): SQSRecord {
  const { ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp, ...more } =
    message.Attributes ?? {};
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: ApproximateReceiveCount ?? '1',
      SentTimestamp: SentTimestamp ?? '0',
      SenderId: SenderId ?? '',
      ApproximateFirstReceiveTimestamp: ApproximateFirstReceiveTimestamp ?? '0',
      ...more,
    },
    messageAttributes: attributesOf(message),
    md5OfBody: message.MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes === undefined
      ? {}
      : { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

const attributesOf = ({ MessageAttributes = {} }: Message): SQSMessageAttributes =>
  Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType ?? 'String',
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
      },
    ]),
  );

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => {}); // Cut short by stop().
