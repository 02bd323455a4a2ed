// A credit goes to the balance of its year; what was there before a new year is left from earlier ones.

import { expect, it } from 'vitest';
import { creditAccount } from '../../../shared/ledger/credit-account.ts';
import type { Position } from '../../../shared/ledger/position.ts';
import { fen } from '../../../shared/money/fen.ts';
import { localDate } from '../../../shared/time/dates.ts';

const held = (year: string, thisYear: number, earlier: number): Position => ({
  years: { '2024': { pooled: 1 } },
  account: { year, thisYear: fen(thisYear), earlier: fen(earlier) },
});
const credited = (position: Position, on = '2025-03-01') => creditAccount(position, fen(100), localDate(on));

it('goes to the year it is of', () => {
  expect(credited(held('2025', 7, 5))).toEqual(held('2025', 107, 5));
  expect(credited(held('2024', 7, 5))).toEqual(held('2025', 100, 12));
  expect(credited(held('2026', 7, 5))).toEqual(held('2026', 7, 105)); // A late credit of a year that is over.
  expect(credited({ years: {} })).toEqual({
    years: {},
    account: { year: '2025', thisYear: 100, earlier: 0 },
  });
});
