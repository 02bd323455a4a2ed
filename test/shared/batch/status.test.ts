// Where a batch stands, in every combination of its parts.

import { describe, expect, it } from 'vitest';
import type { Progress, SplitState } from '../../../shared/batch/batch.ts';
import { statusOf } from '../../../shared/batch/status.ts';
import { NO_TOTALS } from '../../../shared/batch/totals.ts';
import { aManifest } from '../../contracts/batch-store.ts';

const MINUTE = 60_000;
const manifest = aManifest({ acceptedAt: 0 });
const split = (over: Partial<SplitState> = {}): SplitState => ({
  read: 1,
  offset: 0,
  accepted: 1,
  rejected: 0,
  done: false,
  run: 0,
  updatedAt: 0,
  ...over,
});
const progress: Progress = { version: 1, watermarks: [1], totals: NO_TOTALS, updatedAt: 0 };

describe('a batch', () => {
  it.each([
    ['receiving', undefined, undefined, 0],
    ['receiving', split(), undefined, 60 * MINUTE],
    ['open', split({ done: true }), undefined, 60 * MINUTE],
    ['open', split({ done: true }), progress, 0],
    ['late', split({ done: true }), progress, 60 * MINUTE + 1],
    ['late', undefined, undefined, 61 * MINUTE],
    ['complete', split({ done: true }), { ...progress, completedAt: 5 }, 10_000 * MINUTE],
    [
      'refused',
      split({ refused: { code: 'upload-corrupt', claimCount: 0, billedFen: 0 } }),
      undefined,
      10_000 * MINUTE,
    ],
  ] as const)('is %s', (status, splitState, progressState, now) => {
    expect(statusOf({ manifest, split: splitState, progress: progressState }, now, 60)).toBe(status);
  });
});
