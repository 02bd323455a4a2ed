// Who pays what for one claim, and why: a pure function of the claim, the member's position and the release.
// It reads no clock, no table and no environment. The order of the rules stands here; each rule has its own file.

import { assert } from '../assert.ts';
import { type ClaimForSettlement, type ClaimHeader, serviceDate } from '../claim/claim.ts';
import type { Effects, Position, RecentStay } from '../ledger/position.ts';
import type { Fen } from '../money/fen.ts';
import { multiplyDivideHalfUp, ONE } from '../money/ratio.ts';
import type { Release } from '../reference/release.ts';
import {
  type Adjudication,
  type Amounts,
  type Basis,
  type Citation,
  type Denial,
  type Denied,
  type Fund,
  FUNDS,
  type LineResult,
  type Step,
} from './adjudication.ts';
import { denialOf, type DenialCode } from './denials.ts';
import { HOSPITAL } from './pack/compile.ts';
import { PolicySilent, whereKnown } from './policy-silent.ts';
import { account, type AccountPayment } from './rules/account.ts';
import { eligibility, type Eligible, isDenial } from './rules/eligibility.ts';
import { layer } from './rules/layer.ts';
import { limitReached, useLimit } from './rules/limits.ts';
import { basisOfLines, lineResults } from './rules/lines.ts';
import { continuationOfPart, inEarlierYear, splitAt } from './rules/split-year.ts';
import { total } from './rules/total.ts';
import { cited, EVER, NO_CITATIONS, PART, Settling } from './settling.ts';

/** What is known beside the claim, the position and the release. */
export interface SettlementContext {
  /** The member's pooling area (参保地): its packs decide. */
  readonly area: string;
  /** A reviewer has approved the claim: review rules do not pend it again. */
  readonly reviewed?: boolean;
  /** Leave the steps out: whoever stores a settlement recomputes them when somebody asks. The money is the same. */
  readonly withoutSteps?: boolean;
}

/** Settles one claim: eligibility, lines, limits, layers, total, account, cash. Pure. */
export function adjudicate(
  claim: ClaimForSettlement,
  position: Position,
  release: Release,
  context: SettlementContext,
): Adjudication {
  const linesOfClaim = (eligible: Eligible) => linesOf(claim, eligible, release);
  return decide(claim, linesOfClaim, position, release, context);
}

/**
 * The decision from a recorded basis: needs neither lines nor catalogue. `basis` is missing for a claim that was decided
 * before its lines mattered; one that would get as far as them now throws an InvariantError.
 */
export function adjudicateBasis(
  header: ClaimHeader,
  basis: Basis | undefined,
  position: Position,
  release: Release,
  context: SettlementContext,
): Adjudication {
  const recorded = (): Basis => {
    assert(basis !== undefined, 'a claim that got as far as its lines has a basis');
    return basis;
  };
  return decide(header, recorded, position, release, context);
}

/** Whether a claim gets as far as its lines on a position: some benefit is responsible for it. */
export const reachesLines = (
  header: ClaimHeader,
  position: Position,
  release: Release,
  { area }: SettlementContext,
): boolean => whereKnown(() => !isDenial(eligibility(header, position, release, area))) ?? false;

/**
 * What the lines come to; undefined when the claim is denied before its lines matter. Needs the catalogue. Throws
 * PolicySilent where nobody can tell.
 */
export function basisOf(
  claim: ClaimForSettlement,
  position: Position,
  release: Release,
  context: SettlementContext,
): Basis | undefined {
  const eligible = eligibility(claim, position, release, context.area);
  return isDenial(eligible) ? undefined : linesOf(claim, eligible, release);
}

/** Line by line, for explanations and remittance. Empty when the claim is decided before its lines matter. */
export function classifyLines(
  claim: ClaimForSettlement,
  position: Position,
  release: Release,
  context: SettlementContext,
): LineResult[] {
  return (
    whereKnown(() => {
      const eligible = eligibility(claim, position, release, context.area);
      return isDenial(eligible) ? [] : lineResults(claim.lines, eligible.c, eligible.policy.lines, release);
    }) ?? []
  );
}

const linesOf = (claim: ClaimForSettlement, eligible: Eligible, release: Release): Basis =>
  basisOfLines(claim.lines, eligible.c, eligible.policy.lines, release, splitAt(eligible));

/** Eligibility, then the lines, then the money. Where the policy says nothing, a person has to look. */
function decide(
  header: ClaimHeader,
  basisFor: (eligible: Eligible) => Basis,
  position: Position,
  release: Release,
  context: SettlementContext,
): Adjudication {
  let basis: Basis | undefined;
  try {
    const eligible = eligibility(header, position, release, context.area);
    if (isDenial(eligible)) return denied(header, eligible);
    basis = basisFor(eligible);
    return settle(eligible, basis, context);
  } catch (error) {
    if (!(error instanceof PolicySilent)) throw error;
    return pended(header, [denialOf('policy-silent', { parameter: error.parameter })], basis);
  }
}

const NO_STEPS: readonly Step[] = [];

const denied = (header: ClaimHeader, denial: Denial): Denied => ({
  outcome: 'denied',
  servedOn: serviceDate(header),
  billed: header.billedFen,
  denial,
  steps: NO_STEPS,
});

/** Denied by a rule or a limit of the benefit that would have paid. */
const deniedUnder = ({ c, benefit, year }: Eligible, denial: Denial, basis: Basis): Denied => ({
  ...denied(c.header, denial),
  basis,
  under: { scheme: c.scheme, benefit: benefit.id, benefitYear: year },
});

/** Rules that deny, pay in part or ask for a person; then the money. */
function settle(eligible: Eligible, basis: Basis, context: SettlementContext): Adjudication {
  const { c, policy, benefit } = eligible;
  c.flags = flagsOf(basis);
  let reasons: Denial[] | undefined;
  let benefitTimes: number = ONE;
  let timesCitations: readonly Citation[] = NO_CITATIONS;
  for (const rule of benefit.rules) {
    if (rule.test !== undefined && !rule.test(c)) continue;
    if (rule.deny !== undefined)
      return deniedUnder(eligible, denialOf(rule.deny as DenialCode, undefined, rule.citations), basis);
    if (rule.pend !== undefined) {
      reasons ??= [];
      reasons.push(denialOf(rule.pend as DenialCode, undefined, rule.citations));
    }
    if (rule.times !== undefined) {
      benefitTimes = multiplyDivideHalfUp(benefitTimes, rule.times, ONE);
      timesCitations = cited(timesCitations, rule.citations);
    }
  }
  if (c.position.closed !== undefined) {
    const year = basis.earlierYear === undefined ? eligible.year : inEarlierYear(eligible).year;
    if (year <= c.position.closed) (reasons ??= []).push(denialOf('benefit-year-closed', { year }));
  }
  if (c.flags !== undefined)
    for (const flag of c.flags)
      (reasons ??= []).push(denialOf(flag as DenialCode, undefined, policy.lines.citations));

  const explains = context.withoutSteps !== true;
  const s = new Settling(c, policy, benefit, basis, eligible.year, benefitTimes, timesCitations, explains);
  for (const limit of benefit.limits) {
    const reached = limitReached(s, limit);
    if (reached === undefined) continue;
    if (limit.beyond === 'deny') return deniedUnder(eligible, reached, basis);
    (reasons ??= []).push(reached);
  }
  if (reasons !== undefined && context.reviewed !== true) return pended(c.header, reasons, basis);

  const { continuation: merged, ordinal } = c;
  const before = basis.earlierYear === undefined ? undefined : payEarlierYear(s, basis.earlierYear, eligible);
  if (before !== undefined && policy.pack.benefitYear.splitDeductible === 'continues') {
    // One stay with one deductible: the later part has the ordinal of the earlier one, whatever the new year has seen.
    c.continuation = continuationOfPart(before);
    c.ordinal = before.c.ordinal;
  }
  if (before?.movedForEver !== undefined) s.movedForEver = { ...before.movedForEver };
  pay(s);
  c.continuation = merged;
  c.ordinal = ordinal;
  countStay(s);
  if (before !== undefined) s.addEarlierYear(before);
  if (benefit.total !== undefined) total(s, benefit.total);
  const fromAccount = benefit.account && account(s, benefit.account);
  return payable(eligible, s, before, fromAccount);
}

/** What is suspicious about the lines, those of the year before included. */
function flagsOf({ flags, earlierYear }: Basis): readonly string[] | undefined {
  if (earlierYear?.flags === undefined) return flags;
  return [...new Set([...earlierYear.flags, ...(flags ?? [])])];
}

/** The layers in the pack's order, on what the limits leave in scope. */
function pay(s: Settling): void {
  for (const limit of s.benefit.limits) useLimit(s, limit);
  for (const each of s.benefit.layers) if (each.test === undefined || each.test(s.c)) layer(s, each);
  s.bear(PART.share, s.undecided);
  s.undecided = 0;
}

/** A stay counts once in the year's ordinals; what continues an earlier stay was counted with it. */
function countStay(s: Settling): void {
  const { ordinal } = s.benefit;
  if (
    ordinal !== undefined &&
    s.c.continuation === undefined &&
    (ordinal.test === undefined || ordinal.test(s.c))
  )
    s.add(ordinal.counter, 1);
}

const pended = (header: ClaimHeader, reasons: readonly Denial[], basis: Basis | undefined): Adjudication => ({
  outcome: 'pended',
  servedOn: serviceDate(header),
  billed: header.billedFen,
  reasons,
  ...(basis === undefined ? {} : { basis }),
  steps: NO_STEPS,
});

/** The part of a split stay that counts in the year before: its own counters, the policy of that year's last day. */
function payEarlierYear(later: Settling, basis: Basis, eligible: Eligible): Settling {
  const { c, policy, benefit, year } = inEarlierYear(eligible);
  const s = new Settling(
    c,
    policy,
    benefit,
    basis,
    year,
    later.benefitTimes,
    later.timesCitations,
    later.explains,
  );
  pay(s);
  countStay(s);
  return s;
}

/** Puts the answer together, and checks that every fen of the bill has somebody who bears it. */
function payable(
  { c, benefit, year }: Eligible,
  s: Settling,
  before: Settling | undefined,
  fromAccount: AccountPayment | undefined,
): Adjudication {
  const { header } = c;
  const amounts = amountsOf(s, before, fromAccount);
  const counters: Record<string, Record<string, number>> = {};
  if (before?.moved !== undefined) counters[before.year] = before.moved;
  if (s.moved !== undefined) counters[year] = s.moved;
  if (s.movedForEver !== undefined) counters[EVER] = s.movedForEver;
  const effects: { -readonly [K in keyof Effects]: Effects[K] } = { counters };
  if (fromAccount !== undefined) effects.account = fromAccount;
  if (c.isStay) effects.stay = stayOf(s, amounts.deductible);
  return {
    outcome: 'payable',
    benefitYear: year,
    servedOn: serviceDate(header),
    scheme: c.scheme,
    benefit: benefit.id,
    amounts,
    basis: s.basis,
    effects,
    steps: before === undefined ? s.steps : [...before.steps, ...s.steps],
  };
}

function amountsOf(
  s: Settling,
  before: Settling | undefined,
  fromAccount: AccountPayment | undefined,
): Amounts {
  const { basis, payers, parts } = s;
  const earlier = before?.basis;
  const funds: Partial<Record<Fund, Fen>> = {};
  let paid = 0;
  for (let i = 0; i < HOSPITAL; i++) {
    const amount = payers[i]!;
    if (amount === 0) continue;
    assert(amount > 0, 'a fund never pays less than nothing');
    funds[FUNDS[i]!] = amount as Fen;
    paid += amount;
  }
  let cash = 0;
  for (let i = 0; i < parts.length; i++) {
    assert(parts[i]! >= 0, 'the member never bears less than nothing of a part');
    cash += parts[i]!;
  }
  const fromBalance = fromAccount === undefined ? 0 : fromAccount.earlier + fromAccount.thisYear;
  const billed =
    basis.selfPaid +
    basis.overLimit +
    basis.firstPay +
    basis.inScope +
    (earlier === undefined ? 0 : earlier.selfPaid + earlier.overLimit + earlier.firstPay + earlier.inScope);
  assert(billed === s.c.header.billedFen, 'the parts of a bill add up to the bill');
  assert(
    billed === paid + fromBalance + cash + payers[HOSPITAL]!,
    'what is billed is borne by somebody, to the fen',
  );
  return {
    billed: billed as Fen,
    selfPaid: (basis.selfPaid + (earlier?.selfPaid ?? 0)) as Fen,
    overLimit: (basis.overLimit + (earlier?.overLimit ?? 0)) as Fen,
    firstPay: (basis.firstPay + (earlier?.firstPay ?? 0)) as Fen,
    inScope: (basis.inScope + (earlier?.inScope ?? 0)) as Fen,
    deductible: s.deductible as Fen,
    funds,
    account: fromBalance as Fen,
    cash: cash as Fen,
    hospital: payers[HOSPITAL]! as Fen,
  };
}

/** What later claims may have to know of this stay. A continued stay carries its whole group. */
function stayOf(s: Settling, deductible: Fen): RecentStay {
  const { header, providerOn, continuation } = s.c;
  const before = continuation?.stay;
  const stay: { -readonly [K in keyof RecentStay]: RecentStay[K] } = {
    claim: header.claimNo,
    provider: header.providerId,
    level: providerOn.deductibleLevel,
    admittedOn: continuation?.kind === 'interim' ? continuation.stay.admittedOn : header.admittedOn!,
    dischargedOn: header.dischargedOn!,
    deductibleStandard: Math.max(s.standard, before?.deductibleStandard ?? 0) as Fen,
    deductible: ((before?.deductible ?? 0) + deductible) as Fen,
  };
  if (s.benefit.merge !== undefined) stay.inScope = ((before?.inScope ?? 0) + s.basis.inScope) as Fen;
  if (header.interim === true) stay.interim = true;
  return stay;
}
