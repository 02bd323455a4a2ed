// Walks the ledger stream by stream: a scan of one segment, cut where the stream changes.

import type { LedgerScan, StoredEntry } from '../ledger/port.ts';

export interface StreamRows {
  readonly stream: string;
  /** As the table holds them, oldest first. */
  readonly rows: readonly StoredEntry[];
}

/** The streams of one segment. Holds one stream in memory at a time. */
export async function* streamsOf(
  ledger: LedgerScan,
  segment: number,
  segments: number,
): AsyncGenerator<StreamRows> {
  let rows: StoredEntry[] = [];
  for await (const row of ledger.scan(segment, segments)) {
    const [first] = rows;
    if (first && first.place.stream !== row.place.stream) {
      yield { stream: first.place.stream, rows };
      rows = [];
    }
    rows.push(row);
  }
  const [first] = rows;
  if (first) yield { stream: first.place.stream, rows };
}

/** Runs every segment, side by side. */
export async function allSegments(
  ledger: LedgerScan,
  segments: number,
  each: (streams: AsyncGenerator<StreamRows>) => Promise<void>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: segments }, (_, segment) => each(streamsOf(ledger, segment, segments))),
  );
}
