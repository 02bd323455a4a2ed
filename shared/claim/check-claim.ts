// Whether a posted claim can be read: every field by the compiled schema, then what only several fields together can
// show. It answers every error at once, as path and code, never the value. What is payable is policy's question.

import * as z from 'zod';
import { type FieldError, fieldError, fieldErrors, limited } from '../http/field-errors.ts';
import { AMOUNT_FEN_MAX } from '../money/fen.ts';
import { amountOf, quantity, unitPrice } from '../money/quantity.ts';
import { addDays, daysBetween, type LocalDate } from '../time/dates.ts';
import { Claim, type ClaimLine, type PostedClaim, STAYS } from './claim.ts';

/** What a claim is held against besides itself. */
export interface ClaimLimits {
  /** The batch's business date; nothing is dated later than the day after it. */
  readonly businessDate: LocalDate;
}

export type CheckedClaim =
  | { readonly ok: true; readonly claim: PostedClaim }
  | { readonly ok: false; readonly errors: FieldError[] };

/** A bill written after midnight carries tomorrow's date. */
const DAYS_AHEAD_MAX = 1;
/** A visit's lines are billed on other days too (tests, courses of treatment), but not months apart. */
const LINE_DAYS_FROM_VISIT_MAX = 31;
/** Emergency care before an emergency admission belongs to the stay: observation lasts at most 72 hours. */
const EMERGENCY_DAYS_BEFORE_MAX = 3;
/** Providers round unit prices before or after multiplying; the amount is what was billed. */
const FEN_OF_DIFFERENCE_MAX = 1;

const compiled = z.compile(Claim, { strict: true });

/** Checks one record of a batch. Pure; costs a fraction of parsing the claim when there is nothing wrong with it. */
export function checkClaim(value: unknown, { businessDate }: ClaimLimits): CheckedClaim {
  const parsed = compiled.safeParse(value);
  if (!parsed.success) return { ok: false, errors: fieldErrors(parsed.error.issues, value) };
  const claim = parsed.data;
  const latest = addDays(businessDate, DAYS_AHEAD_MAX);
  const errors = [...checkDates(claim, latest), ...checkDisease(claim), ...checkLines(claim, latest)];
  return errors.length === 0 ? { ok: true, claim } : { ok: false, errors: limited(errors) };
}

function checkDates(claim: PostedClaim, latest: LocalDate): FieldError[] {
  const { admittedOn, dischargedOn, servedOn, interim } = claim;
  const errors: FieldError[] = [];
  if (STAYS.has(claim.encounter)) {
    if (admittedOn === undefined) errors.push(fieldError(['admittedOn'], 'admission-missing'));
    if (dischargedOn === undefined) errors.push(fieldError(['dischargedOn'], 'discharge-missing'));
    if (servedOn !== undefined) errors.push(fieldError(['servedOn'], 'served-on-of-a-stay'));
    if (admittedOn !== undefined && dischargedOn !== undefined && dischargedOn < admittedOn) {
      errors.push(fieldError(['dischargedOn'], 'discharge-before-admission'));
    }
  } else {
    if (servedOn === undefined) errors.push(fieldError(['servedOn'], 'service-date-missing'));
    if (admittedOn !== undefined) errors.push(fieldError(['admittedOn'], 'stay-dates-of-a-visit'));
    if (dischargedOn !== undefined) errors.push(fieldError(['dischargedOn'], 'stay-dates-of-a-visit'));
    if (interim === true) errors.push(fieldError(['interim'], 'stay-dates-of-a-visit'));
  }
  for (const field of ['admittedOn', 'dischargedOn', 'servedOn'] as const) {
    const date = claim[field];
    if (date !== undefined && date > latest)
      errors.push(fieldError([field], 'date-in-the-future', { latest }));
  }
  return errors;
}

function checkDisease({ encounter, chronicDisease }: PostedClaim): FieldError[] {
  const misplaced = chronicDisease !== undefined && encounter !== 'chronic-outpatient';
  return misplaced ? [fieldError(['chronicDisease'], 'chronic-disease-elsewhere')] : [];
}

function checkLines(claim: PostedClaim, latest: LocalDate): FieldError[] {
  const errors: FieldError[] = [];
  const add = (error: FieldError | undefined): void => void (error && errors.push(error));
  const datedWrong = lineDates(claim, latest);
  let [sum, previous, ascending] = [0, 0, true];
  for (let at = 0; at < claim.lines.length; at++) {
    const line = claim.lines[at] as ClaimLine;
    ascending &&= line.lineNo > previous;
    previous = line.lineNo;
    sum += line.amountFen;
    add(amountWrong(line, at));
    add(datedWrong(line.servedOn, at));
  }
  if (!ascending) errors.push(...repeatedNumbers(claim.lines));
  if (sum !== claim.billedFen) errors.push(fieldError(['billedFen'], 'lines-do-not-add-up', { found: sum }));
  return errors;
}

/** Line numbers that ascend are unique; only others have to be compared. */
function repeatedNumbers(lines: readonly ClaimLine[]): FieldError[] {
  const seen = new Map<number, number>();
  return lines.flatMap(({ lineNo }, at) => {
    const first = seen.get(lineNo);
    if (first === undefined) seen.set(lineNo, at);
    return first === undefined
      ? []
      : [fieldError(['lines', at, 'lineNo'], 'line-number-repeated', { first })];
  });
}

function amountWrong(line: ClaimLine, at: number): FieldError | undefined {
  const [count, price] = [quantity(line.quantity), unitPrice(line.unitPrice)];
  // Far beyond any amount: say so without computing it.
  const absurd = count * price > (AMOUNT_FEN_MAX + 1) * 100_000_000;
  const found = absurd ? AMOUNT_FEN_MAX : amountOf(count, price);
  if (!absurd && Math.abs(found - line.amountFen) <= FEN_OF_DIFFERENCE_MAX) return undefined;
  return fieldError(['lines', at, 'amountFen'], 'amount-is-not-quantity-times-price', {
    found: absurd ? `> ${found}` : found,
  });
}

type DateCheck = (servedOn: LocalDate, at: number) => FieldError | undefined;

function lineDates(claim: PostedClaim, latest: LocalDate): DateCheck {
  const { admittedOn, dischargedOn, servedOn: visitedOn } = claim;
  if (STAYS.has(claim.encounter)) {
    if (admittedOn === undefined || dischargedOn === undefined) return () => undefined;
    const from =
      claim.encounter === 'emergency-admission'
        ? addDays(admittedOn, -EMERGENCY_DAYS_BEFORE_MAX)
        : admittedOn;
    return (servedOn, at) =>
      servedOn >= from && servedOn <= dischargedOn
        ? undefined
        : fieldError(['lines', at, 'servedOn'], 'line-outside-stay');
  }
  if (visitedOn === undefined) return () => undefined;
  return (servedOn, at) => {
    if (servedOn === visitedOn) return undefined;
    if (servedOn > latest) return fieldError(['lines', at, 'servedOn'], 'date-in-the-future', { latest });
    const far = Math.abs(daysBetween(visitedOn, servedOn)) > LINE_DAYS_FROM_VISIT_MAX;
    return far
      ? fieldError(['lines', at, 'servedOn'], 'line-far-from-service', { days: LINE_DAYS_FROM_VISIT_MAX })
      : undefined;
  };
}
