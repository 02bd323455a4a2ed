// Closing: a batch is complete when every accepted record has its entry, and counting it never starts over.

import { describe, expect, it } from 'vitest';
import type { CloseMessage } from '../../../shared/queue/messages.ts';
import { type CloseDeps, closeBatch } from '../../../functions/close/close-batch.ts';
import { sweepBatches } from '../../../functions/sweep/sweep-batches.ts';
import { startOf } from '../../../functions/split/split-batch.ts';
import type { Manifest, SplitState } from '../../../shared/batch/batch.ts';
import { memoryBatches } from '../../../shared/batch/memory/memory-batches.ts';
import { genesis, seal } from '../../../shared/ledger/codec.ts';
import { memoryLedger } from '../../../shared/ledger/memory/memory-ledger.ts';
import { EMPTY_POSITION } from '../../../shared/ledger/position.ts';
import { memoryRecords } from '../../../shared/records/memory/memory-records.ts';
import { aManifest } from '../../contracts/batch-store.ts';
import { denialBody, place, settlementBody } from '../../support/entries.ts';

async function world(accepted: number, over: Partial<Manifest> = {}) {
  const [batches, records, ledger] = [memoryBatches(), memoryRecords(), memoryLedger()];
  const manifest = aManifest(over);
  await batches.create(manifest);
  const splitState: SplitState = { ...startOf(0, 1), read: accepted, accepted, done: true };
  await batches.saveSplit(manifest.batchId, splitState, undefined);
  const looks: number[] = [];
  const events: string[] = [];
  let pages = 0;
  const deps: CloseDeps = {
    batches,
    records,
    ledger: {
      ...ledger,
      batchShard: async (...args) => {
        pages++;
        return ledger.batchShard(...args);
      },
    },
    closeQueue: { send: async (_message, delay) => void looks.push(delay) },
    events: { completed: async ({ batchId }) => void events.push(batchId) },
    now: () => manifest.acceptedAt + 1_000,
    remainingMs: () => 600_000,
    lateAfterMs: 3_600_000,
  };
  /** Decides a record: every seventh is denied. */
  const decide = async (index: number) => {
    const stream = `130300#${String(index).padStart(22, 'M')}`;
    const at = place({
      stream,
      batchId: manifest.batchId,
      batchIndex: index,
      shard: index % manifest.shards,
      claimKey: `H0001/C${index}`,
      prev: genesis(stream),
    });
    await ledger.append(
      seal(at, index % 7 === 6 ? denialBody(EMPTY_POSITION) : settlementBody(EMPTY_POSITION, 1_000, index)),
    );
  };
  const progress = async () => (await batches.read(manifest.batchId))?.progress;
  return {
    manifest,
    deps,
    ledger,
    looks,
    events,
    decide,
    progress,
    pages: () => pages,
    remittance: async () => {
      const bytes = await records.get(`remittances/${manifest.batchId}.ndjson`);
      return (
        bytes &&
        new TextDecoder()
          .decode(bytes)
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>)
      );
    },
  };
}

describe('close', () => {
  it('completes a batch with its totals, its remittance file and one event', async () => {
    const { manifest, deps, decide, progress, events, remittance, looks } = await world(14, { shards: 4 });
    for (let index = 13; index >= 0; index--) await decide(index);
    expect(await closeBatch({ batchId: manifest.batchId }, deps)).toBe('complete');
    expect(await progress()).toMatchObject({
      watermarks: [16, 17, 14, 15],
      totals: {
        settled: 12,
        denied: 2,
        billed: 12_000,
        cash: 91 - 6 - 13,
        funds: { pooled: 12_000 - (91 - 6 - 13) },
      },
      completedAt: deps.now(),
    });
    expect(events).toEqual([manifest.batchId]);
    expect(looks).toEqual([]);
    const lines = (await remittance()) ?? [];
    expect(lines[0]).toMatchObject({ record: 'header', accepted: 14 });
    expect(lines.slice(1, -1).map(({ index }) => index)).toEqual(Array.from({ length: 14 }, (_, n) => n));
    expect(lines.at(-1)).toMatchObject({ record: 'trailer', totals: { settled: 12, denied: 2 } });
  });

  it('completes a batch of which nothing was accepted', async () => {
    const { manifest, deps, progress } = await world(0, { shards: 4 });
    expect(await closeBatch({ batchId: manifest.batchId }, deps)).toBe('complete');
    expect((await progress())?.totals.settled).toBe(0);
  });

  it('waits at a gap, and counts each entry once however often it looks', async () => {
    const { manifest, deps, decide, progress, events } = await world(6, { shards: 2 });
    for (const index of [0, 2, 5]) await decide(index);
    expect(await closeBatch({ batchId: manifest.batchId }, deps)).toBe('open');
    expect(await closeBatch({ batchId: manifest.batchId }, deps)).toBe('open');
    expect(await progress()).toMatchObject({ watermarks: [4, 1], totals: { settled: 2 } });
    for (const index of [1, 3, 4]) await decide(index);
    expect(await closeBatch({ batchId: manifest.batchId }, deps)).toBe('complete');
    expect((await progress())?.totals).toMatchObject({ settled: 6, billed: 6_000 });
    expect(events).toHaveLength(1);
    expect(await closeBatch({ batchId: manifest.batchId }, deps)).toBe('complete');
    expect(events).toHaveLength(1);
  });

  it('reads only what is new: counting a thousand more costs the same at the start as at the end', async () => {
    const { manifest, deps, decide, pages } = await world(6_000);
    const costs: number[] = [];
    for (let at = 0; at < 5_000; at += 1_000) {
      for (let index = at; index < at + 1_000; index++) await decide(index);
      const before = pages();
      await closeBatch({ batchId: manifest.batchId }, deps);
      costs.push(pages() - before);
    }
    expect(Math.max(...costs)).toBe(Math.min(...costs));
  });

  it('looks again after a quarter of the time the work has taken', async () => {
    const { manifest, deps, looks } = await world(1);
    const splitAt = 1;
    for (const seconds of [1, 8, 40, 4_000])
      await closeBatch(
        { batchId: manifest.batchId },
        {
          ...deps,
          now: () => splitAt + seconds * 1_000,
          lateAfterMs: 1e12,
        },
      );
    expect(looks).toEqual([1, 2, 10, 30]);
  });

  it('does not complete before split has read the whole batch', async () => {
    const { manifest, deps, decide } = await world(2);
    await deps.batches.saveSplit(
      manifest.batchId,
      { ...startOf(1, 1), read: 2, accepted: 2 },
      { ...startOf(0, 1), read: 2 },
    );
    for (const index of [0, 1]) await decide(index);
    expect(await closeBatch({ batchId: manifest.batchId }, deps)).toBe('open');
  });

  it('shows a batch as late, and goes on looking', async () => {
    const { manifest, deps, looks } = await world(1);
    expect(
      await closeBatch(
        { batchId: manifest.batchId },
        { ...deps, now: () => manifest.acceptedAt + 3_600_001 },
      ),
    ).toBe('late');
    expect(looks).toEqual([300]);
  });

  it('completes once when two looks meet, and the one behind looks again', async () => {
    const { manifest, deps, decide, progress } = await world(1);
    await decide(0);
    const both = await Promise.all([
      closeBatch({ batchId: manifest.batchId }, deps),
      closeBatch({ batchId: manifest.batchId }, deps),
    ]);
    expect(both.sort()).toEqual(['complete', 'open']);
    expect((await progress())?.totals.settled).toBe(1);
  });
});

describe('looks', () => {
  /** A queue that may deliver a message again: what is in it, and one look at the message at a place. */
  const lookingAt = async (made: Awaited<ReturnType<typeof world>>) => {
    const { manifest, deps } = made;
    const queue: CloseMessage[] = [{ batchId: manifest.batchId }];
    const closeQueue = { send: async (message: CloseMessage) => void queue.push(message) };
    return { queue, look: (at: number) => closeBatch(queue[at]!, { ...deps, closeQueue }) };
  };

  it('stay one chain when a look is delivered again after its answer was lost', async () => {
    const made = await world(2);
    const { queue, look } = await lookingAt(made);
    expect(await look(0)).toBe('open');
    expect(await look(1)).toBe('open');
    expect(queue).toHaveLength(3);
    expect(await look(1)).toBe('overtaken');
    expect(queue).toHaveLength(3);
    // A first look names nothing, so it starts a chain of its own: the older one ends there.
    expect(await look(0)).toBe('open');
    expect([await look(2), queue.length]).toEqual(['overtaken', 4]);
    for (const index of [0, 1]) await made.decide(index);
    expect(await look(3)).toBe('complete');
  });

  it('go on when one was killed between sending the next and saving what it counted', async () => {
    const made = await world(2);
    const { queue, look } = await lookingAt(made);
    const killed = { ...made.deps.batches, saveProgress: () => Promise.reject(new Error('killed')) };
    const closeQueue = { send: async (message: CloseMessage) => void queue.push(message) };
    await expect(closeBatch(queue[0]!, { ...made.deps, batches: killed, closeQueue })).rejects.toThrow(
      'killed',
    );
    await look(0); // Delivered again.
    expect(queue).toHaveLength(3);
    expect([await look(1), await look(2)]).toEqual(['open', 'overtaken']);
    expect(queue).toHaveLength(4);
    for (const index of [0, 1]) await made.decide(index);
    expect(await look(3)).toBe('complete');
  });
});

describe('sweep', () => {
  const sweeper = ({ deps }: Awaited<ReturnType<typeof world>>, now: number) => {
    const sent: string[] = [];
    return {
      sent,
      deps: {
        batches: deps.batches,
        now: () => now,
        lateAfterMs: 3_600_000,
        splitQueue: {
          send: async ({ batchId }: { batchId: string }, once: string) =>
            void sent.push(`split ${batchId} ${once}`),
        },
        closeQueue: { send: async ({ batchId }: { batchId: string }) => void sent.push(`close ${batchId}`) },
      },
    };
  };

  it('leaves alone what is being worked on, and sets going what stood still', async () => {
    const made = await world(1);
    const { batchId } = made.manifest;
    const early = sweeper(made, made.manifest.acceptedAt + 1);
    await made.deps.batches.saveSplit(
      batchId,
      { ...startOf(0, made.manifest.acceptedAt), read: 1, accepted: 1 },
      { ...startOf(0, 1), read: 1 },
    );
    expect(await sweepBatches({ queuesLost: false }, early.deps)).toEqual({
      looked: 1,
      splitAgain: 0,
      lookedAtAgain: 0,
      lateUnread: 0,
    });
    const later = sweeper(made, made.manifest.acceptedAt + 11 * 60_000);
    expect(await sweepBatches({ queuesLost: false }, later.deps)).toEqual({
      looked: 1,
      splitAgain: 1,
      lookedAtAgain: 0,
      lateUnread: 0,
    });
    expect(later.sent[0]).toMatch(`split ${batchId}`);
  });

  it('sends the split message of a batch that was stored and never announced', async () => {
    const made = await world(1);
    const manifest = aManifest({ acceptedAt: made.manifest.acceptedAt });
    await made.deps.batches.create(manifest);
    const later = sweeper(made, manifest.acceptedAt + 11 * 60_000);
    await sweepBatches({ queuesLost: false }, later.deps);
    expect(later.sent.some((what) => what.startsWith(`split ${manifest.batchId}`))).toBe(true);
  });

  it('looks again at a batch nobody looks at any more', async () => {
    const made = await world(1);
    const later = sweeper(made, made.manifest.acceptedAt + 60 * 60_000);
    expect(await sweepBatches({ queuesLost: false }, later.deps)).toMatchObject({ lookedAtAgain: 1 });
    expect(later.sent).toEqual([`close ${made.manifest.batchId}`]);
  });

  it('counts what is late and was never read to its end, which close cannot', async () => {
    const made = await world(1);
    const unread = aManifest({ acceptedAt: made.manifest.acceptedAt });
    await made.deps.batches.create(unread);
    const inTime = sweeper(made, unread.acceptedAt + 3_600_000);
    expect(await sweepBatches({ queuesLost: false }, inTime.deps)).toMatchObject({
      looked: 2,
      lateUnread: 0,
    });
    const late = sweeper(made, unread.acceptedAt + 3_600_001);
    expect(await sweepBatches({ queuesLost: false }, late.deps)).toMatchObject({ looked: 2, lateUnread: 1 });
  });

  it('starts every open batch over when the queues are lost, in a new run', async () => {
    const made = await world(1);
    const { batchId } = made.manifest;
    const now = sweeper(made, made.manifest.acceptedAt);
    expect(await sweepBatches({ queuesLost: true }, now.deps)).toMatchObject({ splitAgain: 1 });
    expect((await made.deps.batches.read(batchId))?.split).toMatchObject({ run: 1, read: 0, done: false });
  });

  it('starts a batch over that was accepted before the clock was set back', async () => {
    const made = await world(1);
    const earlier = sweeper(made, made.manifest.acceptedAt - 3_600_000);
    expect(await sweepBatches({ queuesLost: true }, earlier.deps)).toMatchObject({ splitAgain: 1 });
  });

  it('writes no remittance file from an index that shows less than was counted; the next look does', async () => {
    const { deps, ledger, decide, manifest, progress, remittance, looks, events } = await world(3);
    for (const index of [0, 1, 2]) await decide(index);
    let reads = 0;
    const flickering: CloseDeps = {
      ...deps,
      ledger: {
        ...ledger,
        // Counting sees all; the look for the file is answered by a copy of the index that is behind.
        batchShard: async (...args) => {
          const entries = await ledger.batchShard(...args);
          return reads++ < manifest.shards ? entries : entries.slice(0, -1);
        },
      },
    };
    expect(await closeBatch({ batchId: manifest.batchId }, flickering)).toBe('open');
    expect((await progress())?.completedAt).toBeUndefined();
    expect([looks.length, events.length]).toEqual([1, 0]);
    expect(await closeBatch({ batchId: manifest.batchId }, deps)).toBe('complete');
    expect((await remittance())?.map(({ record }) => record)).toEqual([
      'header',
      'settlement',
      'settlement',
      'settlement',
      'trailer',
    ]);
  });
});
