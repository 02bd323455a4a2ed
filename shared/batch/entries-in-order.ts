// The entries of a batch in the order of its records, merged from the shards of the batch index: index i stands in
// shard i modulo N, so the next one is always at the front of a known shard.

import type { Entry } from '../ledger/entry.ts';
import type { LedgerStore } from '../ledger/port.ts';

const ENTRIES_PER_PAGE = 250;

/** Entries from an index on, in order, holding one page per shard; an index that is not decided yet is passed over. */
export async function* entriesInOrder(
  ledger: Pick<LedgerStore, 'batchShard'>,
  batch: { readonly batchId: string; readonly shards: number },
  fromIndex: number,
): AsyncGenerator<Entry> {
  const fronts = await Promise.all(
    Array.from({ length: batch.shards }, (_, shard) => shardFrom(ledger, batch.batchId, shard, fromIndex)),
  );
  for (;;) {
    const first = fronts.reduce<Front | undefined>(
      (least, front) =>
        front.entry && (!least?.entry || front.entry.place.batchIndex < least.entry.place.batchIndex)
          ? front
          : least,
      undefined,
    );
    if (!first?.entry) return;
    yield first.entry;
    await first.advance();
  }
}

/** The batch index shows less than was counted in it before. */
export class IndexBehind extends Error {
  override readonly name = 'IndexBehind';
}

/**
 * All entries of a batch that is decided, in order. The index is eventually consistent and answers from copies that
 * need not be equally far: what one look has counted, the next may miss. Then this throws IndexBehind.
 */
export async function* allEntriesInOrder(
  ledger: Pick<LedgerStore, 'batchShard'>,
  batch: { readonly batchId: string; readonly shards: number },
  accepted: number,
): AsyncGenerator<Entry> {
  let next = 0;
  for await (const entry of entriesInOrder(ledger, batch, 0)) {
    if (entry.place.batchIndex !== next++) break;
    yield entry;
    if (next === accepted) return;
  }
  if (next !== accepted) throw new IndexBehind('the batch index shows less than was counted');
}

interface Front {
  readonly entry: Entry | undefined;
  advance(): Promise<void>;
}

async function shardFrom(
  ledger: Pick<LedgerStore, 'batchShard'>,
  batchId: string,
  shard: number,
  fromIndex: number,
): Promise<Front> {
  let page = await ledger.batchShard(batchId, shard, fromIndex, ENTRIES_PER_PAGE);
  let at = 0;
  return {
    get entry() {
      return page[at];
    },
    async advance() {
      const last = page[at++];
      if (at < page.length || page.length < ENTRIES_PER_PAGE || !last) return;
      page = await ledger.batchShard(batchId, shard, last.place.batchIndex + 1, ENTRIES_PER_PAGE);
      at = 0;
    },
  };
}
