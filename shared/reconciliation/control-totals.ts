// Control totals of a ledger or of a part of it: counts and money as a batch has them, and a hash total. They do not
// depend on the order, so parts counted side by side can be added up.

import type { BatchTotals } from '../batch/batch.ts';
import { addTotals, countIn, NO_TOTALS } from '../batch/totals.ts';
import type { Entry } from '../ledger/entry.ts';
import type { StoredEntry } from '../ledger/port.ts';

/** Counts, money in fen, and the sum of all entry hashes modulo 2^256, in hex. */
export type SealedTotals = BatchTotals & {
  readonly streams: number;
  readonly entries: number;
  readonly hashTotal: string;
};

/** Adds up entries. A text that cannot be read counts as an entry, and as nothing else: verification names it. */
export class ControlTotals {
  #streams = 0;
  #entries = 0;
  #money: BatchTotals = NO_TOTALS;
  readonly #hashes = new HashTotal();

  /** Entries of one stream that is not counted yet; `read`: the same, as far as they can be read. */
  addStream(rows: readonly StoredEntry[], read: readonly (Entry | undefined)[]): void {
    if (rows.length === 0) return;
    this.#streams++;
    this.addMore(rows, read);
  }

  /** More entries of a stream that is counted elsewhere. */
  addMore(rows: readonly StoredEntry[], read: readonly (Entry | undefined)[]): void {
    this.#entries += rows.length;
    for (const { hash } of rows) this.#hashes.add(hash);
    for (const entry of read) if (entry) this.#money = countIn(this.#money, entry.body);
  }

  /** In the form a seal keeps. */
  view(): SealedTotals {
    return inOrder({
      streams: this.#streams,
      entries: this.#entries,
      ...this.#money,
      hashTotal: this.#hashes.view(),
    });
  }
}

/** The totals of two parts together. */
export const addSealedTotals = (a: SealedTotals, b: SealedTotals): SealedTotals =>
  inOrder({
    streams: a.streams + b.streams,
    entries: a.entries + b.entries,
    ...addTotals(a, b),
    hashTotal: hex((BigInt(`0x${a.hashTotal}`) + BigInt(`0x${b.hashTotal}`)) % MODULUS),
  });

const inOrder = (totals: SealedTotals): SealedTotals => ({
  ...totals,
  funds: Object.fromEntries(Object.entries(totals.funds).sort(([a], [b]) => (a < b ? -1 : 1))),
});

const MODULUS = 2n ** 256n;
const LIMBS = 8;
const LIMB = 2 ** 32;
const hex = (total: bigint): string => total.toString(16).padStart(64, '0');

/** A sum of hashes modulo 2^256, in words of 32 bits: as a bigint it would take as long as hashing the entry. */
class HashTotal {
  readonly #limbs = new Float64Array(LIMBS); // The highest word first.
  readonly #bytes = Buffer.alloc(4 * LIMBS + 4);
  #added = 0;

  add(hash: string): void {
    const bytes = this.#bytes;
    const length = Math.min(bytes.write(hash, 'base64url'), 4 * LIMBS);
    bytes.fill(0, length); // A hash that was spoiled may be shorter, or none.
    for (let at = 0; at < LIMBS; at++) this.#limbs[at]! += bytes.readUInt32BE(4 * at);
    if (++this.#added % 1_000_000 === 0) this.#carry(); // Words stay far below 2^53.
  }

  view(): string {
    this.#carry();
    return [...this.#limbs].map((limb) => limb.toString(16).padStart(8, '0')).join('');
  }

  #carry(): void {
    let over = 0;
    for (let at = LIMBS - 1; at >= 0; at--) {
      const sum = this.#limbs[at]! + over;
      over = Math.floor(sum / LIMB);
      this.#limbs[at] = sum - over * LIMB;
    }
  }
}
