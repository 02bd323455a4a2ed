// The claim behind an entry, from the raw batch as it was posted: the entry keeps no lines, and no member's number.

import { checkClaim } from '../claim/check-claim.ts';
import type { ClaimForSettlement, PostedClaim } from '../claim/claim.ts';
import { contentHash } from '../claim/content-hash.ts';
import type { Entry } from '../ledger/entry.ts';
import type { RecordReader } from '../records/port.ts';
import type { BatchStore } from './port.ts';
import { recordAt } from './raw-records.ts';

/** A posted claim as the core sees it, and the identity of its content. */
export function claimForSettlement(
  posted: PostedClaim,
  providerId: string,
): { readonly claim: ClaimForSettlement; readonly content: string } {
  const { memberId: _memberId, insuredArea: _insuredArea, quoteId: _quoteId, ...content } = posted;
  return { claim: { ...content, providerId }, content: contentHash(content) };
}

/** Reads the claim that an entry is about; undefined when the raw batch does not hold it. */
export async function postedClaimOf(
  { place, body }: Entry,
  { batches, records }: { readonly batches: Pick<BatchStore, 'manifest'>; readonly records: RecordReader },
): Promise<(ClaimForSettlement & { readonly quoteId?: string }) | undefined> {
  const manifest = await batches.manifest(place.batchId);
  if (!manifest) return undefined;
  let found: (ClaimForSettlement & { readonly quoteId?: string }) | undefined;
  const matches = (value: unknown): boolean => {
    const number = place.claimKey.slice(place.claimKey.indexOf('/') + 1);
    if ((value as { claimNo?: unknown } | null)?.claimNo !== number) return false;
    const checked = checkClaim(value, manifest);
    if (!checked.ok) return false;
    const { claim, content } = claimForSettlement(checked.claim, manifest.providerId);
    const { quoteId } = checked.claim;
    if (content === body.content) found = { ...claim, ...(quoteId === undefined ? {} : { quoteId }) };
    return found !== undefined;
  };
  await recordAt(records, manifest, { raw: body.raw, matches });
  return found;
}

/** Reads the claim that last used a number, whether it is decided or not; undefined when there is none. */
export async function postedClaimByNumber(
  claimKey: string,
  {
    batches,
    records,
  }: { readonly batches: Pick<BatchStore, 'manifest' | 'holders'>; readonly records: RecordReader },
): Promise<{ readonly claim: ClaimForSettlement; readonly content: string } | undefined> {
  const holder = (await batches.holders([claimKey])).get(claimKey);
  const manifest = holder && (await batches.manifest(holder.batchId));
  if (!manifest) return undefined;
  const number = claimKey.slice(claimKey.indexOf('/') + 1);
  let found: ReturnType<typeof claimForSettlement> | undefined;
  await recordAt(records, manifest, {
    matches: (value) => {
      if ((value as { claimNo?: unknown } | null)?.claimNo !== number) return false;
      const checked = checkClaim(value, manifest);
      if (checked.ok) found = claimForSettlement(checked.claim, manifest.providerId);
      return found !== undefined;
    },
  });
  return found;
}
