// Money put into a member's personal account. Credits of a new year push what was there to "left from earlier years",
// which some areas spend first.

import { assert } from '../assert.ts';
import { type Fen, plus, ZERO } from '../money/fen.ts';
import type { LocalDate } from '../time/dates.ts';
import type { Position } from './position.ts';

/** The position after a credit. Pure. */
export function creditAccount(position: Position, amount: Fen, creditedOn: LocalDate): Position {
  const year = creditedOn.slice(0, 4);
  const held = position.account ?? { year, thisYear: ZERO, earlier: ZERO };
  const all = plus(held.thisYear, held.earlier);
  const account =
    year > held.year
      ? { year, thisYear: amount, earlier: all }
      : year === held.year
        ? { year, thisYear: plus(held.thisYear, amount), earlier: held.earlier }
        : { ...held, earlier: plus(held.earlier, amount) };
  assert(
    plus(account.thisYear, account.earlier) === plus(all, amount),
    'a credit adds its amount to the balance',
  );
  return { ...position, account };
}
