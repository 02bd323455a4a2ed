// 住院次数与合并: which stay of the year this is, and whether it continues an earlier one (mid-way settlement,
// transfer), from the few stays the position remembers.

import type { Position, RecentStay } from '../../ledger/position.ts';
import { daysBetween } from '../../time/dates.ts';
import type { ClaimHeader } from '../../claim/claim.ts';
import type { Continuation } from '../circumstances.ts';
import type { MergeOn } from '../pack/resolve.ts';

/** The stay that this one continues under the pack's merge rules, if any: the latest that fits. */
export function continuationOf(
  header: ClaimHeader,
  position: Position,
  merge: MergeOn,
): Continuation | undefined {
  const stays = position.stays;
  const { admittedOn } = header;
  if (stays === undefined || admittedOn === undefined) return undefined;
  for (let i = stays.length - 1; i >= 0; i--) {
    const stay = stays[i]!;
    if (
      merge.interim &&
      stay.interim === true &&
      stay.provider === header.providerId &&
      isSameStay(stay, header)
    ) {
      return { kind: 'interim', deductible: 'difference', stay };
    }
    const referral = header.referral;
    if (merge.transfer === undefined || referral === undefined || (merge.filedOnly && !referral.filed))
      continue;
    if (
      referral.fromProviderId !== undefined
        ? referral.fromProviderId !== stay.provider
        : stay.provider === header.providerId
    )
      continue;
    const days = daysBetween(stay.dischargedOn, admittedOn);
    if (days < 0 || days > merge.withinDays) continue;
    const treatment = merge.transfer[referral.direction];
    return treatment === 'full' ? undefined : { kind: 'transfer', deductible: treatment, stay };
  }
  return undefined;
}

/** An interim settlement is followed by one with the same admission, or one that begins where it ended. */
const isSameStay = (stay: RecentStay, header: ClaimHeader): boolean =>
  header.admittedOn === stay.admittedOn ||
  (header.admittedOn! >= stay.dischargedOn && daysBetween(stay.dischargedOn, header.admittedOn!) <= 1);
