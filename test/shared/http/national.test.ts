// Our amounts under the national names: nothing is lost, and the identities of the interface hold.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nationalAmounts } from '../../../shared/http/national.ts';
import { fen } from '../../../shared/money/fen.ts';
import { type Amounts, FUNDS } from '../../../shared/policy/adjudication.ts';

const amount = fc.nat({ max: 100_000_000 }).map(fen);
const amounts: fc.Arbitrary<Amounts> = fc
  .record({
    selfPaid: amount,
    overLimit: amount,
    firstPay: amount,
    inScope: amount,
    deductible: amount,
    account: amount,
    cash: amount,
    hospital: amount,
    funds: fc.dictionary(fc.constantFrom(...FUNDS), amount),
  })
  .map((parts) => ({
    ...parts,
    billed: fen(parts.selfPaid + parts.overLimit + parts.firstPay + parts.inScope),
  }));

const inFen = (yuan: string | undefined): number => Number(yuan?.replace('.', ''));

describe('national names', () => {
  it('keep every fen', () => {
    fc.assert(
      fc.property(amounts, (ours) => {
        const national = nationalAmounts(ours);
        const funds = [
          'hifp_pay',
          'hifob_pay',
          'hifmi_pay',
          'cvlserv_pay',
          'hifes_pay',
          'maf_pay',
          'hifdm_pay',
          'oth_pay',
        ];
        // I1, I2, I4 of the interface.
        expect(inFen(national['medfee_sumamt'])).toBe(
          ['fulamt_ownpay_amt', 'overlmt_selfpay', 'preselfpay_amt', 'inscp_scp_amt'].reduce(
            (sum, name) => sum + inFen(national[name]),
            0,
          ),
        );
        expect(inFen(national['fund_pay_sumamt'])).toBe(
          funds.reduce((sum, name) => sum + inFen(national[name]), 0),
        );
        expect(inFen(national['fund_pay_sumamt'])).toBe(
          Object.values(ours.funds).reduce((sum: number, paid) => sum + paid, 0),
        );
        expect(inFen(national['psn_part_amt'])).toBe(
          inFen(national['acct_pay']) + inFen(national['psn_cash_pay']),
        );
        for (const value of Object.values(national)) expect(value).toMatch(/^\d+\.\d\d$/);
      }),
    );
  });
});
