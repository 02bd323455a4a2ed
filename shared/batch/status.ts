// Where a batch stands, for people: a pure function of its stored parts and the time. Nothing stores a status, so none
// can be stale.

import type { BatchStatus, Manifest, Progress, SplitState } from './batch.ts';

/** A batch as the store reads it. */
export interface StoredBatch {
  readonly manifest: Manifest;
  readonly split?: SplitState | undefined;
  readonly progress?: Progress | undefined;
}

/**
 * `receiving` until every record is read, `open` until every accepted one is decided, then `complete`. `late` is a batch
 * that should have been complete by now; `refused` an uploaded file that is not what was announced.
 */
export function statusOf(
  { manifest, split, progress }: StoredBatch,
  now: number,
  lateAfterMinutes: number,
): BatchStatus {
  if (split?.refused) return 'refused';
  if (progress?.completedAt !== undefined) return 'complete';
  if (now - manifest.acceptedAt > lateAfterMinutes * 60_000) return 'late';
  return split?.done ? 'open' : 'receiving';
}
