// Follows a batch until every accepted record has its entry, then closes it: summary, remittance file, one event.
//
// Counting never costs the size of the batch each time. Entries of a shard stand in the batch index in the order of
// their index: shard s holds s, s+N, s+2N ... without a gap once all are decided. So each shard has a watermark below
// which all is counted, and a tick reads on from there to the first gap. The index is eventually consistent: an entry
// that is not visible yet is a gap for a moment, never a wrong count.

import type { Manifest, Progress } from '../../shared/batch/batch.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import { IndexBehind } from '../../shared/batch/entries-in-order.ts';
import { countIn, decidedCount, NO_TOTALS } from '../../shared/batch/totals.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import type { CloseMessage } from '../../shared/queue/messages.ts';
import type { CloseQueue } from '../../shared/queue/port.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import type { BatchEvents } from './events.ts';
import { writeRemittance } from './remittance.ts';

const ENTRIES_PER_PAGE = 500;
/** A look that runs out of time saves what it counted and looks again in a moment. */
const RESERVE_MS = 60_000;

export interface CloseDeps {
  readonly batches: BatchStore;
  readonly ledger: LedgerStore;
  readonly records: RecordStore;
  readonly closeQueue: CloseQueue;
  readonly events: BatchEvents;
  readonly now: () => number;
  readonly remainingMs: () => number;
  readonly lateAfterMs: number;
}

/** `overtaken`: another look has been here since this one was sent, and has sent the next. */
export type Closing = 'complete' | 'open' | 'late' | 'refused' | 'overtaken';

/**
 * Looks how far a batch is; completes it, or looks again after a while. Each look sends the next one, so one that is
 * delivered twice would become two chains of looks for ever: a look names the progress it comes after, and one that
 * finds a newer one ends. The next look is sent before the progress is saved, so that a crash between the two leaves
 * one look too many, never none.
 */
export async function closeBatch({ batchId, after }: CloseMessage, deps: CloseDeps): Promise<Closing> {
  const read = await deps.batches.read(batchId);
  if (!read) throw new Error('close: no such batch'); // Cannot be: split has read it.
  const { manifest, split, progress: before } = read;
  if (before?.completedAt !== undefined) return 'complete';
  if (split?.refused) return 'refused';
  const version = before?.version ?? 0;
  if (after !== undefined && version > after) return 'overtaken';
  const next = { batchId, after: version + 1 };

  const counted = await countOn(manifest, before ?? startOf(manifest), deps);
  const complete =
    split?.done === true && counted.progress.watermarks.every((next) => next >= split.accepted);
  const remittanceKey = complete
    ? await remittanceOf(manifest, split, counted.progress.totals, deps)
    : undefined;
  if (complete && remittanceKey !== undefined) {
    // The event goes first: a crash in between sends it twice, with the same id, rather than never.
    await deps.events.completed(manifest, split, counted.progress.totals);
    if (await save(batchId, { ...counted.progress, completedAt: deps.now(), remittanceKey }, deps))
      return 'complete';
    await deps.closeQueue.send(next, 1); // Another look saved first; whoever is behind looks again.
    return 'open';
  }

  const now = deps.now();
  const late = now - manifest.acceptedAt > deps.lateAfterMs;
  const moved = decidedCount(counted.progress.totals) > decidedCount(before?.totals ?? NO_TOTALS);
  const stuck = late && !moved;
  const workedOnFor = now - (split?.updatedAt ?? manifest.acceptedAt);
  await deps.closeQueue.send(
    next,
    counted.more ? 1 : stuck ? STUCK_LOOK_SECONDS : secondsUntilNextLook(workedOnFor),
  );
  await save(batchId, counted.progress, deps); // If another look saved first, its numbers stand.
  return late ? 'late' : 'open';
}

/** Writes the remittance file; undefined when the index has fallen behind what was counted: the next look tries again. */
async function remittanceOf(...[manifest, split, totals, deps]: Parameters<typeof writeRemittance>) {
  try {
    return await writeRemittance(manifest, split, totals, deps);
  } catch (error) {
    if (error instanceof IndexBehind) return undefined;
    throw error;
  }
}

/** A late batch on which nothing moves is looked at so often, for as long as it takes. */
const STUCK_LOOK_SECONDS = 300;
const LOOK_SECONDS_MAX = 30;

/** A quarter of the time it has taken so far: nobody waits much longer than the work took, and looks stay few. */
const secondsUntilNextLook = (workedOnForMs: number): number =>
  Math.max(1, Math.min(Math.ceil(workedOnForMs / 4_000), LOOK_SECONDS_MAX));

const startOf = ({ shards, acceptedAt }: Manifest): Progress => ({
  version: 0,
  watermarks: Array.from({ length: shards }, (_, shard) => shard),
  totals: NO_TOTALS,
  updatedAt: acceptedAt,
});

const save = (batchId: string, progress: Progress, { batches, now }: CloseDeps): Promise<boolean> =>
  batches.saveProgress(batchId, { ...progress, version: progress.version + 1, updatedAt: now() });

/** Counts on from the watermarks; `more` when the time ran out before the first gap of every shard. */
async function countOn(
  manifest: Manifest,
  from: Progress,
  { ledger, remainingMs }: CloseDeps,
): Promise<{ progress: Progress; more: boolean }> {
  const watermarks = [...from.watermarks];
  let { totals } = from;
  let more = false;
  for (const [shard, start] of watermarks.entries()) {
    let next = start;
    for (let page: readonly Entry[] | undefined; page === undefined || page.length === ENTRIES_PER_PAGE; ) {
      if (remainingMs() < RESERVE_MS) {
        more = true;
        break;
      }
      page = await ledger.batchShard(manifest.batchId, shard, next, ENTRIES_PER_PAGE);
      const reached = next;
      for (const { place, body } of page) {
        if (place.batchIndex !== next) break;
        totals = countIn(totals, body);
        next += manifest.shards;
      }
      if (next - reached < page.length * manifest.shards) break; // A gap: the rest is not decided yet.
    }
    watermarks[shard] = next;
  }
  return { progress: { ...from, watermarks, totals }, more };
}
