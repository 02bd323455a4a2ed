// Statements and the books of a month as they rest. What is open lies in the records bucket and is replaced every
// night; what is cleared lies in the bucket of what is sealed, written once. A month is cleared when its book is there,
// which is written last. A statement is one object per view: a header, then one row per line.

import { createHash } from 'node:crypto';
import { providerOfBatch } from '../batch/batch.ts';
import { amountsView } from '../http/amounts.ts';
import { isMonth, type LocalDate, type Month } from '../time/dates.ts';
import { type Because, type BookTotalsView, type Change, postingsOf, type View } from './books.ts';

export type MonthState = 'open' | 'cleared';

export const statementKey = {
  statement: (state: MonthState, providerId: string, month: string, view: View) =>
    `statements/${state}/${providerId}/${month}.${view}.ndjson`,
  statementsOf: (state: MonthState, providerId: string) => `statements/${state}/${providerId}/`,
  /** What a month came to altogether. */
  book: (state: MonthState, month: string) => `statements/books/${state}/${month}.json`,
  /** Its providers, one per line. */
  providers: (state: MonthState, month: string) => `statements/books/${state}/${month}.providers.ndjson`,
  books: (state: MonthState) => `statements/books/${state}/`,
} as const;

/** The months of which there is a book, in order, from the keys of books. */
export const monthsOfBooks = (keys: readonly string[]): Month[] => monthsOf(keys, /\/(\d{4}-\d\d)\.json$/);

/** The months of which a provider has a statement, in order, from the keys of statements. */
export const monthsOfStatements = (keys: readonly string[]): Month[] =>
  monthsOf(keys, /\/(\d{4}-\d\d)\.difference\.ndjson$/);

const monthsOf = (keys: readonly string[], pattern: RegExp): Month[] =>
  [...new Set(keys.map((key) => pattern.exec(key)?.[1] ?? ''))].filter(isMonth).sort();

/** One row of a statement, in fen. It names the provider's own claims and batches only. */
export interface StatementRow {
  readonly number: string;
  readonly version: number;
  /** What booked it. */
  readonly posting: Because;
  /** The full view: taken out as it stood, or put in as it stands. */
  readonly side?: 'out' | 'in';
  readonly bookedAt: string;
  readonly servedOn: LocalDate;
  readonly scheme: string;
  /** The month in which what is corrected here was booked. */
  readonly corrects?: Month;
  /** An adjustment: the own claim whose entry changed this one ... */
  readonly causedBy?: string;
  /** ... or that it was a claim of another provider. */
  readonly causedElsewhere?: true;
  readonly amounts: ReturnType<typeof amountsView>;
  readonly batchId?: string;
  readonly entryHash: string;
}

/** The rows of a change in a view, for the provider whose claim it is. */
export function statementRows(change: Change, view: View): StatementRow[] {
  const { claimKey, at, was, entryHash, batchId, causedBy } = change;
  const providerId = providerOf(claimKey);
  return postingsOf(change, view).map(({ because, side, booked, amounts }) => ({
    number: numberOf(claimKey),
    version: booked.version,
    posting: because,
    ...(side ? { side } : {}),
    bookedAt: new Date(at).toISOString(),
    servedOn: booked.servedOn,
    scheme: booked.scheme,
    ...(was ? { corrects: was.month } : {}),
    ...(causedBy === claimKey
      ? {}
      : providerOf(causedBy) === providerId
        ? { causedBy: numberOf(causedBy) }
        : { causedElsewhere: true as const }),
    amounts: amountsView(amounts),
    ...(providerOfBatch(batchId) === providerId ? { batchId } : {}),
    entryHash,
  }));
}

/** Whose claim a key names. */
export const providerOf = (claimKey: string): string => claimKey.slice(0, claimKey.indexOf('/'));
const numberOf = (claimKey: string): string => claimKey.slice(claimKey.indexOf('/') + 1);

/** Totals as they are written and shown, in fen. */
export const bookTotalsView = ({ amounts, hashTotal: _hashTotal, ...counts }: BookTotalsView) => ({
  ...counts,
  amounts: amountsView(amounts),
});
export type StatementTotals = ReturnType<typeof bookTotalsView>;

/** First line of a statement. A cleared one says nothing of the time of its writing: its bytes follow from the ledger. */
export interface StatementHeader {
  readonly record: 'header';
  readonly format: 1;
  readonly providerId: string;
  readonly month: Month;
  readonly view: View;
  readonly state: MonthState;
  /** When the ledger was read, for a month that is still open. */
  readonly asOf?: string;
  readonly rows: number;
  readonly totals: StatementTotals;
}

/** A header is below this: nine funds and a dozen amounts. */
export const HEADER_BYTES_MAX = 4_096;

/** A provider's line in the book of a month. */
export interface BookLine {
  readonly providerId: string;
  readonly totals: StatementTotals;
  readonly hashTotal: string;
  /** SHA-256 of each statement, in hex. */
  readonly sha256: Readonly<Record<View, string>>;
}

/** The book of a month. */
export interface MonthBook {
  readonly format: 1;
  readonly month: Month;
  readonly state: MonthState;
  /** When the ledger was read for it. */
  readonly asOf: string;
  readonly providers: number;
  readonly totals: StatementTotals;
  readonly hashTotal: string;
  /** SHA-256 of the lines of its providers, in hex. */
  readonly providersSha256: string;
  /** Why a month that is over is not cleared: batches accepted before its end that are not complete. */
  readonly blockedBy?: Blocked;
}

export interface Blocked {
  readonly count: number;
  /** The oldest ones. */
  readonly batches: readonly {
    readonly batchId: string;
    readonly status: string;
    readonly acceptedAt: string;
  }[];
}

export const sha256Hex = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');
