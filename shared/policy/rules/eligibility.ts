// 待遇资格: whether anything can be paid at all. Institution designated on the day, member covered, a scheme with a
// policy, a benefit for the encounter. What comes out is the claim's circumstances, or a denial with its code.

import { serviceDate } from '../../claim/claim.ts';
import type { Position } from '../../ledger/position.ts';
import type { LocalDate } from '../../time/dates.ts';
import type { CompiledProvider, ProviderOn } from '../../reference/providers.ts';
import type { Release } from '../../reference/release.ts';
import type { ClaimHeader } from '../../claim/claim.ts';
import type { Denial } from '../adjudication.ts';
import { Circumstances } from '../circumstances.ts';
import { denialOf } from '../denials.ts';
import type { CompiledBenefit, CompiledPack, CompiledPolicy } from '../pack/compile.ts';
import { continuationOf } from './stay.ts';

/** A claim that some benefit of the member's scheme is responsible for. */
export interface Eligible {
  readonly c: Circumstances;
  readonly pack: CompiledPack;
  readonly policy: CompiledPolicy;
  readonly benefit: CompiledBenefit;
  /** Benefit year the claim counts in. */
  readonly year: string;
}

export function eligibility(
  header: ClaimHeader,
  position: Position,
  release: Release,
  area: string,
): Eligible | Denial {
  const servedOn = serviceDate(header);
  if (servedOn === undefined) return denialOf('no-service-date');
  const packs = release.policy(area);
  if (packs.length === 0) return denialOf('no-policy-for-area');
  const provider = release.provider(header.providerId);
  const providerOn = provider?.on(servedOn);
  if (provider === undefined) return denialOf('provider-unknown');
  if (providerOn === undefined) return denialOf('provider-not-designated', { on: servedOn });
  if (providerOn.status !== 'designated') {
    return denialOf(providerOn.status === 'suspended' ? 'provider-suspended' : 'provider-agreement-ended', {
      on: servedOn,
    });
  }
  if (position.enrolment === undefined) return denialOf('member-not-enrolled');
  const from = header.referral?.fromProviderId;
  const other = from === undefined ? undefined : release.provider(from);
  const cameFrom = other && { provider: other, on: other.on(servedOn) };
  return byCoverage(header, position, packs, provider, providerOn, servedOn, cameFrom);
}

/** Of the schemes that cover the member on the day, the first that has a benefit for the encounter. */
function byCoverage(
  header: ClaimHeader,
  position: Position,
  packs: readonly CompiledPack[],
  provider: CompiledProvider,
  providerOn: ProviderOn,
  servedOn: LocalDate,
  cameFrom: Circumstances['cameFrom'],
): Eligible | Denial {
  const enrolment = position.enrolment!;
  let denial: Denial | undefined;
  for (let i = enrolment.coverage.length - 1; i >= 0; i--) {
    const spell = enrolment.coverage[i]!;
    if (spell.from > servedOn || (spell.to !== undefined && servedOn > spell.to)) continue;
    const pack = packOf(packs, spell.scheme);
    if (pack === undefined) {
      denial = denialOf('scheme-not-offered', { scheme: spell.scheme });
      continue;
    }
    // Which day's policy applies to a stay is itself policy: that of the discharge says whether the admission's does.
    let policy = pack.on(servedOn);
    let on = servedOn;
    if (policy?.policyOnAdmission === true && header.admittedOn !== undefined) {
      on = header.admittedOn;
      policy = pack.on(on);
    }
    if (policy === undefined) {
      denial = denialOf('no-policy-on-date', { on });
      continue;
    }
    const c = new Circumstances(
      header,
      position,
      enrolment,
      provider,
      providerOn,
      on,
      spell.scheme,
      spell.personClass,
      policy.pack.gapDaysAllowed,
    );
    c.cameFrom = cameFrom;
    for (const rule of policy.personClass) {
      if (rule.test !== undefined && !rule.test(c)) continue;
      c.personClass = rule.class;
      break;
    }
    const benefit = benefitOf(policy, c);
    if (benefit === undefined) {
      denial = denialOf('benefit-not-offered', { encounter: header.encounter });
      continue;
    }
    const counted =
      benefit.crossYear === 'admission' && header.admittedOn !== undefined ? header.admittedOn : servedOn;
    const year = benefitYearOf(counted, policy.yearStartsOn);
    if (benefit.merge !== undefined) c.continuation = continuationOf(header, position, benefit.merge);
    if (benefit.ordinal !== undefined) {
      const before = position.years[year]?.[benefit.ordinal.counter.key(c)] ?? 0;
      c.ordinal = c.continuation === undefined ? before + 1 : Math.max(1, before);
    }
    return { c, pack, policy, benefit, year };
  }
  return denial ?? denialOf('not-covered-on-service-date', { on: servedOn });
}

function packOf(packs: readonly CompiledPack[], scheme: string): CompiledPack | undefined {
  for (const pack of packs) if (pack.scheme === scheme) return pack;
  return undefined;
}

function benefitOf(policy: CompiledPolicy, c: Circumstances): CompiledBenefit | undefined {
  const benefits = policy.benefits.get(c.header.encounter);
  if (benefits === undefined) return undefined;
  for (const benefit of benefits) if (benefit.test === undefined || benefit.test(c)) return benefit;
  return undefined;
}

/** The benefit year a day lies in, named by the calendar year of its first day. */
export const benefitYearOf = (day: string, startsOn: string): string =>
  startsOn === '01-01' || day.slice(5) >= startsOn ? day.slice(0, 4) : String(Number(day.slice(0, 4)) - 1);

export const isDenial = (outcome: Eligible | Denial): outcome is Denial => 'code' in outcome;
