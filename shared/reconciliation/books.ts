// The books of money: what every entry changes of what stands, claim by claim, and two ways to write that down. The
// provider is told the difference; the books take the old out with a minus sign and put the new in as it stands. Both
// come from the same change, so their sums are the same. An entry is booked in the month in China in which its message
// was sent, whatever day the care was given on: a month that is over and whose batches are complete can get no entry
// any more, and what is corrected later is booked later.

import { hash } from 'node:crypto';
import { assert } from '../assert.ts';
import { stand, type Standing } from '../ledger/corrections/standing.ts';
import { adjustmentsOf, type Entry } from '../ledger/entry.ts';
import { type Fen, fen, total } from '../money/fen.ts';
import { type Amounts, type Fund, FUNDS, NO_AMOUNTS } from '../policy/adjudication.ts';
import { type LocalDate, type Month, monthInChina } from '../time/dates.ts';

/** Why a claim's money changed. `replacement`: a refund of lines; `adjustment`: another claim's entry changed it. */
export type Because = 'settlement' | 'reversal' | 'replacement' | 'adjustment';

/** A claim as it stood, or stands. */
export interface Booked {
  readonly version: number;
  /** The month in which this version was booked. */
  readonly month: Month;
  readonly servedOn: LocalDate;
  readonly scheme: string;
  readonly amounts: Amounts;
}

/** What one entry changes of one claim. */
export interface Change {
  readonly claimKey: string;
  readonly because: Because;
  /** The accounting month. */
  readonly month: Month;
  /** The message's sent time, epoch milliseconds. */
  readonly at: number;
  readonly entryHash: string;
  readonly batchId: string;
  /** The claim whose entry it is; another one for an adjustment. */
  readonly causedBy: string;
  readonly was?: Booked;
  readonly is?: Booked;
}

/** Every change of a stream (whole, oldest first). An adjustment that moves counters and no money is none. */
export function* changesOf(history: Iterable<Entry>): Generator<Change> {
  const stands = new Map<number, Standing>();
  const months = new Map<number, Month>();
  for (const entry of history) {
    const { place, body, hash: entryHash } = entry;
    const month = monthInChina(body.at);
    const booked = (seq: number): Booked | undefined => {
      const standing = stands.get(seq);
      if (standing === undefined || standing.denial !== undefined) return undefined; // Of a denial nothing is booked.
      const { version, servedOn, scheme, amounts } = standing;
      return { version, month: months.get(seq) ?? month, servedOn, scheme, amounts };
    };
    // Whatever kind of entry carries adjustments: what it makes of others is money.
    const adjusted = adjustmentsOf(body).map(({ of, claimKey }) => ({ of, claimKey, was: booked(of) }));
    const was = body.kind === 'reversal' ? booked(body.reverses) : undefined;
    stand(stands, entry);
    months.set(place.seq, month);
    const is = booked(place.seq);

    const common = { month, at: body.at, entryHash, batchId: place.batchId, causedBy: place.claimKey };
    const change = (claimKey: string, because: Because, from?: Booked, to?: Booked): Change => ({
      ...common,
      claimKey,
      because,
      ...(from ? { was: from } : {}),
      ...(to ? { is: to } : {}),
    });
    if (body.kind === 'settlement') yield change(place.claimKey, 'settlement', was, is);
    if (body.kind === 'reversal' && (was ?? is))
      yield change(place.claimKey, is ? 'replacement' : 'reversal', was, is);
    for (const { of, claimKey, was: before } of adjusted) {
      const after = booked(of);
      if (!sameAmounts(before?.amounts ?? NO_AMOUNTS, after?.amounts ?? NO_AMOUNTS))
        yield change(claimKey, 'adjustment', before, after);
    }
  }
}

/** Which way the rows of a statement are written. */
export const VIEWS = ['difference', 'full'] as const;
export type View = (typeof VIEWS)[number];

/** One row: signed amounts. In the full view `out` takes a version out as it stood, `in` puts one in. */
export interface Posting {
  readonly because: Because;
  readonly side?: 'out' | 'in';
  readonly booked: Booked;
  readonly amounts: Amounts;
}

/** The rows of a change: one difference, or out and in. Every row keeps the identities of a bill. */
export function postingsOf({ because, was, is }: Change, view: View): Posting[] {
  const newest = is ?? was;
  assert(newest !== undefined, 'a change has an old or a new side');
  const rows: Posting[] =
    view === 'difference'
      ? [{ because, booked: newest, amounts: sum(is?.amounts ?? NO_AMOUNTS, was?.amounts ?? NO_AMOUNTS, -1) }]
      : [
          ...(was
            ? [
                {
                  because: because === 'replacement' ? ('reversal' as const) : because,
                  side: 'out' as const,
                  booked: was,
                  amounts: sum(NO_AMOUNTS, was.amounts, -1),
                },
              ]
            : []),
          ...(is ? [{ because, side: 'in' as const, booked: is, amounts: is.amounts }] : []),
        ];
  for (const { amounts } of rows) checkPosting(amounts);
  return rows;
}

/** The identities that hold of differences too; that a part is not below zero holds of bills alone. */
export function checkPosting(amounts: Amounts): void {
  const { billed, selfPaid, overLimit, firstPay, inScope, account, cash, hospital, funds } = amounts;
  assert(
    billed === selfPaid + overLimit + firstPay + inScope,
    'billed = self-paid + over-limit + first-pay + in-scope',
  );
  assert(
    billed === total(Object.values(funds)) + account + cash + hospital,
    'billed = funds + account + cash + hospital',
  );
}

/** What the changes of one provider in one month come to, in any order. Both views have these sums. */
export class BookTotals {
  #counts = { settled: 0, reversed: 0, replaced: 0, adjusted: 0 };
  #rows = { difference: 0, full: 0 };
  #amounts = NO_AMOUNTS;
  #hashes = 0n;

  add(change: Change): void {
    this.#counts[COUNTED[change.because]]++;
    for (const view of VIEWS) {
      const postings = postingsOf(change, view);
      this.#rows[view] += postings.length;
      if (view === 'difference')
        for (const { amounts } of postings) this.#amounts = sum(this.#amounts, amounts, 1);
    }
    this.#hashes = (this.#hashes + numberOf(change)) % MODULUS;
  }

  /** The totals of another part. */
  addAll(other: BookTotalsView): void {
    for (const name of Object.values(COUNTED)) this.#counts[name] += other[name];
    for (const view of VIEWS) this.#rows[view] += other.rows[view];
    this.#amounts = sum(this.#amounts, other.amounts, 1);
    this.#hashes = (this.#hashes + BigInt(`0x${other.hashTotal}`)) % MODULUS;
  }

  view(): BookTotalsView {
    return {
      ...this.#counts,
      rows: { ...this.#rows },
      amounts: this.#amounts,
      hashTotal: this.#hashes.toString(16).padStart(64, '0'),
    };
  }
}

export interface BookTotalsView {
  readonly settled: number;
  readonly reversed: number;
  readonly replaced: number;
  readonly adjusted: number;
  readonly rows: Readonly<Record<View, number>>;
  readonly amounts: Amounts;
  /** The sum of a hash over every change modulo 2^256, in hex: no change can be another one unseen. */
  readonly hashTotal: string;
}

const COUNTED = {
  settlement: 'settled',
  reversal: 'reversed',
  replacement: 'replaced',
  adjustment: 'adjusted',
} as const satisfies Record<Because, string>;

const MODULUS = 2n ** 256n;

/** Over the change itself and not over how a statement shows it: statements may gain a field, cleared months may not. */
function numberOf({ entryHash, claimKey, because, was, is }: Change): bigint {
  const side = (booked: Booked | undefined) =>
    booked === undefined ? '' : [booked.version, booked.month, ...figures(booked.amounts)].join(',');
  const text = [entryHash, claimKey, because, side(was), side(is)].join('\n');
  return BigInt(`0x${hash('sha256', text, 'hex')}`);
}

// ---- arithmetic of bills

const PARTS = [
  'billed',
  'selfPaid',
  'overLimit',
  'firstPay',
  'inScope',
  'deductible',
  'account',
  'cash',
  'hospital',
] as const;

/** `a` and, or without, `b`; a fund that comes to nothing is left out. */
export function sum(a: Amounts, b: Amounts, sign: 1 | -1): Amounts {
  const parts = Object.fromEntries(PARTS.map((part) => [part, fen(a[part] + sign * b[part])]));
  const funds: Partial<Record<Fund, Fen>> = {};
  for (const fund of FUNDS) {
    const amount = (a.funds[fund] ?? 0) + sign * (b.funds[fund] ?? 0);
    if (amount !== 0) funds[fund] = fen(amount);
  }
  return { ...(parts as unknown as Amounts), funds };
}

const figures = (amounts: Amounts): number[] => [
  ...PARTS.map((part) => amounts[part]),
  ...FUNDS.map((fund) => amounts.funds[fund] ?? 0),
];

const sameAmounts = (a: Amounts, b: Amounts): boolean => {
  const [one, two] = [figures(a), figures(b)];
  return one.every((amount, at) => amount === two[at]);
};
