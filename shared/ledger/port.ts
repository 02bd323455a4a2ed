// What the ledger needs of a store. Two adapters: DynamoDB, and memory (tests, simulation). One suite checks both.

import type { Entry, StreamKey } from './entry.ts';

export type AppendResult =
  /** Written now. */
  | { readonly outcome: 'appended' }
  /** The place was taken; `entry` is who took it, where the store could tell (else it must be read again). */
  | { readonly outcome: 'taken'; readonly entry?: Entry };

export interface Page<T> {
  readonly items: readonly T[];
  /** Pass to the next call; missing on the last page. */
  readonly next?: string;
}

/** An entry as it is stored: nothing of its text is read yet, so a text that was spoiled can be handed out too. */
export type StoredEntry = Omit<Entry, 'body'>;

/** Reading everything, for sealing and verification; no use case of the daily work has it. */
export interface LedgerScan {
  /**
   * One of several parts of the whole ledger. Every stream is in one part, its entries together and oldest first.
   * Eventually consistent: what is written meanwhile may be missing.
   */
  scan(segment: number, segments: number): AsyncIterable<StoredEntry>;
}

export interface LedgerStore {
  /** The newest entry of a stream; strongly consistent. */
  head(stream: StreamKey): Promise<Entry | undefined>;
  /** Every entry of a stream under one claim key, oldest first; strongly consistent, index hits verified in the table. */
  byClaim(stream: StreamKey, claimKey: string): Promise<readonly Entry[]>;
  /** One entry; strongly consistent. */
  get(stream: StreamKey, seq: number): Promise<Entry | undefined>;
  /** Puts an entry at its place if the place is free: the only write there is. */
  append(entry: Entry): Promise<AppendResult>;
  /** Entries of a stream from a sequence number on, oldest first. */
  stream(stream: StreamKey, fromSeq: number, limit: number): Promise<Page<Entry>>;
  /**
   * Entries of one shard of a batch from an index on, in the order of their index. Eventually consistent: an entry
   * may be missing for a moment, never appear and vanish.
   */
  batchShard(batchId: string, shard: number, fromIndex: number, limit: number): Promise<readonly Entry[]>;
}
