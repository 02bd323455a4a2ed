// What must hold of every entry before it is written (design 4, L6 and L7). A breach is a bug: nothing is written,
// the record goes back to the queue, an alarm rings. This file computes nothing that it checks.

import { assert } from '../assert.ts';
import type { Amounts } from '../policy/adjudication.ts';
import type { Entry, Settlement } from './entry.ts';
import type { Position } from './position.ts';

/** Checks an entry against the position it follows. Throws an InvariantError that names the rule broken. */
export function checkEntry(entry: Entry, before: Position): void {
  const { place, body } = entry;
  assert(Number.isSafeInteger(place.seq) && place.seq >= 1, 'sequence numbers start at 1');
  if (body.kind === 'settlement') {
    checkAmounts(body.amounts);
    checkPositionMoved(before, body);
    return;
  }
  if (body.kind === 'enrolment' || body.kind === 'account-credit') {
    assert(
      JSON.stringify(body.position.years) === JSON.stringify(before.years),
      `${body.kind}: counters stay as they are`,
    );
    return;
  }
  assert(
    body.position === before || JSON.stringify(body.position) === JSON.stringify(before),
    `${body.kind}: an entry that moves no money leaves the position as it is`,
  );
}

/** The identities of one bill, all in fen. */
export function checkAmounts(amounts: Amounts): void {
  const { billed, selfPaid, overLimit, firstPay, inScope, deductible, account, cash, hospital } = amounts;
  const funds = Object.values(amounts.funds);
  for (const amount of [
    billed,
    selfPaid,
    overLimit,
    firstPay,
    inScope,
    deductible,
    account,
    cash,
    hospital,
    ...funds,
  ]) {
    assert(
      Number.isSafeInteger(amount) && amount >= 0,
      'every amount is a whole number of fen, not negative',
    );
  }
  const fundsTotal = funds.reduce((sum, amount) => sum + amount, 0);
  assert(
    billed === selfPaid + overLimit + firstPay + inScope,
    'billed = self-paid + over-limit + first-pay + in-scope',
  );
  assert(billed === fundsTotal + account + cash + hospital, 'billed = funds + account + cash + hospital');
  assert(deductible <= inScope, 'the deductible is part of the in-scope amount');
  assert(Number.isSafeInteger(fundsTotal), 'the funds add up to a safe whole number');
}

/** Position after = position before + this entry, counter by counter. */
function checkPositionMoved(
  before: Position,
  { effects, position: after, amounts, benefitYear }: Settlement,
): void {
  for (const [year, moved] of Object.entries(effects.counters)) {
    for (const [counter, difference] of Object.entries(moved)) {
      assert(Number.isSafeInteger(difference), 'counters move by whole numbers');
      const was = before.years[year]?.[counter] ?? 0;
      const is = after.years[year]?.[counter] ?? 0;
      assert(is === was + difference, 'counter after = counter before + this entry');
    }
  }
  const untouched = Object.entries(after.years[benefitYear] ?? {});
  for (const [counter, is] of untouched) {
    const difference = effects.counters[benefitYear]?.[counter] ?? 0;
    assert(
      is === (before.years[benefitYear]?.[counter] ?? 0) + difference,
      'no counter moves without an effect',
    );
  }
  const paid = (effects.account?.thisYear ?? 0) + (effects.account?.earlier ?? 0);
  assert(paid === amounts.account, 'paid from the account = taken off its balance');
  const balance = (position: Position) =>
    (position.account?.thisYear ?? 0) + (position.account?.earlier ?? 0);
  assert(balance(after) === balance(before) - paid, 'account after = account before - this entry');
  assert(balance(after) >= 0, 'an account is never overdrawn');
}
