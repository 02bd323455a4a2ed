// A position after what one decision changes in it. Pure: the position of a stream is the fold of its entries with
// this function (L7), and a reversal is the same with every sign turned.

import { type Fen, fen, plus } from '../money/fen.ts';
import { daysBetween } from '../time/dates.ts';
import type { Counters, Effects, Position, RecentStay } from './position.ts';

/** Stays remembered: the newest few answer merges, overlaps and readmissions; more would only make entries longer. */
export const STAYS_KEPT = 3;
/** And none discharged longer ago than this before the newest admission: no rule asks that far back. */
export const STAY_KEPT_DAYS = 180;
/** Counters that belong to no benefit year. */
const EVER = 'ever';

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** The position after a settlement. */
export function applyEffects(position: Position, effects: Effects): Position {
  const after = moved(position, effects, 1);
  if (effects.stay !== undefined) after.stays = remembered(position.stays, effects.stay);
  return after;
}

/** The position after the reversal of a settlement that had these effects. Money goes back to the balance it came from. */
export function undoEffects(position: Position, effects: Effects): Position {
  const after = moved(position, effects, -1);
  const { stay } = effects;
  const kept = stay === undefined ? after.stays : after.stays?.filter((other) => !isSame(other, stay));
  if (kept === undefined || kept.length === 0) delete after.stays;
  else after.stays = kept;
  return after;
}

/** The position with counters and account moved; its stays are as they were. */
function moved(position: Position, { counters, account }: Effects, sign: 1 | -1): Changing<Position> {
  const after: Changing<Position> = { ...position };
  moveCounters(after, counters, sign);
  if (account !== undefined && position.account !== undefined) {
    const { year, thisYear, earlier } = position.account;
    after.account = {
      year,
      thisYear: fen(thisYear - sign * account.thisYear),
      earlier: fen(earlier - sign * account.earlier),
    };
  }
  return after;
}

function remembered(stays: readonly RecentStay[] = [], newest: RecentStay): RecentStay[] {
  const kept = stays.filter(
    ({ dischargedOn }) => daysBetween(dischargedOn, newest.admittedOn) <= STAY_KEPT_DAYS,
  );
  kept.push(newest);
  return kept.length > STAYS_KEPT ? kept.slice(-STAYS_KEPT) : kept;
}

const isSame = (a: RecentStay, b: RecentStay): boolean => a.claim === b.claim && a.provider === b.provider;

/**
 * Adds the differences, drops what became zero, and closes the years before the last but one. Names of years look like
 * array indexes to the engine, so copying such an object, or only walking it, costs more than all else here together.
 */
function moveCounters(after: Changing<Position>, moves: Effects['counters'], sign: 1 | -1): void {
  const before = after.years;
  const years: Record<string, Counters> = {};
  let oldest = '';
  let newest = '';
  for (const year of Object.keys(before)) {
    const move = moves[year];
    const counters = move === undefined ? before[year] : added(before[year], move, sign);
    if (counters === undefined) continue;
    years[year] = counters;
    if (year === EVER) continue;
    if (oldest === '' || year < oldest) oldest = year;
    if (year > newest) newest = year;
  }
  for (const year of Object.keys(moves)) {
    if (before[year] !== undefined) continue;
    const counters = added(undefined, moves[year]!, sign);
    if (counters === undefined) continue;
    years[year] = counters;
    if (year !== EVER && year > newest) newest = year;
  }
  after.years = years;
  if (oldest === '' || Number(oldest) >= Number(newest) - 1) return;
  for (const year of Object.keys(years)) {
    if (year === EVER || year in moves || Number(year) >= Number(newest) - 1) continue;
    delete years[year];
    if (after.closed === undefined || year > after.closed) after.closed = year;
  }
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
