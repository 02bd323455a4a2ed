// Statements of a provider, and the books of all: what the nightly clearing wrote down, read and never computed. A month
// is cleared when its book is there; what was written of it while it was open does not count any more.

import { Problem } from '../../shared/http/problem.ts';
import type { View } from '../../shared/reconciliation/books.ts';
import {
  HEADER_BYTES_MAX,
  type MonthBook,
  type MonthState,
  monthsOfBooks,
  monthsOfStatements,
  type StatementHeader,
  statementKey,
  type StatementRow,
} from '../../shared/reconciliation/statement.ts';
import { isMonth, type Month } from '../../shared/time/dates.ts';
import type { ResultsDeps } from './deps.ts';
import { ANSWER_BYTES_MAX, badCursor } from './paging.ts';
import { readLines } from './read-lines.ts';
import type { BookView, MonthView } from './statement-view.ts';

type Deps = Pick<ResultsDeps, 'records' | 'sealed'>;
interface Paging {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The months of which a provider has a statement, newest first. */
export async function listStatements(
  providerId: string,
  paging: Paging,
  deps: Deps,
): Promise<{ readonly items: readonly MonthView[]; readonly next?: string }> {
  const [open, own, cleared] = await Promise.all([
    deps.records.list(statementKey.statementsOf('open', providerId)),
    deps.sealed.list(statementKey.statementsOf('cleared', providerId)),
    clearedMonths(deps),
  ]);
  const states = new Map<Month, MonthState>(monthsOfStatements(open).map((month) => [month, 'open']));
  for (const month of monthsOfStatements(own)) if (cleared.has(month)) states.set(month, 'cleared');
  const { months, next } = newestFirst([...states.keys()], paging);
  const items = await Promise.all(
    months.map(async (month) => {
      const { header } = await headerOf(providerId, month, 'difference', states.get(month) ?? 'open', deps);
      return { month, ...(await whenOf(header, deps)), totals: header.totals };
    }),
  );
  return { items, ...(next === undefined ? {} : { next }) };
}

/** Where a statement lies, with its header. */
export interface FoundStatement {
  readonly header: StatementHeader;
  readonly when: Pick<MonthView, 'state' | 'asOf' | 'clearedAt'>;
  /** Where its rows begin. */
  readonly start: number;
}

/** The statement of a month; throws `bad-month` or `no-statement`. */
export async function findStatement(
  providerId: string,
  month: string,
  view: View,
  deps: Deps,
): Promise<FoundStatement> {
  if (!isMonth(month)) throw new Problem('bad-month');
  const state: MonthState = (await clearedMonths(deps)).has(month) ? 'cleared' : 'open';
  const key = statementKey.statement(state, providerId, month, view);
  if (!(await storeOf(state, deps).list(key)).includes(key)) throw new Problem('no-statement');
  const { header, start } = await headerOf(providerId, month, view, state, deps);
  return { header, start, when: await whenOf(header, deps) };
}

/** Rows of a statement from a cursor on, as lines and read; `next` when there are more. */
export async function statementRowsFrom(
  { header, start }: FoundStatement,
  { limit, cursor }: Paging,
  deps: Deps,
): Promise<{ readonly rows: readonly StatementRow[]; readonly next?: string }> {
  const { state, providerId, month, view } = header;
  const from = cursor === undefined ? start : placeOf(cursor, header);
  if (from < start) throw badCursor();
  const key = statementKey.statement(state, providerId, month, view);
  const bytesMax = Math.min(ANSWER_BYTES_MAX, limit * ROW_BYTES_MAX);
  const read = await readLines(key, from, storeOf(state, deps), bytesMax);
  const lines = read.text.split('\n').slice(0, -1);
  const taken = lines.slice(0, limit);
  const end = from + taken.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const more = taken.length < lines.length || read.next !== undefined;
  return {
    rows: taken.map((line) => JSON.parse(line) as StatementRow),
    ...(more ? { next: `${end}${markOf(header)}` } : {}),
  };
}

/** A row with nine funds and the longest ids is half of this. */
const ROW_BYTES_MAX = 2_000;

/** A cursor says in which night's statement it is a place; one of a cleared month is good for ever. */
const markOf = ({ asOf }: StatementHeader): string => (asOf === undefined ? '' : `-${Date.parse(asOf)}`);

function placeOf(cursor: string, header: StatementHeader): number {
  const [, place, mark = ''] = /^(\d{1,15})(-\d{1,15})?$/.exec(cursor) ?? [];
  if (place === undefined) throw badCursor();
  if (mark !== markOf(header)) throw new Problem('statement-replaced');
  return Number(place);
}

/** Books of months, newest first. */
export async function listBooks(
  paging: Paging,
  deps: Deps,
): Promise<{ readonly items: readonly BookView[]; readonly next?: string }> {
  const cleared = await clearedMonths(deps);
  const open = monthsOfBooks(await deps.records.list(statementKey.books('open')));
  const { months, next } = newestFirst([...new Set([...open, ...cleared])], paging);
  const items = await Promise.all(
    months.map(async (month): Promise<BookView> => {
      const state: MonthState = cleared.has(month) ? 'cleared' : 'open';
      const { asOf, providers, totals, blockedBy } = await bookOf(month, state, deps);
      return {
        month,
        state,
        ...(state === 'open' ? { asOf } : { clearedAt: asOf }),
        providers,
        totals,
        ...(blockedBy
          ? { blockedBy: { count: blockedBy.count, batches: blockedBy.batches.map((each) => ({ ...each })) } }
          : {}),
      };
    }),
  );
  return { items, ...(next === undefined ? {} : { next }) };
}

const storeOf = (state: MonthState, { records, sealed }: Deps) => (state === 'open' ? records : sealed);

const clearedMonths = async ({ sealed }: Deps): Promise<ReadonlySet<Month>> =>
  new Set(monthsOfBooks(await sealed.list(statementKey.books('cleared'))));

function newestFirst(months: readonly Month[], { limit, cursor }: Paging) {
  if (cursor !== undefined && !isMonth(cursor)) throw badCursor();
  const left = months
    .filter((month) => cursor === undefined || month < cursor)
    .sort()
    .reverse();
  const page = left.slice(0, limit);
  return { months: page, next: left.length > limit ? page.at(-1) : undefined };
}

async function headerOf(
  providerId: string,
  month: Month,
  view: View,
  state: MonthState,
  deps: Deps,
): Promise<{ readonly header: StatementHeader; readonly start: number }> {
  const key = statementKey.statement(state, providerId, month, view);
  const bytes = await storeOf(state, deps).range(key, 0, HEADER_BYTES_MAX);
  const end = bytes.indexOf(0x0a);
  return {
    header: JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as StatementHeader,
    start: end + 1,
  };
}

/** A cleared statement does not say when; the book of its month does. */
async function whenOf({ state, asOf, month }: StatementHeader, deps: Deps): Promise<FoundStatement['when']> {
  if (state === 'open') return { state, ...(asOf === undefined ? {} : { asOf }) };
  return { state, clearedAt: (await bookOf(month, state, deps)).asOf };
}

async function bookOf(month: Month, state: MonthState, deps: Deps): Promise<MonthBook> {
  const bytes = await storeOf(state, deps).get(statementKey.book(state, month));
  if (!bytes) throw new Error(`the book of ${month} was listed and is not there`);
  return JSON.parse(new TextDecoder().decode(bytes)) as MonthBook;
}
