// The claim behind an entry, from the raw batch as it was posted: the entry keeps no lines, and no member's number.

import type { Manifest } from '../../shared/batch/batch.ts';
import { recordAt } from '../../shared/batch/raw-records.ts';
import { checkClaim } from '../../shared/claim/check-claim.ts';
import type { ClaimForSettlement, PostedClaim } from '../../shared/claim/claim.ts';
import { contentHash } from '../../shared/claim/content-hash.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import { numberOfKey } from './decision-view.ts';
import type { ResultsDeps } from './deps.ts';

/** A posted claim as the core sees it, and the identity of its content. */
export function claimForSettlement(
  posted: PostedClaim,
  providerId: string,
): { readonly claim: ClaimForSettlement; readonly content: string } {
  const { memberId: _memberId, insuredArea: _insuredArea, ...content } = posted;
  return { claim: { ...content, providerId }, content: contentHash(content) };
}

/** Reads the claim that an entry decided; undefined when the raw batch no longer holds it. */
export async function recordedClaim(
  { place, body }: Entry,
  manifest: Pick<Manifest, 'raw' | 'providerId' | 'businessDate'>,
  records: ResultsDeps['records'],
): Promise<ClaimForSettlement | undefined> {
  let found: ClaimForSettlement | undefined;
  const matches = (value: unknown): boolean => {
    if ((value as { claimNo?: unknown } | null)?.claimNo !== numberOfKey(place.claimKey)) return false;
    const checked = checkClaim(value, manifest);
    if (!checked.ok) return false;
    const { claim, content } = claimForSettlement(checked.claim, manifest.providerId);
    if (content === body.content) found = claim;
    return found !== undefined;
  };
  await recordAt(records as RecordStore, manifest, { raw: body.raw, matches });
  return found;
}
