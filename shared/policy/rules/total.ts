// 总额保底与封顶: all funds together pay at least, or at most, a share of the bill or of its in-scope part.
// Over the most, the last layers are cut first and what they counted against their caps is given back.

import { multiplyDivideHalfUp, ONE } from '../../money/ratio.ts';
import { type CompiledTotal, payerName } from '../pack/compile.ts';
import { choose } from '../pack/predicate.ts';
import { PART, type Settling } from '../settling.ts';

export function total(s: Settling, t: CompiledTotal): void {
  if (t.test !== undefined && !t.test(s.c)) return;
  const base = t.ofBilled ? s.c.header.billedFen : s.basis.inScope;
  const paid = s.payers.reduce((sum, amount) => sum + amount, 0);
  const most = t.atMost && choose(t.atMost, s.c);
  if (most !== undefined) {
    const limit = multiplyDivideHalfUp(base, most.value, ONE);
    let over = paid - limit;
    if (over > 0) {
      s.step('total', 'at-most', paid, limit, { member: over }, most.citations, { ratio: most.value });
      for (let i = s.payments.length - 1; i >= 0 && over > 0; i--) {
        const payment = s.payments[i]!;
        const cut = Math.min(over, payment.paid);
        payment.paid -= cut;
        s.pay(payment.payer, -cut);
        for (const cap of payment.caps) s.add(cap, -cut);
        s.bear(PART.share, cut);
        over -= cut;
      }
    }
    return;
  }
  const least = t.atLeast && choose(t.atLeast, s.c);
  if (least === undefined) return;
  const floor = multiplyDivideHalfUp(base, least.value, ONE);
  let missing = floor - paid;
  if (missing <= 0) return;
  const wanted = missing;
  // The member keeps bearing what is outside the scope for as long as there is something inside it.
  for (const part of [
    PART.aboveCap,
    PART.share,
    PART.deductible,
    PART.firstShare,
    PART.beyondLimit,
    PART.firstPay,
    PART.overLimit,
    PART.selfPaid,
  ]) {
    const taken = Math.min(missing, s.parts[part]!);
    s.bear(part, -taken);
    missing -= taken;
  }
  const topUp = wanted - missing;
  s.pay(t.payer, topUp);
  s.step('total', 'at-least', paid, paid + topUp, { [payerName(t.payer)]: topUp }, least.citations, {
    ratio: least.value,
  });
}
