// Arithmetic of effects: sums, differences and mirror images, counter by counter. What comes to zero is absent.

import { type Fen, fen } from '../../money/fen.ts';
import type { Counters, Effects, RecentStay } from '../position.ts';

export const NO_EFFECTS: Effects = { counters: {} };

/** `a` and then `b`. The stay is the later one's. */
export function addEffects(a: Effects, b: Effects): Effects {
  return combine(a, b, 1, b.stay ?? a.stay);
}

/** What leads from `was` to `is`. */
export function difference(is: Effects, was: Effects): Effects {
  return combine(is, was, -1, is.stay);
}

/** The same with every sign turned. */
export const mirrored = (effects: Effects): Effects => combine(NO_EFFECTS, effects, -1, undefined);

/** Whether nothing moves at all. */
export const movesNothing = ({ counters, account }: Effects): boolean =>
  Object.keys(counters).length === 0 && account === undefined;

/** Whether one settlement moved a counter, a stay or the account that another moved too. */
export function touch(a: Effects, b: Effects): boolean {
  if (a.account && b.account) return true;
  if (a.stay && b.stay) return true;
  return Object.entries(a.counters).some(([year, moved]) =>
    Object.keys(moved).some((counter) => b.counters[year]?.[counter] !== undefined),
  );
}

function combine(a: Effects, b: Effects, sign: 1 | -1, stay: RecentStay | undefined): Effects {
  const counters: Record<string, Counters> = {};
  for (const year of [...new Set([...Object.keys(a.counters), ...Object.keys(b.counters)])].sort()) {
    const [first, second] = [a.counters[year] ?? {}, b.counters[year] ?? {}];
    const sums: Record<string, number> = {};
    for (const name of [...new Set([...Object.keys(first), ...Object.keys(second)])].sort()) {
      const sum = (first[name] ?? 0) + sign * (second[name] ?? 0);
      if (sum !== 0) sums[name] = sum;
    }
    if (Object.keys(sums).length > 0) counters[year] = sums;
  }
  const paid = (part: 'earlier' | 'thisYear'): Fen =>
    fen((a.account?.[part] ?? 0) + sign * (b.account?.[part] ?? 0));
  const account = { earlier: paid('earlier'), thisYear: paid('thisYear') };
  return {
    counters,
    ...(account.earlier !== 0 || account.thisYear !== 0 ? { account } : {}),
    ...(stay ? { stay } : {}),
  };
}
