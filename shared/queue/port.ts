// What the functions need of queues. Adapter: sqs/. All of it is at-least-once; what makes things exactly-once is
// the ledger, never a queue's own deduplication.

import type { CloseMessage, SettleMessage, SplitMessage } from './messages.ts';

export interface SplitQueue {
  /** `once` names the sending: the same name within five minutes is delivered once. */
  send(message: SplitMessage, once: string): Promise<void>;
}

export interface SettleQueue {
  /**
   * Sends up to ten messages of ten different streams; answers the positions of those that were not taken. Never two
   * of one stream: the platform may take the second and not the first.
   */
  sendSome(messages: readonly SettleMessage[], run: number): Promise<readonly number[]>;
}

export interface CloseQueue {
  send(message: CloseMessage, delaySeconds: number): Promise<void>;
}

export type WorkQueueName = 'split' | 'settle' | 'close';
export const WORK_QUEUES = ['split', 'settle', 'close'] as const satisfies readonly WorkQueueName[];

/** A message that failed every delivery, taken from a dead-letter queue: nobody else sees it for some minutes. */
export interface DeadLetter {
  /** The queue's own name of the message; it kept it when it was moved. */
  readonly id: string;
  /** Message group; a standard queue has none. */
  readonly group?: string;
  readonly body: string;
  /** Epoch milliseconds. Of a FIFO queue it is when the message came to the dead letters, of a standard one when it was sent. */
  readonly sentAt: number;
  readonly receives: number;
  /** Under which it is held now. */
  readonly receipt: string;
}

/** The dead letters of one work queue, and the way back. */
export interface DeadLetterQueue {
  readonly name: WorkQueueName;
  /** About how many there are, hidden ones too. */
  count(): Promise<number>;
  /**
   * Takes up to ten, in the order of each group; none when it sees no more. Behind a message that is held, the rest of
   * its group is hidden.
   */
  take(): Promise<readonly DeadLetter[]>;
  /** Lets everybody see them again, in their old place. One that is held no longer is visible anyway. */
  giveBack(letters: readonly DeadLetter[]): Promise<void>;
  /** Deletes it for good. */
  remove(letter: DeadLetter): Promise<void>;
  /** Sends it to its work queue as a new message, and answers that one's name. `once` as for SplitQueue. */
  sendAgain(letter: DeadLetter, once: string): Promise<string>;
}
