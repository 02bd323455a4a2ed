// The planted bugs: each a mistake somebody could make, as a variant of one piece of the product or of a port, and
// the number of seeds within which the simulator must find it. The product itself has no switches.

import type { SettleMessage } from '../../../shared/queue/messages.ts';
import { fen } from '../../../shared/money/fen.ts';
import { genesis, seal } from '../../../shared/ledger/codec.ts';
import type { Entry } from '../../../shared/ledger/entry.ts';
import type { Position } from '../../../shared/ledger/position.ts';
import { PRODUCT, type Inside, type Parts, type Ports, type Role } from '../parts.ts';
import { reference } from '../reference.ts';
import { type Mistakes, settleWith } from './wrong-append.ts';
import * as wrong from './wrong-corrections.ts';
import * as late from './wrong-looks.ts';
import * as loops from './wrong-loops.ts';

export interface Planted {
  readonly name: string;
  /** What is done wrong. */
  readonly what: string;
  /** Promises that it breaks, as SPEC.md numbers them. */
  readonly breaks: string;
  /** It is found within so many seeds, from 1 on. */
  readonly seedsMax: number;
  /** Found by the enumeration of single faults as well. */
  readonly enumerated?: true;
  /** Each run gets its own, so that what it remembers is forgotten between runs. */
  readonly parts: () => Parts;
}

/** The product with other ports for some roles. */
const ports =
  (roles: readonly Role[], change: (ports: Ports, inside: Inside) => Partial<Ports>) => (): Parts => ({
    ...PRODUCT,
    ports: (given, inside) => (roles.includes(inside.role) ? { ...given, ...change(given, inside) } : given),
  });
const ledgerWith = (change: (ports: Ports, inside: Inside) => Partial<Ports['ledger']>) =>
  ports(['settle', 'office'], (given, inside) => ({ ledger: { ...given.ledger, ...change(given, inside) } }));
const loop = (workThroughGroups: Parts['workThroughGroups']) => (): Parts => ({
  ...PRODUCT,
  workThroughGroups,
});
const appendWith = (mistakes: Mistakes) => (): Parts => ({
  ...PRODUCT,
  settleRecord: settleWith(mistakes, new Map<string, Position>()),
});

const reseal = ({ place, body }: Entry, over: Partial<Entry['place']>): Entry =>
  seal({ ...place, ...over }, body);

const corrections = (change: Parameters<typeof wrong.written>[0]) =>
  ledgerWith(({ ledger }, { table }) => ({
    append: (entry) => {
      const history = (table.streams.get(entry.place.stream) ?? [])
        .map((row) => row.entry)
        .filter(({ place }) => place.seq < entry.place.seq);
      return ledger.append(wrong.written(change)(entry, history));
    },
  }));

export const PLANTED: readonly Planted[] = [
  {
    name: 'no-condition',
    what: 'the put has no condition: it replaces whatever stands at its place',
    breaks: 'L1',
    seedsMax: 100,
    parts: ledgerWith((_, { process, table }) => ({
      append: (entry) =>
        process.call('append', `${entry.place.stream.slice(7, 13)} ${entry.place.seq}`, true, () => {
          table.overwrite(entry);
          return { outcome: 'appended' as const };
        }),
    })),
  },
  {
    name: 'taken-is-done',
    what: 'a failed condition is taken for an earlier success of its own',
    breaks: 'L9',
    seedsMax: 100,
    parts: ledgerWith(({ ledger }) => ({
      append: async (entry) => {
        await ledger.append(entry);
        return { outcome: 'appended' };
      },
    })),
  },
  {
    name: 'taken-is-answered',
    what: 'whoever stands at the place is given as the answer',
    breaks: 'L4',
    seedsMax: 100,
    parts: appendWith({ takenIsAnswered: true }),
  },
  {
    name: 'claim-before-head',
    what: 'the claim is looked for before the head is read',
    breaks: 'L4 L3',
    seedsMax: 300,
    parts: appendWith({ claimBeforeHead: true }),
  },
  {
    name: 'no-duplicate-query',
    what: 'nobody looks whether the claim was entered before',
    breaks: 'L4 L5',
    seedsMax: 5,
    parts: ledgerWith(() => ({ byClaim: async () => [] })),
  },
  {
    name: 'head-only-duplicates',
    what: 'only the newest entry is looked at for duplicates',
    breaks: 'L4 L5',
    seedsMax: 10,
    parts: ledgerWith(({ ledger }) => ({
      byClaim: async (stream, claimKey) => {
        const head = await ledger.head(stream);
        return head?.place.claimKey === claimKey ? [head] : [];
      },
    })),
  },
  {
    name: 'goes-on-after-failure',
    what: "a member's next record is worked on after one that failed",
    breaks: 'order',
    seedsMax: 100,
    parts: loop(loops.goesOn),
  },
  {
    name: 'followers-forgotten',
    what: 'after a failure the records behind it are deleted unseen',
    breaks: 'L9',
    seedsMax: 30,
    parts: loop(loops.forgetsFollowers),
  },
  {
    name: 'errors-swallowed',
    what: 'an error is logged and the message deleted',
    breaks: 'L9',
    seedsMax: 10,
    parts: loop(loops.swallowsErrors),
  },
  {
    name: 'acknowledged-first',
    what: 'messages are deleted before their work is done',
    breaks: 'L9',
    seedsMax: 5,
    parts: loop(loops.answersFirst),
  },
  {
    name: 'group-in-parallel',
    what: 'records of one member are decided at the same time',
    breaks: 'order',
    seedsMax: 30,
    parts: loop(loops.allAtOnce),
  },
  {
    name: 'one-fails-all',
    what: "one member's failure gives back everybody's records",
    breaks: 'blocked',
    seedsMax: 300,
    parts: loop(loops.oneFailsAll),
  },
  {
    name: 'write-not-awaited',
    what: 'the put is sent and not waited for',
    breaks: 'L9',
    seedsMax: 5,
    parts: ledgerWith(({ ledger }) => ({
      append: async (entry) => {
        ledger.append(entry).catch(() => {});
        return { outcome: 'appended' };
      },
    })),
  },
  {
    name: 'next-place-when-unknown',
    what: 'after an error the same entry is put one place further on',
    breaks: 'L2 L4',
    seedsMax: 30,
    parts: ledgerWith(({ ledger }) => ({
      append: async (entry) => {
        try {
          return await ledger.append(entry);
        } catch {
          return ledger.append(reseal(entry, { seq: entry.place.seq + 1, prev: entry.hash }));
        }
      },
    })),
  },
  {
    name: 'moved-without-deciding',
    what: 'when the place is taken, the same decision is put at the next one',
    breaks: 'L7 L10',
    seedsMax: 200,
    parts: appendWith({ movesWithoutDeciding: true }),
  },
  {
    name: 'position-from-memory',
    what: 'accumulators come from what the container remembers, the place from the table',
    breaks: 'L7 L10',
    seedsMax: 100,
    parts: appendWith({ positionFromMemory: true }),
  },
  {
    name: 'head-before-write',
    what: 'the head is remembered before it is written',
    breaks: 'L2',
    seedsMax: 50,
    parts: appendWith({ headBeforeWrite: true }),
  },
  {
    name: 'time-of-the-clock',
    what: "an entry's time is the container's clock, not the message's",
    breaks: 'L10',
    seedsMax: 3,
    parts: () => ({
      ...PRODUCT,
      settleRecord: (message, sentAt, deps) =>
        PRODUCT.settleRecord(message, sentAt + 1 + (sentAt % 5_000), deps),
    }),
  },
  {
    name: 'release-of-the-moment',
    what: 'decides with the release in force now, not with the one the batch was accepted under',
    breaks: 'L10',
    seedsMax: 30,
    parts: () => ({
      ...PRODUCT,
      settleRecord: (message, sentAt, deps) =>
        PRODUCT.settleRecord(message, sentAt, { ...deps, release: () => deps.release(reference().ids[1]) }),
    }),
  },
  {
    name: 'no-previous-hash',
    what: 'an entry does not name the one before it',
    breaks: 'L2',
    seedsMax: 3,
    parts: ledgerWith(({ ledger }) => ({
      append: (entry) => ledger.append(reseal(entry, { prev: genesis(entry.place.stream) })),
    })),
  },
  {
    name: 'a-fen-lost',
    what: 'the member pays a fen less than the bill says, and nobody else pays it',
    breaks: 'L6',
    seedsMax: 5,
    parts: ledgerWith(({ ledger }) => ({
      append: ({ place, body }) => {
        if (body.kind !== 'settlement' || body.amounts.cash === 0) return ledger.append(seal(place, body));
        const cash = fen(body.amounts.cash - 1);
        return ledger.append(seal(place, { ...body, amounts: { ...body.amounts, cash } }));
      },
    })),
  },
  {
    name: 'conflict-unreported',
    what: 'the same number with other content gets the recorded answer',
    breaks: 'L5',
    seedsMax: 20,
    parts: appendWith({ conflictUnreported: true }),
  },
  {
    name: 'repeat-swallowed',
    what: 'the same claim in another batch gets the recorded answer, and that batch no entry',
    breaks: 'L9',
    seedsMax: 20,
    parts: appendWith({ repeatSwallowed: true }),
  },
  {
    name: 'number-not-checked',
    what: 'a number that is held is decided again',
    breaks: 'L3 L5',
    seedsMax: 20,
    parts: appendWith({ contentIgnored: true }),
  },
  {
    name: 'denial-holds',
    what: 'a denied claim holds its number',
    breaks: 'L5',
    seedsMax: 30,
    parts: appendWith({ denialHolds: true }),
  },
  {
    name: 'reversal-recomputed',
    what: 'a reversal undoes what the claim would come to today, not what it came to',
    breaks: 'L8',
    seedsMax: 100,
    parts: corrections(wrong.recomputed),
  },
  {
    name: 'reversed-twice',
    what: 'a settlement that is undone is undone again',
    breaks: 'L8',
    seedsMax: 50,
    parts: corrections(wrong.twice),
  },
  {
    name: 'later-claims-left',
    what: 'a reversal leaves later settlements as they are, where the pack wants them decided again',
    breaks: 'L7 L10',
    seedsMax: 200,
    parts: corrections(wrong.laterLeft),
  },
  {
    name: 'denial-let-go',
    what: 'where the day of service decides, a claim denied by a limit keeps no place and never comes to life',
    breaks: 'L10 L11',
    seedsMax: 30,
    parts: corrections(wrong.denialLetGo),
  },
  {
    name: 'version-reused',
    what: 'versions count settlements only, not what refunds put in their place',
    breaks: 'L3',
    seedsMax: 500,
    parts: corrections(wrong.versionReused),
  },
  {
    name: 'refund-adds-back',
    what: 'a second refund is made from the claim as it was settled first',
    breaks: 'L8',
    seedsMax: 500,
    parts: corrections(wrong.addsBack),
  },
  {
    name: 'refund-of-what-stood',
    what: 'nobody looks whether what a refund was made from is what stands',
    breaks: 'L8',
    seedsMax: 500,
    parts: () => ({ ...PRODUCT, settleRecord: late.refundOfWhatStood }),
  },
  {
    name: 'review-of-what-was-pended',
    what: 'a review is decided on the entry it was made from, without a look at what has decided that since',
    breaks: 'L3 review',
    seedsMax: 50,
    parts: () => ({ ...PRODUCT, settleRecord: late.reviewOfWhatWasPended }),
  },
  {
    name: 'reductions-forgotten',
    what: 'a claim that a reviewer reduced is settled whole',
    breaks: 'review',
    seedsMax: 20,
    parts: ports(['split'], ({ settleQueue }) => ({
      settleQueue: {
        sendSome: (messages, run) => settleQueue.sendSome(messages.map(late.withoutReductions), run),
      },
    })),
  },
  {
    name: 'denied-is-approved',
    what: "a reviewer's denial lets the claim through",
    breaks: 'review',
    seedsMax: 20,
    parts: () => ({
      ...PRODUCT,
      settleRecord: (message, sentAt, deps) =>
        PRODUCT.settleRecord(
          message.type === 'review' ? { ...message, decision: 'approve' } : message,
          sentAt,
          deps,
        ),
    }),
  },
  {
    name: 'quote-ignored',
    what: 'a claim that names a quote is settled at whatever it comes to by now',
    breaks: 'quote',
    seedsMax: 100,
    parts: () => ({ ...PRODUCT, settleRecord: late.quoteIgnored }),
  },
  {
    name: 'quote-of-an-older-head',
    what: 'a quote says that it is of the newest entry, and is computed on the one before',
    breaks: 'quote',
    seedsMax: 100,
    parts: ports(['results'], (_, { table }) => ({ ledger: late.olderPosition(table) })),
  },
  {
    name: 'statement-ignored',
    what: 'a second statement about a member leaves the first in force',
    breaks: 'L7 L10',
    seedsMax: 20,
    parts: ledgerWith(({ ledger }, { table }) => ({
      append: (entry) => {
        const { place, body } = entry;
        const before = table.get(place.stream, place.seq - 1)?.body.position;
        const first = body.kind === 'enrolment' && before?.enrolment ? before : undefined;
        return ledger.append(first ? seal(place, { ...body, position: first }) : entry);
      },
    })),
  },
  {
    name: 'register-ignored',
    what: 'nobody looks whether another member holds the number',
    breaks: 'L3',
    seedsMax: 50,
    parts: ports(['split'], ({ batches }) => ({ batches: { ...batches, holders: async () => new Map() } })),
  },
  {
    name: 'register-not-written',
    what: 'numbers are looked up and never taken',
    breaks: 'L3',
    seedsMax: 50,
    parts: ports(['split'], ({ batches }) => ({ batches: { ...batches, hold: async () => {} } })),
  },
  {
    name: 'cursor-before-sending',
    what: 'split saves its cursor before the messages are in the queue',
    breaks: 'L9',
    seedsMax: 50,
    parts: ports(['split'], ({ batches, settleQueue }) => {
      const waiting: { messages: readonly SettleMessage[]; run: number }[] = [];
      return {
        settleQueue: {
          sendSome: async (messages, run) => {
            waiting.push({ messages, run });
            return [];
          },
        },
        batches: {
          ...batches,
          saveSplit: async (...args) => {
            const saved = await batches.saveSplit(...args);
            for (const { messages, run } of waiting.splice(0)) {
              let left = messages;
              while (left.length > 0)
                left = (await settleQueue.sendSome(left, run)).map((at) => left[at] as SettleMessage);
            }
            return saved;
          },
        },
      };
    }),
  },
  {
    name: 'refused-forgotten',
    what: 'messages the queue did not take are not sent again',
    breaks: 'L9',
    seedsMax: 30,
    parts: ports(['split'], ({ settleQueue }) => ({
      settleQueue: {
        sendSome: async (messages, run) => {
          await settleQueue.sendSome(messages, run);
          return [];
        },
      },
    })),
  },
  {
    name: 'rejections-lost',
    what: 'records that cannot be read are counted and not written down',
    breaks: 'L9',
    seedsMax: 30,
    parts: ports(['split'], ({ records }) => ({
      records: {
        ...records,
        put: async (key, ...rest) => {
          if (!key.startsWith('rejections/')) await records.put(key, ...rest);
        },
      },
    })),
  },
  {
    name: 'deduplicated-by-claim',
    what: 'the deduplication id is that of the claim, not of batch and index',
    breaks: 'L9',
    seedsMax: 100,
    parts: ports(['split'], (_, { process, sendToSettle }) => ({
      settleQueue: {
        sendSome: (messages) =>
          process.call('send settle', `${messages[0]?.batchId}:${messages[0]?.batchIndex}`, true, () => {
            for (const message of messages)
              sendToSettle(JSON.stringify(message), `${message.claimKey}#${message.content}`);
            return [];
          }),
      },
    })),
  },
  {
    name: 'counted-past-a-gap',
    what: 'close counts entries behind one that is not there yet',
    breaks: 'totals',
    seedsMax: 30,
    parts: ports(['close'], ({ ledger }) => ({
      ledger: {
        ...ledger,
        batchShard: async (batchId, shard, from, limit) => {
          const entries = await ledger.batchShard(batchId, shard, from, limit);
          const [first, second] = entries;
          const step = first && second ? second.place.batchIndex - first.place.batchIndex : 1;
          return entries.map((entry, at) => ({
            ...entry,
            place: { ...entry.place, batchIndex: from + at * step },
          }));
        },
      },
    })),
  },
  {
    name: 'closed-before-split',
    what: 'a batch is complete when everything sent so far is decided',
    breaks: 'close',
    seedsMax: 50,
    parts: ports(['close'], ({ batches }) => ({
      batches: {
        ...batches,
        read: async (batchId) => {
          const read = await batches.read(batchId);
          return read?.split && !read.split.refused
            ? { ...read, split: { ...read.split, done: true } }
            : read;
        },
      },
    })),
  },
  {
    name: 'event-after-completion',
    what: 'the event is sent after the batch was marked complete',
    breaks: 'close',
    seedsMax: 5,
    parts: ports(['close'], ({ batches, events }) => {
      const waiting: Parameters<typeof events.completed>[] = [];
      return {
        events: { completed: async (...args) => void waiting.push(args) },
        batches: {
          ...batches,
          saveProgress: async (...args) => {
            const saved = await batches.saveProgress(...args);
            for (const each of waiting.splice(0)) await events.completed(...each);
            return saved;
          },
        },
      };
    }),
  },
  {
    name: 'answered-before-stored',
    what: 'intake answers 202 before raw batch and manifest are stored',
    breaks: 'L9',
    seedsMax: 3,
    parts: () => ({
      ...PRODUCT,
      acceptClaims: async (provider, batch, posted, deps) => {
        PRODUCT.acceptClaims(provider, batch, posted, deps).catch(() => {});
        return { batchId: `${provider}.${batch.batchNo}`, accepted: batch.claims?.length ?? 0, rejected: [] };
      },
    }),
  },
  {
    name: 'manifest-before-raw',
    what: 'the manifest is stored before the raw batch',
    breaks: 'L9',
    seedsMax: 3,
    parts: ports(['intake'], ({ batches, records }) => {
      const waiting: Parameters<typeof records.put>[] = [];
      return {
        records: { ...records, put: async (...args) => void waiting.push(args) },
        batches: {
          ...batches,
          create: async (manifest) => {
            const created = await batches.create(manifest);
            for (const each of waiting.splice(0)) await records.put(...each);
            return created;
          },
        },
      };
    }),
  },
  {
    name: 'delete-before-send',
    what: 'a dead letter is deleted before it is sent again',
    breaks: 'L9',
    seedsMax: 300,
    parts: ports(['redrive'], ({ deadLetters }) => ({
      deadLetters: deadLetters.map((queue) => ({
        ...queue,
        sendAgain: async (letter, once) => {
          await queue.remove(letter);
          return queue.sendAgain(letter, once);
        },
        remove: async () => {},
      })),
    })),
  },
  {
    name: 'foreseeing-writes',
    what: 'what would come of a dead letter is found out by deciding it in the ledger',
    breaks: 'L10',
    seedsMax: 100,
    parts: () => ({ ...PRODUCT, ledgerView: (ledger) => ledger }),
  },
  {
    name: 'no-sweep',
    what: 'nothing looks for batches that stand still',
    breaks: 'liveness',
    seedsMax: 200,
    parts: () => ({
      ...PRODUCT,
      sweepBatches: async () => ({ looked: 0, splitAgain: 0, lookedAtAgain: 0, lateUnread: 0 }),
    }),
  },
  {
    name: 'sweep-forgets-closing',
    what: 'sweep splits again and never looks at batches that nobody closes',
    breaks: 'liveness',
    seedsMax: 300,
    parts: ports(['sweep'], () => ({ closeQueue: { send: async () => {} } })),
  },
];
