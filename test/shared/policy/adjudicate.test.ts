// What the order of the rules promises beside the money: who is asked first, what a review changes, what a stay leaves
// behind, and that a bill which does not add up is never settled.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis, reachesLines } from '../../../shared/policy/adjudicate.ts';
import type { Basis } from '../../../shared/policy/adjudication.ts';
import { aBasis, aMember, aStay, citedBy, payableOf, releaseOf, tinyPack } from './support.ts';

const CONTEXT = { area: '990000' };
const decide = (benefit: object, more: object = {}, context: object = {}, basis: Basis = aBasis(100_000)) =>
  adjudicateBasis(aStay(100_000), basis, { ...aMember(), ...more }, releaseOf([tinyPack({}, {}, benefit)]), {
    ...CONTEXT,
    ...context,
  });

describe('before the money', () => {
  it('the first rule that denies ends it; those that pend are all told', () => {
    const rules = [
      { when: { sex: 'M' }, deny: 'class-not-covered' },
      { when: { sex: 'F' }, pend: 'large-bill' },
      { when: { level: '3' }, pend: 'long-stay' },
    ];
    expect(decide({ rules })).toMatchObject({
      outcome: 'pended',
      reasons: [{ code: 'large-bill' }, { code: 'long-stay' }],
      steps: [],
    });
    expect(decide({ rules: [{ when: {}, pend: 'large-bill' }] })).toMatchObject({ outcome: 'pended' });
    expect(decide({ rules: [...rules, { when: { level: '3' }, deny: 'level-not-covered' }] })).toMatchObject({
      outcome: 'denied',
      denial: { code: 'level-not-covered', citations: [{ parameter: 'inpatient.rules[3]' }] },
    });
  });

  it('parts of the benefit multiply: half of half', () => {
    const rules = [1, 2].map(() => ({ when: { sex: 'F' }, times: '50%' }));
    expect(decide({ rules })).toMatchObject({ amounts: { funds: { pooled: 20_000 } } });
  });

  it('a person looks at a claim of a year whose totals are closed, and at none after it', () => {
    const reasons = [{ code: 'benefit-year-closed', facts: { year: '2024' } }];
    expect(decide({}, { closed: '2024' })).toMatchObject({ outcome: 'pended', reasons });
    expect(decide({}, { closed: '2025' })).toMatchObject({ outcome: 'pended', reasons });
    expect(decide({}, { closed: '2023' }).outcome).toBe('payable');
  });

  it('what a person has approved is not pended again, but still denied', () => {
    const rules = [{ when: { sex: 'F' }, pend: 'large-bill' }];
    expect(decide({ rules }, { closed: '2024' }, { reviewed: true }).outcome).toBe('payable');
    const flagged = { ...aBasis(100_000), flags: ['impossible-quantity'] } as never as Basis;
    expect(decide({}, {}, {}, flagged)).toMatchObject({
      outcome: 'pended',
      reasons: [{ code: 'impossible-quantity' }],
    });
    expect(decide({}, {}, { reviewed: true }, flagged).outcome).toBe('payable');
    const limits = [{ name: 'l', counts: 'claims', max: 0 }];
    expect(decide({ limits }, {}, { reviewed: true }).outcome).toBe('denied');
    expect(decide({ limits: [{ ...limits[0], beyond: 'pend' }] }, {}, { reviewed: true }).outcome).toBe(
      'payable',
    );
  });

  it('what the lines came to is kept also where nothing is paid, once they were reached', () => {
    const reached = aBasis(100_000);
    const rules = (rule: object) => ({ rules: [{ when: { sex: 'F' }, ...rule }] });
    expect(decide(rules({ deny: 'class-not-covered' }))).toHaveProperty('basis', reached);
    expect(decide(rules({ pend: 'large-bill' }))).toHaveProperty('basis', reached);
    const gap = {
      layers: [{ id: 'pooled', fund: 'pooled', ratio: { by: ['level'], table: { '1': '80%' } } }],
    };
    expect(decide(gap)).toMatchObject({ reasons: [{ code: 'policy-silent' }], basis: reached });
    expect(decide({ when: { sex: 'M' } })).not.toHaveProperty('basis');
    expect(
      decide({ when: { age: '200+' } }, { enrolment: { ...aMember().enrolment!, born: undefined } }),
    ).not.toHaveProperty('basis');
  });

  it('a claim that got as far as its lines has a basis', () => {
    expect(() => adjudicateBasis(aStay(100), undefined, aMember(), releaseOf([tinyPack()]), CONTEXT)).toThrow(
      'a claim that got as far as its lines has a basis',
    );
  });

  it('nothing but a silent policy is taken for one', () => {
    const broken = {
      ...releaseOf([tinyPack()]),
      policy: () => {
        throw new Error('the release is lost');
      },
    };
    expect(() => reachesLines(aStay(100), aMember(), broken, CONTEXT)).toThrow('the release is lost');
    expect(() => adjudicateBasis(aStay(100), aBasis(100), aMember(), broken, CONTEXT)).toThrow(
      'the release is lost',
    );
  });

  it('a claim reaches its lines when some benefit is responsible', () => {
    const reaches = (when: object, member: object = {}) =>
      reachesLines(
        aStay(100),
        { ...aMember(), enrolment: { ...aMember().enrolment!, ...member } },
        releaseOf([tinyPack({}, {}, { when })]),
        CONTEXT,
      );
    expect([
      reaches({ age: '54' }),
      reaches({ age: '55+' }),
      reaches({ age: '54' }, { born: undefined }),
    ]).toEqual([true, false, false]);
  });

  it('a flag without a source, and a code without facts, say no more than their code', () => {
    const flagged = { ...aBasis(100_000), flags: ['impossible-quantity'] } as never as Basis;
    expect(decide({}, {}, {}, flagged)).toHaveProperty('reasons', [{ code: 'impossible-quantity' }]);
  });

  it('steps are left out where nobody wants them', () => {
    expect(decide({}, {}, { withoutSteps: true })).toMatchObject({ outcome: 'payable', steps: [] });
  });
});

describe('a bill', () => {
  it('that does not add up to its parts is never settled', () => {
    const release = releaseOf([tinyPack()]);
    expect(() => adjudicateBasis(aStay(100_001), aBasis(100_000), aMember(), release, CONTEXT)).toThrow(
      'the parts of a bill add up to the bill',
    );
  });
});

describe('what a stay leaves behind', () => {
  const merge = { merge: { interim: true, transfer: { up: 'difference' }, withinDays: 3 } };
  const layer = { deductible: { standard: 500 } };
  const left = (benefit: object, header: object = {}, stays: readonly object[] = []) => {
    const { effects } = payableOf(
      tinyPack(layer, {}, benefit),
      aStay(100_000, '2024-03-10', '3', { admittedOn: '2024-03-05', ...header }),
      aBasis(100_000),
      { ...aMember(), stays } as never,
    );
    return effects.stay;
  };
  const before = {
    claim: 'C0',
    provider: 'H3',
    level: '3',
    admittedOn: '2024-02-20',
    dischargedOn: '2024-03-05',
    deductibleStandard: 70_000,
    deductible: 30_000,
    inScope: 200_000,
  };

  it('its days, its deductible, and its in-scope amount where stays are merged', () => {
    const own = {
      claim: 'C1',
      provider: 'H3',
      level: '3',
      admittedOn: '2024-03-05',
      dischargedOn: '2024-03-10',
      deductibleStandard: 50_000,
      deductible: 50_000,
    };
    expect(left({})).toEqual(own);
    expect(left(merge)).toEqual({ ...own, inScope: 100_000 });
    expect(left({}, { interim: true })).toEqual({ ...own, interim: true });
    expect(left({}, { interim: false })).toEqual(own);
  });

  it('a mid-way settlement goes on with the admission and the sums of the one before', () => {
    // Of the standard of 500, 300 were paid before: 200 now.
    expect(left(merge, {}, [{ ...before, interim: true }])).toMatchObject({
      admittedOn: '2024-02-20',
      deductibleStandard: 70_000,
      deductible: 50_000,
      inScope: 300_000,
    });
  });

  it('a transfer keeps its own admission, and carries the sums', () => {
    const referral = { direction: 'up', filed: true, fromProviderId: 'H1' };
    // 500 is not above the standard of 700 before: nothing more.
    expect(left(merge, { referral }, [{ ...before, provider: 'H1' }])).toMatchObject({
      admittedOn: '2024-03-05',
      deductibleStandard: 70_000,
      deductible: 30_000,
      inScope: 300_000,
    });
  });

  it('a visit leaves none, and moves nothing where nothing counts', () => {
    const [benefit] = tinyPack().benefits;
    const pack = tinyPack({}, { benefits: [{ ...benefit, encounters: ['outpatient'] }] });
    const visit = {
      claimNo: 'C1',
      providerId: 'H3',
      encounter: 'outpatient',
      servedOn: '2024-03-10',
      billedFen: 100,
    };
    expect(payableOf(pack, visit as never).effects).toStrictEqual({ counters: {} });
    const nothing = tinyPack({ ratio: '0%', caps: [{ amount: 1 }] }).benefits[0]!;
    const paysNothing = tinyPack({}, { benefits: [{ ...nothing, encounters: ['outpatient'] }] });
    expect(payableOf(paysNothing, visit as never).effects).toStrictEqual({ counters: {} });
  });

  it('counts in the ordinals only where the benefit counts it', () => {
    const counters = (ordinal: object) =>
      payableOf(tinyPack({}, {}, { ordinal }), aStay(100)).effects.counters;
    expect(counters({ counter: 'days', when: { sex: 'F' } })).toEqual({ '2024': { days: 1 } });
    expect(counters({ counter: 'days', when: { sex: 'M' } })).toEqual({});
  });
});

describe('a stay split at the end of the year', () => {
  const layer = { deductible: { standard: 500 }, caps: [{ per: 'ever', amount: 1_000 }] };
  const parts = { selfPaid: 100, overLimit: 30, firstPay: 20, inScope: 70_000 };
  const basis = { ...aBasis(100_000), earlierYear: parts } as never as Basis;
  const header = aStay(170_150, '2024-01-05', '3', { admittedOn: '2023-12-20' });
  const split = (benefitYear: object = {}, position: object = {}, benefit: object = {}) =>
    payableOf(
      tinyPack(layer, { benefitYear: { crossYear: 'split', ...benefitYear } }, benefit),
      header,
      basis,
      { ...aMember(), ...position },
    );

  it('counts each part in its year, what counts for ever once, and tells all steps, the old year first', () => {
    const { amounts, effects, steps } = split();
    // 700 less 500 x 80 % = 160; then the rest of the stay, 1,000 x 80 % = 800; 960 of 1,000 for ever.
    expect(amounts).toMatchObject({
      billed: 170_150,
      selfPaid: 100,
      overLimit: 30,
      firstPay: 20,
      inScope: 170_000,
      deductible: 50_000,
      funds: { pooled: 96_000 },
      cash: 74_150,
    });
    expect(effects.counters).toEqual({
      '2023': { stays: 1 },
      '2024': { stays: 1 },
      ever: { 'inpatient.pooled': 96_000 },
    });
    expect(steps.map(({ rule, amountOut }) => [rule, amountOut])).toEqual([
      ['deductible', 50_000],
      ['bands', 16_000],
      ['deductible', 0],
      ['bands', 80_000],
    ]);
  });

  it('leaves the higher of the two standards, and what was paid of both', () => {
    const standard = [
      { from: '2020-01-01', value: 500 },
      { from: '2024-01-01', value: 300 },
    ];
    const pack = tinyPack(
      { deductible: { standard } },
      { benefitYear: { crossYear: 'split', splitDeductible: 'again' } },
    );
    expect(payableOf(pack, header, basis).effects.stay).toMatchObject({
      deductibleStandard: 50_000,
      deductible: 80_000,
    });
  });

  it('goes on with what was really paid of the deductible in the old year', () => {
    const short = { ...basis, earlierYear: { ...parts, inScope: 30_000 } } as never as Basis;
    const pack = tinyPack(layer, { benefitYear: { crossYear: 'split' } });
    const bill = aStay(130_150, '2024-01-05', '3', { admittedOn: '2023-12-20' });
    // 300 of 500 in the old year, 200 in the new one: 800 x 80 %.
    expect(payableOf(pack, bill, short).amounts).toMatchObject({
      deductible: 50_000,
      funds: { pooled: 64_000 },
    });
  });

  it('is decided by the same benefit of the old year; where it had none, by that of the new year', () => {
    const inpatient = (id: string, ratio: string, more: object = {}) => ({
      id,
      encounters: ['inpatient'],
      layers: [{ id: 'pooled', fund: 'pooled', ratio }],
      ...more,
    });
    const paid = (...benefits: object[]) =>
      payableOf(tinyPack({}, { benefitYear: { crossYear: 'split' }, benefits }), header, basis).amounts.funds
        .pooled;
    const men = inpatient('men', '10%', { when: { sex: 'M' } });
    // 700 at the ratio of 2023, 1,000 at that of 2024.
    const before = inpatient('all', '50%', { to: '2023-12-31' });
    const after = inpatient('all', '80%', { from: '2024-01-01' });
    expect(paid(men, before, after)).toBe(35_000 + 80_000);
    expect(paid(men, after)).toBe(56_000 + 80_000);
    const visits = { ...inpatient('visits', '10%'), encounters: ['outpatient'] };
    expect(paid(visits, after)).toBe(56_000 + 80_000);
  });

  it('that continues a mid-way settlement has its ordinal in the old year', () => {
    const standard = { by: ['ordinal'], table: { '1': 500, '2': 300, '3+': 100 } };
    const pack = tinyPack(
      { deductible: { standard } },
      { benefitYear: { crossYear: 'split' } },
      { merge: { interim: true } },
    );
    const stay = {
      claim: 'C0',
      provider: 'H3',
      level: '3',
      admittedOn: '2023-12-01',
      dischargedOn: '2023-12-20',
      interim: true,
      deductibleStandard: 30_000,
      deductible: 20_000,
      inScope: 20_000,
    };
    const ordinals = (stays: number | undefined) => {
      const years = stays === undefined ? {} : { '2023': { stays } };
      const { steps } = payableOf(pack, header, basis, { ...aMember(), years, stays: [stay] } as never);
      return steps.filter(({ rule }) => rule === 'deductible').map(({ facts }) => facts!['ordinal']);
    };
    expect([ordinals(2), ordinals(undefined)]).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  it('has one deductible each where the pack says so', () => {
    expect(split({ splitDeductible: 'again' }).amounts).toMatchObject({
      deductible: 100_000,
      funds: { pooled: 56_000 },
    });
  });

  it('finds what was used for ever in both parts', () => {
    const years = { ever: { 'inpatient.pooled': 10_000 } };
    const { amounts, effects } = split({}, { years });
    // 900 are left: 160, then 740 of 800.
    expect(amounts.funds).toEqual({ pooled: 90_000 });
    expect(effects.counters['ever']).toEqual({ 'inpatient.pooled': 90_000 });
  });

  it('has one limit on the total, of both parts', () => {
    const { amounts } = split({}, {}, { total: { atMost: '50%', of: 'in-scope' } });
    expect(amounts.funds).toEqual({ pooled: 85_000 });
  });

  it('goes to a person when the old year is closed', () => {
    const release = releaseOf([tinyPack(layer, { benefitYear: { crossYear: 'split' } })]);
    const decided = (closed: string) =>
      adjudicateBasis(header, basis, { ...aMember(), closed }, release, CONTEXT);
    expect(decided('2023')).toMatchObject({
      outcome: 'pended',
      reasons: [{ code: 'benefit-year-closed', facts: { year: '2023' } }],
    });
    expect(decided('2022').outcome).toBe('payable');
  });

  it('is not split by a stay within the year, nor by a visit', () => {
    const pack = tinyPack({ deductible: { standard: 500 } }, { benefitYear: { crossYear: 'split' } });
    const within = payableOf(pack, aStay(100_000, '2024-01-05', '3', { admittedOn: '2024-01-01' }));
    expect(within.effects.counters).toEqual({ '2024': { stays: 1 } });
  });
});

describe('citations', () => {
  it('of several parameters together are each told once, in their order', () => {
    const rules = [{ when: { sex: 'F' }, times: '50%' }];
    const adjust = [{ points: '+1%' }, { points: '+1%' }];
    const { steps } = payableOf(tinyPack({ adjust }, {}, { rules }), aStay(100_000));
    expect(citedBy(steps[0])).toEqual([
      'inpatient.pooled.ratio',
      'inpatient.pooled.adjust[0].points',
      'inpatient.pooled.adjust[1].points',
      'inpatient.rules[0]',
    ]);
  });
});
