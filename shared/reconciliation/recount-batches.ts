// The independent count: what intake stored and split counted, against the entries that the ledger really holds. A
// batch is known by its raw records, which lie outside the table, so one whose entries are all gone is missed too.

import type { BatchTotals } from '../batch/batch.ts';
import type { BatchStore } from '../batch/port.ts';
import { addTotals, countIn, NO_TOTALS } from '../batch/totals.ts';
import type { Entry, EntryPlace } from '../ledger/entry.ts';
import type { RecordStore } from '../records/port.ts';
import type { Finding } from './findings.ts';

/** What the ledger holds of one batch. */
export interface CountedBatch {
  totals: BatchTotals;
  entries: number;
  /** How often each index is there; more than 255 times is 255. */
  seen: Uint8Array<ArrayBuffer>;
}

/** Counts entries by batch. */
export class BatchRecount {
  readonly #batches = new Map<string, CountedBatch>();

  /** One entry; a text that cannot be read has no body, and counts as an entry alone: verification names it. */
  add({ batchId, batchIndex }: EntryPlace, entry: Entry | undefined): void {
    const counted = this.#batch(batchId);
    counted.entries++;
    counted.seen = atLeast(batchIndex + 1, counted.seen);
    counted.seen[batchIndex] = Math.min(255, (counted.seen[batchIndex] ?? 0) + 1);
    if (entry) counted.totals = countIn(counted.totals, entry.body);
  }

  /** What another part of the ledger holds of the same batches. */
  addAll(others: ReadonlyMap<string, CountedBatch>): void {
    for (const [batchId, other] of others) {
      const counted = this.#batch(batchId);
      counted.entries += other.entries;
      counted.seen = atLeast(other.seen.length, counted.seen);
      for (const [at, times] of other.seen.entries())
        if (times > 0) counted.seen[at] = Math.min(255, (counted.seen[at] ?? 0) + times);
      counted.totals = addTotals(counted.totals, other.totals);
    }
  }

  all(): ReadonlyMap<string, CountedBatch> {
    return this.#batches;
  }

  #batch(batchId: string): CountedBatch {
    const known = this.#batches.get(batchId);
    if (known) return known;
    const counted = { totals: NO_TOTALS, entries: 0, seen: new Uint8Array(64) };
    this.#batches.set(batchId, counted);
    return counted;
  }

  of(batchId: string): Readonly<CountedBatch> | undefined {
    return this.#batches.get(batchId);
  }
  ids(): Iterable<string> {
    return this.#batches.keys();
  }
}

/** The same counts with room for so many. */
function atLeast(length: number, seen: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (length <= seen.length) return seen;
  const longer = new Uint8Array(Math.max(length, seen.length * 2));
  longer.set(seen);
  return longer;
}

/** Batches that completed before the walk began; a later one may have entries that the walk did not see. */
export const SETTLED_FOR_MS = 60_000;

/** Every batch that was complete by a moment against the recount. One that is still at work is not looked at. */
export async function checkBatches(
  recount: BatchRecount,
  {
    batches,
    records,
  }: { readonly batches: Pick<BatchStore, 'read'>; readonly records: Pick<RecordStore, 'list'> },
  completedBefore: number,
): Promise<{ readonly checked: number; readonly findings: readonly Finding[] }> {
  const posted = (await records.list('raw/')).map((key) => key.split('/')[1] ?? '');
  const findings: Finding[] = [];
  const found = (code: Finding['code'], detail: string) =>
    void findings.push({ stream: '', seq: 0, code, detail });
  let checked = 0;
  for (const batchId of [...new Set([...posted, ...recount.ids()])].sort()) {
    const read = await batches.read(batchId);
    if (!read) {
      // A raw batch whose manifest was never stored was never answered for; entries of it would be a riddle.
      if (recount.of(batchId))
        found('batch-count-differs', `${batchId}: entries of a batch that nobody posted`);
      continue;
    }
    const { split, progress } = read;
    if (!split?.done || (progress?.completedAt ?? Infinity) >= completedBefore || !progress) continue;
    checked++;
    const counted = recount.of(batchId) ?? { totals: NO_TOTALS, entries: 0, seen: new Uint8Array(0) };
    const wrong: string[] = [];
    for (let at = 0; at < Math.max(split.accepted, counted.seen.length); at++) {
      const times = counted.seen[at] ?? 0;
      if (times !== (at < split.accepted ? 1 : 0)) wrong.push(`${at} (${times}x)`);
    }
    if (wrong.length > 0 || counted.entries !== split.accepted)
      found(
        'batch-count-differs',
        `${batchId}: accepted ${split.accepted}, entries ${counted.entries}; records ${wrong.slice(0, 8).join(', ')}`,
      );
    const fields = differing(progress.totals, counted.totals);
    if (fields.length > 0) found('batch-totals-differ', `${batchId}: ${fields.join(', ')}`);
  }
  return { checked, findings };
}

/** Names of the totals that differ. */
function differing(a: BatchTotals, b: BatchTotals): string[] {
  const flat = ({ funds, ...rest }: BatchTotals): Record<string, number> => ({
    ...rest,
    ...Object.fromEntries(Object.entries(funds).map(([fund, amount]) => [`funds.${fund}`, amount])),
  });
  const [one, two] = [flat(a), flat(b)];
  return [...new Set([...Object.keys(one), ...Object.keys(two)])].filter(
    (name) => (one[name] ?? 0) !== (two[name] ?? 0),
  );
}
