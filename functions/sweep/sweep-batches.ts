// Finds batches that nobody is working on any more, and sets them going again: a crash between storing a batch and
// sending its message, a continuation or a tick that was lost. What it sends twice does no harm.

import { startOf } from '../split/split-batch.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import type { CloseQueue, SplitQueue } from '../../shared/queue/port.ts';

/** Split saves its cursor every few seconds; a cursor that stood still so long is nobody's. */
const SPLIT_IDLE_MS = 10 * 60_000;
/** Close looks at the latest every five minutes. */
const CLOSE_IDLE_MS = 15 * 60_000;

export interface SweepDeps {
  readonly batches: BatchStore;
  readonly splitQueue: SplitQueue;
  readonly closeQueue: CloseQueue;
  readonly now: () => number;
  readonly lateAfterMs: number;
}

export interface Swept {
  readonly looked: number;
  readonly splitAgain: number;
  readonly lookedAtAgain: number;
  /** Late, and not read to the end by split: close, which counts late batches, has never seen these. */
  readonly lateUnread: number;
}

/**
 * Goes through the open batches. `queuesLost`: the queues were in memory and are gone (a restart of the local
 * runner), so every open batch is split again from its start; what is decided is not sent again, or answered alike.
 */
export async function sweepBatches(
  { queuesLost }: { readonly queuesLost: boolean },
  deps: SweepDeps,
): Promise<Swept> {
  let [looked, splitAgain, lookedAtAgain, lateUnread] = [0, 0, 0, 0];
  let from: string | undefined;
  // What was lost with the queues is looked for once only: not even a clock that was set back may hide a batch then.
  const acceptedBefore = queuesLost ? Number.MAX_SAFE_INTEGER : deps.now() + 1;
  do {
    const page = await deps.batches.open(acceptedBefore, 100, from);
    for (const batchId of page.items) {
      looked++;
      const { did, isLateUnread } = await sweepOne(batchId, queuesLost, deps);
      if (did === 'split') splitAgain++;
      if (did === 'look') lookedAtAgain++;
      if (isLateUnread) lateUnread++;
    }
    from = page.next;
  } while (from);
  return { looked, splitAgain, lookedAtAgain, lateUnread };
}

async function sweepOne(
  batchId: string,
  queuesLost: boolean,
  deps: SweepDeps,
): Promise<{ readonly did?: 'split' | 'look' | undefined; readonly isLateUnread: boolean }> {
  const read = await deps.batches.read(batchId);
  if (!read) return { isLateUnread: false };
  const { manifest, split, progress } = read;
  if (progress?.completedAt !== undefined || split?.refused) {
    await deps.batches.leaveOpen(batchId);
    return { isLateUnread: false };
  }
  const isLateUnread = split?.done !== true && deps.now() - manifest.acceptedAt > deps.lateAfterMs;
  return { did: await setGoing(read, queuesLost, deps), isLateUnread };
}

async function setGoing(
  { manifest, split, progress }: NonNullable<Awaited<ReturnType<BatchStore['read']>>>,
  queuesLost: boolean,
  deps: SweepDeps,
): Promise<'split' | 'look' | undefined> {
  const { batchId } = manifest;
  const now = deps.now();
  if (queuesLost) {
    if (split) await deps.batches.saveSplit(batchId, startOf(split.run + 1, now), split);
    await deps.splitQueue.send({ batchId }, `${batchId}#${(split?.run ?? 0) + 1}#restart`);
    return 'split';
  }
  if (!split?.done) {
    if (now - (split?.updatedAt ?? manifest.acceptedAt) < SPLIT_IDLE_MS) return undefined;
    await deps.splitQueue.send(
      { batchId },
      `${batchId}#${split?.run ?? 0}#${split?.read ?? 0}#sweep#${Math.floor(now / SPLIT_IDLE_MS)}`,
    );
    return 'split';
  }
  if (now - Math.max(progress?.updatedAt ?? 0, split.updatedAt) < CLOSE_IDLE_MS) return undefined;
  await deps.closeQueue.send({ batchId }, 0);
  return 'look';
}
