// Reads one posted record, or says what is wrong with it. Intake answers with it, split acts on it: the same pure
// function, so that what was answered is what happens.

import { checkClaim } from '../claim/check-claim.ts';
import type { PostedClaim } from '../claim/claim.ts';
import {
  checkAccountCredit,
  checkEnrolment,
  type PostedAccountCredit,
  type PostedEnrolment,
} from '../claim/enrolment.ts';
import type { FieldError } from '../http/field-errors.ts';
import type { LocalDate } from '../time/dates.ts';
import {
  checkKnownReversal,
  checkReversal,
  type KnownReversal,
  type PostedReversal,
} from '../claim/reversal.ts';
import { checkReview, type ReviewRecord } from '../claim/review.ts';
import type { BatchKind } from './batch.ts';

export type PostedRecord =
  | {
      readonly type: 'claim';
      readonly number: string;
      readonly memberId: string;
      readonly insuredArea?: string;
      readonly claim: PostedClaim;
    }
  | {
      readonly type: 'enrolment';
      readonly number: string;
      readonly memberId: string;
      readonly insuredArea?: string;
      readonly enrolment: PostedEnrolment;
    }
  | {
      readonly type: 'account-credit';
      readonly number: string;
      readonly memberId: string;
      readonly insuredArea?: string;
      readonly credit: PostedAccountCredit;
    }
  | { readonly type: 'review'; readonly review: ReviewRecord }
  | { readonly type: 'reversal'; readonly reversal: PostedReversal | KnownReversal };

export type CheckedRecord =
  | { readonly ok: true; readonly record: PostedRecord }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** Checks a record of a batch. Pure: the same record gives the same answer at intake, at splitting, and again. */
export function checkRecord(kind: BatchKind, value: unknown, businessDate: LocalDate): CheckedRecord {
  if (kind === 'reversals' || (kind === 'claims' && hasField(value, 'reversalNo'))) {
    const checked = kind === 'reversals' ? checkKnownReversal(value) : checkReversal(value);
    return checked.ok ? { ok: true, record: { type: 'reversal', reversal: checked.reversal } } : checked;
  }
  if (kind === 'claims') {
    const checked = checkClaim(value, { businessDate });
    if (!checked.ok) return checked;
    const { claim } = checked;
    return { ok: true, record: { type: 'claim', number: claim.claimNo, ...member(claim), claim } };
  }
  if (kind === 'reviews') {
    const checked = checkReview(value);
    return checked.ok ? { ok: true, record: { type: 'review', review: checked.review } } : checked;
  }
  if (hasField(value, 'creditNo')) {
    const checked = checkAccountCredit(value);
    if (!checked.ok) return checked;
    const { credit } = checked;
    return {
      ok: true,
      record: { type: 'account-credit', number: credit.creditNo, ...member(credit), credit },
    };
  }
  const checked = checkEnrolment(value);
  if (!checked.ok) return checked;
  const { enrolment } = checked;
  return {
    ok: true,
    record: { type: 'enrolment', number: enrolment.enrolmentNo, ...member(enrolment), enrolment },
  };
}

const hasField = (value: unknown, name: string): boolean =>
  typeof value === 'object' && value !== null && name in value;

const member = ({ memberId, insuredArea }: { memberId: string; insuredArea?: string | undefined }) => ({
  memberId,
  ...(insuredArea === undefined ? {} : { insuredArea }),
});

/** The number a rejected record carries, if it is one that can be shown: "claimNo" is not personal. */
export function numberOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { reviewNo, reversalNo, claimNo, enrolmentNo, creditNo } = value as Record<string, unknown>;
  const found = reviewNo ?? reversalNo ?? claimNo ?? enrolmentNo ?? creditNo;
  return typeof found === 'string' && /^[A-Za-z0-9_-]{1,40}$/.test(found) ? found : undefined;
}
