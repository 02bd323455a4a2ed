// A ledger that is read and never written: what is put stays here, and later readers of the same view see it. So the
// second dead letter of a member is foreseen on the position that the first would leave.

import type { Entry, StreamKey } from '../../shared/ledger/entry.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';

/** A view of a ledger, with what would be written on top. */
export function ledgerView(ledger: LedgerStore): LedgerStore {
  const added = new Map<StreamKey, Entry[]>();
  const own = (stream: StreamKey): readonly Entry[] => added.get(stream) ?? [];

  return {
    async head(stream) {
      const head = await ledger.head(stream);
      const [first] = own(stream);
      // Somebody wrote for real meanwhile: what was foreseen on the old head is foreseen no more.
      if (first && (head?.place.seq ?? 0) !== first.place.seq - 1) added.delete(stream);
      return own(stream).at(-1) ?? head;
    },
    byClaim: async (stream, claimKey) => [
      ...(await ledger.byClaim(stream, claimKey)),
      ...own(stream).filter(({ place }) => place.claimKey === claimKey),
    ],
    get: async (stream, seq) => own(stream).find(({ place }) => place.seq === seq) ?? ledger.get(stream, seq),
    async append(entry) {
      const { stream } = entry.place;
      added.set(stream, [...own(stream), entry]);
      return { outcome: 'appended' };
    },
    async stream(stream, fromSeq, limit) {
      const page = await ledger.stream(stream, fromSeq, limit);
      const base = own(stream)[0]?.place.seq ?? Number.POSITIVE_INFINITY;
      const items = page.items.filter(({ place }) => place.seq < base);
      if (page.next !== undefined && items.length === page.items.length) return page;
      return { items: [...items, ...own(stream).filter(({ place }) => place.seq >= fromSeq)] };
    },
    batchShard: (...args) => ledger.batchShard(...args),
  };
}
