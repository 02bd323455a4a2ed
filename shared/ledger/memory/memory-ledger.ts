// The ledger in memory, for tests and the simulation. It keeps texts, not objects, so that it forgets exactly what
// the real store forgets.

import { sha256, unseal } from '../codec.ts';
import type { Entry, EntryPlace, StreamKey } from '../entry.ts';
import type { LedgerScan, LedgerStore } from '../port.ts';

interface Row {
  readonly place: EntryPlace;
  readonly text: string;
  readonly hash: string;
}

/** An empty ledger in memory. */
export function memoryLedger(): LedgerStore &
  LedgerScan & { readonly streams: ReadonlyMap<StreamKey, readonly Row[]> } {
  const streams = new Map<StreamKey, Row[]>();
  const rows = (stream: StreamKey): readonly Row[] => streams.get(stream) ?? [];
  const entry = ({ place, text, hash }: Row): Entry => unseal(place, text, hash);

  return {
    streams,
    async head(stream) {
      const last = rows(stream).at(-1);
      return last && entry(last);
    },
    async byClaim(stream, claimKey) {
      return rows(stream)
        .filter(({ place }) => place.claimKey === claimKey)
        .map(entry);
    },
    async get(stream, seq) {
      const row = rows(stream)[seq - 1];
      return row && entry(row);
    },
    async append({ place, text, hash }) {
      const taken = rows(place.stream)[place.seq - 1];
      if (taken) return { outcome: 'taken', entry: entry(taken) };
      streams.set(place.stream, [...rows(place.stream), { place, text, hash }]);
      return { outcome: 'appended' };
    },
    async stream(stream, fromSeq, limit) {
      const items = rows(stream)
        .slice(Math.max(fromSeq, 1) - 1, Math.max(fromSeq, 1) - 1 + limit)
        .map(entry);
      const last = items.at(-1);
      const more = last !== undefined && last.place.seq < rows(stream).length;
      return { items, ...(more ? { next: String(last.place.seq + 1) } : {}) };
    },
    async *scan(segment, segments) {
      for (const [stream, own] of streams) {
        if (Buffer.from(sha256(stream), 'base64url').readUInt32BE() % segments === segment) yield* own;
      }
    },
    async batchShard(batchId, shard, fromIndex, limit) {
      return [...streams.values()]
        .flat()
        .filter(
          ({ place }) => place.batchId === batchId && place.shard === shard && place.batchIndex >= fromIndex,
        )
        .sort((a, b) => a.place.batchIndex - b.place.batchIndex)
        .slice(0, limit)
        .map(entry);
    },
  };
}
