// A review -> its message. The claim it is about lies in the batch that posted it; the message carries it whole, as
// the reviewer left it, so that deciding stays a pure function of the message and the stream.

import { claimKeyOf, type Manifest } from '../../shared/batch/batch.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import { postedClaimOf } from '../../shared/batch/posted-claim.ts';
import { firstOf } from '../../shared/batch/standing-claim.ts';
import { contentHash } from '../../shared/claim/content-hash.ts';
import { type ReviewRecord, reduced } from '../../shared/claim/review.ts';
import { holderOf } from '../../shared/ledger/append.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { RecordReader } from '../../shared/records/port.ts';

export interface ReviewDeps {
  readonly batches: Pick<BatchStore, 'manifest' | 'holders'>;
  readonly ledger: Pick<LedgerStore, 'byClaim'>;
  readonly records: RecordReader;
}

/** The message that carries a review to the stream of the claim it is about. */
export async function reviewMessage(
  review: ReviewRecord,
  manifest: Manifest,
  batchIndex: number,
  deps: ReviewDeps,
): Promise<SettleMessage> {
  const claimKey = claimKeyOf(review.providerId, review.claimNo);
  const { stream } = review;
  const place = {
    type: 'review' as const,
    batchId: manifest.batchId,
    batchIndex,
    shard: batchIndex % manifest.shards,
    stream,
    claimKey,
    acceptedAt: manifest.acceptedAt,
    decision: review.decision,
    reason: review.reason,
  };
  const nothing = { ...place, content: contentHash(review), release: manifest.releaseId };
  const entries = await deps.ledger.byClaim(stream, claimKey);
  const pended = holderOf(entries);
  if (pended?.body.kind !== 'pend') return nothing;
  const source = firstOf(pended, entries);
  const posted = source && (await postedClaimOf(source, deps));
  if (posted === undefined) throw new Error('review: the raw claim cannot be read');
  const { quoteId: _quoteId, ...asPosted } = posted; // Pended, it came to nothing that had been quoted.
  const { claim, errors } = reduced(asPosted, review.reductions ?? []);
  if (errors.length > 0) return nothing; // Refused by settle: such a review fits nothing that stands.
  const { content, release } = pended.body;
  return { ...place, content, release, pendedSeq: pended.place.seq, claim };
}
