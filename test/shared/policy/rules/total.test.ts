// All funds together at most, or at least, a share: who gives back, who adds, and what counts against the caps.

import { describe, expect, it } from 'vitest';
import { aBasis, aMember, aStay, payableOf, tinyPack } from '../support.ts';

const two = [
  { id: 'pooled', fund: 'pooled', ratio: '80%', caps: [{ amount: 100_000 }] },
  { id: 'relief', fund: 'relief', base: ['share'], ratio: '90%', caps: [{ amount: 50_000 }] },
];
/** 1,000.00 in scope: 800 pooled, 180 relief, unless the layers are others. */
const paid = (total: object, layers: readonly object[] = two, basis = aBasis(100_000)) => {
  const billed = basis.inScope + basis.selfPaid + basis.firstPay;
  const result = payableOf(tinyPack({}, {}, { layers, total }), aStay(billed), basis);
  return { ...result.amounts, counters: result.effects.counters['2024'], steps: result.steps };
};

describe('at most', () => {
  it('the last layer gives back first, then the one before it, and so do their caps', () => {
    expect(paid({ atMost: '70%' })).toMatchObject({
      funds: { pooled: 70_000 },
      cash: 30_000,
      counters: { stays: 1, 'inpatient.pooled': 70_000 },
    });
    expect(paid({ atMost: '0%' }).counters).toEqual({ stays: 1 });
    expect(paid({ atMost: '90%' })).toMatchObject({
      funds: { pooled: 80_000, relief: 10_000 },
      counters: { stays: 1, 'inpatient.pooled': 80_000, 'inpatient.relief': 10_000 },
    });
  });

  it('nothing is given back where nothing is over, to the fen', () => {
    expect(paid({ atMost: '98%' })).toMatchObject({ funds: { pooled: 80_000, relief: 18_000 } });
    expect(paid({ atMost: '98%' }).steps).toHaveLength(2);
    expect(paid({ atMost: '97.99%' }).funds).toEqual({ pooled: 80_000, relief: 17_990 });
  });

  it("the hospital's own share is no fund's: it neither counts nor comes back", () => {
    const layers = [two[0]!, { id: 'house', fund: 'hospital', base: ['share'], ratio: '90%' }];
    expect(paid({ atMost: '70%' }, layers)).toMatchObject({
      funds: { pooled: 70_000 },
      hospital: 18_000,
      cash: 12_000,
    });
    expect(paid({ atMost: '80%' }, layers)).toMatchObject({ funds: { pooled: 80_000 }, hospital: 18_000 });
  });

  it('holds only where its `when` does', () => {
    expect(paid({ atMost: '70%', when: { class: 'retired' } }).funds).toEqual({
      pooled: 80_000,
      relief: 18_000,
    });
    expect(paid({ atMost: '70%', when: { class: 'active' } }).funds).toEqual({ pooled: 70_000 });
  });

  it('is a share of the bill, or of what is in scope', () => {
    const bill = aBasis(100_000, 50_000);
    expect(paid({ atMost: '60%', of: 'billed' }, two, bill).funds).toEqual({
      pooled: 80_000,
      relief: 10_000,
    });
    expect(paid({ atMost: '60%', of: 'in-scope' }, two, bill).funds).toEqual({ pooled: 60_000 });
  });
});

describe('at least', () => {
  const one = [two[0]!];

  it('adds what is missing, to the fen, and counts it against the cap', () => {
    expect(paid({ atLeast: '80.01%' }, one)).toMatchObject({
      funds: { pooled: 80_010 },
      cash: 19_990,
      counters: { 'inpatient.pooled': 80_010 },
    });
    expect(paid({ atLeast: '80%' }, one).steps).toHaveLength(1);
    expect(paid({ atLeast: '80.01%' }, one).steps).toHaveLength(2);
  });

  it('ends where a cap for each claim ends, which keeps no account', () => {
    const layers = [{ ...two[0]!, ratio: '50%', caps: [{ per: 'claim', amount: 700 }] }];
    expect(paid({ atLeast: '90%' }, layers)).toMatchObject({ funds: { pooled: 70_000 }, cash: 30_000 });
    expect(paid({ atLeast: '90%' }, layers).counters).toEqual({ stays: 1 });
  });

  it('ends where the cap of its own fund ends, whatever room other funds have', () => {
    const capped = [
      { ...two[0]!, caps: [{ amount: 810 }] },
      { ...two[1]!, ratio: '10%' },
    ];
    expect(paid({ atLeast: '95%' }, capped)).toMatchObject({
      funds: { pooled: 81_000, relief: 2_000 },
      counters: { 'inpatient.pooled': 81_000, 'inpatient.relief': 2_000 },
    });
  });

  it('ends there also where there is nothing in scope', () => {
    const used = (pooled: number) =>
      payableOf(
        tinyPack({}, {}, { layers: one, total: { atLeast: '45%', of: 'billed' } }),
        aStay(100_000),
        aBasis(0, 100_000),
        aMember('310', 'active', { years: { '2024': { 'inpatient.pooled': pooled } } }),
      );
    expect(used(0).amounts.funds).toEqual({ pooled: 45_000 });
    expect(used(9_990_000).amounts.funds).toEqual({ pooled: 10_000 });
    expect(used(9_990_000).effects.counters['2024']).toEqual({ stays: 1, 'inpatient.pooled': 10_000 });
  });

  it('fills the room of several layers of its fund one after the other', () => {
    const layers = [
      { id: 'a', fund: 'pooled', ratio: '50%', bands: undefined, caps: [{ amount: 600 }] },
      { id: 'b', fund: 'pooled', base: ['share'], ratio: '20%', caps: [{ amount: 1_000 }] },
    ];
    // 500, and 20 % of 500: 600 in all. 900 are to be paid: 100 fill the first cap, 200 count against the second.
    expect(paid({ atLeast: '90%' }, layers)).toMatchObject({
      funds: { pooled: 90_000 },
      counters: { 'inpatient.a': 60_000, 'inpatient.b': 30_000 },
    });
  });

  it('another fund may add it, up to the whole', () => {
    expect(paid({ atLeast: '100%', fund: 'critical' }, one)).toMatchObject({
      funds: { pooled: 80_000, critical: 20_000 },
      cash: 0,
    });
  });

  it('never takes more off the member than the member bears', () => {
    const layers = [two[0]!, { id: 'house', fund: 'hospital', base: ['share'], ratio: '90%' }];
    expect(paid({ atLeast: '100%', fund: 'critical' }, layers)).toMatchObject({
      funds: { pooled: 80_000, critical: 2_000 },
      hospital: 18_000,
      cash: 0,
    });
  });

  it('takes it off what is in scope first, off what is self-paid last', () => {
    const result = payableOf(
      tinyPack(
        {},
        {},
        {
          layers: one,
          total: { atLeast: '90%', of: 'billed', fund: 'critical' },
          account: { use: 'always', order: [{ balance: 'this-year', pays: ['self-paid'] }] },
        },
      ),
      aStay(200_000),
      aBasis(100_000, 70_000, 30_000),
      aMember('310', 'active', { account: { year: '2024', earlier: 0, thisYear: 100_000 } as never }),
    );
    // 1,800 of 2,000: the 200 of share and the 300 of first pay, then 500 of the 700 that are self-paid.
    expect(result.amounts).toMatchObject({
      funds: { pooled: 80_000, critical: 100_000 },
      account: 20_000,
      cash: 0,
    });
  });
});
