// `jiesuan redrive` on the queues and tables of a running server: what it prints, its exit codes, its question, and what
// it does not say. That it settles once, whatever happens, is tested in test/functions/redrive and in the simulation.

import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDataDir } from '../../../infra/local/data-dir.ts';
import { createBuckets } from '../../../infra/local/create-buckets.ts';
import { createQueues, type Queues } from '../../../infra/local/create-queues.ts';
import { createTables } from '../../../infra/local/create-tables.ts';
import { useEngines } from '../../../infra/local/engines.ts';
import { localNames } from '../../../infra/local/names.ts';
import { dynamoBatches } from '../../../shared/batch/dynamodb/dynamo-batches.ts';
import { WORK_QUEUES, type WorkQueueName } from '../../../shared/queue/port.ts';
import { localDate } from '../../../shared/time/dates.ts';
import { startEngines, type TestEngines } from '../../support/engines.ts';
import { folder, jiesuan, type RunOptions } from './support.ts';

const names = localNames();
const STREAM = `130300#${'S'.repeat(22)}`;
let engines: TestEngines;
let queues: Queues;
let data: string;
let close: () => void;

beforeAll(async () => {
  engines = await startEngines();
  await Promise.all([createTables(engines.dynamodb, names), createBuckets(engines.s3, names)]);
  queues = await createQueues(engines.sqs, names);
  data = join(folder(), 'data');
  const dir = openDataDir(data);
  close = () => dir.release();
  dir.writeNote('server', { url: 'http://127.0.0.1:1', pid: process.pid, engines: engines.endpoints });
});
afterAll(async () => {
  close();
  await engines.stop();
});
beforeEach(async () => {
  for (const name of WORK_QUEUES)
    for (const url of [queues[name].url, queues[name].deadLetterUrl]) while ((await drain(url)).length > 0);
});

const run = (args: readonly string[], options: RunOptions = {}) =>
  jiesuan(['redrive', '--data', data, '--lang', 'en', ...args], options);

/** Takes what a queue gives. */
async function drain(QueueUrl: string): Promise<string[]> {
  const { Messages = [] } = await engines.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  for (const { ReceiptHandle } of Messages)
    await engines.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return Messages.map(({ Body = '' }) => Body);
}

async function dead(queue: WorkQueueName, group: string, body: unknown): Promise<void> {
  const fifo =
    queue === 'close' ? {} : { MessageGroupId: group, MessageDeduplicationId: String(Math.random()) };
  const MessageBody = typeof body === 'string' ? body : JSON.stringify(body);
  await engines.sqs.send(
    new SendMessageCommand({ QueueUrl: queues[queue].deadLetterUrl, MessageBody, ...fifo }),
  );
}

const credit = (over: object = {}) => ({
  type: 'account-credit',
  batchId: 'the-agency.B1',
  batchIndex: 0,
  shard: 0,
  stream: STREAM,
  claimKey: 'the-agency/A1',
  content: 'c'.repeat(22),
  acceptedAt: 0,
  amount: 12_300,
  creditedOn: '2026-09-01',
  ...over,
});

describe('jiesuan redrive', () => {
  it('says that there is nothing, and ends well', async () => {
    expect(await run([])).toEqual({ code: 0, out: 'There are no dead letters.\n', err: '' });
    const { code, out } = await run(['--replay', '--yes', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out).counts).toEqual({ looked: 0, wouldFail: 0, replayed: 0, left: 0 });
  });

  it('lists what is there with what would come of it, and takes nothing', async () => {
    await dynamoBatches(engines.dynamodb, names.batchesTable).create({
      batchId: 'H0001.B1',
      kind: 'claims',
      providerId: 'H0001',
      batchNo: 'B1',
      businessDate: localDate('2026-09-01'),
      controlTotals: { claimCount: 1, billedFen: 1 },
      contentHash: 'c',
      raw: { key: 'raw/B1', format: 'json', bytes: 2 },
      releaseId: 'r',
      area: '130300',
      shards: 1,
      acceptedAt: 0,
    });
    await dead('split', 'H0001', { batchId: 'H0001.B1' });
    await dead('close', '', { batchId: 'H0001.GONE' });
    await dead('settle', STREAM, credit());
    await dead('settle', 'DEMO-SECRET', '{"memberId":"DEMO-SECRET"}');
    for (const time of ['first', 'second']) {
      const { code, out, err } = await run([]);
      expect(code, time).toBe(1);
      expect(err).toBe('');
      expect(out).toContain('its batch goes on: 0 read, 0 of 0 decided');
      expect(out).toMatch(
        /account-credit the-agency\/A1 +the-agency\.B1 #0 +130300#S{22} .* 已登记 recorded/,
      );
      expect(out).toContain('would fail again [no-such-batch] H0001.GONE');
      expect(out).toContain('would fail again [unreadable]');
      expect(out).toContain('4 dead letters: 2 would go through, 2 would fail again.');
      expect(out).toContain('delete it from the dead-letter queue by its message id');
      expect(out).not.toContain('SECRET');
    }
    const chinese = await jiesuan(['redrive', '--data', data, '--lang', 'zh', '--queue', 'settle']);
    expect(chinese.out).toContain('2 条死信：1 条可以办结，1 条仍会失败。');

    const { out } = await run(['--json', '--queue', 'settle', '--group', STREAM]);
    const document = JSON.parse(out);
    expect(document.counts).toEqual({ looked: 1, wouldFail: 0, replayed: 0, left: 0 });
    expect(document.deadLetters).toMatchObject([
      {
        queue: 'settle',
        type: 'account-credit',
        batchId: 'the-agency.B1',
        batchIndex: 0,
        claimKey: 'the-agency/A1',
        stream: STREAM,
        foreseen: { would: 'be-decided', decision: { outcome: 'recorded', seq: 1 } },
        fate: 'listed',
      },
    ]);
    expect(out).not.toContain('SECRET');
  });

  it('asks at a terminal, and replays only after a yes', async () => {
    await dead('settle', STREAM, credit());
    const no = await run(['--replay'], { tty: true, stdin: 'n\n' });
    expect([no.code, no.err]).toEqual([
      0,
      expect.stringContaining('Replay those that would go through? [y/N]'),
    ]);
    expect(await drain(queues.settle.url)).toEqual([]);
    const yes = await run(['--replay'], { tty: true, stdin: 'y\n' });
    expect([yes.code, yes.out]).toEqual([0, expect.stringContaining('1 replayed, 0 left.')]);
    expect((await drain(queues.settle.url)).map((body) => JSON.parse(body))).toEqual([credit()]);
    expect(await drain(queues.settle.deadLetterUrl)).toEqual([]);
  });

  it('without a terminal replays only with --yes, and says what it left', async () => {
    await dead('settle', STREAM, credit());
    await dead('close', '', { batchId: 'H0001.GONE' });
    const asked = await run(['--replay']);
    expect([asked.code, asked.err]).toEqual([2, expect.stringContaining('add --yes')]);
    const { code, out } = await run(['--replay', '--yes']);
    expect(code).toBe(1);
    expect(out).toContain('1 replayed, 1 left.');
    expect(out).toContain('would fail again [no-such-batch] H0001.GONE');
    expect(await drain(queues.settle.url)).toHaveLength(1);
    expect(await drain(queues.close.url)).toHaveLength(0);
    expect(await drain(queues.close.deadLetterUrl)).toHaveLength(1);
  });

  it('reaches an installation on AWS by its variables', async () => {
    const before = { ...process.env };
    useEngines(engines); // In place of an account.
    try {
      await dead('settle', STREAM, credit());
      const env = {
        LEDGER_TABLE: names.ledgerTable,
        BATCHES_TABLE: names.batchesTable,
        RECORDS_BUCKET: names.recordsBucket,
        SETTLE_QUEUE_URL: queues.settle.url,
      };
      const { code, out } = await jiesuan(['redrive', '--queue', 'settle', '--json'], { env });
      expect([code, JSON.parse(out).counts.looked]).toEqual([0, 1]);
      const missing = await jiesuan(['redrive', '--lang', 'en'], { env });
      expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('Set SPLIT_QUEUE_URL')]);
    } finally {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });

  it('says that a server which does not run has no queues, and refuses what makes no sense', async () => {
    const alone = join(folder(), 'data');
    openDataDir(alone).release();
    const { code, err } = await jiesuan(['redrive', '--data', alone, '--lang', 'en']);
    expect([code, err]).toEqual([3, expect.stringContaining('there is nothing to redrive')]);
    expect((await run(['--max', '0'])).code).toBe(2);
    expect((await run(['--queue', 'sweep'])).code).toBe(2);
    expect((await run(['--claim', 'C1'])).code).toBe(2);
  });
});
