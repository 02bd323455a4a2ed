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
