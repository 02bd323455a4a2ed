// What settlements had come to before an entry adjusted them: the entry says what each comes to now, so that the
// difference needs a look at the stream in between.

import type { Amounts } from '../../policy/adjudication.ts';
import type { Entry } from '../entry.ts';
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
  if ((body.kind !== 'settlement' && body.kind !== 'reversal') || !body.adjustments?.length) return was;
  const adjusted = new Set(body.adjustments.map(({ of }) => of));
  for (let from = Math.min(...adjusted); from < place.seq; ) {
    const { items } = await ledger.stream(place.stream, from, Math.min(place.seq - from, 500));
    for (const { place: at, body: earlier } of items) {
      if (earlier.kind !== 'settlement' && earlier.kind !== 'reversal') continue;
      const made = earlier.kind === 'settlement' ? earlier.amounts : earlier.replacement?.amounts;
      if (made && adjusted.has(at.seq)) was.set(at.seq, made);
      for (const { of, amounts } of earlier.adjustments ?? []) if (adjusted.has(of)) was.set(of, amounts);
    }
    const last = items.at(-1);
    if (!last) break;
    from = last.place.seq + 1;
  }
  return was;
}
