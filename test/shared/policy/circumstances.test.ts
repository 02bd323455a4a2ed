// What a selector may ask about a claim, at the edges: first and last days, gaps of a day, what is not known.

import { describe, expect, it } from 'vitest';
import type { RecentStay } from '../../../shared/ledger/position.ts';
import { circumstances } from './support.ts';

const coveredFrom = (...spells: [from: string, to?: string][]) => ({
  coverage: spells.map(([from, to]) => ({ from, ...(to && { to }), scheme: '310', personClass: 'active' })),
});
const withFacts = (...facts: object[]) => circumstances({}, { member: { facts } });

describe('the member', () => {
  it('has an age in completed years, never below nothing', () => {
    const ageOn = (born: string) => circumstances({}, { member: { born } }).age;
    expect(['1964-03-10', '1964-03-11', '2024-03-10', '2024-03-11'].map(ageOn)).toEqual([60, 59, 0, 0]);
  });

  it('has no age where the birth date is not known: nobody guesses', () => {
    const unborn = circumstances({}, { member: { born: undefined } });
    expect(() => unborn.age).toThrow('the policy is silent: birth date');
  });

  it('has facts from their first day to their last', () => {
    const has = (from: string, to?: string) =>
      withFacts({ fact: 'poor', from, ...(to && { to }) }).hasFact('poor');
    expect([has('2024-03-10'), has('2024-03-11')]).toEqual([true, false]);
    expect([has('2020-01-01', '2024-03-10'), has('2020-01-01', '2024-03-09')]).toEqual([true, false]);
    expect(circumstances({}).hasFact('poor')).toBe(false);
  });

  it('has a fact with its value, or with any; another value is another fact', () => {
    const c = withFacts({ fact: 'enterprise-plan', value: 'steel', from: '2020-01-01' });
    const asked = ['enterprise-plan', 'enterprise-plan=steel', 'enterprise-plan=coal', 'enterprise'];
    expect(asked.map((text) => c.hasFact(text))).toEqual([true, true, false, false]);
    expect(withFacts({ fact: 'poor', from: '2020-01-01' }).hasFact('poor=undefined')).toBe(false);
  });

  it('has contribution years, actual and deemed, as far as they are in force', () => {
    const years = (...facts: object[]) => withFacts(...facts).years;
    const paid = { fact: 'paid-years', value: '12', from: '2020-01-01' };
    expect(years(paid, { fact: 'deemed-years', value: '7', from: '2024-03-10', to: '2024-03-10' })).toBe(19);
    expect(years(paid, { ...paid, from: '2024-03-11' }, { ...paid, to: '2024-03-09' })).toBe(12);
    expect(
      years({ ...paid, fact: 'poor' }, { ...paid, value: 'many 12' }, { ...paid, value: undefined }),
    ).toBe(0);
    expect(circumstances({}).years).toBe(0);
  });
});

describe('coverage without a gap', () => {
  const run = (spells: ReturnType<typeof coveredFrom>, gapDaysAllowed = 0) => {
    const c = circumstances({}, { member: spells, gapDaysAllowed });
    return [c.coveredDays, c.gapDays];
  };

  it('counts from its first day, that day and today included', () => {
    expect(run(coveredFrom(['2024-03-10']))).toEqual([1, 0]);
    expect(run(coveredFrom(['2024-03-01']))).toEqual([10, 0]);
  });

  it('runs on over spells that follow on the next day or overlap, in whatever order they stand', () => {
    expect(run(coveredFrom(['2024-03-01'], ['2024-02-01', '2024-02-29']))).toEqual([39, 0]);
    expect(run(coveredFrom(['2024-02-01', '2024-03-05'], ['2024-03-01']))).toEqual([39, 0]);
    expect(run(coveredFrom(['2024-02-01'], ['2024-03-01']))).toEqual([39, 0]);
  });

  it('breaks at a gap longer than the pack allows, and says how long it was', () => {
    const gap = coveredFrom(['2024-03-01'], ['2024-01-01', '2024-02-26']); // 27, 28 and 29 February.
    expect([run(gap), run(gap, 2), run(gap, 3)]).toEqual([
      [10, 3],
      [10, 3],
      [70, 0],
    ]);
  });

  it('is not broken by a shorter spell beside it: maternity, say, that ended long ago', () => {
    expect(run(coveredFrom(['2024-02-01'], ['2024-02-10', '2024-02-20']))).toEqual([39, 0]);
    expect(run(coveredFrom(['2024-02-01', '2024-03-31'], ['2024-02-10', '2024-02-20']))).toEqual([39, 0]);
  });

  it('does not count what begins later', () => {
    expect(run(coveredFrom(['2024-03-01', '2024-03-31'], ['2024-03-11']))).toEqual([10, 0]);
  });
});

describe('the stay', () => {
  const stay = (admittedOn: string, dischargedOn: string, provider = 'H3'): RecentStay =>
    ({ claim: 'C0', provider, admittedOn, dischargedOn }) as RecentStay;
  const header = { admittedOn: '2024-03-05', dischargedOn: '2024-03-10' };

  it('has nights; in and out on one day counts as one; none where it is none', () => {
    expect(circumstances(header).days).toBe(5);
    expect(circumstances({ ...header, dischargedOn: '2024-03-05' }).days).toBe(1);
    expect(circumstances({ admittedOn: '2024-03-05' }).days).toBe(0);
    expect(circumstances({ dischargedOn: '2024-03-05' }).days).toBe(0);
  });

  it('knows the days since the last discharge, here or anywhere', () => {
    const stays = [stay('2024-01-01', '2024-01-31'), stay('2024-02-01', '2024-02-24', 'H1')];
    const c = circumstances(header, { stays });
    expect([c.daysSinceStay(), c.daysSinceStay('H1'), c.daysSinceStay('H3')]).toEqual([10, 10, 34]);
    expect(c.daysSinceStay('H2')).toBe(Number.MAX_SAFE_INTEGER);
    expect(circumstances({ servedOn: '2024-03-05' }, { stays }).daysSinceStay()).toBe(
      Number.MAX_SAFE_INTEGER,
    );
  });

  it('counts neither a stay that ended later nor the one it continues as the last', () => {
    const [same, later] = [stay('2024-02-01', '2024-03-05'), stay('2024-03-01', '2024-03-06')];
    const c = circumstances(header, { stays: [later, same] });
    expect(c.daysSinceStay()).toBe(0);
    c.continuation = { kind: 'interim', deductible: 'none', stay: same };
    expect(c.daysSinceStay()).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('overlaps another by a night, not by the day on which one ends and one begins', () => {
    const overlaps = (...others: RecentStay[]) => circumstances(header, { stays: others }).overlapsStay;
    expect(overlaps(stay('2024-03-01', '2024-03-06'))).toBe(true);
    expect(overlaps(stay('2024-03-09', '2024-03-20'))).toBe(true);
    expect(overlaps(stay('2024-01-01', '2024-01-06'), stay('2024-03-09', '2024-03-20'))).toBe(true);
    expect(overlaps(stay('2024-03-01', '2024-03-05'), stay('2024-03-10', '2024-03-20'))).toBe(false);
    expect(
      circumstances({ admittedOn: '2024-03-05' }, { stays: [stay('2024-03-01', '2024-03-20')] }).overlapsStay,
    ).toBe(false);
  });

  it('does not overlap the one it continues', () => {
    const other = stay('2024-03-01', '2024-03-06');
    const c = circumstances(header, { stays: [other] });
    c.continuation = { kind: 'interim', deductible: 'none', stay: other };
    expect(c.overlapsStay).toBe(false);
  });
});

describe('a sample', () => {
  it('draws by the number of the claim, always the same (FNV-1a, reckoned apart)', () => {
    const lot = (providerId: string, claimNo: string) => circumstances({ providerId, claimNo }).lot;
    expect([lot('H3', 'C1'), lot('H3', 'C2'), lot('H0001', 'IP20251209001')]).toEqual([5_850, 8_231, 3_811]);
  });
});
