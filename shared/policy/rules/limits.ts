// 使用限额: visits, admissions, quantities, amounts and least days between two, read from the position's counters.
// Beyond a limit the claim is denied, goes to a person, or leaves the excess to the member.

import { multiplyDivideHalfUp } from '../../money/ratio.ts';
import { daysBetween, type LocalDate } from '../../time/dates.ts';
import type { Denial } from '../adjudication.ts';
import { type DenialCode, denialOf } from '../denials.ts';
import type { CompiledLimit } from '../pack/compile.ts';
import { required } from '../pack/predicate.ts';
import { PART, type Settling } from '../settling.ts';

const FIRST_DAY = '1990-01-01' as LocalDate;

/** Why a limit stands in the way of the whole claim; undefined when it does not. */
export function limitReached(s: Settling, limit: CompiledLimit): Denial | undefined {
  if (limit.beyond === 'member' || !applies(s, limit)) return undefined;
  const max = required(limit.max, s.c, limit.name, 'max');
  const used = limit.used === undefined ? 0 : s.read(limit.used);
  const refuse = (code: DenialCode, facts: Record<string, number>): Denial =>
    denialOf(code, facts, max.citations);
  switch (limit.counts) {
    case 'claims':
      return used >= max.value ? refuse('visit-limit-reached', { max: max.value }) : undefined;
    case 'days-between': {
      const days = used === 0 ? Number.MAX_SAFE_INTEGER : Math.abs(dayOf(s) - used);
      return days < max.value
        ? refuse(days === 0 ? 'same-day-twice' : 'too-soon-after-last', { days: max.value })
        : undefined;
    }
    case 'amount':
      return used + amountOf(s, limit) > max.value ? refuse('amount-limit-reached', {}) : undefined;
    default:
      return used + quantityOf(s, limit) > max.value * 10_000
        ? refuse('quantity-limit-reached', {})
        : undefined;
  }
}

/** Counts the claim, and leaves the excess of amounts and quantities to the member. */
export function useLimit(s: Settling, limit: CompiledLimit): void {
  if (!applies(s, limit)) return;
  const { used, counts } = limit;
  if (counts === 'claims') {
    if (used !== undefined) s.add(used, 1);
    return;
  }
  if (counts === 'days-between') {
    // The counter holds the day itself, so its difference is undone by a reversal like any other.
    if (used !== undefined && dayOf(s) > s.read(used)) s.add(used, dayOf(s) - s.read(used));
    return;
  }
  const max = required(limit.max, s.c, limit.name, 'max');
  const before = used === undefined ? 0 : s.read(used);
  const amount = amountOf(s, limit);
  const wanted = counts === 'amount' ? amount : quantityOf(s, limit);
  const allowed = Math.min(
    wanted,
    Math.max(0, (counts === 'amount' ? max.value : max.value * 10_000) - before),
  );
  if (allowed < wanted) {
    // In the proportion of the quantities; of an amount that is the difference itself.
    const excess = Math.min(s.undecided, multiplyDivideHalfUp(amount, wanted - allowed, wanted));
    s.undecided -= excess;
    s.bear(PART.beyondLimit, excess);
    s.step('limits', limit.name, amount, amount - excess, { member: excess }, max.citations, {
      max: max.value,
      counts,
    });
  }
  if (used !== undefined) s.add(used, allowed);
}

const applies = (s: Settling, limit: CompiledLimit): boolean => limit.test === undefined || limit.test(s.c);
const dayOf = (s: Settling): number => daysBetween(FIRST_DAY, s.c.header.admittedOn ?? s.c.on) + 1;

function amountOf(s: Settling, limit: CompiledLimit): number {
  let sum = 0;
  for (const category of limit.categories) sum += s.basis.categories?.[category] ?? 0;
  return sum;
}

function quantityOf(s: Settling, limit: CompiledLimit): number {
  let sum = 0;
  for (const category of limit.categories) sum += s.basis.quantities?.[category] ?? 0;
  return sum;
}
