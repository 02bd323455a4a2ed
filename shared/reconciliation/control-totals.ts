// Control totals of a ledger or of a part of it: counts and money as a batch has them, and a hash total. They do not
// depend on the order, so parts counted side by side can be added up.

import type { BatchTotals } from '../batch/batch.ts';
import { countIn, NO_TOTALS } from '../batch/totals.ts';
import { decodeBody } from '../ledger/codec.ts';
import type { StoredEntry } from '../ledger/port.ts';

const MODULUS = 2n ** 256n;

/** Adds up entries. A text that cannot be read counts as an entry, and as nothing else. */
export class ControlTotals {
  #streams = 0;
  #entries = 0;
  #money: BatchTotals = NO_TOTALS;
  #hashes = 0n;

  /** The entries of one whole stream, or of its beginning. */
  addStream(rows: readonly StoredEntry[]): void {
    this.#streams++;
    for (const row of rows) {
      this.#entries++;
      this.#hashes = (this.#hashes + number(row.hash)) % MODULUS;
      try {
        this.#money = countIn(this.#money, decodeBody(row.text, row.place.claimKey));
      } catch {
        // Verification names the entry; the totals differ already.
      }
    }
  }

  /** In the form a seal keeps. */
  view(): SealedTotals {
    return {
      streams: this.#streams,
      entries: this.#entries,
      ...this.#money,
      funds: Object.fromEntries(Object.entries(this.#money.funds).sort(([a], [b]) => (a < b ? -1 : 1))),
      hashTotal: this.#hashes.toString(16).padStart(64, '0'),
    };
  }
}

/** Counts, money in fen, and the sum of all entry hashes modulo 2^256, in hex. */
export type SealedTotals = BatchTotals & {
  readonly streams: number;
  readonly entries: number;
  readonly hashTotal: string;
};

const number = (hash: string): bigint => BigInt(`0x0${Buffer.from(hash, 'base64url').toString('hex')}`);
