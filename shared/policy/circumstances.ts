// What the selectors of a pack may ask about one claim: member, institution, encounter, day. Built once per claim;
// what is costly (age, runs of coverage, overlaps) is worked out only when a selector asks.

import { STAYS } from '../claim/claim.ts';
import type { Enrolment, Position, RecentStay } from '../ledger/position.ts';
import { ageOn, daysBetween, type LocalDate } from '../time/dates.ts';
import type { CompiledProvider, ProviderOn } from '../reference/providers.ts';
import type { ClaimHeader } from '../claim/claim.ts';
import { PolicySilent } from './policy-silent.ts';

/** How a stay continues an earlier one. */
export interface Continuation {
  readonly kind: 'interim' | 'transfer';
  readonly deductible: 'difference' | 'none';
  readonly stay: RecentStay;
}

export class Circumstances {
  readonly header: ClaimHeader;
  readonly position: Position;
  readonly enrolment: Enrolment;
  readonly provider: CompiledProvider;
  readonly providerOn: ProviderOn;
  /** The day whose policy applies. */
  readonly on: LocalDate;
  readonly scheme: string;
  readonly gapDaysAllowed: number;
  personClass: string;
  /** The institution that referred the member or wrote the prescription, where the claim names one. */
  cameFrom: { readonly provider: CompiledProvider; readonly on: ProviderOn | undefined } | undefined =
    undefined;
  /** Set once the benefit is known. */
  ordinal = 1;
  continuation: Continuation | undefined = undefined;
  flags: readonly string[] | undefined = undefined;
  #age = -1;

  constructor(
    header: ClaimHeader,
    position: Position,
    enrolment: Enrolment,
    provider: CompiledProvider,
    providerOn: ProviderOn,
    on: LocalDate,
    scheme: string,
    personClass: string,
    gapDaysAllowed: number,
  ) {
    this.header = header;
    this.position = position;
    this.enrolment = enrolment;
    this.provider = provider;
    this.providerOn = providerOn;
    this.on = on;
    this.scheme = scheme;
    this.personClass = personClass;
    this.gapDaysAllowed = gapDaysAllowed;
  }

  /** Completed years. A policy that asks for the age of a member whose birth date is not known gets no guess. */
  get age(): number {
    if (this.#age < 0) {
      if (this.enrolment.born === undefined) throw new PolicySilent('birth date');
      this.#age = Math.max(0, ageOn(this.enrolment.born, this.on));
    }
    return this.#age;
  }

  get sex(): string {
    return this.enrolment.sex ?? '';
  }

  get isStay(): boolean {
    return STAYS.has(this.header.encounter);
  }

  /** Nights of the stay; in and out on one day counts as one. */
  get days(): number {
    const { admittedOn, dischargedOn } = this.header;
    return admittedOn === undefined || dischargedOn === undefined
      ? 0
      : Math.max(1, daysBetween(admittedOn, dischargedOn));
  }

  get careArea(): string {
    return this.header.offSite?.areaCode ?? this.provider.area;
  }

  /** Whether a fact, or a fact with a value ("enterprise-plan=steel"), is in force on the day. */
  hasFact(text: string): boolean {
    const facts = this.enrolment.facts;
    if (facts === undefined) return false;
    for (const { fact, value, from, to } of facts) {
      if (from > this.on || (to !== undefined && this.on > to)) continue;
      if (fact === text || (value !== undefined && text.length > fact.length && `${fact}=${value}` === text))
        return true;
    }
    return false;
  }

  /** Contribution years, actual and deemed. */
  get years(): number {
    let years = 0;
    for (const { fact, value, from, to } of this.enrolment.facts ?? []) {
      if (
        (fact === 'paid-years' || fact === 'deemed-years') &&
        from <= this.on &&
        (to === undefined || this.on <= to)
      ) {
        years += Number(/^\d+/.exec(value ?? '')?.[0] ?? 0);
      }
    }
    return years;
  }

  /** Since when coverage runs without a gap longer than the pack allows, and how long the gap before was. */
  #run(): { readonly since: LocalDate; readonly gap: number } {
    // By their last days, the latest first: a short spell beside a longer one (maternity, say) breaks nothing.
    const spells = this.enrolment.coverage
      .map(({ from, to }) => ({ from, to: to ?? this.on }))
      .sort((a, b) => (a.to < b.to ? 1 : -1));
    let since = this.on;
    for (const { from, to } of spells) {
      const gap = daysBetween(to, since) - 1; // Below nothing where they overlap.
      if (gap > this.gapDaysAllowed) return { since, gap };
      if (from < since) since = from;
    }
    return { since, gap: 0 };
  }

  get coveredDays(): number {
    return daysBetween(this.#run().since, this.on) + 1;
  }

  get gapDays(): number {
    return this.#run().gap;
  }

  /** Days from the last discharge before this admission; a very large number when there was none. */
  daysSinceStay(provider?: string): number {
    const { admittedOn } = this.header;
    let least = Number.MAX_SAFE_INTEGER;
    if (admittedOn === undefined) return least;
    for (const stay of this.position.stays ?? []) {
      if (
        (provider !== undefined && stay.provider !== provider) ||
        stay.dischargedOn > admittedOn ||
        this.continuation?.stay === stay
      )
        continue;
      least = Math.min(least, daysBetween(stay.dischargedOn, admittedOn));
    }
    return least;
  }

  get overlapsStay(): boolean {
    const { admittedOn, dischargedOn } = this.header;
    if (admittedOn === undefined || dischargedOn === undefined) return false;
    return (this.position.stays ?? []).some(
      (stay) =>
        stay.admittedOn < dischargedOn && admittedOn < stay.dischargedOn && this.continuation?.stay !== stay,
    );
  }

  /** 0 to 9,999, always the same for one claim number: for sampling. (FNV-1a.) */
  get lot(): number {
    const text = `${this.header.providerId}.${this.header.claimNo}`;
    let hash = 0x811c9dc5;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return (hash >>> 0) % 10_000;
  }
}
