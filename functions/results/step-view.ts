// The steps of a computation and the lines of a claim as the outside sees them: numbers in fen, sentences in both
// languages, and the clause each number comes from.

import * as z from 'zod';
import type { Refund } from '../../shared/batch/standing-claim.ts';
import type { ClaimLine } from '../../shared/claim/claim.ts';
import type { LineResult, Step } from '../../shared/policy/adjudication.ts';
import { sentenceOf } from '../../shared/policy/explain.ts';
import { CitationView } from './decision-view.ts';

const fen = z.int();

export const StepView = z
  .object({
    rule: z.string().meta({ description: 'Name of the rule: its file under shared/policy/rules' }),
    of: z.string().optional(),
    amountInFen: fen,
    amountOutFen: fen,
    bearsFen: z.record(z.string(), fen).meta({ description: 'Who bears what this step decides' }),
    facts: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    zh: z.string(),
    en: z.string(),
    citations: z.array(CitationView),
  })
  .meta({
    id: 'Step',
    description: 'One step of the computation: which rule, on what, giving what, because of which clause',
  });
export type StepView = z.infer<typeof StepView>;

export const LineView = z
  .object({
    lineNo: z.int(),
    itemCode: z.string().optional(),
    itemName: z.string().optional(),
    amountFen: fen,
    selfPaidFen: fen,
    overLimitFen: fen,
    firstPayFen: fen,
    inScopeFen: fen,
    itemClass: z.string().meta({ description: 'A 甲, B 乙, C 丙, or a special class of the pack' }),
    because: z.string().meta({ description: 'Why, as a stable code' }),
  })
  .meta({ id: 'Line', description: 'What one line of the bill came to' });
export type LineView = z.infer<typeof LineView>;

export const RefundedLineView = z
  .object({
    lineNo: z.int(),
    itemCode: z.string().optional(),
    itemName: z.string().optional(),
    quantity: z.string().meta({ description: 'Negative: how much was taken back' }),
    amountFen: fen.meta({ description: 'Negative' }),
    reason: z.string(),
    refundedAt: z.iso.datetime(),
    batchId: z.string(),
  })
  .meta({ id: 'RefundedLine', description: 'A line of the bill that was taken back, wholly or in part' });
export type RefundedLineView = z.infer<typeof RefundedLineView>;

export const SentenceView = z.object({ zh: z.string(), en: z.string() }).meta({ id: 'Sentence' });

/** A step as the API shows it. */
export function stepView(step: Step): StepView {
  const { zh, en } = sentenceOf(step);
  return {
    rule: step.rule,
    ...(step.of === undefined ? {} : { of: step.of }),
    amountInFen: step.amountIn,
    amountOutFen: step.amountOut,
    bearsFen: { ...step.bears },
    ...(step.facts ? { facts: { ...step.facts } } : {}),
    zh,
    en,
    citations: step.citations.map((citation) => ({ ...citation })),
  };
}

/** Line results as the API shows them, with code and name as posted. */
export function lineViews(results: readonly LineResult[], posted: readonly ClaimLine[]): LineView[] {
  const byNumber = new Map(posted.map((line) => [line.lineNo, line]));
  return results.map((result) => {
    const line = byNumber.get(result.lineNo);
    return {
      lineNo: result.lineNo,
      ...(line ? { itemCode: line.itemCode } : {}),
      ...(line?.itemName === undefined ? {} : { itemName: line.itemName }),
      amountFen: result.amount,
      selfPaidFen: result.selfPaid,
      overLimitFen: result.overLimit,
      firstPayFen: result.firstPay,
      inScopeFen: result.inScope,
      itemClass: result.itemClass,
      because: result.because,
    };
  });
}

/** The lines of a refund as the API shows them, with code and name as posted. */
export function refundedLineViews({ entry: { place, body }, lines, from }: Refund): RefundedLineView[] {
  return lines.map(({ originalLineNo, quantity, amountFen }) => {
    const line = from.find(({ lineNo }) => lineNo === originalLineNo);
    return {
      lineNo: originalLineNo,
      ...(line ? { itemCode: line.itemCode } : {}),
      ...(line?.itemName === undefined ? {} : { itemName: line.itemName }),
      quantity,
      amountFen,
      reason: body.kind === 'reversal' ? body.reason : '',
      refundedAt: new Date(body.at).toISOString(),
      batchId: place.batchId,
    };
  });
}
