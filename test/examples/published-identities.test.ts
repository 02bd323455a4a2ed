// Published records that are sums rather than computations: they must keep the identities of a bill (domain 1.6).

import { describe, expect, it } from 'vitest';
import { checkAmounts } from '../../shared/ledger/identities.ts';
import type { Amounts } from '../../shared/policy/adjudication.ts';

const amounts = (parts: Record<string, number>, funds: Record<string, number>): Amounts =>
  ({
    billed: 0,
    selfPaid: 0,
    overLimit: 0,
    firstPay: 0,
    inScope: 0,
    deductible: 0,
    account: 0,
    cash: 0,
    hospital: 0,
    ...parts,
    funds,
  }) as unknown as Amounts;

describe('published records keep the identities', () => {
  it('W23: the real platform record of 2021-10-27 adds up', () => {
    const record = {
      billed: 579253,
      selfPaid: 29620,
      firstPay: 52261,
      inScope: 497372,
      deductible: 80000,
      cash: 268599,
    };
    expect(() => checkAmounts(amounts(record, { pooled: 310654 }))).not.toThrow();
    expect(() => checkAmounts(amounts({ ...record, cash: 268598 }, { pooled: 310654 }))).toThrow('billed');
  });

  it('W08: one bill of a poor member, split over four funds, adds up', () => {
    const record = { billed: 178695, inScope: 178695, cash: 816 };
    const funds = { pooled: 131304, critical: 29254, relief: 1814, other: 15507 };
    expect(() => checkAmounts(amounts(record, funds))).not.toThrow();
  });

  it('the counter-sample of 2021-04 does not: 3,300 billed and nobody bears it', () => {
    expect(() => checkAmounts(amounts({ billed: 330000, selfPaid: 330000 }, {}))).toThrow('billed = funds');
  });
});
