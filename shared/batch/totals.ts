// Control totals of a batch: what its entries add up to, counted in one by one.

import { assert } from '../assert.ts';
import type { EntryBody } from '../ledger/entry.ts';
import type { Amounts } from '../policy/adjudication.ts';
import type { BatchTotals } from './batch.ts';

/** Totals of a batch of which nothing is counted yet. */
export const NO_TOTALS: BatchTotals = {
  settled: 0,
  denied: 0,
  pended: 0,
  repeated: 0,
  conflicted: 0,
  refused: 0,
  reversed: 0,
  recorded: 0,
  billed: 0,
  funds: {},
  account: 0,
  cash: 0,
  hospital: 0,
};

/** Totals with one entry more. Money counts only where this batch settled it: a repeat moves none. */
export function countIn(totals: BatchTotals, body: EntryBody): BatchTotals {
  switch (body.kind) {
    case 'settlement':
      return { ...addMoney(totals, body.amounts, 1), settled: totals.settled + 1 };
    case 'reversal': {
      const undone = addMoney(totals, body.undone, -1);
      const next = body.replacement ? addMoney(undone, body.replacement.amounts, 1) : undone;
      return { ...next, reversed: totals.reversed + 1 };
    }
    case 'denial':
      return { ...totals, denied: totals.denied + 1 };
    case 'pend':
      return { ...totals, pended: totals.pended + 1 };
    case 'repeat':
      return { ...totals, repeated: totals.repeated + 1 };
    case 'conflict':
      return { ...totals, conflicted: totals.conflicted + 1 };
    case 'refusal':
      return { ...totals, refused: totals.refused + 1 };
    case 'enrolment':
    case 'account-credit':
      return { ...totals, recorded: totals.recorded + 1 };
  }
}

/** The totals of two parts of the same records. */
export function addTotals(a: BatchTotals, b: BatchTotals): BatchTotals {
  const funds: Record<string, number> = { ...a.funds };
  for (const [fund, amount] of Object.entries(b.funds)) funds[fund] = (funds[fund] ?? 0) + amount;
  return {
    settled: a.settled + b.settled,
    denied: a.denied + b.denied,
    pended: a.pended + b.pended,
    repeated: a.repeated + b.repeated,
    conflicted: a.conflicted + b.conflicted,
    refused: a.refused + b.refused,
    reversed: a.reversed + b.reversed,
    recorded: a.recorded + b.recorded,
    billed: a.billed + b.billed,
    funds,
    account: a.account + b.account,
    cash: a.cash + b.cash,
    hospital: a.hospital + b.hospital,
  };
}

/** Totals with the money of one bill more, or less. */
function addMoney(totals: BatchTotals, amounts: Amounts, sign: 1 | -1): BatchTotals {
  const funds: Record<string, number> = { ...totals.funds };
  for (const [fund, amount] of Object.entries(amounts.funds))
    funds[fund] = (funds[fund] ?? 0) + sign * amount;
  const next = {
    ...totals,
    billed: totals.billed + sign * amounts.billed,
    funds,
    account: totals.account + sign * amounts.account,
    cash: totals.cash + sign * amounts.cash,
    hospital: totals.hospital + sign * amounts.hospital,
  };
  assert(Number.isSafeInteger(next.billed), 'the totals of a batch fit safe whole numbers');
  return next;
}

/** Records that have their entry, as far as close has counted. */
export const decidedCount = ({
  settled,
  denied,
  pended,
  repeated,
  conflicted,
  refused,
  reversed,
  recorded,
}: BatchTotals): number => settled + denied + pended + repeated + conflicted + refused + reversed + recorded;
