// What the agency posts about members: enrolments (the bureau's whole statement about one member, replacing the one
// before) and account credits. Checked like claims: by the compiled schema, then across fields.

import * as z from 'zod';
import { type FieldError, fieldError, fieldErrors, limited } from '../http/field-errors.ts';
import type { LocalDate } from '../time/dates.ts';
import { amountFen, areaCode, birthDate, claimNo, date, flag, memberId } from './fields.ts';

const word = (description: string, example: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .meta({ description, examples: [example] });

const recordNo = claimNo.meta({
  description:
    "The agency's own number of the record; posting it again with the same content changes nothing",
});
const insuredArea = areaCode
  .optional()
  .meta({ description: "The member's pooling area (参保地); the installation's own when left out" });

/** One spell of coverage; `to` is its last day. */
const Spell = z.strictObject({
  from: date,
  to: date.optional().meta({ description: 'Last day; open when left out' }),
  scheme: word('Scheme: 310 职工, 390 居民, 510 生育 ...', '310'),
  personClass: word('Person class as the pack names it', 'retired'),
});

/** One dated fact that some rule may ask for: poor, civil-servant, chronic-disease (with its code), waiting, arrears ... */
const Fact = z.strictObject({
  fact: word('The fact, as the pack names it', 'civil-servant'),
  value: z
    .string()
    .regex(/^[A-Za-z0-9.+*_-]{1,40}$/)
    .optional()
    .meta({ description: 'Detail where the fact has one: a disease code, a plan' }),
  from: date,
  to: date.optional().meta({ description: 'Last day; open when left out' }),
});

export const PostedEnrolmentSchema = z.strictObject({
  enrolmentNo: recordNo,
  memberId,
  insuredArea,
  born: birthDate,
  sex: z.enum(['F', 'M']),
  hasAccount: flag.meta({ description: 'Whether a personal account exists (个人账户)' }),
  coverage: z.array(Spell).min(1).max(50),
  facts: z.array(Fact).max(100).optional(),
});
export type PostedEnrolment = z.infer<typeof PostedEnrolmentSchema>;

export const PostedAccountCreditSchema = z.strictObject({
  creditNo: recordNo,
  memberId,
  insuredArea,
  amountFen,
  creditedOn: date,
});
export type PostedAccountCredit = z.infer<typeof PostedAccountCreditSchema>;

export type CheckedEnrolment =
  | { readonly ok: true; readonly enrolment: PostedEnrolment }
  | { readonly ok: false; readonly errors: FieldError[] };
export type CheckedAccountCredit =
  | { readonly ok: true; readonly credit: PostedAccountCredit }
  | { readonly ok: false; readonly errors: FieldError[] };

const compiledEnrolment = z.compile(PostedEnrolmentSchema, { strict: true });
const compiledCredit = z.compile(PostedAccountCreditSchema, { strict: true });

/** Checks one posted enrolment. Pure. */
export function checkEnrolment(value: unknown): CheckedEnrolment {
  const parsed = compiledEnrolment.safeParse(value);
  if (!parsed.success) return { ok: false, errors: fieldErrors(parsed.error.issues, value) };
  const { coverage, facts = [] } = parsed.data;
  const errors = [
    ...endsBeforeStart('coverage', coverage),
    ...endsBeforeStart('facts', facts),
    ...overlaps(coverage),
  ];
  return errors.length === 0 ? { ok: true, enrolment: parsed.data } : { ok: false, errors: limited(errors) };
}

/** Checks one posted account credit. Pure. */
export function checkAccountCredit(value: unknown): CheckedAccountCredit {
  const parsed = compiledCredit.safeParse(value);
  if (!parsed.success) return { ok: false, errors: fieldErrors(parsed.error.issues, value) };
  return { ok: true, credit: parsed.data };
}

interface Dated {
  readonly from: LocalDate;
  readonly to?: LocalDate | undefined;
}

const endsBeforeStart = (field: string, items: readonly Dated[]): FieldError[] =>
  items.flatMap(({ from, to }, at) =>
    to !== undefined && to < from ? [fieldError([field, at, 'to'], 'ends-before-it-starts')] : [],
  );

/** Schemes of which a member has one at a time. Others (maternity 510, long-term care 410 ...) stand beside them. */
const BASIC_SCHEMES: ReadonlySet<string> = new Set(['310', '340', '350', '360', '380', '390', '391', '399']);

/** Two spells that both claim the same day would leave it open which policy pays. */
function overlaps(coverage: PostedEnrolment['coverage']): FieldError[] {
  const errors: FieldError[] = [];
  for (const [at, spell] of coverage.entries()) {
    const first = coverage.findIndex(
      (other, before) => before < at && exclude(spell.scheme, other.scheme) && meet(spell, other),
    );
    if (first >= 0) errors.push(fieldError(['coverage', at], 'spells-overlap', { first }));
  }
  return errors;
}

const exclude = (a: string, b: string): boolean => a === b || (BASIC_SCHEMES.has(a) && BASIC_SCHEMES.has(b));
const meet = (a: Dated, b: Dated): boolean =>
  (b.to === undefined || a.from <= b.to) && (a.to === undefined || b.from <= a.to);
