// The claim behind a decision, with its lines: as it was posted, less what its reviewer refused, less what was refunded
// since. The ledger keeps no lines, so each of these is read from the batch that it was posted in.

import { contentHash } from '../claim/content-hash.ts';
import type { ClaimForSettlement, ClaimLine } from '../claim/claim.ts';
import { checkKnownReversal, checkReversal, type RefundLines, refunded } from '../claim/reversal.ts';
import { checkReview, reduced, type ReviewRecord } from '../claim/review.ts';
import type { Entry } from '../ledger/entry.ts';
import type { RecordReader } from '../records/port.ts';
import type { BatchStore } from './port.ts';
import { postedClaimOf } from './posted-claim.ts';
import { recordAt } from './raw-records.ts';

export interface RawDeps {
  readonly batches: Pick<BatchStore, 'manifest'>;
  readonly records: RecordReader;
}

/** Lines that one refund took back, the lines there were before it, and the entry that made it. */
export interface Refund {
  readonly entry: Entry;
  readonly lines: RefundLines;
  readonly from: readonly ClaimLine[];
}

export interface ClaimBehind {
  readonly claim: ClaimForSettlement;
  readonly quoteId?: string;
  /** Refunds that led to it, oldest first. */
  readonly refunds: readonly Refund[];
}

/**
 * The claim that an entry decided: a settlement, a denial, a pended claim, or what a refund left. `sameKey`: the entries
 * of the stream under the same number. Undefined when a raw record that it takes cannot be read.
 */
export async function claimBehind(
  entry: Entry,
  sameKey: readonly Entry[],
  deps: RawDeps,
): Promise<ClaimBehind | undefined> {
  const { body } = entry;
  const at = (seq: number | undefined) => sameKey.find(({ place }) => place.seq === seq);
  if (body.kind === 'reversal') {
    const before = at(body.reverses);
    const [was, lines] = await Promise.all([
      before && claimBehind(before, sameKey, deps),
      refundLinesOf(entry, deps),
    ]);
    if (!was || !lines) return undefined;
    const left = refunded(was.claim, lines);
    if (!left.claim || left.errors.length > 0) return undefined;
    return { claim: left.claim, refunds: [...was.refunds, { entry, lines, from: was.claim.lines }] };
  }
  const source = firstOf(entry, sameKey);
  const posted = source && (await postedClaimOf(source, deps));
  if (!posted) return undefined;
  const { quoteId, ...claim } = posted;
  if (body.resolves === undefined)
    return { claim, ...(quoteId === undefined ? {} : { quoteId }), refunds: [] };
  const review = await reviewOf(entry, deps);
  return review && { claim: reduced(claim, review.reductions ?? []).claim, refunds: [] };
}

/**
 * The entry of the claim itself behind what reviewers made of it. A review may lead to another pended entry, where the
 * policy says nothing, and that to another review; each starts from the claim as it was posted.
 */
export function firstOf(entry: Entry, sameKey: readonly Entry[]): Entry | undefined {
  let first: Entry | undefined = entry;
  while (first?.body.resolves !== undefined) {
    const { resolves }: Entry['body'] = first.body;
    first = sameKey.find(({ place }) => place.seq === resolves);
  }
  return first;
}

/** The review that an entry came of, as it was posted. */
export async function reviewOf({ place }: Entry, deps: RawDeps): Promise<ReviewRecord | undefined> {
  const manifest = await deps.batches.manifest(place.batchId);
  if (!manifest) return undefined;
  let found: ReviewRecord | undefined;
  const matches = (value: unknown): boolean => {
    const checked = checkReview(value);
    if (checked.ok && `${checked.review.providerId}/${checked.review.claimNo}` === place.claimKey)
      found = checked.review;
    return found !== undefined;
  };
  await recordAt(deps.records, manifest, { matches });
  return found;
}

/** The lines that a reversal was to take back, as it was posted; undefined when it was to take back all, or is not there. */
export async function refundLinesOf(
  { place, body }: Entry,
  { batches, records }: RawDeps,
): Promise<RefundLines | undefined> {
  const manifest = await batches.manifest(place.batchId);
  if (!manifest) return undefined;
  const check = manifest.kind === 'reversals' ? checkKnownReversal : checkReversal;
  let found: RefundLines | undefined;
  const matches = (value: unknown): boolean => {
    const checked = check(value);
    if (!checked.ok) return false;
    const { claimNo, reason, refundLines } = checked.reversal;
    const same =
      place.claimKey === `${manifest.providerId}/${claimNo}` &&
      contentHash({ claimNo, reason, refundLines }) === body.content;
    if (same) found = refundLines;
    return same;
  };
  await recordAt(records, manifest, { raw: body.raw, matches });
  return found;
}
