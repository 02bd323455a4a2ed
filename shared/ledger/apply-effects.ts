// A position after what one decision changes in it. Pure: the position of a stream is the fold of its entries with
// this function (L7), and a reversal is the same with every sign turned.

import { type Fen, minus, plus } from '../money/fen.ts';
import { daysBetween } from '../time/dates.ts';
import type { Counters, Effects, Position, RecentStay } from './position.ts';

/** Stays remembered: the newest few answer merges, overlaps and readmissions; more would only make entries longer. */
export const STAYS_KEPT = 3;
/** And none discharged longer ago than this before the newest admission: no rule asks that far back. */
export const STAY_KEPT_DAYS = 180;
/** Counters that belong to no benefit year. */
const EVER = 'ever';

/** The position after a settlement. */
export function applyEffects(position: Position, effects: Effects): Position {
  const { account, stay } = effects;
  return {
    ...position,
    ...movedCounters(position, effects, 1),
    ...(account &&
      position.account && {
        account: {
          ...position.account,
          earlier: minus(position.account.earlier, account.earlier),
          thisYear: minus(position.account.thisYear, account.thisYear),
        },
      }),
    ...(stay && { stays: remembered([...(position.stays ?? []), stay], stay) }),
  };
}

/** The position after the reversal of a settlement that had these effects. Money goes back to the balance it came from. */
export function undoEffects(position: Position, effects: Effects): Position {
  const { account, stay } = effects;
  const { stays, ...rest } = position;
  const kept = stay === undefined ? stays : stays?.filter((other) => !isSame(other, stay));
  return {
    ...rest,
    ...movedCounters(position, effects, -1),
    ...(account &&
      position.account && {
        account: {
          ...position.account,
          earlier: plus(position.account.earlier, account.earlier),
          thisYear: plus(position.account.thisYear, account.thisYear),
        },
      }),
    ...(kept !== undefined && kept.length > 0 && { stays: kept }),
  };
}

const remembered = (stays: readonly RecentStay[], newest: RecentStay): RecentStay[] =>
  stays
    .filter(({ dischargedOn }) => daysBetween(dischargedOn, newest.admittedOn) <= STAY_KEPT_DAYS)
    .slice(-STAYS_KEPT);

const isSame = (a: RecentStay, b: RecentStay): boolean => a.claim === b.claim && a.provider === b.provider;

/**
 * Adds the differences, drops what became zero, and closes the years before the last but one. Names of years look like
 * array indexes to the engine, so copying such an object costs more than walking it; hence for-in, here and in codec.ts.
 */
function movedCounters(
  position: Position,
  { counters }: Effects,
  sign: 1 | -1,
): Pick<Position, 'years' | 'closed'> {
  const years: Record<string, Counters> = {};
  let oldest = '';
  let newest = '';
  for (const year in position.years) {
    const moved = counters[year];
    const after = moved === undefined ? position.years[year] : added(position.years[year], moved, sign);
    if (after === undefined) continue;
    years[year] = after;
    if (year === EVER) continue;
    if (oldest === '' || year < oldest) oldest = year;
    if (year > newest) newest = year;
  }
  for (const year in counters) {
    if (position.years[year] !== undefined) continue;
    const after = added(undefined, counters[year]!, sign);
    if (after === undefined) continue;
    years[year] = after;
    if (year !== EVER && year > newest) newest = year;
  }

  let closed = position.closed;
  if (oldest !== '' && Number(oldest) < Number(newest) - 1) {
    for (const year of Object.keys(years)) {
      if (year === EVER || year in counters || Number(year) >= Number(newest) - 1) continue;
      delete years[year];
      if (closed === undefined || year > closed) closed = year;
    }
  }
  return { years, ...(closed !== undefined && { closed }) };
}

/** The counters of one year after their differences; undefined when all are zero. */
function added(was: Counters | undefined, moved: Counters, sign: 1 | -1): Counters | undefined {
  const after: Record<string, number> = { ...was };
  for (const counter in moved) {
    const value = (after[counter] ?? 0) + sign * moved[counter]!;
    if (value === 0) delete after[counter];
    else after[counter] = value;
  }
  return Object.keys(after).length === 0 ? undefined : after;
}

/** What an account holds altogether. */
export const balanceOf = (position: Position): Fen =>
  plus(position.account?.thisYear ?? (0 as Fen), position.account?.earlier ?? (0 as Fen));
