// What every batch store must do. Run on memory, dynalite and DynamoDB Local.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Manifest, SplitState } from '../../shared/batch/batch.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import { NO_TOTALS } from '../../shared/batch/totals.ts';
import { localDate } from '../../shared/time/dates.ts';

let count = 0;

export const aManifest = (over: Partial<Manifest> = {}): Manifest => {
  const batchNo = `B${count++}`;
  const providerId = over.providerId ?? 'H0001';
  return {
    batchId: `${providerId}.${batchNo}`,
    kind: 'claims',
    providerId,
    batchNo,
    businessDate: localDate('2026-09-01'),
    controlTotals: { claimCount: 1, billedFen: 100 },
    contentHash: 'h',
    raw: { key: 'raw/x', format: 'json', bytes: 2 },
    releaseId: 'r',
    area: '130300',
    shards: 1,
    acceptedAt: 1_790_000_000_000 + count,
    ...over,
  };
};

const split = (over: Partial<SplitState> = {}): SplitState => ({
  read: 0,
  offset: 0,
  accepted: 0,
  rejected: 0,
  done: false,
  run: 0,
  updatedAt: 1,
  ...over,
});

export function describeBatchStore(name: string, open: () => Promise<BatchStore>): void {
  describe(`batch store: ${name}`, () => {
    let store: BatchStore;
    beforeAll(async () => {
      store = await open();
    });
    const openIds = async (before = Number.MAX_SAFE_INTEGER): Promise<string[]> => {
      const ids: string[] = [];
      let from: string | undefined;
      do {
        const page = await store.open(before, 2, from);
        ids.push(...page.items);
        from = page.next;
      } while (from);
      return ids;
    };

    it('stores a manifest once, and answers the standing one ever after', async () => {
      const manifest = aManifest();
      expect(await store.create(manifest)).toEqual({ created: true, manifest });
      expect(await store.create({ ...manifest, contentHash: 'other' })).toEqual({ created: false, manifest });
      expect(await store.manifest(manifest.batchId)).toEqual(manifest);
      expect(await store.read(manifest.batchId)).toEqual({ manifest });
      expect(await store.read('H0001.none')).toBeUndefined();
    });

    it('moves the cursor of split only for who knows where it stood', async () => {
      const { batchId } = (await store.create(aManifest())).manifest;
      expect(await store.saveSplit(batchId, split(), undefined)).toBe(true);
      expect(await store.saveSplit(batchId, split(), undefined)).toBe(false);
      expect(await store.saveSplit(batchId, split({ read: 10 }), split())).toBe(true);
      expect(await store.saveSplit(batchId, split({ read: 20 }), split())).toBe(false);
      expect(await store.saveSplit(batchId, split({ run: 1 }), split({ read: 10 }))).toBe(true);
      expect(await store.saveSplit(batchId, split({ read: 20 }), split({ read: 10 }))).toBe(false);
      expect((await store.read(batchId))?.split).toEqual(split({ run: 1 }));
    });

    it('saves progress under its version, and a complete batch is open no more', async () => {
      const { batchId } = (await store.create(aManifest())).manifest;
      const progress = { version: 1, watermarks: [0], totals: NO_TOTALS, updatedAt: 1 };
      expect(await store.saveProgress(batchId, progress)).toBe(true);
      expect(await store.saveProgress(batchId, progress)).toBe(false);
      expect(await openIds()).toContain(batchId);
      expect(await store.saveProgress(batchId, { ...progress, version: 2, completedAt: 5 })).toBe(true);
      expect(await openIds()).not.toContain(batchId);
      expect((await store.read(batchId))?.progress?.completedAt).toBe(5);
    });

    it('takes a refused upload out of the open batches', async () => {
      const { batchId } = (await store.create(aManifest())).manifest;
      await store.saveSplit(
        batchId,
        split({ refused: { code: 'upload-corrupt', claimCount: 0, billedFen: 0 } }),
        undefined,
      );
      expect(await openIds()).not.toContain(batchId);
    });

    it('lists open batches accepted before a moment, page by page', async () => {
      const made = await Promise.all(
        [10, 20, 30, 40, 50].map((acceptedAt) => store.create(aManifest({ acceptedAt }))),
      );
      const ids = made.map(({ manifest }) => manifest.batchId);
      expect((await openIds(35)).sort()).toEqual(ids.slice(0, 3).sort());
    });

    it("lists a provider's batches, newest first, and nobody else's", async () => {
      const providerId = `P${count}`;
      for (const acceptedAt of [100, 300, 200]) await store.create(aManifest({ providerId, acceptedAt }));
      await store.create(aManifest({ providerId: `${providerId}X`, acceptedAt: 250 }));
      const first = await store.ofProvider(providerId, 2);
      expect(first.items.map(({ acceptedAt }) => acceptedAt)).toEqual([300, 200]);
      const rest = await store.ofProvider(providerId, 2, first.next);
      expect(rest.items.map(({ acceptedAt }) => acceptedAt)).toEqual([100]);
    });

    it('remembers who holds a claim number, a thousand at a time', async () => {
      const keys = Array.from({ length: 260 }, (_, n) => `H0009/${count}-${n}`);
      const holder = (n: number) => ({ stream: `s${n}`, batchId: 'H0009.B', batchIndex: n });
      await store.hold(new Map(keys.map((key, n) => [key, holder(n)])));
      await store.hold(new Map([[keys[3] as string, holder(99)]]));
      const found = await store.holders([...keys, 'H0009/unknown']);
      expect(found.size).toBe(260);
      expect(found.get(keys[3] as string)).toEqual(holder(99));
      expect(found.get(keys[259] as string)).toEqual(holder(259));
      const refused = [['H0009.C', 4]] as const;
      await store.hold(new Map([[keys[5] as string, { ...holder(5), refused }]]));
      expect((await store.holders(keys)).get(keys[5] as string)).toEqual({ ...holder(5), refused });
    });
  });
}
