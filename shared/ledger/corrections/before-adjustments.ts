// What settlements had come to before an entry adjusted them: the entry says what each comes to now, so that the
// difference needs a look at the stream in between.

import { type Amounts, NO_AMOUNTS } from '../../policy/adjudication.ts';
import { adjustmentsOf, type Entry, type EntryBody, isHeld } from '../entry.ts';
import type { LedgerStore } from '../port.ts';

/**
 * By sequence number, what each settlement that `entry` adjusts had come to. Reads the stream from the first of them up
 * to the entry; nothing for an entry that adjusts none.
 */
export async function beforeAdjustments(
  { place, body }: Entry,
  ledger: Pick<LedgerStore, 'stream'>,
): Promise<ReadonlyMap<number, Amounts>> {
  const was = new Map<number, Amounts>();
  const adjusted = new Set(adjustmentsOf(body).map(({ of }) => of));
  for (let from = Math.min(...adjusted); from < place.seq; ) {
    const { items, next } = await ledger.stream(place.stream, from, Math.min(place.seq - from, 500));
    for (const { place: at, body: earlier } of items) {
      const made = madeBy(earlier);
      if (made && adjusted.has(at.seq)) was.set(at.seq, made);
      for (const { of, amounts } of adjustmentsOf(earlier)) if (adjusted.has(of)) was.set(of, amounts);
    }
    from = Number(next ?? place.seq);
  }
  return was;
}

/** What the claim of an entry came to at first; undefined when nothing stands by it. */
function madeBy(body: EntryBody): Amounts | undefined {
  if (body.kind === 'settlement') return body.amounts;
  if (body.kind === 'reversal') return body.replacement?.amounts;
  return isHeld(body) ? NO_AMOUNTS : undefined;
}
