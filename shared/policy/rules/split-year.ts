// 跨年度住院: a stay over the end of the benefit year, where the pack splits it by the date of each line. The earlier
// part counts in its own year, under the policy of that year's last day; the later part may continue its deductible.

import type { RecentStay } from '../../ledger/position.ts';
import type { Fen } from '../../money/fen.ts';
import { addDays, type LocalDate } from '../../time/dates.ts';
import { Circumstances, type Continuation } from '../circumstances.ts';
import type { Settling } from '../settling.ts';
import { benefitYearOf, type Eligible } from './eligibility.ts';

/** First day of the year of discharge, when the pack splits stays there and this one lies over it. */
export function splitAt({ c, policy, benefit, year }: Eligible): string | undefined {
  if (benefit.crossYear !== 'split' || !c.isStay || c.header.admittedOn === undefined) return undefined;
  return benefitYearOf(c.header.admittedOn, policy.yearStartsOn) < year
    ? `${year}-${policy.yearStartsOn}`
    : undefined;
}

/** The same claim as it stands on the last day of the year before. */
export function inEarlierYear({ c, pack, policy, benefit, year }: Eligible): Eligible {
  const lastDay = addDays(`${year}-${policy.yearStartsOn}` as LocalDate, -1);
  const earlierPolicy = pack.on(lastDay) ?? policy;
  const earlierYear = benefitYearOf(lastDay, policy.yearStartsOn);
  const earlier = new Circumstances(
    c.header,
    c.position,
    c.enrolment,
    c.provider,
    c.providerOn,
    lastDay,
    c.scheme,
    c.personClass,
    c.gapDaysAllowed,
  );
  earlier.cameFrom = c.cameFrom;
  const itsBenefit =
    earlierPolicy.benefits.get(c.header.encounter)?.find(({ id }) => id === benefit.id) ?? benefit;
  earlier.continuation = c.continuation;
  if (itsBenefit.ordinal !== undefined) {
    const before = c.position.years[earlierYear]?.[itsBenefit.ordinal.counter.key(earlier)] ?? 0;
    earlier.ordinal = c.continuation === undefined ? before + 1 : Math.max(1, before);
  }
  return { c: earlier, pack, policy: earlierPolicy, benefit: itsBenefit, year: earlierYear };
}

/** The later part as the continuation of the earlier one. */
export function continuationOfPart(before: Settling): Continuation {
  const { header, providerOn, continuation } = before.c;
  const stay: RecentStay = {
    claim: header.claimNo,
    provider: header.providerId,
    level: providerOn.deductibleLevel,
    admittedOn: header.admittedOn!,
    dischargedOn: header.dischargedOn!,
    deductibleStandard: before.standard as Fen,
    deductible: (before.deductible + (continuation?.stay.deductible ?? 0)) as Fen,
    inScope: (before.basis.inScope + (continuation?.stay.inScope ?? 0)) as Fen,
  };
  return { kind: 'interim', deductible: 'difference', stay };
}
