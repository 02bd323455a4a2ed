// The view reads as the ledger would if what was put into it had been written; the ledger itself learns nothing of it.

import { describe, expect, it } from 'vitest';
import { ledgerView } from '../../../functions/redrive/ledger-view.ts';
import { seal } from '../../../shared/ledger/codec.ts';
import type { Entry } from '../../../shared/ledger/entry.ts';
import { memoryLedger } from '../../../shared/ledger/memory/memory-ledger.ts';
import { EMPTY_POSITION } from '../../../shared/ledger/position.ts';
import { place, settlementBody, STREAM } from '../../support/entries.ts';

/** So many entries, one after the other. */
function chain(count: number): Entry[] {
  const entries: Entry[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const before = entries.at(-1);
    const prev = before ? { prev: before.hash } : {};
    const body = settlementBody(before?.body.position ?? EMPTY_POSITION, 100 * seq, 10);
    entries.push(seal(place({ seq, claimKey: `H0001/C${seq}`, batchIndex: seq, ...prev }), body));
  }
  return entries;
}

describe('a view of a ledger', () => {
  it('shows what was put into it behind what is there, page by page, and writes nothing', async () => {
    const ledger = memoryLedger();
    const entries = chain(5);
    for (const entry of entries.slice(0, 3)) await ledger.append(entry);
    const view = ledgerView(ledger);
    for (const entry of entries.slice(3)) {
      expect((await view.head(STREAM))?.place.seq).toBe(entry.place.seq - 1);
      expect(await view.append(entry)).toEqual({ outcome: 'appended' });
    }
    const seen: number[] = [];
    for (let from: number | undefined = 1; from !== undefined; ) {
      const page: Awaited<ReturnType<typeof view.stream>> = await view.stream(STREAM, from, 2);
      seen.push(...page.items.map((entry) => entry.place.seq));
      from = page.next === undefined ? undefined : Number(page.next);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect((await view.byClaim(STREAM, 'H0001/C2')).map((entry) => entry.place.seq)).toEqual([2]);
    expect((await view.byClaim(STREAM, 'H0001/C5')).map((entry) => entry.place.seq)).toEqual([5]);
    expect((await view.get(STREAM, 5))?.hash).toBe(entries[4]?.hash);
    expect((await ledger.head(STREAM))?.place.seq).toBe(3);
  });

  it('forgets what was put into it once somebody has written there', async () => {
    const ledger = memoryLedger();
    const [first, second] = chain(2) as [Entry, Entry];
    const view = ledgerView(ledger);
    await view.append(first);
    await view.append(second);
    await ledger.append(first);
    expect((await view.head(STREAM))?.place.seq).toBe(1);
    expect((await view.stream(STREAM, 1, 10)).items).toHaveLength(1);
  });
});
