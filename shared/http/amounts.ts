// Amounts on our own wire: whole fen, with the unit in every name.

import * as z from 'zod';
import type { BatchTotals } from '../batch/batch.ts';
import { total } from '../money/fen.ts';
import { type Amounts, FUNDS } from '../policy/adjudication.ts';

const fen = z.int().meta({ description: 'Fen (1/100 yuan)' });
export const fundsFen = z
  .partialRecord(z.enum(FUNDS), fen)
  .meta({ description: 'Paid by each fund, in fen; funds that pay nothing are left out' });

export const AmountsView = z
  .object({
    billedFen: fen.meta({ description: '医疗费总额' }),
    selfPaidFen: fen.meta({ description: '全自费' }),
    overLimitFen: fen.meta({ description: '超限价' }),
    firstPayFen: fen.meta({ description: '先行自付' }),
    inScopeFen: fen.meta({ description: '符合政策范围' }),
    deductibleFen: fen.meta({ description: '起付线, as really charged' }),
    fundsFen,
    fundsTotalFen: fen.meta({ description: '基金支付总额' }),
    accountFen: fen.meta({ description: '个人账户' }),
    cashFen: fen.meta({ description: '个人现金' }),
    hospitalFen: fen.meta({ description: '医院负担' }),
  })
  .meta({
    id: 'Amounts',
    description:
      'Who pays what: billed = selfPaid + overLimit + firstPay + inScope = funds + account + cash + hospital',
  });

/** Amounts as the API shows them. */
export const amountsView = (amounts: Amounts): z.infer<typeof AmountsView> => ({
  billedFen: amounts.billed,
  selfPaidFen: amounts.selfPaid,
  overLimitFen: amounts.overLimit,
  firstPayFen: amounts.firstPay,
  inScopeFen: amounts.inScope,
  deductibleFen: amounts.deductible,
  fundsFen: amounts.funds,
  fundsTotalFen: total(Object.values(amounts.funds)),
  accountFen: amounts.account,
  cashFen: amounts.cash,
  hospitalFen: amounts.hospital,
});

/** What changed from one bill to another, part by part, with its sign; to none, when a settlement is undone. */
export function differenceView(is: Amounts | undefined, was: Amounts): z.infer<typeof AmountsView> {
  const [to, from] = [is && amountsView(is), amountsView(was)];
  const { fundsFen: _funds, ...parts } = from;
  const minus = Object.entries(parts).map(([name, amount]) => [
    name,
    (to?.[name as keyof typeof parts] ?? 0) - amount,
  ]);
  const funds = FUNDS.flatMap((fund) => {
    const moved = (to?.fundsFen[fund] ?? 0) - (from.fundsFen[fund] ?? 0);
    return moved === 0 ? [] : [[fund, moved] as const];
  });
  return { ...Object.fromEntries(minus), fundsFen: Object.fromEntries(funds) } as z.infer<typeof AmountsView>;
}

/** Control totals of a batch as the outside sees them: counts by outcome, and money per payer. */
export const totalsView = ({ billed, funds, account, cash, hospital, ...counts }: BatchTotals) => ({
  ...counts,
  ...moneyView({ billed, funds, account, cash, hospital }),
});

/** Money per payer. */
export const moneyView = ({
  billed,
  funds,
  account,
  cash,
  hospital,
}: Pick<BatchTotals, 'billed' | 'funds' | 'account' | 'cash' | 'hospital'>) => ({
  billedFen: billed,
  fundsFen: funds,
  accountFen: account,
  cashFen: cash,
  hospitalFen: hospital,
});
