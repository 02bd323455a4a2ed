// 起付标准: what the member bears first of a layer's base, per stay or per period. The standard goes through the
// pack's changes in order (ordinal, TCM, community, waiver); merges, periods and yearly sums then say what is due.

import { multiplyDivideHalfUp } from '../../money/ratio.ts';
import { daysBetween } from '../../time/dates.ts';
import type { Citation } from '../adjudication.ts';
import type { CompiledDeductible } from '../pack/compile.ts';
import { choose, required } from '../pack/predicate.ts';
import { NO_LIMIT } from '../pack/resolve.ts';
import { cited, type Settling } from '../settling.ts';

/** The deductible of a layer that is due on `base`, at most `base`. Records what was paid in the counters. */
export function deductible(
  s: Settling,
  d: CompiledDeductible,
  layer: string,
  base: number,
  ofInScope: boolean,
): number {
  const { c } = s;
  const first = required(d.standard, c, layer, 'deductible.standard');
  let standard = first.value;
  let citations: readonly Citation[] = first.citations;
  for (const change of d.adjust) {
    if (change.test !== undefined && !change.test(c)) continue;
    const changed = changeStandard(standard, change, c.ordinal, (choices) =>
      required(choices!, c, layer, 'deductible.adjust'),
    );
    standard = changed.standard;
    if (s.explains) citations = cited(citations, changed.citations);
  }

  const continuation = ofInScope ? c.continuation : undefined;
  if (d.everyDays !== undefined) {
    const days =
      continuation?.kind === 'interim'
        ? daysBetween(continuation.stay.admittedOn, c.header.dischargedOn!)
        : c.days;
    standard *= Math.max(1, Math.ceil(days / d.everyDays));
  }

  let due = standard;
  let paidBefore = 0;
  if (d.paid !== undefined) {
    paidBefore = s.read(d.paid);
    due = Math.max(0, standard - paidBefore);
  } else if (continuation !== undefined) {
    const { kind, stay, deductible: treatment } = continuation;
    if (kind === 'interim') paidBefore = stay.deductible;
    else if (treatment === 'none') paidBefore = standard;
    else paidBefore = s.benefit.merge?.differenceOf === 'paid' ? stay.deductible : stay.deductibleStandard;
    due = Math.max(0, standard - paidBefore);
  }
  if (d.yearlyMax !== undefined && d.paidInYear !== undefined) {
    const most = choose(d.yearlyMax, c);
    if (most !== undefined && most.value !== NO_LIMIT) {
      const left = Math.max(0, most.value - s.read(d.paidInYear));
      if (left < due) {
        due = left;
        citations = cited(citations, most.citations);
      }
    }
  }

  const threshold = !d.deducts;
  const charged = threshold ? (base > due ? 0 : base) : Math.min(due, base);
  if (d.paid !== undefined) s.add(d.paid, charged);
  if (d.paidInYear !== undefined && d.paidInYear !== d.paid) s.add(d.paidInYear, charged);
  if (ofInScope) s.standard = Math.max(s.standard, standard);
  if (!s.explains) return charged;
  s.step('deductible', layer, base, charged, { member: charged }, citations, {
    standard,
    due,
    paidBefore,
    ordinal: c.ordinal,
    threshold: threshold ? 'yes' : 'no',
  });
  return charged;
}

type Change = CompiledDeductible['adjust'][number];

function changeStandard(
  standard: number,
  change: Change,
  ordinal: number,
  pick: (choices: Change['value']) => { readonly value: number; readonly citations: readonly Citation[] },
): { standard: number; citations: readonly Citation[] } {
  let result = standard;
  let citations = change.citations;
  const use = (choices: Change['value'], make: (value: number) => number): void => {
    if (choices === undefined) return;
    const picked = pick(choices);
    result = make(picked.value);
    citations = picked.citations;
  };
  if (change.waive) result = 0;
  use(change.value, (value) => value);
  use(change.times, (times) => multiplyDivideHalfUp(standard, times, 10_000));
  use(change.less, (less) => Math.max(0, standard - less));
  use(change.lessEach, (less) => Math.max(0, standard - less * (ordinal - 1)));
  use(change.lessEachShare, (share) =>
    Math.max(0, standard - multiplyDivideHalfUp(standard, share * (ordinal - 1), 10_000)),
  );
  if (change.atLeast !== undefined) {
    const floor = pick(change.atLeast);
    // A floor keeps a reduction from going too far; it never raises a standard that was lower before.
    const least = Math.min(floor.value, standard);
    if (least > result) {
      result = least;
      citations = cited(citations, floor.citations);
    }
  }
  return { standard: result, citations };
}
