// What the codes of the API are called on the terminal: outcomes, states, funds. Chinese first, English beside it.
// A code that is not here is shown as it is, so that a newer server can be read by an older command.

import { OUTCOME_NAMES } from '../../../functions/results/decision-view.ts';
import { FUNDS } from '../../../shared/policy/adjudication.ts';
import { fundName as sharedFundName } from '../../../shared/policy/explain.ts';

/** Outcomes of records, and a claim that is not decided yet. */
const OUTCOMES: Readonly<Record<string, string>> = { ...OUTCOME_NAMES, open: '处理中 open' };

const STATES: Readonly<Record<string, string>> = {
  receiving: '接收中 receiving',
  open: '处理中 open',
  complete: '已完成 complete',
  late: '超时未完成 late',
  refused: '已退回 refused',
};

const MONTH_STATES: Readonly<Record<string, string>> = { open: '未结账 open', cleared: '已结账 cleared' };

export const monthStateName = (code: string): string => MONTH_STATES[code] ?? code;
export const outcomeName = (code: string): string => OUTCOMES[code] ?? code;
export const stateName = (code: string): string => STATES[code] ?? code;
/** A fund in both languages. */
export function fundName(code: string): string {
  const { zh, en } = sharedFundName(code);
  return zh === en ? zh : `${zh} ${en}`;
}

/** Funds that pay something, in the order in which they are always shown. */
export function fundsInOrder(
  paid: Readonly<Record<string, number | undefined>> = {},
): (readonly [fund: string, amount: number])[] {
  const known = FUNDS.filter((fund) => fund in paid);
  const others = Object.keys(paid).filter((fund) => !(FUNDS as readonly string[]).includes(fund));
  return [...known, ...others]
    .map((fund) => [fund, paid[fund] ?? 0] as const)
    .filter(([, amount]) => amount !== 0);
}
