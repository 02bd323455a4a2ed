// Holds cleared months against the ledger: their books are counted again, provider by provider, and what was cleared is
// checked against itself, down to the bytes of every statement.

import type { Entry } from '../ledger/entry.ts';
import type { RecordStore } from '../records/port.ts';
import type { Month } from '../time/dates.ts';
import { BookTotals, type BookTotalsView, changesOf, VIEWS } from './books.ts';
import type { Finding } from './findings.ts';
import {
  type BookLine,
  bookTotalsView,
  type MonthBook,
  monthsOfBooks,
  providerOf,
  sha256Hex,
  statementKey,
} from './statement.ts';

type Sealed = Pick<RecordStore, 'get'>;

/** Months that are cleared, oldest first. */
export const clearedMonths = async (sealed: Pick<RecordStore, 'list'>): Promise<readonly Month[]> =>
  monthsOfBooks(await sealed.list(statementKey.books('cleared')));

/** The books of months, by month and provider. Plain data: it can be sent from one thread to another. */
export type CountedMonths = ReadonlyMap<Month, ReadonlyMap<string, BookTotalsView>>;

/** Counts the books of cleared months again, stream by stream. */
export class MonthRecount {
  readonly #months: ReadonlyMap<Month, Map<string, BookTotals>>;

  constructor(months: readonly Month[]) {
    this.#months = new Map(months.map((month) => [month, new Map()]));
  }

  /** The entries of one whole stream, as far as they can be read. */
  addStream(read: readonly (Entry | undefined)[]): void {
    if (this.#months.size === 0) return;
    try {
      for (const change of changesOf(read.filter((entry) => entry !== undefined)))
        this.#of(change.month, providerOf(change.claimKey))?.add(change);
    } catch {
      // An entry names one that does not stand: verification says which, and the books differ already.
    }
  }

  /** What another part counted. */
  addAll(counted: CountedMonths): void {
    for (const [month, providers] of counted)
      for (const [providerId, totals] of providers) this.#of(month, providerId)?.addAll(totals);
  }

  all(): CountedMonths {
    return new Map(
      [...this.#months].map(([month, providers]) => [
        month,
        new Map([...providers].map(([providerId, totals]) => [providerId, totals.view()])),
      ]),
    );
  }

  #of(month: Month, providerId: string): BookTotals | undefined {
    const providers = this.#months.get(month);
    const totals = providers?.get(providerId) ?? new BookTotals();
    providers?.set(providerId, totals);
    return providers && totals;
  }
}

/** What of the cleared months is not as it was cleared. */
export async function checkClearedMonths(
  months: readonly Month[],
  counted: CountedMonths,
  sealed: Sealed,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const month of months) {
    for (const detail of await differences(
      month,
      counted.get(month) ?? new Map<string, BookTotalsView>(),
      sealed,
    ))
      findings.push({ stream: '', seq: 0, code: 'cleared-month-differs', detail: `${month}: ${detail}` });
  }
  return findings;
}

async function differences(
  month: Month,
  now: ReadonlyMap<string, BookTotalsView>,
  sealed: Sealed,
): Promise<string[]> {
  const read = async (key: string) => {
    const bytes = await sealed.get(key);
    return bytes && { sha256: sha256Hex(bytes), text: new TextDecoder().decode(bytes) };
  };
  const book = await read(statementKey.book('cleared', month));
  const providers = await read(statementKey.providers('cleared', month));
  if (!book || !providers) return ['its book is not there'];
  let written: MonthBook;
  let lines: BookLine[];
  try {
    written = JSON.parse(book.text) as MonthBook;
    lines = providers.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as BookLine);
  } catch {
    return ['its book cannot be read'];
  }
  const wrong: string[] = [];
  if (providers.sha256 !== written.providersSha256) wrong.push('its book does not fit its own lines');
  const all = new BookTotals();
  for (const totals of now.values()) all.addAll(totals);
  wrong.push(...unlike('', written, all.view()));

  const cleared = new Map(lines.map((line) => [line.providerId, line]));
  for (const providerId of [...new Set([...cleared.keys(), ...now.keys()])].sort()) {
    const line = cleared.get(providerId);
    if (!line) {
      wrong.push(`${providerId}: it was not in the book`);
      continue;
    }
    wrong.push(...unlike(`${providerId}: `, line, now.get(providerId) ?? new BookTotals().view()));
    for (const view of VIEWS) {
      const statement = await read(statementKey.statement('cleared', providerId, month, view));
      if (statement?.sha256 !== line.sha256[view]) wrong.push(`${providerId}: statement ${view}`);
    }
  }
  return wrong;
}

/** Names of the totals that differ from those that were cleared. */
function unlike(
  who: string,
  was: { readonly totals: object; readonly hashTotal: string },
  now: BookTotalsView,
): string[] {
  const [a, b] = [
    flat({ ...was.totals, hashTotal: was.hashTotal }),
    flat({ ...bookTotalsView(now), hashTotal: now.hashTotal }),
  ];
  const names = [...new Set([...a.keys(), ...b.keys()])].filter(
    (name) => (a.get(name) ?? 0) !== (b.get(name) ?? 0),
  );
  return names.length === 0 ? [] : [`${who}${names.slice(0, 8).join(', ')}`];
}

function flat(of: object, path = ''): Map<string, unknown> {
  return new Map(
    Object.entries(of).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? [...flat(value as object, `${path}${name}.`)]
        : [[`${path}${name}`, value] as const],
    ),
  );
}
