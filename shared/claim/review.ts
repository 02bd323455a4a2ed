// A reviewer's decision about a pended claim (人工审核): approve it, refuse part of its lines, or deny it. The claim is
// then settled under the policy of its own service date, as if it had come that way.

import * as z from 'zod';
import { type FieldError, fieldError, fieldErrors } from '../http/field-errors.ts';
import { type Fen, minus } from '../money/fen.ts';
import type { ClaimForSettlement } from './claim.ts';
import { amountFen, claimNo, providerId } from './fields.ts';

const reason = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,39}$/)
  .meta({
    description: 'Why, as a short code of the agency (small letters, digits, hyphens); shown to the provider',
    examples: ['split-admission'],
  });

export const Reduction = z
  .strictObject({
    lineNo: z.int().min(1).max(100_000).meta({ description: "The line's own number" }),
    refusedFen: amountFen.meta({
      description: 'Not covered of this line: it becomes fully self-paid (全自费)',
    }),
    reason,
  })
  .meta({ id: 'Reduction', description: 'What a reviewer refuses of one line' });

/** What is posted: the claim is named by the address. */
export const PostReview = z
  .strictObject({
    reviewNo: claimNo.meta({
      description: "The agency's own number of the review; posting it again changes nothing",
    }),
    decision: z.enum(['approve', 'reduce', 'deny']),
    reason,
    reductions: z
      .array(Reduction)
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: 'With reduce, and only then' }),
  })
  .refine(({ decision, reductions }) => (decision === 'reduce') === (reductions !== undefined), {
    message: 'reductions-with-reduce',
    path: ['reductions'],
  })
  .meta({ id: 'PostReview', description: 'A decision about a pended claim' });
export type PostReview = z.infer<typeof PostReview>;

/** The record in its batch: the claim is named in it, and the stream that had its number when the review was posted. */
export const ReviewRecord = PostReview.safeExtend({ providerId, claimNo, stream: z.string() });
export type ReviewRecord = z.infer<typeof ReviewRecord>;

/** Checks one review record. Pure. */
export function checkReview(
  value: unknown,
):
  | { readonly ok: true; readonly review: ReviewRecord }
  | { readonly ok: false; readonly errors: FieldError[] } {
  const parsed = ReviewRecord.safeParse(value);
  return parsed.success
    ? { ok: true, review: parsed.data }
    : { ok: false, errors: fieldErrors(parsed.error.issues, value) };
}

/**
 * The claim with what a reviewer refused turned to self-pay: a line keeps what is covered, and what is refused stands
 * beside it as a self-paid line. The bill stays what it was. Reductions that do not fit a line come back as errors.
 */
export function reduced(
  claim: ClaimForSettlement,
  reductions: NonNullable<PostReview['reductions']>,
): { readonly claim: ClaimForSettlement; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  const refused = new Map<number, Fen>();
  for (const [at, { lineNo, refusedFen }] of reductions.entries()) {
    const line = claim.lines.find((each) => each.lineNo === lineNo);
    const fits = line !== undefined && !refused.has(lineNo) && refusedFen <= line.amountFen;
    if (fits) refused.set(lineNo, refusedFen);
    else errors.push(fieldError(['reductions', at], 'reduction-does-not-fit'));
  }
  let next = claim.lines.reduce((most, { lineNo }) => Math.max(most, lineNo), 0);
  const lines = claim.lines.flatMap((line) => {
    const amount = refused.get(line.lineNo);
    if (amount === undefined || amount === 0) return [line];
    if (amount === line.amountFen) return [{ ...line, approval: 'self-paid' as const }];
    return [
      { ...line, amountFen: minus(line.amountFen, amount) },
      { ...line, lineNo: ++next, quantity: '0', amountFen: amount, approval: 'self-paid' as const },
    ];
  });
  return { claim: { ...claim, lines }, errors };
}
