// What must hold of every entry before it is written (design 4, L6 and L7). A breach is a bug: nothing is written,
// the record goes back to the queue, an alarm rings. This file computes nothing that it checks.

import { assert } from '../assert.ts';
import type { Amounts } from '../policy/adjudication.ts';
import type { Entry } from './entry.ts';
import type { Effects, Position } from './position.ts';

/** Checks an entry against the position it follows. Throws an InvariantError that names the rule broken. */
export function checkEntry(entry: Entry, before: Position): void {
  const { place, body } = entry;
  assert(Number.isSafeInteger(place.seq) && place.seq >= 1, 'sequence numbers start at 1');
  switch (body.kind) {
    case 'settlement':
      checkAmounts(body.amounts);
      for (const { amounts } of body.adjustments ?? []) checkAmounts(amounts);
      assert(
        accountPaid(body.effects) === body.amounts.account,
        'paid from the account = taken off its balance',
      );
      return checkPositionMoved(before, body.position, [
        body.effects,
        ...(body.adjustments ?? []).map(({ moved }) => moved),
      ]);
    case 'reversal': {
      const { undone, effects, replacement, adjustments = [] } = body;
      checkAmounts(undone);
      for (const { amounts } of adjustments) checkAmounts(amounts);
      assert(accountPaid(effects) + undone.account === 0, 'what the account had paid goes back to it');
      if (replacement) {
        checkAmounts(replacement.amounts);
        assert(
          accountPaid(replacement.effects) === replacement.amounts.account,
          'paid from the account = taken off its balance',
        );
      }
      return checkPositionMoved(before, body.position, [
        effects,
        ...(replacement ? [replacement.effects] : []),
        ...adjustments.map(({ moved }) => moved),
      ]);
    }
    case 'enrolment':
    case 'account-credit':
      return assert(
        JSON.stringify(body.position.years) === JSON.stringify(before.years),
        `${body.kind}: counters stay as they are`,
      );
    default:
      assert(
        body.position === before || JSON.stringify(body.position) === JSON.stringify(before),
        `${body.kind}: an entry that moves no money leaves the position as it is`,
      );
  }
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

const accountPaid = ({ account }: Effects): number => (account?.earlier ?? 0) + (account?.thisYear ?? 0);

/** Position after = position before + this entry, counter by counter, and no counter moves without an effect. */
function checkPositionMoved(before: Position, after: Position, moves: readonly Effects[]): void {
  const moved = new Map<string, number>();
  for (const { counters } of moves) {
    for (const [year, of] of Object.entries(counters)) {
      for (const [counter, difference] of Object.entries(of)) {
        assert(Number.isSafeInteger(difference), 'counters move by whole numbers');
        moved.set(`${year} ${counter}`, (moved.get(`${year} ${counter}`) ?? 0) + difference);
      }
    }
  }
  const closed = after.closed ?? '';
  const years = new Set([...Object.keys(before.years), ...Object.keys(after.years)]);
  for (const key of moved.keys()) years.add(key.slice(0, key.indexOf(' ')));
  for (const year of years) {
    if (year <= closed) continue; // Its counters have been dropped, for good.
    const [was, is] = [before.years[year] ?? {}, after.years[year] ?? {}];
    for (const counter of new Set([...Object.keys(was), ...Object.keys(is)])) {
      const difference = moved.get(`${year} ${counter}`) ?? 0;
      assert(
        (is[counter] ?? 0) === (was[counter] ?? 0) + difference,
        'counter after = counter before + this entry',
      );
      moved.delete(`${year} ${counter}`);
    }
  }
  for (const [key, difference] of moved) {
    assert(
      difference === 0 || key.slice(0, key.indexOf(' ')) <= closed,
      'every effect arrives in its counter',
    );
  }
  const paid = moves.reduce((sum, effects) => sum + accountPaid(effects), 0);
  const balance = (position: Position) =>
    (position.account?.thisYear ?? 0) + (position.account?.earlier ?? 0);
  assert(balance(after) === balance(before) - paid, 'account after = account before - this entry');
  assert(balance(after) >= 0, 'an account is never overdrawn');
}
