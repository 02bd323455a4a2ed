// Sends messages to the settle queue, many at once, and yet in order for every member: a member's messages all go
// through one lane, a lane sends one call at a time, and a call holds at most one message of a member. So when the
// platform takes only some of a call, nothing overtakes.

import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { SettleQueue } from '../../shared/queue/port.ts';

const MESSAGES_PER_CALL_MAX = 10;
/** A call may carry 1 MiB (in UTF-8; three bytes a character at most in what we send). */
const BYTES_PER_CALL_MAX = 1_000_000;
/** Refused messages are sent again so often, then split fails and its own message brings it back. */
const TRIES_MAX = 6;

export interface Lanes {
  /** Takes a message; waits while its lane is busy. */
  send(message: SettleMessage): Promise<void>;
  /** Waits until everything taken so far is in the queue. */
  flush(): Promise<void>;
}

/** Waits before refused messages are sent again. Handed in, so that a simulation has no clock but its own. */
export type Pause = (milliseconds: number) => Promise<void>;
const sleep: Pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const LANES = 8;

/** Opens lanes onto the settle queue. */
export function openLanes(queue: SettleQueue, run: number, pause: Pause = sleep): Lanes {
  const lanes = Array.from({ length: LANES }, () => lane(queue, run, pause));
  return {
    send: (message) => (lanes[laneOf(message.stream, LANES)] as Lanes).send(message),
    flush: async () => void (await Promise.all(lanes.map((each) => each.flush()))),
  };
}

function laneOf(stream: string, count: number): number {
  let mixed = 0;
  for (let at = 0; at < stream.length; at++) mixed = (Math.imul(mixed, 31) + stream.charCodeAt(at)) | 0;
  return (mixed >>> 0) % count;
}

function lane(queue: SettleQueue, run: number, pause: Pause): Lanes {
  let waiting: SettleMessage[] = [];
  let bytes = 0;
  // The call under way. It never rejects by itself: a lane nobody looks at must not end the process.
  let call: Promise<{ failed?: unknown }> = Promise.resolve({});

  const settled = async (): Promise<void> => {
    const { failed } = await call;
    if (failed !== undefined) throw failed;
  };
  const start = async (): Promise<void> => {
    await settled();
    const going = waiting;
    [waiting, bytes] = [[], 0];
    if (going.length > 0) {
      call = sendAll(queue, going, run, pause).then(
        () => ({}),
        (failed: unknown) => ({ failed: failed ?? new Error('sending failed') }),
      );
    }
  };

  return {
    async send(message) {
      const size = Buffer.byteLength(JSON.stringify(message));
      const full = waiting.length === MESSAGES_PER_CALL_MAX || bytes + size > BYTES_PER_CALL_MAX;
      if (full || waiting.some(({ stream }) => stream === message.stream)) await start();
      waiting.push(message);
      bytes += size;
    },
    async flush() {
      await start();
      await settled();
    },
  };
}

async function sendAll(
  queue: SettleQueue,
  messages: readonly SettleMessage[],
  run: number,
  pause: Pause,
): Promise<void> {
  let left = messages;
  for (let tried = 0; left.length > 0; tried++) {
    if (tried === TRIES_MAX) throw new Error('settle queue: messages are refused again and again');
    if (tried > 0) await pause(50 * 2 ** tried);
    const refused = await queue.sendSome(left, run);
    left = refused.map((position) => left[position] as SettleMessage);
  }
}
