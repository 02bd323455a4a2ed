// What the order of the rules promises beside the money: who is asked first, what a review changes, what a stay leaves
// behind, and that a bill which does not add up is never settled.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
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
    expect(left(merge, { admittedOn: '2024-02-20' }, [{ ...before, interim: true }])).toMatchObject({
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
    expect(payableOf(pack, visit as never).effects).toEqual({ counters: {} });
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
      { ...aMember(), ...position } as never,
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
