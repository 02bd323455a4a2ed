// What travels through the queues, and what may be believed of it. No message carries a member's number: the stream
// names the member by a pseudonym. The schemas are compiled; checking one costs a fraction of parsing it.

import * as z from 'zod';
import { Claim } from '../claim/claim.ts';
import { amountFen, birthDate, date, flag, providerId, quoteId } from '../claim/fields.ts';

const count = z.int().min(0);

const common = {
  batchId: z.string().min(3).max(80),
  batchIndex: count,
  shard: count,
  /** Area and pseudonym: the queue's message group. */
  stream: z.string().regex(/^\d{6}#[A-Za-z0-9_-]{22}$/),
  claimKey: z.string().min(3).max(64),
  /** Identity of the record's content, made once, when the batch was split. */
  content: z.string().length(22),
  /** When the batch was accepted: for the latency metric only. */
  acceptedAt: count,
  /** First byte and length in a newline-delimited batch. */
  raw: z.tuple([count, count]).optional(),
  /** Another member's stream holds this number. */
  numberHeldElsewhere: z.literal(true).optional(),
};

/** A claim as the core sees it: no member's number, the provider known. */
const ClaimBody = Claim.omit({ memberId: true, insuredArea: true, quoteId: true }).extend({ providerId });

const ClaimMessage = z.strictObject({
  type: z.literal('claim'),
  ...common,
  release: z.string().min(1),
  claim: ClaimBody,
  quoteId: quoteId.optional(),
});

const EnrolmentMessage = z.strictObject({
  type: z.literal('enrolment'),
  ...common,
  enrolment: z.strictObject({
    born: birthDate.optional(),
    sex: z.enum(['F', 'M']).optional(),
    hasAccount: flag,
    coverage: z.array(
      z.strictObject({ from: date, to: date.optional(), scheme: z.string(), personClass: z.string() }),
    ),
    facts: z
      .array(
        z.strictObject({ fact: z.string(), value: z.string().optional(), from: date, to: date.optional() }),
      )
      .optional(),
  }),
});

const AccountCreditMessage = z.strictObject({
  type: z.literal('account-credit'),
  ...common,
  amount: amountFen,
  creditedOn: date,
});

/** A reviewer's decision about a pended claim; without one, it fits nothing that stands and is refused. */
const ReviewMessage = z.strictObject({
  type: z.literal('review'),
  ...common,
  release: z.string().min(1),
  decision: z.enum(['approve', 'reduce', 'deny']),
  reason: z.string().max(40),
  pendedSeq: count.optional(),
  claim: ClaimBody.optional(),
});

/** A reversal; with `refund`, the claim as it shall stand instead, and what it was made from (`madeFrom`). */
const ReversalMessage = z.strictObject({
  type: z.literal('reversal'),
  ...common,
  reason: z.string().max(40),
  refund: z
    .strictObject({ of: z.string().max(64), fits: z.literal(false).optional(), claim: ClaimBody.optional() })
    .optional(),
});

/** Uncompiled, for the bench. */
export const SettleMessageSchema = z.discriminatedUnion('type', [
  ClaimMessage,
  EnrolmentMessage,
  AccountCreditMessage,
  ReviewMessage,
  ReversalMessage,
]);

/** One record on its way to its member's stream. */
export type SettleMessage = z.infer<typeof SettleMessageSchema>;
export const settleMessage = z.compile(SettleMessageSchema, { strict: true });

/** "Split this batch", or go on splitting it. */
export const splitMessage = z.strictObject({ batchId: z.string().min(3).max(80) });
export type SplitMessage = z.infer<typeof splitMessage>;

/** "See how far this batch is." */
export const closeMessage = z.strictObject({
  batchId: z.string().min(3).max(80),
  /** Version of the progress that the look before this one saved; missing in the first look of a chain. */
  after: z.int().nonnegative().optional(),
});
export type CloseMessage = z.infer<typeof closeMessage>;
