// The personal account: whether it may pay, from which balance, and for which parts of what the member bears.

import { describe, expect, it } from 'vitest';
import { aBasis, aMember, aStay, payableOf, tinyPack } from '../support.ts';

const all = ['share', 'self-paid'];
const both = [
  { balance: 'earlier', pays: all },
  { balance: 'this-year', pays: all },
];
interface Told {
  readonly use?: string;
  readonly order?: readonly object[];
  readonly when?: object;
  readonly balance?: object | undefined;
  readonly hasAccount?: boolean;
  readonly useAccount?: boolean;
}
/** Of 1,000.00 in scope and 50.00 self-paid the member bears 250.00; the account has 30.00 of before, 100.00 of 2024. */
function paid(told: Told) {
  const { use = 'always', order = both, when, hasAccount = true, useAccount } = told;
  const balance = 'balance' in told ? told.balance : { year: '2024', earlier: 3_000, thisYear: 10_000 };
  const member = aMember('310', 'active', balance === undefined ? {} : { account: balance as never });
  const position = { ...member, enrolment: { ...member.enrolment!, hasAccount } };
  const pack = tinyPack({}, {}, { account: { use, order, ...(when && { when }) } });
  const header = aStay(105_000, '2024-03-10', '3', useAccount === undefined ? {} : { useAccount });
  const { amounts, effects, steps } = payableOf(pack, header, aBasis(100_000, 5_000), position);
  expect(amounts.cash + amounts.account).toBe(25_000);
  return { ...effects.account, steps: steps.length };
}
const NOTHING = { steps: 1 };

describe('the personal account', () => {
  it('pays from both balances as far as they go', () => {
    expect(paid({})).toEqual({ earlier: 3_000, thisYear: 10_000, steps: 2 });
    expect(paid({ balance: { year: '2024', earlier: 24_000, thisYear: 10_000 } })).toEqual({
      earlier: 24_000,
      thisYear: 1_000,
      steps: 2,
    });
    expect(paid({ balance: { year: '2024', earlier: 0, thisYear: 99_999 } })).toMatchObject({
      earlier: 0,
      thisYear: 25_000,
    });
  });

  it('pays when it is asked, always or never, as the pack says', () => {
    expect(paid({ use: 'on-request' })).toEqual(NOTHING);
    expect(paid({ use: 'on-request', useAccount: false })).toEqual(NOTHING);
    expect(paid({ use: 'on-request', useAccount: true })).toMatchObject({ earlier: 3_000 });
    expect(paid({ use: 'always', useAccount: false })).toMatchObject({ earlier: 3_000 });
    expect(paid({ use: 'never', useAccount: true })).toEqual(NOTHING);
  });

  it('pays only for whom the pack lets it', () => {
    expect(paid({ when: { class: 'active' } })).toMatchObject({ earlier: 3_000 });
    expect(paid({ when: { class: 'retired' } })).toEqual(NOTHING);
  });

  it('pays nothing where there is none, or nothing in it', () => {
    expect(paid({ hasAccount: false })).toEqual(NOTHING);
    expect(paid({ balance: undefined })).toEqual(NOTHING);
    expect(paid({ balance: { year: '2024', earlier: 0, thisYear: 0 } })).toEqual(NOTHING);
  });

  it('each balance pays for its parts only, in the order of the pack', () => {
    const order = [
      { balance: 'this-year', pays: ['self-paid'] },
      { balance: 'earlier', pays: ['self-paid', 'share'] },
    ];
    expect(paid({ order })).toMatchObject({ earlier: 3_000, thisYear: 5_000 });
    expect(paid({ order: [order[0]!] })).toMatchObject({ earlier: 0, thisYear: 5_000 });
  });

  it("credits of a year that is over are earlier years', whatever bucket they lie in", () => {
    const balance = { year: '2023', earlier: 3_000, thisYear: 10_000 };
    expect(paid({ balance, order: [{ balance: 'this-year', pays: all }] })).toEqual(NOTHING);
    expect(paid({ balance, order: [{ balance: 'earlier', pays: all }] })).toMatchObject({
      earlier: 3_000,
      thisYear: 10_000,
    });
    const rich = { ...balance, thisYear: 99_999 };
    expect(paid({ balance: rich, order: [{ balance: 'earlier', pays: all }] })).toMatchObject({
      earlier: 3_000,
      thisYear: 22_000,
    });
    const current = { ...balance, year: '2024' };
    expect(paid({ balance: current, order: [{ balance: 'earlier', pays: all }] })).toMatchObject({
      earlier: 3_000,
      thisYear: 0,
    });
  });
});
