// A whole installation in virtual time: clients, intake, three queues with consumers, sweep, and a back office beside
// the queue. The use cases are the product's own; everything they touch is a model. The handlers' few lines that parse
// a message and count are repeated here, since the handlers themselves make AWS clients when they are loaded.

import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { ResultsDeps } from '../../functions/results/deps.ts';
import { AGENCY, providerOfBatch } from '../../shared/batch/batch.ts';
import type { ReviewRecord } from '../../shared/claim/review.ts';
import { Problem } from '../../shared/http/problem.ts';
import { type Heads, headCache, LedgerMoved } from '../../shared/ledger/append.ts';
import { sha256 } from '../../shared/ledger/codec.ts';
import { pseudonymiser } from '../../shared/member/pseudonym.ts';
import { DeadlineNear } from '../../shared/queue/fifo-loop.ts';
import * as limits from '../../shared/queue/limits.ts';
import {
  closeMessage,
  settleMessage,
  type SettleMessage,
  splitMessage,
} from '../../shared/queue/messages.ts';
import type { DeadLetter, DeadLetterQueue, WorkQueueName } from '../../shared/queue/port.ts';
import type { Release } from '../../shared/reference/release.ts';
import { Overtaken } from '../../functions/split/split-batch.ts';
import { auditorOf, streamOfMember, type Auditor } from './auditor.ts';
import { type Core, Finding } from './core.ts';
import type { Fault } from './faults.ts';
import type { Parts, Ports, Role } from './parts.ts';
import { type Lifetime, type Process, runProcess, ServiceFailed } from './process.ts';
import { type Delivery, fifoQueue, type Message, type Queue, standardQueue } from './queues.ts';
import { HOME_AREA, reference } from './reference.ts';
import { replayInFull } from './replayed-in-full.ts';
import { bodyOf, claimRecord, linesOf, type Post, type Scenario, START } from './scenario.ts';
import { batchTable, bucket, ledgerPort, ledgerTable } from './stores.ts';

/** A message is decided, or is there as late, this long after everything is mended: sweeps, redrives, visibility. */
export const DRAIN_MS_MAX = 2 * 3_600_000;
const SWEEP_EVERY_MS = 5 * 60_000;
const REDRIVE_EVERY_MS = 2 * 60_000;
/** The operator, or the operator's machine, gives up after this. */
const REDRIVE_TIMEOUT_MS = 120_000;
/** As long as the HTTP gateway waits. */
const INTAKE_TIMEOUT_MS = 30_000;
/** Short, so that some quotes have expired by the time their claim is decided. */
const QUOTE_VALID_MINUTES = 5;
const REVIEWER_TRIES = 10;
/** Reserve of settle's handler, and of the two others. */
const SETTLE_RESERVE_MS = 6_000;
const OTHER_RESERVE_MS = 5_000;
/** While one member is blocked and nothing else goes wrong, another's record waits no longer than this. */
const OTHERS_WAIT_MS_MAX = 60_000;

const pseudonymOf = (() => {
  const made = pseudonymiser('a key for simulations only');
  const kept = new Map<string, string>();
  return (member: string): string => {
    const known = kept.get(member) ?? made(member);
    kept.set(member, known);
    return known;
  };
})();
const streamOf = streamOfMember(pseudonymOf);

/** One warm container: what it remembers is gone when it is replaced. */
interface Container {
  readonly id: string;
  readonly skewMs: number;
  readonly heads: Heads;
  readonly releases: Map<string, Release>;
}

/** A function behind a queue. */
interface Consumed {
  readonly role: 'split' | 'settle' | 'close';
  readonly queue: Queue;
  readonly batchSize: number;
  readonly timeoutMs: number;
  readonly slots: (Container | undefined)[];
  readonly busy: Set<number>;
  readonly work: (
    process: Process,
    container: Container,
    records: readonly SQSRecord[],
  ) => Promise<SQSBatchResponse>;
}

export interface World {
  readonly auditor: Auditor;
  start(): void;
  done(): boolean;
  /** How long after mending it took; only when done. */
  finish(): Promise<void>;
}

/** Puts a world together. Nothing happens before `start`, and then only on the core's timeline. */
export function worldOf(core: Core, scenario: Scenario, parts: Parts): World {
  const { timeline, chance, trace } = core;
  const { ids, release: releaseById } = reference();
  const healAt = START + scenario.healAt;
  const records = bucket();
  const auditor = auditorOf({
    core,
    posts: scenario.posts,
    ledger: () => ledger,
    batches: () => batches,
    bucket: records,
    streamOf,
  });
  const ledger = ledgerTable(core, auditor);
  const batches = batchTable(core, auditor);
  const functions: Partial<Record<Role, Consumed>> = {};
  let containers = 0;
  let clientsAtWork = 0;
  let finishedAt: number | undefined;
  const processes = new Set<Process>();
  const sentMessages: { message: SettleMessage; at: number }[] = [];
  let officeRecords = 0;

  const blockedStream = core.plan.on('blocked-member')
    ? streamOf(
        chance.of(
          'blocked',
          scenario.posts.flatMap((post) => post.records),
        )?.member ?? '',
      )
    : undefined;
  const blockedFrom = START + 3 * 60_000;
  const blocked = (stream: string): boolean => {
    const is = stream === blockedStream && !core.healed && timeline.now() > blockedFrom;
    if (is) core.counts.set('blocked-member', (core.counts.get('blocked-member') ?? 0) + 1);
    return is;
  };

  // ---- queues

  const wakes = (role: 'split' | 'settle' | 'close') => (at: number) => {
    const delay = 1 + chance.draw(core.nth(`poll ${role}`)) * 30;
    timeline.at(Math.max(at, timeline.now()) + delay, () => poll(functions[role] as Consumed), false);
  };
  const queueOptions = (name: 'split' | 'settle' | 'close', visibilitySeconds: number) => ({
    name,
    visibilityMs: visibilitySeconds * 1_000,
    receivesMax: core.plan.on('few-receives') ? 2 : limits.RECEIVES_MAX,
    wake: wakes(name),
    died: (message: Message) => {
      trace.note(`${name}: ${message.id} goes to the dead letters`);
      if (core.plan.on('few-receives')) core.count('few-receives', message.id);
      if (name === 'settle') auditor.orderLost(message.group);
    },
  });
  const splitQ = fifoQueue(core, queueOptions('split', limits.SPLIT_VISIBILITY_SECONDS));
  const settleQ = fifoQueue(core, queueOptions('settle', limits.SETTLE_VISIBILITY_SECONDS));
  const closeQ = standardQueue(core, queueOptions('close', limits.CLOSE_VISIBILITY_SECONDS));

  const sendToSettle = (body: string, deduplicationId: string): void => {
    const message = JSON.parse(body) as SettleMessage;
    if (!settleQ.send(message.stream, body, deduplicationId)) return;
    const at = Math.floor(timeline.now());
    auditor.sent(message, at);
    sentMessages.push({ message, at });
  };

  // ---- ports of one process

  function portsOf(role: Role, process: Process, container: Container): Ports {
    const ports: Ports = {
      ledger: ledgerPort(ledger, process, blocked),
      batches: withShards(batches.port(process)),
      records: records.port(process),
      heads: headsOf(container),
      events: {
        completed: ({ batchId }) => process.call('event', batchId, true, () => auditor.announced(batchId)),
      },
      splitQueue: {
        send: (message, once) =>
          process.call('send split', once, true, () => {
            splitQ.send(providerOfBatch(message.batchId), JSON.stringify(message), sha256(once));
          }),
      },
      closeQueue: {
        send: (message, delaySeconds) =>
          process.call('send close', message.batchId, true, () =>
            closeQ.send(JSON.stringify(message), delaySeconds * 1_000),
          ),
      },
      settleQueue: {
        sendSome: (messages, run) =>
          process.call('send settle', `${messages[0]?.batchId}:${messages[0]?.batchIndex}`, true, () => {
            const refused: number[] = [];
            for (const [position, message] of messages.entries()) {
              const { batchId, batchIndex } = message;
              if (core.happens('partly-sent', `${batchId}:${batchIndex}`)) refused.push(position);
              else sendToSettle(JSON.stringify(message), `${batchId}#${batchIndex}#${run}`);
            }
            return refused;
          }),
      },
      deadLetters: [
        deadLetterPort(process, 'split', splitQ, ({ group, body }, once) => splitQ.send(group, body, once)),
        deadLetterPort(process, 'settle', settleQ, ({ body }, once) => sendToSettle(body, once)),
        deadLetterPort(process, 'close', closeQ, ({ body }) => closeQ.send(body, 0)),
      ],
    };
    return parts.ports(ports, { role, process, table: ledger, sendToSettle });
  }

  function deadLetterPort(
    process: Process,
    name: WorkQueueName,
    { dead }: Queue,
    send: (message: Message, once: string) => void,
  ): DeadLetterQueue {
    const call = <T>(operation: string, id: string, writes: boolean, effect: () => T) =>
      process.call(`${operation} dead ${name}`, id, writes, effect);
    /** A call after which the operator may be gone. Records only: what a batch waits for, the sweep sends again. */
    const lastCall = (operation: string, { id }: DeadLetter, effect: () => void) =>
      call(operation, id, true, () => {
        effect();
        if (name === 'settle' && core.happens('redrive-killed', `${operation} ${id}`))
          process.kill('the operator is gone');
      });
    const held = new Map<string, Delivery>();
    const deliveryOf = ({ receipt }: { readonly receipt: string }) => held.get(receipt) as Delivery;
    return {
      name,
      count: () => call('count', '', false, () => dead.waiting().length),
      take: async () => {
        const taken = await call('take', '', true, () => dead.receive(10));
        return taken.map((delivery) => {
          const { message, receipt } = delivery;
          held.set(receipt, delivery);
          const { id, group, body, sentAt, receives } = message;
          return { id, ...(name === 'close' ? {} : { group }), body, sentAt, receives, receipt };
        });
      },
      giveBack: (letters) =>
        call('give back', String(letters.length), true, () =>
          letters.forEach((letter) => dead.giveBack(deliveryOf(letter))),
        ),
      remove: (letter) => lastCall('remove', letter, () => dead.remove(deliveryOf(letter))),
      sendAgain: async (letter, once) => {
        await lastCall('send again', letter, () => {
          core.counts.set('redrive', (core.counts.get('redrive') ?? 0) + 1);
          send(deliveryOf(letter).message, once);
        });
        return once;
      },
    };
  }

  /** Small batches get several shards of the index too, as large ones do. */
  const withShards = (port: Ports['batches']): Ports['batches'] => ({
    ...port,
    create: (manifest) => port.create({ ...manifest, shards: scenario.shards }),
  });

  /** The heads a container remembers; with the fault on, it may remember one from long ago. */
  function headsOf({ heads }: Container): Heads {
    return {
      ...heads,
      get(stream) {
        const rows = ledger.streams.get(stream) ?? [];
        if (rows.length > 1 && core.happens('stale-heads', stream))
          return rows[chance.below(core.nth(`which head ${stream}`), rows.length - 1)]?.entry;
        return heads.get(stream);
      },
    };
  }

  const releaseOf =
    (process: Process, { releases }: Container) =>
    async (id: string): Promise<Release> => {
      const known = releases.get(id);
      if (known) return known;
      const release = await process.call('release', id, false, () => releaseById(id));
      if (!release) throw new Finding('L10', `no release ${id}`);
      releases.set(id, release);
      return release;
    };

  // ---- processes and containers

  function containerFor(role: Role): Container {
    const id = `${role}-${++containers}`;
    const skewed = core.plan.on('clock-skew') && !core.healed;
    // Only settle is told nothing by its clock; two minutes are already far for a synchronised one.
    const most = role === 'settle' || role === 'office' ? 400 * 86_400_000 : 120_000;
    const skewMs = skewed ? Math.floor((2 * chance.draw(`skew ${id}`) - 1) * most) : 0;
    if (skewed) core.count('clock-skew', id);
    return { id, skewMs, heads: headCache(), releases: new Map() };
  }

  const NEVER: Partial<Record<Role, ReadonlySet<Fault>>> = {
    // One split runs per provider: Lambda ends it at its time-out, a minute before its message can be seen again.
    split: new Set<Fault>(['late', 'paused']),
  };

  function run<T>(
    role: Role,
    container: Container,
    timeoutMs: number,
    body: (process: Process) => Promise<T>,
    ended: Parameters<typeof runProcess<T>>[4],
  ): void {
    const never = NEVER[role];
    const lifetime: Lifetime = { timeoutMs, skewMs: container.skewMs, ...(never ? { never } : {}) };
    let own: Process | undefined;
    runProcess(
      core,
      core.nth(container.id),
      lifetime,
      (process) => {
        own = process;
        processes.add(process);
        return body(process);
      },
      (how) => {
        if (own) processes.delete(own);
        if (how.how === 'failed') judge(role, how.error);
        ended(how);
      },
    );
  }

  /** Errors that a fault explains are the product's way of asking for another try; all others are findings. */
  function judge(role: Role, error: unknown): void {
    if (error instanceof Finding) throw error;
    const expected =
      error instanceof ServiceFailed ||
      error instanceof LedgerMoved ||
      error instanceof DeadlineNear ||
      error instanceof Overtaken ||
      error instanceof Problem ||
      (error instanceof Error && EXPECTED_ERRORS.some((text) => error.message.includes(text)));
    trace.note(`${role} fails: ${String(error)}`);
    if (!expected)
      throw new Finding(
        'error',
        `${role}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
  }

  // ---- consumers

  function poll(consumed: Consumed): void {
    const { queue, slots, busy, role } = consumed;
    for (;;) {
      const free = slots.findIndex((_, slot) => !busy.has(slot));
      if (free < 0) return;
      const one = core.plan.on('small-receives') && !core.healed;
      const most = one ? 1 : chance.between(core.nth(`${role} takes`), 1, consumed.batchSize);
      const deliveries = queue.receive(most);
      if (deliveries.length === 0) return;
      invoke(consumed, free, deliveries);
      const second = slots.findIndex((_, slot) => !busy.has(slot));
      // Not for split: see NEVER.
      if (role !== 'split' && second >= 0 && core.happens('delivered-twice', deliveries[0]?.message.id ?? ''))
        invoke(consumed, second, deliveries);
    }
  }

  function invoke(consumed: Consumed, slot: number, deliveries: readonly Delivery[]): void {
    const { role, slots, busy, queue, timeoutMs } = consumed;
    if (core.happens('restart', `${role} ${slot}`)) slots[slot] = undefined;
    const container = slots[slot] ?? containerFor(role);
    slots[slot] = container;
    busy.add(slot);
    const given = deliveries.map(({ message }) => asRecord(message));
    run(
      role,
      container,
      timeoutMs,
      (process) => consumed.work(process, container, given),
      (how) => {
        busy.delete(slot);
        if (how.how === 'died') slots[slot] = undefined;
        if (how.how === 'answered') {
          const failed = new Set(how.answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
          const done = deliveries.filter(({ message }) => !failed.has(message.id));
          if (done.length > 0 && !core.happens('ack-lost', done[0]?.message.id ?? ''))
            timeline.after(
              2,
              () => {
                for (const delivery of done) {
                  if (role === 'settle')
                    auditor.acknowledged(JSON.parse(delivery.message.body) as SettleMessage);
                  queue.remove(delivery);
                }
              },
              false,
            );
        }
        timeline.after(5, () => poll(consumed), false);
      },
    );
  }

  const consumed = (
    role: 'split' | 'settle' | 'close',
    queue: Queue,
    batchSize: number,
    timeoutSeconds: number,
    work: Consumed['work'],
  ): void => {
    functions[role] = {
      role,
      queue,
      batchSize,
      timeoutMs: timeoutSeconds * 1_000,
      slots: Array.from({ length: scenario.consumers }, () => undefined),
      busy: new Set(),
      work,
    };
  };

  consumed(
    'settle',
    settleQ,
    limits.SETTLE_BATCH_SIZE,
    limits.SETTLE_TIMEOUT_SECONDS,
    (process, container, given) => {
      const ports = portsOf('settle', process, container);
      return parts.workThroughGroups(given, {
        remainingMs: process.remainingMs,
        reserveMs: SETTLE_RESERVE_MS,
        work: async ({ body, attributes }) => {
          const message = settleMessage.parse(JSON.parse(body));
          await settle(process, container, ports, message, Number(attributes.SentTimestamp));
        },
        onFailure: (error) => judge('settle', error),
      });
    },
  );

  consumed('split', splitQ, 1, limits.SPLIT_TIMEOUT_SECONDS, (process, container, given) => {
    const ports = portsOf('split', process, container);
    return parts.workThroughGroups(given, {
      remainingMs: process.remainingMs,
      reserveMs: OTHER_RESERVE_MS,
      work: async ({ body }) => {
        const { batchId } = splitMessage.parse(JSON.parse(body));
        // Some runs have little time, so that batches are handed on.
        const hurried = chance.happens(core.nth(`hurried ${batchId}`), 0.2) && !core.healed;
        await parts.splitBatch(batchId, {
          ...ports,
          pseudonymOf,
          now: process.now,
          remainingMs: hurried ? () => 20_000 : process.remainingMs,
          pause: process.pause,
          recordsPerStretch: scenario.recordsPerStretch,
        });
      },
      onFailure: (error) => judge('split', error),
    });
  });

  consumed('close', closeQ, 1, limits.CLOSE_TIMEOUT_SECONDS, (process, container, given) => {
    const ports = portsOf('close', process, container);
    return parts.workThroughGroups(given, {
      remainingMs: process.remainingMs,
      reserveMs: OTHER_RESERVE_MS,
      work: async ({ body }) => {
        await parts.closeBatch(closeMessage.parse(JSON.parse(body)), {
          ...ports,
          now: process.now,
          remainingMs: process.remainingMs,
          lateAfterMs: 20 * 60_000,
        });
      },
      onFailure: (error) => judge('close', error),
    });
  });

  async function settle(
    process: Process,
    container: Container,
    ports: Ports,
    message: SettleMessage,
    sentAt: number,
  ): Promise<void> {
    const appended = await parts.settleRecord(message, sentAt, {
      ledger: ports.ledger,
      heads: ports.heads,
      release: releaseOf(process, container),
      pause: (move) =>
        process.pause(20 * 2 ** move * (0.5 + chance.draw(core.nth(`jitter ${message.stream}`)))),
    });
    auditor.answered(message, appended);
  }

  // ---- clients

  /** Posts with the quotes they name, once their client has them. */
  const withQuotes = new Map<Post, Post | 'asking'>();

  /** A client that wants quotes asks for them first, and posts a while later; other claims may come in between. */
  function begin(each: Post): void {
    const known = withQuotes.get(each);
    if (known === 'asking') return timeline.after(1_000, () => begin(each), false);
    if (known) return post(known, 0);
    if (!each.records.some(({ quoted }) => quoted)) return post(each, 0);
    withQuotes.set(each, 'asking');
    askQuotes(each, 0, (made) => {
      withQuotes.set(each, made);
      auditor.alsoPosted(made);
      const waits = chance.draw(core.nth(`thinks ${each.batchNo}`)) ** 2 * 8 * 60_000;
      timeline.after(waits, () => post(made, 0), false);
    });
  }

  /** Asks for the quotes of a post one by one; a claim that gets none is posted without. */
  function askQuotes(each: Post, from: number, then: (made: Post) => void): void {
    const at = each.records.findIndex(({ quoted }, index) => quoted && index >= from);
    const record = each.records[at];
    if (!record) return then(each);
    const container = containerFor('results');
    const caller = { role: 'provider' as const, providerId: each.provider };
    run(
      'results',
      container,
      INTAKE_TIMEOUT_MS,
      (process) => {
        const ports = portsOf('results', process, container);
        const deps: ResultsDeps = {
          ...ports,
          pseudonymOf,
          area: HOME_AREA,
          sealed: ports.records,
          release: releaseOf(process, container),
          pointers: { inForce: async (iso) => ids[Date.parse(iso) >= START + scenario.releaseAt ? 1 : 0] },
          lateAfterMinutes: 20,
          quoteValidMinutes: QUOTE_VALID_MINUTES,
        };
        return parts.quoteClaim({ claim: record.value }, caller, process.now(), deps);
      },
      (how) => {
        const quote = how.how === 'answered' ? how.answer : undefined;
        if (quote?.quoteId) auditor.quoted(each.provider, record, quote);
        const { quoteId: id } = quote ?? {};
        const next = { ...record, value: { ...record.value, ...(id ? { quoteId: id } : {}) } };
        askQuotes({ ...each, records: each.records.with(at, next) }, at + 1, then);
      },
    );
  }

  function post(each: Post, tried: number): void {
    const batchId = `${each.provider}.${each.batchNo}`;
    const container = containerFor('intake');
    const body = bodyOf(each);
    const bytes = Buffer.from(JSON.stringify(body));
    run(
      'intake',
      container,
      INTAKE_TIMEOUT_MS,
      (process) => {
        const { batches, records, splitQueue } = portsOf('intake', process, container);
        const deps = {
          batches,
          records,
          splitQueue,
          uploads: {
            presign: () => {
              throw new Error('clients of the simulation have uploaded already');
            },
            size: (_provider: string, sha256Hex: string) =>
              process.call('upload size', sha256Hex.slice(0, 8), false, () =>
                Buffer.byteLength(linesOf(each)),
              ),
            copyToRecords: (_provider: string, _sha256Hex: string, key: string) =>
              records.put(key, linesOf(each), 'application/x-ndjson'),
          },
          homeArea: HOME_AREA,
          releaseInForce: (now: number) =>
            process.call('pointer', batchId, false, () => ids[now >= START + scenario.releaseAt ? 1 : 0]),
          areaOf: async (_provider: string, id: string) => {
            await releaseOf(process, container)(id);
            return HOME_AREA;
          },
        };
        const posted = { bytes, now: process.now() };
        const [first] = each.records;
        if (first?.kind === 'review') {
          const { providerId, claimNo, ...review } = first.value as ReviewRecord;
          return parts.acceptReview({ providerId, claimNo }, review, process.now(), deps);
        }
        if (each.uploaded) return parts.acceptUpload(each.provider, body as never, posted, deps);
        return each.provider === AGENCY
          ? parts.acceptEnrolments(body as never, posted, deps)
          : parts.acceptClaims(each.provider, body as never, posted, deps);
      },
      (how) => {
        if (how.how === 'answered') {
          auditor.accepted(each, how.answer.accepted);
          trace.note(`client: ${batchId} has its 202`);
          clientsAtWork--;
          return;
        }
        // A reviewer may be quicker than the claim; when it does not come, there is nothing to review.
        const tooEarly =
          how.how === 'failed' && how.error instanceof Problem && how.error.code === 'not-found';
        if (how.how === 'failed' && how.error instanceof Problem && !(tooEarly && tried < REVIEWER_TRIES)) {
          auditor.refused(each, how.error.code);
          clientsAtWork--;
          return;
        }
        // A client without an answer asks again; some never do.
        if (!core.healed && chance.happens(core.nth(`gives up ${batchId}`), 0.1)) clientsAtWork--;
        else
          timeline.after(
            1_000 + chance.draw(core.nth(`asks again ${batchId}`)) * 20_000,
            () => post(each, tried + 1),
            false,
          );
      },
    );
  }

  // ---- what happens beside the queues

  function sweep(queuesLost: boolean): void {
    const container = containerFor('sweep');
    run(
      'sweep',
      container,
      60_000,
      (process) => {
        const { batches, splitQueue, closeQueue } = portsOf('sweep', process, container);
        return parts.sweepBatches(
          { queuesLost },
          { batches, splitQueue, closeQueue, now: process.now, lateAfterMs: 20 * 60_000 },
        );
      },
      (how) => {
        if (queuesLost && how.how !== 'answered') timeline.after(1_000, () => sweep(true), false);
      },
    );
  }

  /** An operator sends dead letters again. */
  function redrive(): void {
    if ([splitQ, settleQ, closeQ].every(({ dead }) => dead.waiting().length === 0)) return;
    const container = containerFor('redrive');
    run(
      'redrive',
      container,
      REDRIVE_TIMEOUT_MS,
      (process) => {
        const { deadLetters: queues, ledger: read, batches: known } = portsOf('redrive', process, container);
        const release = releaseOf(process, container);
        const deps = { queues, view: parts.ledgerView(read), batches: known, release, now: process.now };
        return parts.replayDeadLetters({}, deps);
      },
      () => {},
    );
  }

  /** The back office settles a record itself: one that travels already, or one of its own. */
  function office(n: number): void {
    if (core.healed) return;
    const name = `office ${n}`;
    timeline.after(5_000 + chance.draw(`${name} waits`) * 80_000, () => office(n + 1), false);
    if (core.happens('second-writer', String(n)) && sentMessages.length > 0) officeWrites(n);
  }

  /** At a fixed moment, or as soon after that as a message travels. */
  function officeAt(n: number): void {
    if (core.healed) return;
    if (sentMessages.some(({ message }) => message.type === 'claim')) officeWrites(n, 'own');
    else timeline.after(20, () => officeAt(n), false);
  }

  function officeWrites(n: number, what?: 'own'): void {
    const name = `office ${n}`;
    const near =
      sentMessages.length -
      1 -
      Math.floor(chance.draw(`${name} which`) ** 2 * Math.min(8, sentMessages.length));
    const picked = sentMessages[Math.max(0, near)] as { message: SettleMessage; at: number };
    let { message, at } = picked;
    if (message.type === 'claim' && (what === 'own' || chance.happens(`${name} own record`, 0.5))) {
      const member = scenario.posts
        .flatMap((each) => each.records)
        .find((each) => streamOf(each.member) === message.stream)?.member;
      const record = claimRecord(chance, name, member ?? '', `OF${n}`);
      const { memberId: _m, insuredArea: _a, ...value } = record.value as Record<string, unknown>;
      const own = {
        ...message,
        batchId: 'H0001.OFFICE',
        batchIndex: officeRecords,
        shard: 0,
        claimKey: `H0001/OF${n}`,
        content: sha256(JSON.stringify(value)).slice(0, 22),
        claim: { ...value, providerId: 'H0001' },
        numberHeldElsewhere: undefined,
        quoteId: undefined,
      };
      officeRecords++;
      message = JSON.parse(JSON.stringify(own)) as SettleMessage;
      at = Math.floor(timeline.now());
      auditor.expect({ message, content: JSON.stringify(value) });
      auditor.sent(message, at);
      auditor.orderLost(message.stream, message.batchId);
      officeDue.push({ message, at });
    } else {
      auditor.orderLost(message.stream, message.batchId);
    }
    officeSettles(message, at, false);
  }

  const officeDue: { message: SettleMessage; at: number }[] = [];
  function officeSettles(message: SettleMessage, at: number, again: boolean): void {
    const container = containerFor('office');
    run(
      'office',
      container,
      20_000,
      (process) => settle(process, container, portsOf('office', process, container), message, at),
      (how) => {
        if (again && how.how !== 'answered')
          timeline.after(2_000, () => officeSettles(message, at, true), false);
      },
    );
  }

  function restartAll(why: string): void {
    for (const process of processes) process.kill(why);
    for (const each of Object.values(functions)) each.slots.fill(undefined);
  }

  /** Looks every few seconds whether everything has drained. */
  function watchTheEnd(): void {
    if (settled()) finishedAt = timeline.now();
    else if (timeline.now() > healAt + DRAIN_MS_MAX)
      throw new Finding(
        'liveness',
        `not drained within ${DRAIN_MS_MAX / 3_600_000} hours of virtual time: ${whatIsLeft()}`,
      );
    else timeline.after(10_000, watchTheEnd, false);
  }

  function heal(): void {
    watchTheEnd();
    core.healed = true;
    trace.note('everything is mended');
    for (const each of Object.values(functions))
      for (let slot = 0; slot < each.slots.length; slot++)
        if (!each.busy.has(slot)) each.slots[slot] = undefined;
    redrive();
    for (const { message, at } of officeDue) officeSettles(message, at, true);
  }

  const every = (ms: number, what: () => void): void => {
    const again = (): void => {
      if (world.done()) return;
      what();
      timeline.after(ms, again, false);
    };
    timeline.after(ms, again, false);
  };

  const settled = (): boolean =>
    core.healed &&
    clientsAtWork === 0 &&
    settleQ.waiting().length === 0 &&
    settleQ.dead.waiting().length === 0 &&
    splitQ.waiting().length === 0 &&
    functions.split?.busy.size === 0 &&
    officeDue.every(({ message }) => auditor.isDecided(message)) &&
    auditor.allComplete();

  const world: World = {
    auditor,
    start() {
      for (const each of scenario.posts)
        for (const at of each.at) {
          clientsAtWork++;
          timeline.at(START + at, () => begin(each), false);
        }
      every(SWEEP_EVERY_MS, () => sweep(false));
      every(REDRIVE_EVERY_MS, () => {
        const goesOn = core.happens('redrive', 'round') || core.plan.on('redrive-killed');
        if (core.healed || goesOn) redrive();
      });
      if (core.plan.on('second-writer')) office(0);
      for (const [n, at] of (scenario.officeAt ?? []).entries())
        timeline.at(START + at, () => officeAt(n), false);
      if (core.plan.on('restart-all'))
        for (let n = 0; n < 2; n++)
          timeline.at(START + chance.draw(`restart all ${n}`) * scenario.healAt, () => {
            core.count('restart-all', String(n));
            restartAll('everything restarts');
          });
      if (core.plan.on('queues-lost'))
        timeline.at(START + chance.draw('queues lost') * scenario.healAt, () => {
          core.count('queues-lost', '');
          restartAll('the machine is off');
          for (const queue of [splitQ, settleQ, closeQ]) queue.clear();
          for (const { message } of sentMessages) auditor.orderLost(message.stream);
          sweep(true);
        });
      for (const fault of ['index-lag', 'index-flicker', 'small-receives'] as const)
        if (core.plan.on(fault)) core.counts.set(fault, 1);
      timeline.at(healAt, heal);
      if (blockedStream !== undefined) every(20_000, checkOthers);
    },
    done: () => finishedAt !== undefined,
    async finish() {
      await auditor.finish();
      await replayInFull(ledger, batches, records, pseudonymOf);
    },
  };

  /** A blocked member delays nobody else. */
  function checkOthers(): void {
    if (core.healed) return;
    for (const { message, at } of sentMessages) {
      if (message.stream === blockedStream || auditor.isDecided(message)) continue;
      if (timeline.now() - at > OTHERS_WAIT_MS_MAX)
        throw new Finding(
          'blocked',
          `${message.claimKey} waits ${Math.round((timeline.now() - at) / 1_000)} s behind another member`,
        );
    }
  }

  const whatIsLeft = (): string =>
    [
      `${settleQ.waiting().length} settle messages`,
      `${splitQ.waiting().length} split messages`,
      `${closeQ.waiting().length} close messages`,
      `${clientsAtWork} clients`,
      ...[...batches.rows]
        .filter(([, { progress }]) => progress?.completedAt === undefined)
        .map(([batchId, { split }]) => `${batchId} ${split?.done ? 'split' : 'not split'}`),
    ].join(', ');

  return world;
}

const EXPECTED_ERRORS = ['messages are refused again and again', 'sending failed'];

/** A message as Lambda hands it over. */
function asRecord(message: Message): SQSRecord {
  return {
    messageId: message.id,
    receiptHandle: '',
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      MessageGroupId: message.group,
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: '',
  };
}
