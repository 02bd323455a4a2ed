// What must hold of every entry before it is written (design 4, L6 and L7). A breach is a bug: nothing is written,
// the record goes back to the queue, an alarm rings. This file computes nothing that it checks.

import { assert } from '../assert.ts';
import type { Amounts, Fund } from '../policy/adjudication.ts';
import type { Entry, EntryBody } from './entry.ts';
import type { Counters, Effects, Position } from './position.ts';

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
      return checkPositionMoved(
        before,
        body.position,
        body.adjustments === undefined
          ? [body.effects]
          : [body.effects, ...body.adjustments.map(({ moved }) => moved)],
      );
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
    case 'denial': {
      if (body.held === undefined) return checkUnchanged(body, before);
      const { adjustments = [] } = body;
      for (const { amounts } of adjustments) checkAmounts(amounts);
      return checkPositionMoved(
        before,
        body.position,
        adjustments.map(({ moved }) => moved),
      );
    }
    case 'enrolment':
    case 'account-credit':
      return assert(
        JSON.stringify(body.position.years) === JSON.stringify(before.years),
        `${body.kind}: counters stay as they are`,
      );
    default:
      checkUnchanged(body, before);
  }
}

const checkUnchanged = ({ kind, position }: EntryBody, before: Position): void =>
  assert(
    position === before || JSON.stringify(position) === JSON.stringify(before),
    `${kind}: an entry that moves no money leaves the position as it is`,
  );

/** The identities of one bill, all in fen. */
export function checkAmounts(amounts: Amounts): void {
  const { billed, selfPaid, overLimit, firstPay, inScope, deductible, account, cash, hospital } = amounts;
  whole(billed);
  whole(selfPaid);
  whole(overLimit);
  whole(firstPay);
  whole(inScope);
  whole(deductible);
  whole(account);
  whole(cash);
  whole(hospital);
  let fundsTotal = 0;
  for (const fund in amounts.funds) {
    const amount = amounts.funds[fund as Fund]!;
    whole(amount);
    fundsTotal += amount;
  }
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
  const closed = after.closed ?? ''; // Counters up to this year have been dropped, for good.
  for (const year in after.years)
    if (year > closed) checkCounters(year, before.years[year], after.years[year], moves);
  for (const year in before.years)
    if (year > closed && after.years[year] === undefined)
      checkCounters(year, before.years[year], undefined, moves);
  for (const { counters } of moves) {
    for (const year in counters) {
      for (const counter in counters[year]) {
        assert(Number.isSafeInteger(counters[year][counter]), 'counters move by whole numbers');
        if (after.years[year]?.[counter] !== undefined || before.years[year]?.[counter] !== undefined)
          continue;
        assert(year <= closed || movedBy(moves, year, counter) === 0, 'every effect arrives in its counter');
      }
    }
  }
  const paid = moves.reduce((sum, effects) => sum + accountPaid(effects), 0);
  const balance = (position: Position) =>
    (position.account?.thisYear ?? 0) + (position.account?.earlier ?? 0);
  assert(balance(after) === balance(before) - paid, 'account after = account before - this entry');
  assert(balance(after) >= 0, 'an account is never overdrawn');
}

function checkCounters(year: string, was: Counters = {}, is: Counters = {}, moves: readonly Effects[]): void {
  const moved = 'counter after = counter before + this entry';
  for (const counter in is)
    assert(is[counter] === (was[counter] ?? 0) + movedBy(moves, year, counter), moved);
  for (const counter in was)
    assert(counter in is || was[counter]! + movedBy(moves, year, counter) === 0, moved);
}

/** What an entry moves a counter by altogether. */
function movedBy(moves: readonly Effects[], year: string, counter: string): number {
  let sum = 0;
  for (const { counters } of moves) sum += counters[year]?.[counter] ?? 0;
  return sum;
}

function whole(amount: number): void {
  assert(Number.isSafeInteger(amount) && amount >= 0, 'every amount is a whole number of fen, not negative');
}
