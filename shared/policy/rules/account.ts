// 个人账户: pays parts of what the member bears, from last year's balance and this year's, in the order and for the
// parts the pack lets it. Never below zero, never without an account, never for what the pack leaves out.

import type { Fen } from '../../money/fen.ts';
import type { CompiledAccount } from '../pack/compile.ts';
import type { Settling } from '../settling.ts';

export interface AccountPayment {
  readonly earlier: Fen;
  readonly thisYear: Fen;
}

export function account(s: Settling, a: CompiledAccount): AccountPayment | undefined {
  const { enrolment, header, position } = s.c;
  if (a.use === 'never' || (a.use === 'on-request' && header.useAccount !== true)) return undefined;
  const balance = position.account;
  if (!enrolment.hasAccount || balance === undefined || (a.test !== undefined && !a.test(s.c)))
    return undefined;

  // Credits of a year that is over are what is left of earlier years, whatever bucket they still lie in.
  const yearIsOver = balance.year < s.year;
  let earlier = 0;
  let thisYear = 0;
  for (const bucket of a.order) {
    for (const part of bucket.pays) {
      const due = s.parts[part]!;
      if (due === 0) continue;
      let taken = 0;
      if (bucket.earlier) {
        taken = Math.min(due, balance.earlier - earlier);
        earlier += taken;
      }
      if (bucket.earlier === yearIsOver) {
        const more = Math.min(due - taken, balance.thisYear - thisYear);
        thisYear += more;
        taken += more;
      }
      if (taken > 0) s.parts[part] = due - taken;
    }
  }
  const paid = earlier + thisYear;
  if (paid === 0) return undefined;
  s.step('account', 'account', balance.earlier + balance.thisYear, paid, { account: paid }, a.citations, {
    earlier,
    thisYear,
  });
  return { earlier: earlier as Fen, thisYear: thisYear as Fen };
}
