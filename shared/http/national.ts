// The names of the national interface (医保信息平台 setlinfo) for our amounts. This is the only place that knows them:
// several mislead (`pool_prop_selfpay` is the fund's ratio), and versions of the interface spell some differently.

import type { Fen } from '../money/fen.ts';
import { total, yuan } from '../money/fen.ts';
import type { Amounts, Fund } from '../policy/adjudication.ts';

/** Field of each fund in setlinfo; several of ours may share one field. */
export const NATIONAL_FUND_FIELDS = {
  pooled: 'hifp_pay', // 基本医疗保险统筹基金支出
  large: 'hifob_pay', // 职工大额医疗费用补助基金支出
  critical: 'hifmi_pay', // 居民大病保险资金支出
  'civil-servant': 'cvlserv_pay', // 公务员医疗补助资金支出
  enterprise: 'hifes_pay', // 企业补充医疗保险基金支出
  relief: 'maf_pay', // 医疗救助基金支出
  maternity: 'oth_pay', // no field of its own in setlinfo
  special: 'hifdm_pay', // 伤残人员医疗保障基金支出
  other: 'oth_pay', // 其他支出
} as const satisfies Record<Fund, string>;

const FUND_FIELDS = [...new Set(Object.values(NATIONAL_FUND_FIELDS))];

/** Amounts in yuan, two decimals, as decimal strings: the interface's decimal(16,2). */
export type NationalAmounts = Readonly<Record<string, string>>;

/** One settlement's amounts under the national names. */
export function nationalAmounts(amounts: Amounts): NationalAmounts {
  const funds = Object.entries(amounts.funds) as [Fund, Fen][];
  const inField = (field: string) =>
    total(funds.filter(([fund]) => NATIONAL_FUND_FIELDS[fund] === field).map(([, paid]) => paid));
  return {
    medfee_sumamt: yuan(amounts.billed),
    fulamt_ownpay_amt: yuan(amounts.selfPaid),
    overlmt_selfpay: yuan(amounts.overLimit),
    preselfpay_amt: yuan(amounts.firstPay),
    inscp_scp_amt: yuan(amounts.inScope),
    act_pay_dedc: yuan(amounts.deductible),
    ...Object.fromEntries(FUND_FIELDS.map((field) => [field, yuan(inField(field))])),
    fund_pay_sumamt: yuan(total(funds.map(([, paid]) => paid))),
    psn_part_amt: yuan(total([amounts.account, amounts.cash])),
    acct_pay: yuan(amounts.account),
    psn_cash_pay: yuan(amounts.cash),
    hosp_part_amt: yuan(amounts.hospital),
  };
}
