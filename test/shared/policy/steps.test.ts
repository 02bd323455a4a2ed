// The steps of a claim, whole: amounts, who bears them, the numbers of the sentence, and the parameters cited. All
// figures in fen, worked by hand beside each.

import { describe, expect, it } from 'vitest';
import type { Basis, Payable } from '../../../shared/policy/adjudication.ts';
import { NO_LIMIT } from '../../../shared/policy/pack/resolve.ts';
import { aBasis, aMember, aStay, citedBy, payableOf, tinyPack } from './support.ts';

/** Steps with the cited parameters in place of the citations, without the benefit's name before them. */
const stepsOf = ({ steps }: Payable) =>
  steps.map(({ citations, ...step }) => ({
    ...step,
    cites: citations.map(({ parameter }) => parameter!.replace('inpatient.', '')),
  }));

describe('a second stay up to the yearly cap', () => {
  const layer = {
    ratio: undefined,
    firstShare: '10%',
    deductible: { standard: 500, adjust: [{ when: { ordinal: '2+' }, times: '50%' }] },
    bands: { thresholds: 'above-deductible', table: [{ upTo: 10_000, ratio: '80%' }, { ratio: '90%' }] },
    caps: [{ amount: 20_000 }],
  };
  const years = { '2024': { stays: 1, 'inpatient.pooled': 100_000 } };
  const result = () =>
    payableOf(tinyPack(layer), aStay(4_000_000), aBasis(4_000_000), aMember('310', 'active', { years }));

  it('says every step', () => {
    expect(stepsOf(result())).toEqual([
      {
        rule: 'first-share',
        of: 'pooled',
        amountIn: 4_000_000,
        amountOut: 400_000,
        bears: { member: 400_000 },
        facts: { ratio: 1_000 },
        cites: ['pooled.firstShare'],
      },
      {
        rule: 'deductible',
        of: 'pooled',
        amountIn: 3_600_000,
        amountOut: 25_000, // Half of 500.
        bears: { member: 25_000 },
        facts: { standard: 25_000, due: 25_000, paidBefore: 0, ordinal: 2, threshold: 'no' },
        cites: ['pooled.deductible.standard', 'pooled.deductible.adjust[0].times'],
      },
      {
        rule: 'bands',
        of: 'pooled',
        amountIn: 1_000_000,
        amountOut: 800_000,
        bears: { pooled: 800_000, member: 200_000 },
        facts: { ratio: 8_000, from: 0, upTo: 1_000_000, band: 1, bands: 2 },
        cites: ['pooled.bands.table[0].ratio', 'pooled.bands.table[0].upTo'],
      },
      {
        rule: 'bands',
        of: 'pooled',
        amountIn: 2_575_000, // 3,575,000 above the deductible, less the first band.
        amountOut: 2_317_500, // x 90 %, before the cap.
        bears: { pooled: 2_317_500, member: 257_500 },
        facts: { ratio: 9_000, from: 1_000_000, upTo: NO_LIMIT, band: 2, bands: 2 },
        cites: ['pooled.bands.table[1].ratio'],
      },
      {
        rule: 'cap',
        of: 'inpatient.pooled',
        amountIn: 3_575_000,
        amountOut: 1_900_000, // 2,000,000 less the 100,000 of before.
        bears: { pooled: 1_900_000, member: 1_675_000 },
        facts: { limit: 2_000_000, used: 100_000, layer: 'pooled' },
        cites: ['pooled.caps[0].amount'],
      },
    ]);
  });

  it('comes to the same money as its steps', () => {
    expect(result().amounts).toMatchObject({
      deductible: 25_000,
      funds: { pooled: 1_900_000 },
      cash: 2_100_000,
    });
    expect(result().effects.counters).toEqual({ '2024': { stays: 1, 'inpatient.pooled': 1_900_000 } });
  });
});

describe('a limit, a total, an account', () => {
  const benefit = {
    limits: [{ name: 'rehab', counts: 'amount', categories: ['rehab'], amount: 300, beyond: 'member' }],
    total: { atMost: '60%' },
    account: { use: 'always', order: [{ balance: 'this-year', pays: ['share'] }] },
  };
  const basis = { ...aBasis(100_000), categories: { rehab: 50_000 } } as never as Basis;
  const position = aMember('310', 'active', {
    account: { year: '2024', thisYear: 7_000, earlier: 500 } as never,
  });
  const result = () => payableOf(tinyPack({}, {}, benefit), aStay(100_000), basis, position);

  it('says every step', () => {
    expect(stepsOf(result())).toEqual([
      {
        rule: 'limits',
        of: 'rehab',
        amountIn: 50_000,
        amountOut: 30_000,
        bears: { member: 20_000 },
        facts: { max: 30_000, counts: 'amount' },
        cites: ['limits[rehab].amount'],
      },
      {
        rule: 'bands',
        of: 'pooled',
        amountIn: 80_000,
        amountOut: 64_000,
        bears: { pooled: 64_000, member: 16_000 },
        facts: { ratio: 8_000, from: 0, upTo: NO_LIMIT, band: 1, bands: 1 },
        cites: ['pooled.ratio'],
      },
      {
        rule: 'total',
        of: 'at-most',
        amountIn: 64_000,
        amountOut: 60_000, // 60 % of the 100,000 in scope.
        bears: { member: 4_000 },
        facts: { ratio: 6_000 },
        cites: ['total.atMost'],
      },
      {
        rule: 'account',
        of: 'account',
        amountIn: 7_500,
        amountOut: 7_000, // This year's 7,000 pay for the share of 20,000; the 500 of earlier years are not asked.
        bears: { account: 7_000 },
        facts: { earlier: 0, thisYear: 7_000 },
        cites: ['account'],
      },
    ]);
  });

  it('a floor says what it adds, and to which fund', () => {
    const floor = { total: { atLeast: '90%', fund: 'relief' } };
    const { steps } = payableOf(tinyPack({}, {}, floor), aStay(100_000));
    expect(steps.at(-1)).toMatchObject({
      rule: 'total',
      of: 'at-least',
      amountIn: 80_000,
      amountOut: 90_000,
      bears: { relief: 10_000 },
      facts: { ratio: 9_000 },
    });
    expect(citedBy(steps.at(-1))).toEqual(['inpatient.total.atLeast']);
  });
});

describe('a cap on the in-scope amount itself', () => {
  it('says what was let in, before the deductible and after the first share', () => {
    const caps = [{ amount: 500, counts: ['fund', 'share', 'deductible'] }];
    const result = payableOf(
      tinyPack({ firstShare: '10%', deductible: { standard: 100 }, caps }),
      aStay(100_000),
    );
    // 1,000 less a tenth is 900; 500 of it come in; less 100, times 80 %.
    expect(result.amounts.funds).toEqual({ pooled: 32_000 });
    expect(stepsOf(result).at(-1)).toEqual({
      rule: 'cap',
      of: 'inpatient.pooled',
      amountIn: 90_000,
      amountOut: 32_000,
      bears: { pooled: 32_000, member: 58_000 },
      facts: { limit: 50_000, used: 0, layer: 'pooled' },
      cites: ['pooled.caps[0].amount'],
    });
  });

  it('says what was let in before the first share, where that counts too', () => {
    const caps = [{ amount: 500, counts: ['fund', 'share', 'deductible', 'first-share'] }];
    const result = payableOf(
      tinyPack({ firstShare: '10%', deductible: { standard: 100 }, caps }),
      aStay(100_000),
    );
    // 500 come in; less a tenth is 450; less 100, times 80 %.
    expect(result.amounts.funds).toEqual({ pooled: 28_000 });
    expect(stepsOf(result).at(-1)).toMatchObject({ rule: 'cap', amountIn: 100_000, amountOut: 28_000 });
  });

  it('says what fund and member share of it', () => {
    const caps = [{ amount: 500, counts: ['fund', 'share'] }];
    const result = payableOf(tinyPack({ deductible: { standard: 100 }, caps }), aStay(100_000));
    // 900 above the deductible, 500 of it shared.
    expect(result.amounts.funds).toEqual({ pooled: 40_000 });
    expect(stepsOf(result).at(-1)).toMatchObject({
      rule: 'cap',
      amountIn: 90_000,
      amountOut: 40_000,
      bears: { pooled: 40_000, member: 50_000 },
    });
  });

  it('says nothing while there is room to the fen', () => {
    for (const counts of [
      ['fund', 'share', 'deductible', 'first-share'],
      ['fund', 'share', 'deductible'],
    ])
      expect(
        stepsOf(payableOf(tinyPack({ caps: [{ amount: 1_000, counts }] }), aStay(100_000))),
      ).toHaveLength(1);
    const fund = payableOf(tinyPack({ caps: [{ amount: 800 }] }), aStay(100_000));
    expect(stepsOf(fund)).toHaveLength(1);
  });
});
