// When a run has ended, every record is settled again from the bytes that were posted (`jiesuan verify --full`): whatever
// faults and races there were, the entry has to follow from its record and from what stood before it. What the back
// office wrote by itself was never posted, and is left out.

import { fullReplay } from '../../functions/replay/full-replay.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import { EMPTY_POSITION } from '../../shared/ledger/position.ts';
import type { Release } from '../../shared/reference/release.ts';
import { Finding } from './core.ts';
import { reference } from './reference.ts';
import type { BatchTable, Bucket, LedgerTable } from './stores.ts';

/** Throws a Finding where an entry is not what its record comes to. */
export async function replayInFull(
  ledger: LedgerTable,
  batches: BatchTable,
  { objects }: Bucket,
  pseudonymOf: (member: string) => string,
): Promise<void> {
  const { release } = reference();
  const replay = fullReplay({
    batches: { manifest: async (batchId) => batches.rows.get(batchId)?.manifest },
    records: {
      get: async (key) => objects.get(key),
      range: async (key, from, bytes) => objects.get(key)?.subarray(from, from + bytes) ?? new Uint8Array(),
      async *read(key, from) {
        yield objects.get(key)?.subarray(from) ?? new Uint8Array();
      },
    },
    releaseOf: (id) => release(id) as Release,
    pseudonymOf,
  });
  for (const rows of ledger.streams.values()) {
    const history: Entry[] = [];
    for (const { entry } of rows) {
      const { place } = entry;
      const sameKey = history.filter((each) => each.place.claimKey === place.claimKey);
      const position = history.at(-1)?.body.position ?? EMPTY_POSITION;
      const found = batches.rows.has(place.batchId) && (await replay(entry, { position, history, sameKey }));
      if (found)
        throw new Finding('L10', `${place.claimKey}, entry ${place.seq}: ${found.code} ${found.detail}`);
      history.push(entry);
    }
  }
}
