// 费用明细: what each line comes to. Class, restricted use, price limit, first-pay share, supply limits; what the
// hospital turned to self-pay. The sums are the basis on which everything else is computed.

import type { Fen } from '../../money/fen.ts';
import { amountOf, quantity, type UnitPrice, unitPrice } from '../../money/quantity.ts';
import { multiplyDivideHalfUp } from '../../money/ratio.ts';
import type { ClaimLine } from '../../claim/claim.ts';
import type { CompiledItem } from '../../reference/catalogue.ts';
import type { Release } from '../../reference/release.ts';
import type { Basis, LineResult } from '../adjudication.ts';
import type { Circumstances } from '../circumstances.ts';
import type { CompiledLines } from '../pack/compile.ts';
import { choose } from '../pack/predicate.ts';

/** What the line looked at last came to. One scratch record: lines are many, and most callers want only sums. */
const line = {
  selfPaid: 0,
  overLimit: 0,
  firstPay: 0,
  inScope: 0,
  because: '',
  item: undefined as CompiledItem | undefined,
};

/** Sums the lines into a basis. With a split year, lines before `yearBegins` are summed apart. */
export function basisOfLines(
  lines: readonly ClaimLine[],
  c: Circumstances,
  rules: CompiledLines,
  release: Release,
  yearBegins?: string,
): Basis {
  if (yearBegins !== undefined) {
    const before = lines.filter(({ servedOn }) => servedOn < yearBegins);
    const after = lines.filter(({ servedOn }) => servedOn >= yearBegins);
    const counted = new Map<string, number>();
    const earlierYear = before.length === 0 ? undefined : sum(before, c, rules, release, counted);
    const basis = sum(after, c, rules, release, counted);
    return earlierYear === undefined ? basis : { ...basis, earlierYear };
  }
  return sum(lines, c, rules, release);
}

/** `counted`: how much of an item the lines before had, of the items that have a most per claim. */
function sum(
  lines: readonly ClaimLine[],
  c: Circumstances,
  rules: CompiledLines,
  release: Release,
  counted?: Map<string, number>,
): Basis {
  let selfPaid = 0;
  let overLimit = 0;
  let firstPay = 0;
  let inScope = 0;
  let categories: Record<string, Fen> | undefined;
  let quantities: Record<string, number> | undefined;
  let flags: string[] | undefined;
  const asked = rules.categories.size > 0;
  for (let i = 0; i < lines.length; i++) {
    const posted = lines[i]!;
    classify(posted, c, rules, release);
    selfPaid += line.selfPaid;
    overLimit += line.overLimit;
    firstPay += line.firstPay;
    inScope += line.inScope;
    const item = line.item;
    if (item === undefined) continue;
    if (asked && item.category !== undefined && rules.categories.has(item.category)) {
      categories ??= {};
      categories[item.category] = ((categories[item.category] ?? 0) + line.inScope) as Fen;
      if (line.inScope > 0) {
        quantities ??= {};
        quantities[item.category] = (quantities[item.category] ?? 0) + quantity(posted.quantity);
      }
    }
    if (item.quantityMax !== undefined && rules.quantities === 'pend') {
      counted ??= new Map();
      const soFar = (counted.get(item.code) ?? 0) + quantity(posted.quantity);
      counted.set(item.code, soFar);
      if (soFar > item.quantityMax * 10_000) flags = raised(flags, 'impossible-quantity');
    }
    if (isDoubtful(item, rules, c)) flags = raised(flags, 'restricted-use-doubtful');
  }
  const basis: { -readonly [K in keyof Basis]: Basis[K] } = {
    selfPaid: selfPaid as Fen,
    overLimit: overLimit as Fen,
    firstPay: firstPay as Fen,
    inScope: inScope as Fen,
  };
  if (categories !== undefined) basis.categories = categories;
  if (quantities !== undefined) basis.quantities = quantities;
  if (flags !== undefined) basis.flags = flags;
  return basis;
}

/** Line by line, for explanations and remittance. */
export function lineResults(
  lines: readonly ClaimLine[],
  c: Circumstances,
  rules: CompiledLines,
  release: Release,
): LineResult[] {
  return lines.map((posted) => {
    classify(posted, c, rules, release);
    return {
      lineNo: posted.lineNo,
      amount: posted.amountFen,
      selfPaid: line.selfPaid as Fen,
      overLimit: line.overLimit as Fen,
      firstPay: line.firstPay as Fen,
      inScope: line.inScope as Fen,
      itemClass: line.item?.itemClass ?? '',
      because: line.because,
    };
  });
}

const CLASS_REASONS = { A: 'class-a', B: 'class-b', C: 'class-c' } as const;

/** Leaves in `line` what a posted line comes to: four parts that add up to its amount. */
function classify(posted: ClaimLine, c: Circumstances, rules: CompiledLines, release: Release): void {
  const amount: number = posted.amountFen;
  const item = release.item(posted.itemCode, posted.servedOn);
  line.item = item;
  line.selfPaid = amount;
  line.overLimit = 0;
  line.firstPay = 0;
  line.inScope = 0;
  if (item === undefined) return void (line.because = 'not-in-catalogue');
  if (item.itemClass === 'C') return void (line.because = CLASS_REASONS.C);
  if (posted.approval === 'self-paid') return void (line.because = 'turned-to-self-pay');
  if (item.needsApproval && posted.approval !== 'approved') return void (line.because = 'not-approved');
  if (item.restriction !== undefined && rules.restricted === 'self-paid' && !mayBeUsed(item.restriction, c))
    return void (line.because = 'restricted-use');

  let firstPay = item.firstPay;
  for (let i = 0; i < rules.rules.length; i++) {
    const rule = rules.rules[i]!;
    if (rule.test !== undefined && !rule.test(c, item)) continue;
    if (rule.selfPaid) return void (line.because = 'outside-the-scope-here');
    firstPay = rule.firstPay!;
    break;
  }
  if (firstPay >= 10_000) return void (line.because = 'first-pay-is-everything');

  line.because = CLASS_REASONS[item.itemClass];
  let rest = amount;
  line.selfPaid = 0;
  if (posted.daysSupply !== undefined) {
    const choices = posted.takeHome === true ? rules.takeHomeDaysMax : rules.daysSupplyMax;
    const most = choices && choose(choices, c)?.value;
    if (most !== undefined && posted.daysSupply > most) {
      line.selfPaid = multiplyDivideHalfUp(amount, posted.daysSupply - most, posted.daysSupply);
      line.because = 'beyond-days-of-supply';
      rest = amount - line.selfPaid;
    }
  }
  if (item.priceLimits !== undefined) {
    const limit = item.priceLimits.get(c.providerOn.priceLimitLevel) ?? item.priceLimits.get('*');
    if (limit !== undefined) {
      const over = unitPrice(posted.unitPrice) - limit;
      if (over > 0) {
        line.overLimit = Math.min(rest, amountOf(quantity(posted.quantity), over as UnitPrice));
        line.because = 'over-price-limit';
        rest -= line.overLimit;
      }
    }
  }
  if (firstPay > 0) {
    const base = rules.firstPayBase === 'whole' ? amount - line.selfPaid : rest;
    // Fen times basis points stays far below 2^53; half-up, and the rest is in scope.
    const product = base * firstPay;
    const remainder = product % 10_000;
    line.firstPay = Math.min(rest, (product - remainder) / 10_000 + (remainder >= 5_000 ? 1 : 0));
    rest -= line.firstPay;
  }
  line.inScope = rest;
}

/** Whether the restrictions of an item hold for this member, institution and encounter. */
function mayBeUsed(
  { ageFrom, ageTo, sex, diagnoses, hospitalLevels, encounters }: NonNullable<CompiledItem['restriction']>,
  c: Circumstances,
): boolean {
  if ((ageFrom !== undefined || ageTo !== undefined) && c.enrolment.born === undefined) return false;
  if (ageFrom !== undefined && c.age < ageFrom) return false;
  if (ageTo !== undefined && c.age > ageTo) return false;
  if (sex !== undefined && c.sex !== sex) return false;
  if (hospitalLevels !== undefined && !hospitalLevels.includes(c.providerOn.level)) return false;
  if (encounters !== undefined && !encounters.includes(c.header.encounter)) return false;
  if (diagnoses === undefined) return true;
  return (c.header.diagnoses ?? []).some((code) => diagnoses.some((prefix) => code.startsWith(prefix)));
}

/** Each flag once: stable codes of what makes lines suspicious. */
const raised = (flags: string[] = [], flag: string): string[] =>
  flags.includes(flag) ? flags : [...flags, flag];

/** A line in scope that is outside its restricted use, where the pack leaves that to a person. */
const isDoubtful = (item: CompiledItem, rules: CompiledLines, c: Circumstances): boolean =>
  item.restriction !== undefined &&
  rules.restricted === 'pend' &&
  line.inScope > 0 &&
  !mayBeUsed(item.restriction, c);
