// A settlement that is kept as it was decided, as nobody can tell by now what holds for it (see decide-again.ts). What
// the funds pay of it stays. Its payment from the account may find less there than it did, or lying in the other bucket:
// then the account pays what it holds, and the person the rest in cash. The two bear the same together, so this needs
// no policy; and no account goes below zero.

import { fen, plus } from '../../money/fen.ts';
import type { Amounts } from '../../policy/adjudication.ts';
import type { Effects, Position } from '../position.ts';
import type { Standing } from './standing.ts';

/** What it comes to on a position, in fen; the very amounts and effects it stands with where the account holds enough. */
export function asItStands(
  { account: balance }: Position,
  { amounts, effects }: Pick<Standing, 'amounts' | 'effects'>,
): { readonly amounts: Amounts; readonly effects: Effects } {
  const { account: paid, ...others } = effects;
  if (paid === undefined) return { amounts, effects };
  const held = balance ?? { earlier: 0, thisYear: 0 };
  if (paid.earlier <= held.earlier && paid.thisYear <= held.thisYear) return { amounts, effects };
  const due = paid.earlier + paid.thisYear;
  const fromThisYear = Math.min(held.thisYear, due - Math.min(held.earlier, paid.earlier));
  const earlier = fen(Math.min(held.earlier, due - fromThisYear));
  const thisYear = fen(fromThisYear);
  const short = fen(due - earlier - thisYear);
  return {
    amounts: { ...amounts, account: fen(amounts.account - short), cash: plus(amounts.cash, short) },
    effects: { ...others, ...(earlier + thisYear > 0 ? { account: { earlier, thisYear } } : {}) },
  };
}
