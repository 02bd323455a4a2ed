// A reversal -> its message. For a refund of lines the message carries the claim as it shall stand instead, made from
// the claim as it was posted, so that deciding stays a pure function of the message and the stream.

import { claimKeyOf, type Manifest } from '../../shared/batch/batch.ts';
import { postedClaimByNumber } from '../../shared/batch/posted-claim.ts';
import { contentHash } from '../../shared/claim/content-hash.ts';
import { type KnownReversal, type PostedReversal, refunded } from '../../shared/claim/reversal.ts';
import { streamKey } from '../../shared/member/pseudonym.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { ReviewDeps } from './review-message.ts';

/** The message that carries a reversal to the stream of the claim it undoes. */
export async function reversalMessage(
  reversal: PostedReversal | KnownReversal,
  manifest: Manifest,
  batchIndex: number,
  raw: readonly [number, number] | undefined,
  deps: ReviewDeps & { readonly pseudonymOf: (memberId: string) => string },
): Promise<SettleMessage> {
  const { claimNo, reason, refundLines } = reversal;
  const claimKey = claimKeyOf(manifest.providerId, claimNo);
  const stream =
    'stream' in reversal
      ? reversal.stream
      : streamKey(reversal.insuredArea ?? manifest.area, deps.pseudonymOf(reversal.memberId));
  const message = {
    type: 'reversal' as const,
    batchId: manifest.batchId,
    batchIndex,
    shard: batchIndex % manifest.shards,
    stream,
    claimKey,
    acceptedAt: manifest.acceptedAt,
    ...(raw ? { raw: [...raw] as [number, number] } : {}),
    content: contentHash({ claimNo, reason, refundLines }),
    reason,
  };
  if (refundLines === undefined) return message;
  const posted = await postedClaimByNumber(claimKey, deps);
  const { claim, errors } = posted ? refunded(posted.claim, refundLines) : { errors: ['no such claim'] };
  // Settle refuses a refund that fits nothing: it looks for a settlement of content "none", which cannot be.
  if (errors.length > 0 || !posted) return { ...message, refund: { of: 'none' } };
  return { ...message, refund: { of: posted.content, ...(claim ? { claim } : {}) } };
}
