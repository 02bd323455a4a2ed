// What every ledger store must do, whatever it is made of. Run on memory, dynalite and DynamoDB Local.

import { beforeAll, describe, expect, it } from 'vitest';
import { genesis } from '../../shared/ledger/codec.ts';
import type { LedgerScan, LedgerStore } from '../../shared/ledger/port.ts';
import { anEntry } from '../support/entries.ts';

let streams = 0;
const freshStream = () => `130300#${String(streams++).padStart(22, 'S')}`;

export function describeLedgerStore(name: string, open: () => Promise<LedgerStore & LedgerScan>): void {
  describe(`ledger store: ${name}`, () => {
    let store: LedgerStore & LedgerScan;
    beforeAll(async () => {
      store = await open();
    });
    const at = (stream: string, seq: number, over: object = {}) =>
      anEntry({ stream, seq, prev: genesis(stream), ...over }, 1_000 + seq);

    it('has no head before the first entry', async () => {
      const stream = freshStream();
      expect(await store.head(stream)).toBeUndefined();
      expect(await store.get(stream, 1)).toBeUndefined();
      expect(await store.byClaim(stream, 'H0001/C1')).toEqual([]);
    });

    it('gives an entry back exactly as it was written', async () => {
      const entry = at(freshStream(), 1);
      expect(await store.append(entry)).toEqual({ outcome: 'appended' });
      expect(await store.head(entry.place.stream)).toEqual(entry);
      expect(await store.get(entry.place.stream, 1)).toEqual(entry);
      expect(await store.byClaim(entry.place.stream, 'H0001/C1')).toEqual([entry]);
    });

    it('takes a place once, and never overwrites', async () => {
      const stream = freshStream();
      const [first, second] = [at(stream, 1), at(stream, 1, { claimKey: 'H0001/C2', batchIndex: 1 })];
      await store.append(first);
      const refused = await store.append(second);
      expect(refused.outcome).toBe('taken');
      if (refused.outcome === 'taken' && refused.entry) expect(refused.entry).toEqual(first);
      expect(await store.get(stream, 1)).toEqual(first);
    });

    it('lets one of twenty writers of the same place through', async () => {
      const stream = freshStream();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          store.append(at(stream, 1, { claimKey: `H0001/R${n}`, batchIndex: n })),
        ),
      );
      expect(results.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
    });

    it('has the newest entry as head, also beyond nine and ninety-nine', async () => {
      const stream = freshStream();
      for (let seq = 1; seq <= 101; seq++)
        await store.append(at(stream, seq, { claimKey: `H0001/N${seq}`, batchIndex: seq }));
      expect((await store.head(stream))?.place.seq).toBe(101);
      const page = await store.stream(stream, 40, 50);
      expect(page.items.map(({ place }) => place.seq)).toEqual(Array.from({ length: 50 }, (_, n) => 40 + n));
      const rest = await store.stream(stream, Number(page.next), 50);
      expect(rest.items.map(({ place }) => place.seq)).toEqual(Array.from({ length: 12 }, (_, n) => 90 + n));
      expect(rest.next).toBeUndefined();
    });

    it('finds every entry under a claim key, oldest first, and no other', async () => {
      const stream = freshStream();
      for (const [seq, claimKey] of ['H0001/A', 'H0001/AB', 'H0001/A', 'H0002/A'].entries()) {
        await store.append(at(stream, seq + 1, { claimKey, batchIndex: seq }));
      }
      const found = await store.byClaim(stream, 'H0001/A');
      expect(found.map(({ place }) => place.seq)).toEqual([1, 3]);
    });

    it('lists a shard of a batch in the order of its index, from an index on', async () => {
      const batchId = `H0001.${freshStream().slice(-6)}`;
      for (const index of [9, 1, 11, 3, 5, 100, 7]) {
        await store.append(at(freshStream(), 1, { batchId, batchIndex: index, shard: 1 }));
      }
      await store.append(at(freshStream(), 1, { batchId, batchIndex: 2, shard: 0 }));
      const indexes = async (from: number, limit: number) =>
        (await store.batchShard(batchId, 1, from, limit)).map(({ place }) => place.batchIndex);
      expect(await indexes(0, 100)).toEqual([1, 3, 5, 7, 9, 11, 100]);
      expect(await indexes(5, 3)).toEqual([5, 7, 9]);
      expect(await indexes(101, 3)).toEqual([]);
    });

    it('is scanned in segments: every stream whole, in one of them, oldest first', async () => {
      const written = new Map<string, number>();
      for (let n = 0; n < 12; n++) {
        const stream = freshStream();
        const length = 1 + (n % 11);
        for (let seq = 1; seq <= length; seq++)
          await store.append(at(stream, seq, { claimKey: `H0001/S${seq}`, batchIndex: seq }));
        written.set(stream, length);
      }
      const seen: string[] = [];
      for (let segment = 0; segment < 3; segment++) {
        let last: string | undefined;
        let next = 1;
        for await (const { place, text, hash } of store.scan(segment, 3)) {
          if (place.stream !== last) {
            expect(seen).not.toContain(place.stream);
            seen.push(place.stream);
            next = 1;
          }
          expect(place.seq).toBe(next++);
          expect(text.length * hash.length).toBeGreaterThan(0);
          last = place.stream;
          if (written.has(place.stream) && written.get(place.stream) === place.seq)
            written.delete(place.stream);
        }
      }
      expect([...written]).toEqual([]);
    });
  });
}
