// The local event source: what Lambda's does with a queue and a handler, it does too.

import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createQueue, type Queue } from '../../../infra/local/create-queues.ts';
import {
  type EventSource,
  type EventSourceOptions,
  startEventSource,
} from '../../../infra/local/event-source.ts';
import type { LambdaHandler } from '../../../infra/local/invoke.ts';
import { startEngines, type TestEngines } from '../../support/engines.ts';

const within = { timeout: 10_000, interval: 20 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const idsOf = (records: readonly SQSRecord[]) => records.map(({ body }) => body);

describe('the local event source', () => {
  let engines: TestEngines;
  let queues = 0;
  const running: EventSource[] = [];
  beforeAll(async () => {
    engines = await startEngines();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((source) => source.stop()));
  });
  afterAll(() => engines.stop());

  const newQueue = (options: { visibilitySeconds?: number; receivesMax?: number } = {}, name = 'test.fifo') =>
    createQueue(engines.sqs, `q${queues++}-${name}`, { visibilitySeconds: 30, ...options });
  const start = (
    queue: Queue,
    handler: LambdaHandler,
    more: Partial<EventSourceOptions> & { timeoutSeconds?: number } = {},
  ) => {
    const { timeoutSeconds = 5, ...rest } = more;
    const source = startEventSource({
      client: engines.sqs,
      queue,
      region: engines.region,
      fn: { name: 'under-test', handler, timeoutSeconds },
      ...rest,
    });
    running.push(source);
    return source;
  };
  const send = async (queue: Queue, messages: readonly [group: string, body: string][]) => {
    for (let at = 0; at < messages.length; at += 10) {
      await engines.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: messages.slice(at, at + 10).map(([group, body], index) => ({
            Id: String(index),
            MessageBody: body,
            ...(queue.name.endsWith('.fifo') ? { MessageGroupId: group, MessageDeduplicationId: body } : {}),
            MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
          })),
        }),
      );
    }
  };
  const left = async (url: string) => {
    const { Attributes } = await engines.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    return (
      Number(Attributes?.['ApproximateNumberOfMessages']) +
      Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'])
    );
  };

  it('hands over a real SQS event and a context that counts down, then deletes the messages', async () => {
    const queue = await newQueue();
    const seen: { event: SQSEvent; before: number; after: number; context: Context }[] = [];
    start(queue, async (event: SQSEvent, context: Context) => {
      const before = context.getRemainingTimeInMillis();
      await pause(30);
      seen.push({ event, before, after: context.getRemainingTimeInMillis(), context });
    });
    await send(queue, [['member', '秦皇岛']]);
    await vi.waitFor(async () => expect([seen.length, await left(queue.url)]).toEqual([1, 0]), within);
    const [{ event, before, after, context }] = seen as [(typeof seen)[0]];
    expect(event.Records).toEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        receiptHandle: expect.any(String) as string,
        body: '秦皇岛',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
          SenderId: expect.any(String) as string,
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
          SequenceNumber: expect.stringMatching(/^\d{20}$/) as string,
          MessageGroupId: 'member',
          MessageDeduplicationId: '秦皇岛',
        },
        messageAttributes: { kind: { dataType: 'String', stringValue: 'test' } },
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        eventSource: 'aws:sqs',
        eventSourceARN: queue.arn,
        awsRegion: engines.region,
      },
    ]);
    expect(context.functionName).toBe('under-test');
    expect(before).toBeLessThanOrEqual(5_000);
    expect(before - after).toBeGreaterThanOrEqual(25);
  });

  it('works on several groups at once, never on two messages of one, and keeps the order in each', async () => {
    const queue = await newQueue();
    const order: Record<string, string[]> = {};
    const active = new Set<string>();
    let mostAtOnce = 0;
    const overlaps: string[] = [];
    start(
      queue,
      async ({ Records }: SQSEvent) => {
        const groups = Records.map(({ attributes }) => attributes.MessageGroupId ?? '');
        overlaps.push(...groups.filter((group) => active.has(group)));
        for (const group of groups) active.add(group);
        mostAtOnce = Math.max(mostAtOnce, active.size);
        await pause(3);
        for (const [at, group] of groups.entries()) (order[group] ??= []).push(Records[at]?.body ?? '');
        for (const group of groups) active.delete(group);
        return { batchItemFailures: [] };
      },
      { batchSize: 3 },
    );
    const messages = Array.from({ length: 240 }, (_, n): [string, string] => [
      `g${n % 12}`,
      `${n % 12}/${String(n).padStart(3, '0')}`,
    ]);
    await send(queue, messages);
    await vi.waitFor(async () => expect(await left(queue.url)).toBe(0), within);
    expect(overlaps).toEqual([]);
    expect(mostAtOnce).toBeGreaterThan(3);
    for (const [group, bodies] of Object.entries(order)) {
      expect(bodies).toEqual(messages.filter(([g]) => g === group).map(([, body]) => body));
    }
  });

  it('does not exceed its concurrency', async () => {
    const queue = await newQueue({}, 'plain');
    let [active, most, done] = [0, 0, 0];
    start(
      queue,
      async ({ Records }: SQSEvent) => {
        most = Math.max(most, ++active);
        await pause(15);
        active--;
        done += Records.length;
      },
      { batchSize: 1, maximumConcurrency: 3 },
    );
    await send(
      queue,
      Array.from({ length: 20 }, (_, n): [string, string] => ['', `m${n}`]),
    );
    await vi.waitFor(() => expect(done).toBe(20), within);
    expect(most).toBe(3);
  });

  it('gives back what the handler reports as failed, and only that', async () => {
    const queue = await newQueue();
    const attempts: string[] = [];
    const source = start(queue, ({ Records }: SQSEvent) => {
      attempts.push(...idsOf(Records));
      const failing = Records.filter(
        ({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1',
      );
      return Promise.resolve({
        batchItemFailures: failing.map(({ messageId }) => ({ itemIdentifier: messageId })),
      });
    });
    await send(queue, [
      ['a', 'good'],
      ['b', 'bad'],
      ['c', 'also good'],
    ]);
    await vi.waitFor(async () => expect(await left(queue.url)).toBe(0), within);
    expect(attempts.sort()).toEqual(['also good', 'bad', 'bad', 'good']);
    expect(source.counts).toMatchObject({ failed: 1, deleted: 3 });
  });

  it.for<[string, LambdaHandler]>([
    ['throws', () => Promise.reject(new Error('no table'))],
    ['does not answer in time', () => new Promise(() => {})],
    [
      'names a message it was not given',
      () => Promise.resolve({ batchItemFailures: [{ itemIdentifier: 'someone-else' }] }),
    ],
    ['names nothing', () => Promise.resolve({ batchItemFailures: [{ itemIdentifier: '' }] })],
  ])('takes the whole batch as failed when the handler %s', async ([, failing]) => {
    const queue = await newQueue();
    const errors: unknown[] = [];
    let calls = 0;
    const handler: LambdaHandler = (event, context) =>
      ++calls === 1 ? failing(event, context) : Promise.resolve();
    const source = start(queue, handler, { timeoutSeconds: 0.2, onError: (error) => errors.push(error) });
    await send(queue, [
      ['a', 'one'],
      ['b', 'two'],
    ]);
    await vi.waitFor(async () => expect(await left(queue.url)).toBe(0), within);
    expect(source.counts.failed).toBeGreaterThan(0);
    expect(errors.length).toBeGreaterThan(0);
    expect(source.counts.deleted).toBe(2);
  });

  it('leaves a message to the dead-letter queue after its last receive, and frees its group', async () => {
    const queue = await newQueue({ receivesMax: 2 });
    const settled: string[] = [];
    start(
      queue,
      ({ Records }: SQSEvent) => {
        const bad = Records.filter(({ body }) => body === 'poison');
        settled.push(...idsOf(Records.filter(({ body }) => body !== 'poison')));
        return Promise.resolve({
          batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })),
        });
      },
      { retrySeconds: () => 1 },
    );
    await send(queue, [
      ['m', 'poison'],
      ['m', 'after it'],
    ]);
    await vi.waitFor(
      async () => expect([await left(queue.url), await left(queue.deadLetterUrl)]).toEqual([0, 1]),
      within,
    );
    expect(settled).toEqual(['after it']);
    const { Messages } = await engines.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.deadLetterUrl }));
    expect(Messages?.[0]?.Body).toBe('poison');
  });

  it('stops cleanly: what is at work is finished and deleted, what waits stays', async () => {
    const queue = await newQueue({ visibilitySeconds: 30 });
    const finished: string[] = [];
    let begun = 0;
    const source = start(
      queue,
      async ({ Records }: SQSEvent) => {
        begun++;
        await pause(150);
        finished.push(...idsOf(Records));
      },
      { batchSize: 1, maximumConcurrency: 2 },
    );
    await send(
      queue,
      Array.from({ length: 6 }, (_, n): [string, string] => [`g${n}`, `m${n}`]),
    );
    await vi.waitFor(() => expect(begun).toBe(2), within);
    await source.stop();
    await source.stop();
    expect(finished).toHaveLength(2);
    expect(await left(queue.url)).toBe(4);
    await pause(200);
    expect(begun).toBe(2);
  });

  it('ends an idle long poll at once when it is stopped', async () => {
    const source = start(await newQueue(), () => Promise.resolve());
    await pause(50);
    const before = Date.now();
    await source.stop();
    expect(Date.now() - before).toBeLessThan(500);
  });

  it('outlives a queue that is away for a while', async () => {
    const queue = await newQueue();
    const errors: unknown[] = [];
    const lost = new SQSClient({
      region: engines.region,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      endpoint: 'http://127.0.0.1:1',
      maxAttempts: 1,
    });
    start(queue, () => Promise.resolve(), { client: lost, onError: (error) => errors.push(error) });
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(1), within);
    expect(errors.length).toBeLessThan(10);
    lost.destroy();
  });
});
