// Seals a day: walks the ledger once and writes down, outside the table and for ever, how many streams and entries
// there are, what they add up to, and a Merkle root over their heads. A day is sealed once, by a put that only a free
// key takes; asking again changes nothing. What the walk saw while entries were being added is a moment of each stream,
// not of all at once: that is enough, since every stream is held against its own head.

import type { BatchStore } from '../../shared/batch/port.ts';
import type { LedgerScan } from '../../shared/ledger/port.ts';
import { ControlTotals } from '../../shared/reconciliation/control-totals.ts';
import {
  anchorKey,
  type DaySeal,
  headLine,
  inLeafOrder,
  rootOfHeads,
  type SealedHead,
} from '../../shared/reconciliation/day-seal.ts';
import type { Finding } from '../../shared/reconciliation/findings.ts';
import { merkleRoot } from '../../shared/reconciliation/merkle.ts';
import { BatchRecount, checkBatches, SETTLED_FOR_MS } from '../../shared/reconciliation/recount-batches.ts';
import { readEntries } from '../../shared/reconciliation/verify-stream.ts';
import { allSegments } from '../../shared/reconciliation/walk.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import { dayInChina } from '../../shared/time/dates.ts';

export interface SealDeps {
  readonly ledger: LedgerScan;
  readonly batches: Pick<BatchStore, 'read'>;
  /** What intake stored: the batches that must have entries. */
  readonly records: Pick<RecordStore, 'list'>;
  /** Where seals rest; nothing in there is ever replaced. */
  readonly sealed: Pick<RecordStore, 'get' | 'putNew' | 'writeNew'>;
  readonly now: () => number;
  /** 128 random bits, base64url: one for every leaf. */
  readonly salt: () => string;
  readonly segments: number;
}

export interface Sealed {
  readonly seal: DaySeal;
  /** Missing when the day was sealed before. */
  readonly batches?: { readonly checked: number; readonly findings: readonly Finding[] };
}

/** Seals the day that it is in China, once. */
export async function sealDay(deps: SealDeps): Promise<Sealed> {
  const { ledger, sealed } = deps;
  const began = deps.now();
  const day = dayInChina(began);
  const before = await sealOf(day, sealed);
  if (before) return { seal: before };

  const [totals, recount] = [new ControlTotals(), new BatchRecount()];
  const found: SealedHead[] = [];
  await allSegments(ledger, deps.segments, async (streams) => {
    for await (const { stream, rows } of streams) {
      const last = rows.at(-1)!;
      const read = readEntries(rows);
      totals.addStream(rows, read);
      for (const [at, { place }] of rows.entries()) recount.add(place, read[at]);
      found.push({
        stream,
        seq: last.place.seq,
        head: last.hash,
        entries: merkleRoot(rows.map(({ hash }) => hash)),
        salt: deps.salt(),
      });
    }
  });
  const heads = inLeafOrder(found);
  const root = rootOfHeads(heads);
  const seal: DaySeal = {
    format: 1,
    day,
    sealedAt: deps.now(),
    totals: totals.view(),
    root,
    heads: anchorKey.heads(day, root),
  };
  await sealed.writeNew(seal.heads, lines(heads), 'application/x-ndjson');
  // The first seal of a day stands. One that is there already may be ours, when the answer to our put was lost.
  if (!(await sealed.putNew(anchorKey.seal(day), JSON.stringify(seal), 'application/json'))) {
    const standing = await sealOf(day, sealed);
    if (standing?.root !== root) return { seal: standing ?? unreadable(day) };
  }
  return { seal, batches: await checkBatches(recount, deps, began - SETTLED_FOR_MS) };
}

/** A key that is taken and has nothing under it. */
function unreadable(day: string): never {
  throw new Error(`the seal of ${day} is there and cannot be read`);
}

async function sealOf(day: string, sealed: Pick<RecordStore, 'get'>): Promise<DaySeal | undefined> {
  const bytes = await sealed.get(anchorKey.seal(day));
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as DaySeal);
}

async function* lines(heads: readonly SealedHead[]): AsyncGenerator<string> {
  for (let at = 0; at < heads.length; at += 1_000)
    yield heads
      .slice(at, at + 1_000)
      .map(headLine)
      .join('');
}
