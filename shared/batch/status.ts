// Where a batch stands, for people: a pure function of its stored parts and the time. Nothing stores a status, so none
// can be stale.

import type { BatchStatus, BatchTotals, Manifest, Progress, SplitState } from './batch.ts';

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

/** Records that have their entry, as far as close has counted. */
export const decidedCount = ({
  settled,
  denied,
  pended,
  repeated,
  conflicted,
  recorded,
}: BatchTotals): number => settled + denied + pended + repeated + conflicted + recorded;

/** Totals of a batch of which nothing is counted yet. */
export const NO_TOTALS: BatchTotals = {
  settled: 0,
  denied: 0,
  pended: 0,
  repeated: 0,
  conflicted: 0,
  recorded: 0,
  billed: 0,
  funds: {},
  account: 0,
  cash: 0,
  hospital: 0,
};
