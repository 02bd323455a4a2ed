// What a claim would come to if it were posted now (预结算): the way of settling, without the write. A number that is
// taken is quoted as what posting it would give: a repeat, or a conflict.

import * as z from 'zod';
import { claimKeyOf } from '../../shared/batch/batch.ts';
import { claimForSettlement } from '../../shared/batch/posted-claim.ts';
import { checkClaim } from '../../shared/claim/check-claim.ts';
import { quoteId } from '../../shared/quote/quote.ts';
import type { Caller } from '../../shared/http/identity.ts';
import { nationalAmounts } from '../../shared/http/national.ts';
import { fieldError } from '../../shared/http/field-errors.ts';
import { Problem } from '../../shared/http/problem.ts';
import { holderOf } from '../../shared/ledger/append.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import { EMPTY_POSITION } from '../../shared/ledger/position.ts';
import { streamKey } from '../../shared/member/pseudonym.ts';
import { adjudicate, classifyLines } from '../../shared/policy/adjudicate.ts';
import type { Adjudication } from '../../shared/policy/adjudication.ts';
import { dayInChina } from '../../shared/time/dates.ts';
import { AmountsView, amountsView } from '../../shared/http/amounts.ts';
import { conflictView, Decision, decisionView, ReasonView, reasonView } from './decision-view.ts';
import type { ResultsDeps } from './deps.ts';
import { LineView, lineViews, StepView, stepView } from './step-view.ts';

export const QuoteView = z
  .object({
    providerId: z.string(),
    claimNo: z.string(),
    outcome: z
      .enum(['settled', 'denied', 'pended', 'repeat', 'conflict'])
      .meta({ description: 'What posting the claim now would come to' }),
    servedOn: z.string().optional(),
    benefitYear: z.string().optional(),
    scheme: z.string().optional(),
    benefit: z.string().optional(),
    amounts: AmountsView.optional(),
    national: z.record(z.string(), z.string()).optional(),
    denial: ReasonView.optional(),
    reasons: z.array(ReasonView).optional(),
    conflict: ReasonView.optional(),
    repeatOf: Decision.optional().meta({
      description: 'The recorded decision that posting it again would be answered with',
    }),
    steps: z.array(StepView),
    lines: z.array(LineView),
    release: z.string(),
    position: z
      .object({ seq: z.int() })
      .meta({ description: "The member's position the quote starts from: entries so far" }),
    quoteId: z.string().optional().meta({
      description:
        'Put it into the claim as quoteId: the claim is then settled exactly as quoted, or refused with what changed since',
    }),
    quotedAt: z.iso.datetime(),
    validUntil: z.iso.datetime().meta({
      description:
        'Good until then, if neither the policy nor the position of the member changes meanwhile; the settlement decides, not the quote',
    }),
  })
  .meta({ id: 'Quote', description: 'What a claim would come to if it were posted now; nothing is written' });
export type QuoteView = z.infer<typeof QuoteView>;

export interface QuoteRequest {
  readonly providerId?: string | undefined;
  readonly claim: unknown;
}

/** Quotes a claim at a moment. */
export async function quoteClaim(
  request: QuoteRequest,
  caller: Caller,
  now: number,
  deps: ResultsDeps,
): Promise<QuoteView> {
  const providerId = providerOf(caller, request.providerId);
  const checked = checkClaim(request.claim, { businessDate: dayInChina(now) });
  if (!checked.ok)
    throw new Problem('invalid-request', {
      errors: checked.errors.map((error) => ({ ...error, path: under('claim', error.path) })),
    });
  const posted = checked.claim;
  const { claim, content } = claimForSettlement(posted, providerId);
  const claimKey = claimKeyOf(providerId, posted.claimNo);
  const releaseId = await deps.pointers.inForce(new Date(now).toISOString());
  if (releaseId === undefined) throw new Problem('no-release-in-force');
  const release = await deps.release(releaseId);
  // As at acceptance: a member of no named area is of the provider's.
  const area = posted.insuredArea ?? release.provider(providerId)?.area ?? deps.area;
  const stream = streamKey(area, deps.pseudonymOf(posted.memberId));

  const [head, earlier, heldElsewhere] = await Promise.all([
    deps.ledger.head(stream),
    deps.ledger.byClaim(stream, claimKey),
    isHeldElsewhere(stream, claimKey, deps),
  ]);
  const validUntil = now + deps.quoteValidMinutes * 60_000;
  const common = {
    providerId,
    claimNo: posted.claimNo,
    release: releaseId,
    position: { seq: head?.place.seq ?? 0 },
    quotedAt: new Date(now).toISOString(),
    validUntil: new Date(validUntil).toISOString(),
  };
  const taken = takenNumber(heldElsewhere, holderOf(earlier), content);
  if (taken) return { ...common, ...taken, steps: [], lines: [] };

  const position = head?.body.position ?? EMPTY_POSITION;
  const decision = adjudicate(claim, position, release, { area });
  const promise = { content, release: releaseId, seq: head?.place.seq ?? 0, position, validUntil };
  return {
    ...common,
    ...quoted(decision),
    ...(decision.outcome === 'payable'
      ? { quoteId: quoteId({ ...promise, amounts: decision.amounts }) }
      : {}),
    steps: decision.steps.map(stepView),
    lines: lineViews(classifyLines(claim, position, release, { area }), posted.lines),
  };
}

/** The provider comes from the identity; only who has none of his own may name one. */
function providerOf(caller: Caller, named: string | undefined): string {
  if (caller.role === 'provider') {
    if (named !== undefined && named !== caller.providerId) throw new Problem('provider-mismatch');
    return caller.providerId;
  }
  if (named === undefined)
    throw new Problem('invalid-request', { errors: [fieldError(['providerId'], 'missing')] });
  return named;
}

/** Whether another member's stream holds the number. */
async function isHeldElsewhere(
  stream: string,
  claimKey: string,
  { batches, ledger }: ResultsDeps,
): Promise<boolean> {
  const holder = (await batches.holders([claimKey])).get(claimKey);
  if (!holder || holder.stream === stream) return false;
  const entries = await ledger.byClaim(holder.stream, claimKey);
  const decided = entries.some(
    ({ place }) => place.batchId === holder.batchId && place.batchIndex === holder.batchIndex,
  );
  return !decided || holderOf(entries) !== undefined;
}

type Quoted = Pick<QuoteView, 'outcome'> & Partial<QuoteView>;

function takenNumber(heldElsewhere: boolean, holder: Entry | undefined, content: string): Quoted | undefined {
  if (heldElsewhere) return { outcome: 'conflict', conflict: conflictView('number-held-by-another-member') };
  if (!holder) return undefined;
  return holder.body.content === content
    ? { outcome: 'repeat', repeatOf: decisionView(holder) }
    : { outcome: 'conflict', conflict: conflictView('other-content') };
}

function quoted(decision: Adjudication): Quoted {
  switch (decision.outcome) {
    case 'payable': {
      const { servedOn, benefitYear, scheme, benefit, amounts } = decision;
      return {
        outcome: 'settled',
        servedOn,
        benefitYear,
        scheme,
        benefit,
        amounts: amountsView(amounts),
        national: nationalAmounts(amounts),
      };
    }
    case 'denied':
      return { outcome: 'denied', servedOn: decision.servedOn, denial: reasonView(decision.denial) };
    case 'pended':
      return { outcome: 'pended', servedOn: decision.servedOn, reasons: decision.reasons.map(reasonView) };
  }
}

const under = (field: string, path: string): string => (path === '' ? field : `${field}.${path}`);
