// 总额保底与封顶: all funds together pay at least, or at most, a share of the bill or of its in-scope part.
// Over the most, the last layers are cut first and what they counted against their caps is given back.

import { multiplyDivideHalfUp, ONE } from '../../money/ratio.ts';
import { type CompiledTotal, HOSPITAL, payerName } from '../pack/compile.ts';
import { type Choice, choose } from '../pack/predicate.ts';
import { PART, type Settling } from '../settling.ts';

export function total(s: Settling, t: CompiledTotal): void {
  if (t.test !== undefined && !t.test(s.c)) return;
  const base = t.ofBilled ? s.c.header.billedFen : s.basis.inScope + (s.basis.earlierYear?.inScope ?? 0);
  const most = t.atMost && choose(t.atMost, s.c);
  if (most !== undefined) cutDown(s, multiplyDivideHalfUp(base, most.value, ONE), most);
  const least = t.atLeast && choose(t.atLeast, s.c);
  if (least !== undefined) topUp(s, t.payer, multiplyDivideHalfUp(base, least.value, ONE), least);
}

/** What the funds pay together; the hospital's own share is not a fund's. */
const paidByFunds = (s: Settling): number =>
  s.payers.reduce((sum, amount, payer) => (payer === HOSPITAL ? sum : sum + amount), 0);

function cutDown(s: Settling, limit: number, { value, citations }: Choice<number>): void {
  const paid = paidByFunds(s);
  let over = paid - limit;
  if (over <= 0) return;
  s.step('total', 'at-most', paid, limit, { member: over }, citations, { ratio: value });
  for (let i = s.payments.length - 1; i >= 0 && over > 0; i--) {
    const payment = s.payments[i]!;
    if (payment.payer === HOSPITAL) continue;
    const cut = Math.min(over, payment.paid);
    s.pay(payment.payer, -cut);
    for (const cap of payment.caps) s.add(cap, -cut);
    s.bear(PART.share, cut);
    over -= cut;
  }
}

/** The member keeps bearing what is outside the scope for as long as there is something inside it. */
const TOPPED_UP = [
  PART.aboveCap,
  PART.share,
  PART.deductible,
  PART.firstShare,
  PART.beyondLimit,
  PART.firstPay,
  PART.overLimit,
  PART.selfPaid,
];

function topUp(s: Settling, payer: number, floor: number, { value, citations }: Choice<number>): void {
  const paid = paidByFunds(s);
  // A floor does not lift the fund's caps: what it adds counts against them, and ends where they end.
  const payments = s.payments.filter((payment) => payment.payer === payer);
  const room = payments.length === 0 ? floor : payments.reduce((sum, payment) => sum + payment.room, 0);
  let missing = Math.min(floor - paid, room);
  if (missing <= 0) return;
  const wanted = missing;
  for (const part of TOPPED_UP) {
    const taken = Math.min(missing, s.parts[part]!);
    s.bear(part, -taken);
    missing -= taken;
  }
  const added = wanted - missing;
  s.pay(payer, added);
  let counted = added;
  for (const payment of payments) {
    const here = Math.min(counted, payment.room);
    for (const cap of payment.caps) s.add(cap, here);
    counted -= here;
  }
  s.step('total', 'at-least', paid, paid + added, { [payerName(payer)]: added }, citations, { ratio: value });
}
