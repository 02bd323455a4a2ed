// A reversal -> its message. For a refund of lines the message carries the claim as it shall stand instead, made from
// the claim as it stands, so that deciding stays a pure function of the message and the stream.

import { claimKeyOf, type Manifest } from '../../shared/batch/batch.ts';
import { postedClaimByNumber } from '../../shared/batch/posted-claim.ts';
import { claimBehind } from '../../shared/batch/standing-claim.ts';
import type { ClaimForSettlement } from '../../shared/claim/claim.ts';
import { contentHash } from '../../shared/claim/content-hash.ts';
import { type KnownReversal, type PostedReversal, refunded } from '../../shared/claim/reversal.ts';
import { holderOf } from '../../shared/ledger/append.ts';
import { madeFrom } from '../../shared/ledger/corrections/standing.ts';
import { streamKey } from '../../shared/member/pseudonym.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { ReviewDeps } from './review-message.ts';

export interface ReversalDeps extends ReviewDeps {
  readonly pseudonymOf: (memberId: string) => string;
}

/** The message that carries a reversal to the stream of the claim it undoes. */
export async function reversalMessage(
  reversal: PostedReversal | KnownReversal,
  manifest: Manifest,
  batchIndex: number,
  raw: readonly [number, number] | undefined,
  deps: ReversalDeps,
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
  const stands = await standsNow(stream, claimKey, deps);
  const { claim, errors } = stands ? refunded(stands.claim, refundLines) : { errors: ['no such claim'] };
  // What fits no line is refused by settle, where it is entered; of a number without a claim nothing stands to fit.
  if (errors.length > 0 || !stands) return { ...message, refund: { of: stands?.of ?? 'none', fits: false } };
  return { ...message, refund: { of: stands.of, ...(claim ? { claim } : {}) } };
}

/**
 * The claim that a refund is made from: as reviews and earlier refunds left it, or as posted while it is undecided. A
 * correction on its way is not seen here; `of` does not fit then, and settle refuses the refund.
 */
async function standsNow(
  stream: string,
  claimKey: string,
  deps: ReviewDeps,
): Promise<{ readonly claim: ClaimForSettlement; readonly of: string } | undefined> {
  const entries = await deps.ledger.byClaim(stream, claimKey);
  const holder = holderOf(entries);
  if (holder && holder.body.kind !== 'pend') {
    const behind = await claimBehind(holder, entries, deps);
    if (!behind) throw new Error('reversal: the raw claim cannot be read');
    return { claim: behind.claim, of: madeFrom(holder) };
  }
  const posted = await postedClaimByNumber(claimKey, deps);
  return posted && { claim: posted.claim, of: posted.content };
}
