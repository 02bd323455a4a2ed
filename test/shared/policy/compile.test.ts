// What only the compiled form of a pack decides: what a running total is called, whose stays have an ordinal, and the
// days on which a pack has nothing to say.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import { compilePack } from '../../../shared/policy/pack/compile.ts';
import { checkPackDocument } from '../../../shared/policy/pack/parse.ts';
import type { PackDocument } from '../../../shared/policy/pack/schema.ts';
import { aBasis, aMember, aStay, payableOf, releaseOf, tinyPack } from './support.ts';

/** What a claim of 10 March 2024 adds to, beside the stays. */
const countersOf = (pack: PackDocument, header: object = {}): string[] => {
  const { stays: _, ...counters } = payableOf(pack, aStay(100_000, '2024-03-10', '3', header)).effects
    .counters['2024']!;
  return Object.keys(counters);
};

describe('the name of a running total', () => {
  it.each<[per: string, each: string[] | undefined, name: string[]]>([
    ['claim', undefined, []],
    ['stay', undefined, []],
    ['day', undefined, ['c@0310']],
    ['month', undefined, ['c@03']],
    ['quarter', undefined, ['c@q1']],
    ['year', undefined, ['c']],
    ['year', ['provider'], ['c:H3']],
    ['year', ['provider', 'level', 'class', 'encounter'], ['c:H3:3:active:inpatient']],
    ['month', ['disease', 'provider'], ['c@03:M01:H3']],
  ])('per %s, each %j', (per, each, name) => {
    const caps = [{ name: 'c', per, amount: 100_000, ...(each && { each }) }];
    expect(countersOf(tinyPack({ caps }), { chronicDisease: 'M01' })).toEqual(name);
  });

  it('has nothing in the place of what the claim does not have', () => {
    const caps = [{ name: 'c', amount: 100_000, each: ['disease', 'provider'] }];
    expect(countersOf(tinyPack({ caps }))).toEqual(['c::H3']);
  });

  it('has the prefix of the scheme, unless it is shared', () => {
    const caps = [{ amount: 100_000 }, { name: 'joint', per: 'month', amount: 100_000 }];
    const deductible = { per: 'year', standard: 100 };
    const names = (counters: object) => countersOf(tinyPack({ caps, deductible }, { counters }));
    expect(names({}).toSorted()).toEqual(['inpatient.pooled', 'inpatient.pooled.ded', 'joint@03']);
    const apart = names({ prefix: 'r.', shared: ['stays', 'joint'] });
    expect(apart.toSorted()).toEqual(['joint@03', 'r.inpatient.pooled', 'r.inpatient.pooled.ded']);
    const { counters } = payableOf(
      tinyPack({}, { counters: { prefix: 'r.' } }),
      aStay(100_000),
      aBasis(100_000),
      aMember('310', 'active', { years: { '2024': { stays: 7, 'r.stays': 1 } } }),
    ).effects;
    expect(counters).toEqual({ '2024': { 'r.stays': 1 } });
  });
});

describe('the ordinal', () => {
  it.each([
    ['inpatient', ['stays']],
    ['emergency-admission', ['stays']],
    ['trauma-inpatient', ['stays']],
    ['day-surgery', ['stays']],
    ['maternity-inpatient', ['stays']],
    ['outpatient', []],
    ['pharmacy', []],
  ])('of %s is counted in %j', (encounter, counted) => {
    const pack = tinyPack({}, {}, { encounters: [encounter] });
    const { counters } = payableOf(
      pack,
      aStay(100_000, '2024-03-10', '3', { encounter, servedOn: '2024-03-10' }),
    ).effects;
    expect(Object.keys(counters['2024'] ?? {})).toEqual(counted);
  });

  it('is kept by a benefit for stays and for others', () => {
    const pack = tinyPack({}, {}, { encounters: ['outpatient', 'inpatient'] });
    expect(payableOf(pack, aStay(100_000)).effects.counters['2024']).toEqual({ stays: 1 });
  });
});

describe('a day on which nothing holds', () => {
  const pack = tinyPack({}, {}, { from: '2021-01-01', to: '2023-12-31' });
  const outcome = (on: string) =>
    adjudicateBasis(aStay(100, on), aBasis(100), aMember(), releaseOf([pack]), { area: '990000' });

  it('has no policy, before the first benefit and after the last', () => {
    const denied = { outcome: 'denied', denial: { code: 'no-policy-on-date' } };
    expect([outcome('2020-12-31'), outcome('2024-01-01')]).toMatchObject([denied, denied]);
    expect([outcome('2021-01-01').outcome, outcome('2023-12-31').outcome]).toEqual(['payable', 'payable']);
    const compiled = compilePack(checkPackDocument(pack));
    expect(compiled.days).toEqual(['2020-01-01', '2021-01-01', '2024-01-01']);
    expect(['2019-12-31', '2020-12-31', '2024-01-01'].map((day) => compiled.on(day))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
