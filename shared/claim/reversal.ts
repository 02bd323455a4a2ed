// Undoing a settlement (退费、冲正): the whole of it, or single lines. A refunded line is negative and names the line it
// takes back (原费用流水号); the claim then stands anew without it, as its next version.

import * as z from 'zod';
import { type FieldError, fieldError, fieldErrors } from '../http/field-errors.ts';
import { AMOUNT_FEN_MAX, type Fen, fen, plus } from '../money/fen.ts';
import { QUANTITY_DECIMALS, quantity as scaledQuantity } from '../money/quantity.ts';
import type { ClaimForSettlement } from './claim.ts';
import { areaCode, claimNo, memberId } from './fields.ts';

const lineNo = z.int().min(1).max(100_000);

export const RefundLine = z
  .strictObject({
    originalLineNo: lineNo.meta({ description: 'The line that is taken back (init_feedetl_sn)' }),
    quantity: z
      .string()
      .regex(/^-\d{1,10}(\.\d{1,4})?$/)
      .meta({ description: 'Negative: how much of it is taken back', examples: ['-1'] }),
    amountFen: z
      .int()
      .min(-AMOUNT_FEN_MAX)
      .max(-1)
      .meta({ description: 'Negative, in fen' }) as unknown as z.ZodType<Fen, number>,
  })
  .meta({ id: 'RefundLine', description: 'One line taken back, wholly or in part' });

const common = {
  reversalNo: claimNo.meta({ description: "The provider's own number of the reversal" }),
  reason: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,39}$/)
    .meta({
      description: 'Why, as a short code (small letters, digits, hyphens)',
      examples: ['drug-returned'],
    }),
  refundLines: z
    .array(RefundLine)
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: 'Only these lines; the whole settlement when left out' }),
};

/** What is posted to a claim's own address. */
export const PostReversal = z
  .strictObject(common)
  .meta({ id: 'PostReversal', description: 'A reversal of a settlement, or of some of its lines' });
export type PostReversal = z.infer<typeof PostReversal>;
export type RefundLines = NonNullable<PostReversal['refundLines']>;

/** The record in a batch: it says which claim, and whose. */
export const ReversalRecord = z
  .strictObject({ ...common, claimNo, memberId, insuredArea: areaCode.optional() })
  .meta({ id: 'Reversal', description: 'A reversal among the records of a batch' });

/** A reversal whose stream is known already: from the claim's own address. */
const ResolvedReversal = z.strictObject({ ...common, claimNo, stream: z.string() });

export type PostedReversal = z.infer<typeof ReversalRecord>;
export type KnownReversal = z.infer<typeof ResolvedReversal>;

type Checked<T> =
  | { readonly ok: true; readonly reversal: T }
  | { readonly ok: false; readonly errors: FieldError[] };

const check = <T>(schema: z.ZodType<T>, value: unknown): Checked<T> => {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { ok: true, reversal: parsed.data }
    : { ok: false, errors: fieldErrors(parsed.error.issues, value) };
};

/** Checks one reversal record among the records of a provider's batch. Pure. */
export const checkReversal = (value: unknown): Checked<PostedReversal> => check(ReversalRecord, value);

/** Checks a reversal that intake made from a claim's own address; a provider's batch can have none of it. Pure. */
export const checkKnownReversal = (value: unknown): Checked<KnownReversal> => check(ResolvedReversal, value);

/**
 * The claim without what is refunded; undefined when nothing of it is left. Refunds that fit no line come back as
 * errors: no such line, more than is there, or all of its quantity and not all of its amount.
 */
export function refunded(
  claim: ClaimForSettlement,
  refunds: RefundLines,
): { readonly claim?: ClaimForSettlement; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  const left = new Map(
    claim.lines.map((line) => [
      line.lineNo,
      { amount: line.amountFen, quantity: Number(scaledQuantity(line.quantity)) },
    ]),
  );
  for (const [at, { originalLineNo, quantity, amountFen }] of refunds.entries()) {
    const line = left.get(originalLineNo);
    const after = line && {
      amount: plus(line.amount, amountFen),
      quantity: line.quantity - scaledQuantity(quantity.slice(1)),
    };
    if (after && after.amount >= 0 && after.quantity >= 0) left.set(originalLineNo, after);
    else errors.push(fieldError(['refundLines', at], 'refund-does-not-fit'));
  }
  // What a reviewer refused stands as a line of no quantity: of that any amount may be left.
  const counted = new Set(
    claim.lines.filter(({ quantity }) => scaledQuantity(quantity) > 0).map(({ lineNo }) => lineNo),
  );
  for (const [at, { originalLineNo }] of refunds.entries()) {
    const after = left.get(originalLineNo);
    if (after?.quantity === 0 && after.amount > 0 && counted.has(originalLineNo))
      errors.push(fieldError(['refundLines', at], 'refund-does-not-fit'));
  }
  const lines = claim.lines.flatMap((line) => {
    const { amount, quantity } = left.get(line.lineNo) ?? { amount: fen(0), quantity: 0 };
    if (amount === 0 && quantity === 0) return [];
    return [{ ...line, amountFen: amount, quantity: decimal(quantity) }];
  });
  const billedFen = lines.reduce((sum, line) => plus(sum, line.amountFen), fen(0));
  return { ...(lines.length > 0 ? { claim: { ...claim, billedFen, lines } } : {}), errors };
}

/** A scaled quantity as a decimal string: 15,000 -> "1.5". */
function decimal(scaled: number): string {
  const digits = String(scaled).padStart(QUANTITY_DECIMALS + 1, '0');
  const fraction = digits.slice(-QUANTITY_DECIMALS).replace(/0+$/, '');
  return `${digits.slice(0, -QUANTITY_DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}
