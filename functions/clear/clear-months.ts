// Writes the books of every month that is not cleared: per provider what it is told (the differences) and what the
// books hold (out and in), and per month what that comes to. A month that is over, all of whose batches are complete,
// is cleared: it can get no entry any more, so its books are written once, for ever. Any other is written again every
// night as it stands, with the batches that keep it open.
//
// Why a cleared month can get no entry: an entry is booked by the sent time of its message, and is there before its
// batch is complete. A batch accepted later sends later; a claim sent again, or a dead letter, is a new message with a
// new sent time. The order here matters: first which batches are open, then the ledger, by a consistent read, so that
// every entry of a batch that was complete is seen.

import type { BatchStore } from '../../shared/batch/port.ts';
import { statusOf } from '../../shared/batch/status.ts';
import { unseal } from '../../shared/ledger/codec.ts';
import type { LedgerScan } from '../../shared/ledger/port.ts';
import {
  BookTotals,
  type BookTotalsView,
  changesOf,
  VIEWS,
  type View,
} from '../../shared/reconciliation/books.ts';
import {
  type Blocked,
  type BookLine,
  bookTotalsView,
  type MonthBook,
  type MonthState,
  monthsOfBooks,
  providerOf,
  sha256Hex,
  type StatementHeader,
  statementKey,
  statementRows,
} from '../../shared/reconciliation/statement.ts';
import { allSegments } from '../../shared/reconciliation/walk.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import { endOfMonth, type Month, monthInChina } from '../../shared/time/dates.ts';

export interface ClearDeps {
  /** By consistent reads. */
  readonly ledger: LedgerScan;
  readonly batches: Pick<BatchStore, 'open' | 'read'>;
  /** Where months rest that are open: replaced every night. */
  readonly records: Pick<RecordStore, 'put' | 'list'>;
  /** Where months rest that are cleared: nothing in there is ever replaced. */
  readonly sealed: Pick<RecordStore, 'get' | 'putNew' | 'list'>;
  readonly now: () => number;
  readonly segments: number;
  readonly lateAfterMinutes: number;
}

export interface Cleared {
  /** Months cleared now, and months written as they stand; both in order. */
  readonly cleared: readonly MonthBook[];
  readonly open: readonly MonthBook[];
  /** Whole days since the end of the oldest month that is over and not cleared; 0 when there is none. */
  readonly overdueDays: number;
}

/** Clocks of Lambda and SQS differ by less, and so does a batch's acceptance from its being stored. */
const MARGIN_MS = 10 * 60_000;
const BLOCKING_SHOWN = 100;
/** Objects written at once. */
const WRITES = 16;

/** Clears what can be cleared, and writes the rest as it stands. Asking again changes nothing that was cleared. */
export async function clearMonths(deps: ClearDeps): Promise<Cleared> {
  const { batches, records, sealed } = deps;
  const began = deps.now();
  const done = new Set(monthsOfBooks(await sealed.list(statementKey.books('cleared'))));
  const open = await openBatches(batches, began, deps.lateAfterMinutes);
  const months = await openMonths(deps.ledger, deps.segments, done);
  // A month in which nothing is booked is there too while a batch may still book in it, and until that is settled.
  const waiting = [
    ...open.map(({ acceptedAt }) => monthInChina(acceptedAt)),
    ...monthsOfBooks(await records.list(statementKey.books('open'))),
  ];
  for (const month of waiting) if (!done.has(month) && !months.has(month)) months.set(month, new Map());

  const written: MonthBook[] = [];
  for (const [month, providers] of [...months].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const over = endOfMonth(month) + MARGIN_MS <= began;
    const blocking = over ? open.filter(({ acceptedAt }) => acceptedAt < endOfMonth(month) + MARGIN_MS) : [];
    const state = over && blocking.length === 0 ? 'cleared' : 'open';
    written.push(await writeMonth(month, state, providers, { began, blocking, ...deps }));
  }
  const uncleared = written.filter(({ state }) => state === 'open');
  const oldest = uncleared[0];
  return {
    cleared: written.filter(({ state }) => state === 'cleared'),
    open: uncleared,
    overdueDays:
      oldest === undefined ? 0 : Math.max(0, Math.floor((began - endOfMonth(oldest.month)) / 86_400_000)),
  };
}

interface OpenBatch {
  readonly batchId: string;
  readonly acceptedAt: number;
  readonly status: string;
}

/** Batches that are not complete, the oldest first. The index of open ones may be behind; the batch itself is not. */
async function openBatches(
  batches: ClearDeps['batches'],
  now: number,
  lateAfterMinutes: number,
): Promise<readonly OpenBatch[]> {
  const found: OpenBatch[] = [];
  let from: string | undefined;
  do {
    const page = await batches.open(now + 1, 100, from);
    for (const batchId of page.items) {
      const stored = await batches.read(batchId);
      if (!stored || stored.progress?.completedAt !== undefined || stored.split?.refused) continue;
      found.push({
        batchId,
        acceptedAt: stored.manifest.acceptedAt,
        status: statusOf(stored, now, lateAfterMinutes),
      });
    }
    from = page.next;
  } while (from !== undefined);
  return found.sort((a, b) => a.acceptedAt - b.acceptedAt);
}

/** The rows of one provider in one month, as lines. */
interface Account {
  readonly totals: BookTotals;
  readonly changes: { readonly at: number; readonly order: string; readonly lines: Record<View, string> }[];
}

/** Walks the ledger, and keeps what is booked in months that are not cleared. */
async function openMonths(
  ledger: LedgerScan,
  segments: number,
  cleared: ReadonlySet<Month>,
): Promise<Map<Month, Map<string, Account>>> {
  const months = new Map<Month, Map<string, Account>>();
  await allSegments(ledger, segments, async (streams) => {
    for await (const { rows } of streams) {
      for (const change of changesOf(rows.map(({ place, text, hash }) => unseal(place, text, hash)))) {
        if (cleared.has(change.month)) continue;
        const providers = entryOf(months, change.month, () => new Map<string, Account>());
        const account = entryOf(providers, providerOf(change.claimKey), () => ({
          totals: new BookTotals(),
          changes: [],
        }));
        account.totals.add(change);
        account.changes.push({
          at: change.at,
          order: `${change.claimKey}\n${change.entryHash}`,
          lines: { difference: linesOf(change, 'difference'), full: linesOf(change, 'full') },
        });
      }
    }
  });
  return months;
}

const linesOf = (change: Parameters<typeof statementRows>[0], view: View): string =>
  statementRows(change, view)
    .map((row) => `${JSON.stringify(row)}\n`)
    .join('');

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

interface Writing extends Pick<ClearDeps, 'records' | 'sealed'> {
  readonly began: number;
  readonly blocking: readonly OpenBatch[];
}

/** Writes the statements of a month, then its providers' lines, then its book: only that makes it cleared. */
async function writeMonth(
  month: Month,
  state: MonthState,
  providers: ReadonlyMap<string, Account>,
  { began, blocking, ...stores }: Writing,
): Promise<MonthBook> {
  const asOf = new Date(began).toISOString();
  const lines: BookLine[] = [];
  await inParts(
    [...providers].sort(([a], [b]) => (a < b ? -1 : 1)),
    WRITES,
    async ([providerId, account]) => {
      const totals = account.totals.view();
      const sha256: Record<View, string> = { difference: '', full: '' };
      account.changes.sort(inOrder);
      for (const view of VIEWS) {
        const header: StatementHeader = {
          record: 'header',
          format: 1,
          providerId,
          month,
          view,
          state,
          ...(state === 'open' ? { asOf } : {}),
          rows: totals.rows[view],
          totals: bookTotalsView(totals),
        };
        const text = `${JSON.stringify(header)}\n${account.changes.map((change) => change.lines[view]).join('')}`;
        sha256[view] = sha256Hex(text);
        await put(stores, state, statementKey.statement(state, providerId, month, view), text, NDJSON);
      }
      lines.push({ providerId, totals: bookTotalsView(totals), hashTotal: totals.hashTotal, sha256 });
    },
  );
  lines.sort((a, b) => (a.providerId < b.providerId ? -1 : 1));
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await put(stores, state, statementKey.providers(state, month), text, NDJSON);

  const all = new BookTotals();
  for (const { totals } of providers.values()) all.addAll(totals.view());
  const totals: BookTotalsView = all.view();
  const book: MonthBook = {
    format: 1,
    month,
    state,
    asOf,
    providers: lines.length,
    totals: bookTotalsView(totals),
    hashTotal: totals.hashTotal,
    providersSha256: sha256Hex(text),
    ...(blocking.length > 0 ? { blockedBy: blockedBy(blocking) } : {}),
  };
  const key = statementKey.book(state, month);
  if (state === 'open') await stores.records.put(key, JSON.stringify(book), JSON_TYPE);
  // Another run may have cleared it meanwhile: its book stands, and is the same but for the time.
  else await stores.sealed.putNew(key, JSON.stringify(book), JSON_TYPE);
  return book;
}

const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

/** What was cleared by a run that died before its book is found as it was: anything else is a cleared month that changed. */
async function put(
  { records, sealed }: Pick<ClearDeps, 'records' | 'sealed'>,
  state: MonthState,
  key: string,
  text: string,
  type: string,
): Promise<void> {
  if (state === 'open') return records.put(key, text, type);
  if (await sealed.putNew(key, text, type)) return;
  const standing = await sealed.get(key);
  if (standing === undefined || sha256Hex(standing) !== sha256Hex(text)) throw new ClearedDiffers(key);
}

/**
 * Something else was cleared under this name before: nothing is overwritten. Either the ledger has changed, which
 * verification names, or a run of another version began this month and died: then that version has to finish it.
 */
export class ClearedDiffers extends Error {
  override readonly name = 'ClearedDiffers';
  constructor(key: string) {
    super(
      `${key} was written before and says something else: run jiesuan verify --all; if the ledger holds, clear with the version that began it`,
    );
  }
}

const blockedBy = (blocking: readonly OpenBatch[]): Blocked => ({
  count: blocking.length,
  batches: blocking.slice(0, BLOCKING_SHOWN).map(({ batchId, status, acceptedAt }) => ({
    batchId,
    status,
    acceptedAt: new Date(acceptedAt).toISOString(),
  })),
});

/** By time; what one entry, or one moment, changes of several claims, by their numbers. */
const inOrder = (a: Account['changes'][number], b: Account['changes'][number]): number =>
  a.at - b.at || (a.order < b.order ? -1 : a.order > b.order ? 1 : 0);

async function inParts<T>(items: readonly T[], at: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: at }, worker));
}
