// Redrive on a real SQS API and a real ledger: messages that really failed, listed without being consumed, sent again,
// and settled once, also when the redrive itself is cut off between sending and deleting.

import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ledgerView } from '../../../functions/redrive/ledger-view.ts';
import {
  listDeadLetters,
  type RedriveDeps,
  type RedriveResult,
  replayDeadLetters,
} from '../../../functions/redrive/redrive.ts';
import { toMessage } from '../../../functions/split/to-message.ts';
import { createQueue, type Queue } from '../../../infra/local/create-queues.ts';
import { recordOf } from '../../../infra/local/event-source.ts';
import { generate } from '../../../infra/local/sample/generate.ts';
import { SAMPLE_AREA, SAMPLE_PROVIDERS, sampleCatalogue } from '../../../infra/local/sample/reference.ts';
import { AGENCY, type Manifest } from '../../../shared/batch/batch.ts';
import { checkRecord } from '../../../shared/batch/check-record.ts';
import { dynamoBatches } from '../../../shared/batch/dynamodb/dynamo-batches.ts';
import { dynamoLedger } from '../../../shared/ledger/dynamodb/dynamo-ledger.ts';
import type { LedgerStore } from '../../../shared/ledger/port.ts';
import { pseudonymiser } from '../../../shared/member/pseudonym.ts';
import { loadPacks, PACKS_FOLDER } from '../../../shared/policy/packs/load-packs.ts';
import type { SettleMessage } from '../../../shared/queue/messages.ts';
import type { DeadLetter, DeadLetterQueue } from '../../../shared/queue/port.ts';
import { deadLetterQueue } from '../../../shared/queue/sqs/sqs-dead-letters.ts';
import type { RecordStore } from '../../../shared/records/port.ts';
import { s3Records } from '../../../shared/records/s3/s3-records.ts';
import { releaseIdOf, releaseLoader, storeRelease } from '../../../shared/reference/releases.ts';
import { localDate } from '../../../shared/time/dates.ts';
import { startEngines, type TestEngines } from '../../support/engines.ts';

const within = { timeout: 15_000, interval: 50 };
const DOCUMENTS = {
  packs: loadPacks(`${PACKS_FOLDER}/qinhuangdao`),
  catalogue: sampleCatalogue(),
  providers: [...SAMPLE_PROVIDERS],
};
const SAMPLE = generate({
  seed: 'redrive',
  members: 40,
  claims: 400,
  from: '2026-01-01',
  to: '2026-08-31',
  uncoveredBasisPoints: 0,
  linesMax: 5,
  providerIds: ['H0001'],
});
/** Members with claims enough for a group. */
const MEMBERS = [...Map.groupBy(SAMPLE.claims, ({ claim }) => claim.memberId)]
  .filter(([, claims]) => claims.length >= 2)
  .map(([memberId, claims]) => ({ memberId, claims: claims.map(({ claim }) => claim) }));

let engines: TestEngines;
let ledger: LedgerStore;
let records: RecordStore;
let queue: Queue;
let letters: DeadLetterQueue;
type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
let settle: Handler;
let next = 0;

beforeAll(async () => {
  engines = await startEngines();
  Object.assign(process.env, engines.functionEnv, {
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
  settle = (await import('../../../functions/settle/handler.ts')).handler;
  ledger = dynamoLedger(engines.dynamodb, engines.names.ledgerTable);
  records = s3Records(engines.s3, engines.names.recordsBucket);
  queue = await createQueue(engines.sqs, 'redrive.fifo', { visibilitySeconds: 30, receivesMax: 1 });
  letters = await deadLetterQueue(engines.sqs, 'settle', queue.url, { waitSeconds: 0 });
});
afterAll(() => engines.stop());

/** Messages of the next member in turn, who is enrolled: two claims. */
async function twoClaims(): Promise<readonly SettleMessage[]> {
  const batchNo = `R${next}`;
  const { memberId, claims } = MEMBERS[next++] as (typeof MEMBERS)[number];
  const enrolment = SAMPLE.enrolments.find((each) => each.memberId === memberId);
  const enrol = message('enrolments', AGENCY, batchNo, enrolment, 0);
  await send(bodiesOf([enrol]));
  await workOff();
  return claims.slice(0, 2).map((claim, index) => message('claims', 'H0001', batchNo, claim, index));
}

function message(
  kind: Manifest['kind'],
  providerId: string,
  batchNo: string,
  value: unknown,
  index: number,
): SettleMessage {
  const checked = checkRecord(kind, value, localDate('2026-09-01'));
  if (!checked.ok || checked.record.type === 'review' || checked.record.type === 'reversal')
    throw new Error('the sample can be read');
  const manifest: Manifest = {
    batchId: `${providerId}.${batchNo}`,
    kind,
    providerId,
    batchNo,
    businessDate: localDate('2026-09-01'),
    controlTotals: { claimCount: 1, billedFen: 0 },
    contentHash: 'none',
    raw: { key: 'none', format: 'json', bytes: 0 },
    releaseId: releaseIdOf(DOCUMENTS),
    area: SAMPLE_AREA,
    shards: 1,
    acceptedAt: Date.parse('2026-09-01T02:00:00Z'),
  };
  return toMessage(checked.record, manifest, index, undefined, pseudonymiser('a key for tests only'));
}

const CONTEXT = { getRemainingTimeInMillis: () => 15_000 } as Context;

async function send(bodies: readonly (readonly [group: string, body: string])[]): Promise<void> {
  for (const [group, body] of bodies) {
    const once = String(Math.random());
    await engines.sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: once,
      }),
    );
  }
}
const bodiesOf = (messages: readonly SettleMessage[]) =>
  messages.map((each) => [each.stream, JSON.stringify(each)] as const);

/** Sends messages and lets each fail until all rest in the dead-letter queue. */
async function die(messages: readonly (readonly [string, string])[], handler?: Handler): Promise<void> {
  await send(messages);
  await workOff(handler ?? (() => Promise.reject(new Error('the database is out'))));
  expect(await letters.count()).toBe(messages.length);
}

/** Hands the work queue's messages to a handler, as Lambda does, until the queue is empty; how many were deleted. */
async function workOff(handler = settle): Promise<number> {
  const QueueUrl = queue.url;
  for (let [idle, deleted] = [0, 0]; ; ) {
    const { Messages: [given] = [] } = await engines.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] }),
    );
    // A message that goes to the dead letters is not given to anybody: look once more.
    if (given === undefined && ++idle === 3) return deleted;
    if (given === undefined) continue;
    idle = 0;
    const { ReceiptHandle } = given;
    const event: SQSEvent = { Records: [recordOf(given, queue.arn, engines.region)] };
    const failed = await handler(event, CONTEXT).then(
      ({ batchItemFailures }) => batchItemFailures.length > 0,
      () => true,
    );
    if (failed)
      await engines.sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    else await engines.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    if (!failed) deleted++;
  }
}

const deps = (of: DeadLetterQueue = letters): RedriveDeps => ({
  queues: [of],
  view: ledgerView(ledger),
  batches: dynamoBatches(engines.dynamodb, engines.names.batchesTable),
  release: releaseLoader(records),
  now: Date.now,
});
const list = () => listDeadLetters({}, deps());
const replay = (of?: DeadLetterQueue) => replayDeadLetters({}, deps(of));
const fates = ({ letters: told }: RedriveResult) => told.map(({ fate }) => fate);
const foreseen = ({ letters: told }: RedriveResult) =>
  told.map((each) => (each.foreseen.would === 'fail' ? each.foreseen.code : each.foreseen.would));

/** Kinds and claims of a member's stream, without the enrolment. */
async function settledOf({ stream }: Pick<SettleMessage, 'stream'>): Promise<string[]> {
  const { items } = await ledger.stream(stream, 2, 100);
  return items.map(({ place, body }) => `${body.kind} ${place.claimKey}`);
}
const expectedOf = (messages: readonly SettleMessage[]) =>
  messages.map(({ claimKey }) => `settlement ${claimKey}`);

/** A redrive that is killed: the call that `hangs` never answers, and nobody gives back what was held but time. */
async function killed(hangs: (letter: DeadLetter) => Promise<unknown>, at: 'remove' | 'sendAgain') {
  const held: DeadLetter[] = [];
  let reached = false;
  const stuck = async (letter: DeadLetter): Promise<never> => {
    await hangs(letter);
    reached = true;
    return new Promise<never>(() => {});
  };
  const dying: DeadLetterQueue = {
    ...letters,
    take: async () => {
      const taken = await letters.take();
      held.push(...taken);
      return taken;
    },
    [at]: stuck,
  };
  void replay(dying);
  await vi.waitFor(() => expect(reached).toBe(true), within);
  return () => letters.giveBack(held).catch(() => {}); // As SQS does when the time is up.
}

describe('redrive', () => {
  it('lists what failed without taking it, leaves it while it would fail again, and settles it once after', async () => {
    const groups = [await twoClaims(), await twoClaims()];
    await die(bodiesOf(groups.flat()), settle); // Their release is not there.

    for (const time of ['first', 'second']) {
      const listed = await list();
      // The local engine gives one message of a group at a time; SQS gives up to ten.
      expect(listed.queues, time).toEqual([{ name: 'settle', there: 4, seen: 2 }]);
      expect(foreseen(listed)).toEqual(['release-missing', 'release-missing']);
      expect(new Set(listed.letters.map(({ about }) => about?.claimKey))).toEqual(
        new Set(groups.map(([first]) => first?.claimKey)),
      );
    }
    expect(new Set(fates(await replay()))).toEqual(new Set(['left']));
    expect(await letters.count()).toBe(4);

    await storeRelease(records, DOCUMENTS);
    const listed = await list();
    expect(foreseen(listed)).toEqual(['be-decided', 'be-decided']);
    expect(await letters.count()).toBe(4);
    expect(await Promise.all(groups.map(([first]) => settledOf(first!)))).toEqual([[], []]);

    expect(fates(await replay())).toEqual(['replayed', 'replayed', 'replayed', 'replayed']);
    expect(await letters.count()).toBe(0);
    expect(await workOff()).toBe(4);
    for (const group of groups) expect(await settledOf(group[0]!)).toEqual(expectedOf(group));
    // What was foreseen of the first of each is what it came to.
    for (const each of listed.letters) {
      const entry = each.foreseen.would === 'be-decided' ? each.foreseen.entry : undefined;
      const stands = await ledger.get(entry!.place.stream, entry!.place.seq);
      const { at: _at, ...body } = stands!.body;
      expect(entry!.body).toMatchObject(body);
    }
    expect((await list()).letters).toEqual([]);
  });

  it('cut off between sending and deleting, sends once within five minutes, and is answered after', async () => {
    const group = await twoClaims();
    await die(bodiesOf(group));
    const timeUp = await killed((letter) => Promise.resolve(letter), 'remove');
    await timeUp();
    expect(await letters.count()).toBe(2);
    // At once: the first is in the work queue already, and is not put there again.
    expect(fates(await replay())).toEqual(['replayed', 'replayed']);
    expect(await workOff()).toBe(2);
    expect(await settledOf(group[0]!)).toEqual(expectedOf(group));

    // Much later: the queue has forgotten, and the ledger has not.
    const other = await twoClaims();
    await die(bodiesOf(other));
    const timeUpAgain = await killed(() => Promise.resolve(), 'remove');
    expect(await workOff()).toBe(1);
    await timeUpAgain();
    const listed = await list();
    expect(foreseen(listed)).toEqual(['be-answered']);
    const later: DeadLetterQueue = {
      ...letters,
      sendAgain: (letter, once) => letters.sendAgain(letter, `${once} later`),
    };
    expect(foreseen(await replay(later))).toEqual(['be-answered', 'be-decided']);
    expect(await workOff()).toBe(2);
    expect(await settledOf(other[0]!)).toEqual(expectedOf(other));
  });

  it('would lose a record if it deleted first: the test above can fail', async () => {
    const group = await twoClaims();
    await die(bodiesOf(group));
    const timeUp = await killed((letter) => letters.remove(letter), 'sendAgain');
    await timeUp();
    await replay();
    expect(await workOff()).toBe(1);
    expect(await settledOf(group[0]!)).toEqual(expectedOf(group.slice(1)));
  });

  it('leaves what nobody can read, tells nothing of what it says, and goes on with the others', async () => {
    const group = await twoClaims();
    const secrets = ['{"memberId":"DEMO-SECRET"', JSON.stringify({ ...group[0], memberId: 'DEMO-SECRET' })];
    await die([...secrets.map((body, at) => [`g${at}`, body] as const), ...bodiesOf(group)]);
    const replayed = await replay();
    expect(fates(replayed).sort()).toEqual(['left', 'left', 'replayed', 'replayed']);
    expect(JSON.stringify(replayed)).not.toContain('SECRET');
    expect(await workOff()).toBe(2);
    expect(await settledOf(group[0]!)).toEqual(expectedOf(group));
    const listed = await list();
    expect(foreseen(listed)).toEqual(['unreadable', 'unreadable']);
    expect(listed.letters.map(({ foreseen: f }) => (f.would === 'fail' ? f.about : '')).sort()).toEqual([
      'message unrecognized_keys',
      'not JSON',
    ]);
  });
});
