// A batch as the outside sees it: where it stands, how many records came to what, and the money per payer.

import * as z from 'zod';
import { statusOf, type StoredBatch } from '../../shared/batch/status.ts';
import { decidedCount, NO_TOTALS } from '../../shared/batch/totals.ts';
import { fundsFen, moneyView } from '../../shared/http/amounts.ts';

const count = z.int().min(0);

export const BatchView = z
  .object({
    batchId: z.string(),
    providerId: z.string(),
    batchNo: z.string(),
    kind: z.enum(['claims', 'enrolments', 'reviews', 'reversals']),
    businessDate: z.string(),
    acceptedAt: z.iso.datetime(),
    status: z.enum(['receiving', 'open', 'complete', 'late', 'refused']).meta({
      description:
        'receiving: being read; open: being decided; complete; late: should be complete by now; refused: the upload is not what was announced',
    }),
    refusal: z.string().optional().meta({ description: 'Code of why an upload was refused' }),
    completedAt: z.iso.datetime().optional(),
    release: z.string().meta({ description: 'Reference release that decides the batch' }),
    controlTotals: z.object({ claimCount: count, billedFen: z.int() }).meta({ description: 'As posted' }),
    counts: z
      .object({ read: count, accepted: count, rejected: count, decided: count, open: count })
      .meta({ description: 'read = accepted + rejected; accepted = decided + open; as far as counted' }),
    outcomes: z.object({
      settled: count,
      denied: count,
      pended: count,
      repeated: count,
      conflicted: count,
      refused: count.meta({ description: 'Reviews and reversals that did not fit what stands' }),
      reversed: count.meta({ description: 'Settlements undone; their money counts negative below' }),
      recorded: count,
    }),
    money: z
      .object({ billedFen: z.int(), fundsFen, accountFen: z.int(), cashFen: z.int(), hospitalFen: z.int() })
      .meta({ description: 'Of the settled claims, per payer' }),
  })
  .meta({ id: 'Batch', description: 'Where a batch stands' });
export type BatchView = z.infer<typeof BatchView>;

/** A stored batch as the API shows it. */
export function batchView(stored: StoredBatch, now: number, lateAfterMinutes: number): BatchView {
  const { manifest, split, progress } = stored;
  const totals = progress?.totals ?? NO_TOTALS;
  const [accepted, rejected, decided] = [split?.accepted ?? 0, split?.rejected ?? 0, decidedCount(totals)];
  const { settled, denied, pended, repeated, conflicted, refused, reversed, recorded } = totals;
  return {
    batchId: manifest.batchId,
    providerId: manifest.providerId,
    batchNo: manifest.batchNo,
    kind: manifest.kind,
    businessDate: manifest.businessDate,
    acceptedAt: instant(manifest.acceptedAt),
    status: statusOf(stored, now, lateAfterMinutes),
    ...(split?.refused ? { refusal: split.refused.code } : {}),
    ...(progress?.completedAt === undefined ? {} : { completedAt: instant(progress.completedAt) }),
    release: manifest.releaseId,
    controlTotals: { ...manifest.controlTotals },
    counts: { read: split?.read ?? 0, accepted, rejected, decided, open: accepted - decided },
    outcomes: { settled, denied, pended, repeated, conflicted, refused, reversed, recorded },
    money: moneyView(totals),
  };
}

const instant = (epochMs: number): string => new Date(epochMs).toISOString();
