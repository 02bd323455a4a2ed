// Reads the golden chains: stored entries, and the releases that decided them, exactly as they were.

import { readFileSync } from 'node:fs';
import type { EntryPlace } from '../../shared/ledger/entry.ts';
import type { StoredEntry } from '../../shared/ledger/port.ts';
import type { Documents } from '../../shared/reference/releases.ts';

export const GOLDEN_CHAINS = new URL('chains.ndjson', import.meta.url);
export const GOLDEN_RELEASES = new URL('releases.ndjson', import.meta.url);

type Line = [
  place: [
    stream: string,
    seq: number,
    claimKey: string,
    batchId: string,
    batchIndex: number,
    shard: number,
    prev: string,
  ],
  hash: string,
  text: string,
];

export interface Golden {
  /** Why they were written last. */
  readonly reason: string;
  readonly documents: readonly Documents[];
  readonly streams: ReadonlyMap<string, readonly StoredEntry[]>;
}

export function readGolden(): Golden {
  const { reason, documents } = JSON.parse(readFileSync(GOLDEN_RELEASES, 'utf8')) as {
    reason: string;
    documents: Documents[];
  };
  const streams = new Map<string, StoredEntry[]>();
  for (const line of readFileSync(GOLDEN_CHAINS, 'utf8').trimEnd().split('\n')) {
    const [[stream, seq, claimKey, batchId, batchIndex, shard, prev], hash, text] = JSON.parse(line) as Line;
    const place: EntryPlace = { stream, seq, claimKey, batchId, batchIndex, shard, prev };
    streams.set(stream, [...(streams.get(stream) ?? []), { place, text, hash }]);
  }
  return { reason, documents, streams };
}
