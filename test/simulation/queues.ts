// Models of the two kinds of SQS queue, as far as what they promise and what they do not (aws.md 3.2, reliability.md
// 2.2). First in, first out: a group with a message in flight gives nothing behind it; a receive may hold several
// messages of one group, in order; a message that became visible again comes before the ones behind it; five minutes
// of deduplication by id; ten receives, then the dead letters. Standard: at least once, in any order, with delays.

import type { Core } from './core.ts';

export const DEDUPLICATION_MS = 5 * 60_000;

export interface Message {
  readonly id: string;
  readonly group: string;
  readonly body: string;
  readonly sentAt: number;
  receives: number;
  visibleAt: number;
}

export interface Delivery {
  readonly message: Message;
  readonly receipt: string;
}

export interface Queue {
  readonly name: string;
  receive(max: number): Delivery[];
  /** Deletes a message if this receipt is still the one it is held under. */
  remove(delivery: Delivery): void;
  waiting(): readonly Message[];
  readonly dead: DeadLetters;
  /** Everything in it is lost. */
  clear(): void;
}

/** Where messages rest that failed every delivery: a queue of the same kind, that gives up on nothing. */
export interface DeadLetters {
  waiting(): readonly Message[];
  put(message: Message): void;
  receive(max: number): Delivery[];
  giveBack(delivery: Delivery): void;
  remove(delivery: Delivery): void;
  clear(): void;
}

export interface FifoQueue extends Queue {
  /** False when it was sent within the last five minutes already. */
  send(group: string, body: string, deduplicationId: string): boolean;
}

export interface StandardQueue extends Queue {
  send(body: string, delayMs: number): void;
}

interface QueueOptions {
  readonly name: string;
  readonly visibilityMs: number;
  readonly receivesMax: number;
  /** Something may have become receivable, now or at a moment. */
  readonly wake: (at: number) => void;
  /** A message left the queue for the dead letters. */
  readonly died?: (message: Message) => void;
}

/** How long what is taken from dead letters is hidden: the adapter says so (shared/queue/sqs/sqs-dead-letters.ts). */
const HELD_MS = 300_000;

/** Of a standard queue every message is a group of its own, so that both kinds are one model. */
function deadLetters({ timeline }: Core): DeadLetters {
  let messages: Message[] = [];
  const isHeld = ({ message, receipt }: Delivery): boolean =>
    receipt === `${message.id}@${message.receives}` && message.visibleAt > timeline.now();
  return {
    waiting: () => messages,
    put(message) {
      message.visibleAt = timeline.now();
      messages.push(message);
    },
    receive(max) {
      const now = timeline.now();
      const hidden = new Set(messages.filter(({ visibleAt }) => visibleAt > now).map(({ group }) => group));
      const given = messages.filter(({ group }) => !hidden.has(group)).slice(0, max);
      return given.map((message) => {
        message.receives++;
        message.visibleAt = now + HELD_MS;
        return { message, receipt: `${message.id}@${message.receives}` };
      });
    },
    giveBack(delivery) {
      if (isHeld(delivery)) delivery.message.visibleAt = timeline.now();
    },
    remove(delivery) {
      if (isHeld(delivery)) messages = messages.filter((other) => other !== delivery.message);
    },
    clear() {
      messages = [];
    },
  };
}

export function fifoQueue(core: Core, options: QueueOptions): FifoQueue {
  const { timeline, chance } = core;
  const groups = new Map<string, Message[]>();
  const dead = deadLetters(core);
  const sent = new Map<string, number>();
  const drop = (message: Message): void => {
    const group = groups.get(message.group) ?? [];
    const at = group.indexOf(message);
    if (at >= 0) group.splice(at, 1);
    if (group.length === 0) groups.delete(message.group);
  };

  return {
    name: options.name,
    dead,
    send(group, body, deduplicationId) {
      const now = timeline.now();
      const before = sent.get(deduplicationId);
      if (before !== undefined && now - before < DEDUPLICATION_MS) return false;
      sent.set(deduplicationId, now);
      const message: Message = {
        id: core.nth(`${options.name} ${deduplicationId}`),
        group,
        body,
        sentAt: Math.floor(now),
        receives: 0,
        visibleAt: now,
      };
      groups.set(group, [...(groups.get(group) ?? []), message]);
      options.wake(now);
      return true;
    },
    receive(max) {
      const now = timeline.now();
      const deliveries: Delivery[] = [];
      const keys = [...groups.keys()];
      // Groups are looked at from a random one on; within a group only what no invisible message stands before.
      const from = keys.length < 2 ? 0 : chance.below(core.nth(`${options.name} looks from`), keys.length);
      for (let at = 0; at < keys.length; at++) {
        const key = keys[(from + at) % keys.length] as string;
        for (const message of groups.get(key)?.slice() ?? []) {
          if (deliveries.length === max || message.visibleAt > now) break;
          if (message.receives >= options.receivesMax) {
            drop(message);
            dead.put(message);
            options.died?.(message);
            continue;
          }
          message.receives++;
          message.visibleAt = now + options.visibilityMs;
          deliveries.push({ message, receipt: `${message.id}@${message.receives}` });
        }
        if (deliveries.length === max) break;
      }
      if (deliveries.length > 0) options.wake(now + options.visibilityMs);
      return deliveries;
    },
    remove({ message, receipt }) {
      const held = receipt === `${message.id}@${message.receives}` && message.visibleAt > timeline.now();
      if (!held) return;
      drop(message);
      options.wake(timeline.now());
    },
    waiting: () => [...groups.values()].flat(),
    clear() {
      groups.clear();
      dead.clear();
      sent.clear();
    },
  };
}

export function standardQueue(core: Core, options: QueueOptions): StandardQueue {
  const { timeline, chance } = core;
  let messages: Message[] = [];
  const dead = deadLetters(core);

  return {
    name: options.name,
    dead,
    send(body, delayMs) {
      if (core.happens('close-lost', body)) return;
      const copies = core.happens('close-copy', body) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        const visibleAt = timeline.now() + delayMs;
        const id = core.nth(`${options.name} ${body}`);
        messages.push({ id, group: id, body, sentAt: Math.floor(timeline.now()), receives: 0, visibleAt });
        options.wake(visibleAt);
      }
    },
    receive(max) {
      const now = timeline.now();
      const deliveries: Delivery[] = [];
      const visible = messages.filter(({ visibleAt }) => visibleAt <= now);
      while (visible.length > 0 && deliveries.length < max) {
        const at = visible.length === 1 ? 0 : chance.below(core.nth(`${options.name} takes`), visible.length);
        const [message] = visible.splice(at, 1) as [Message];
        if (message.receives >= options.receivesMax) {
          messages = messages.filter((other) => other !== message);
          dead.put(message);
          options.died?.(message);
          continue;
        }
        message.receives++;
        message.visibleAt = now + options.visibilityMs;
        options.wake(message.visibleAt);
        deliveries.push({ message, receipt: `${message.id}@${message.receives}` });
      }
      return deliveries;
    },
    // A standard queue honours the last receipt even after the visibility time-out.
    remove({ message, receipt }) {
      if (receipt === `${message.id}@${message.receives}`)
        messages = messages.filter((other) => other !== message);
    },
    waiting: () => messages,
    clear() {
      messages = [];
      dead.clear();
    },
  };
}
