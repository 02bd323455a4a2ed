// Why a claim came to what it came to. Nothing of the explanation is stored: the claim is read from the raw batch, the
// position from the entry before, the release by the entry's own word, and the same pure function decides again. The
// answer says whether it came to the recorded amounts; if ever it did not, the records stand and the books are wrong.

import * as z from 'zod';
import { Problem } from '../../shared/http/problem.ts';
import { entryHash } from '../../shared/ledger/codec.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import { classifyLines } from '../../shared/policy/adjudicate.ts';
import type { Adjudication } from '../../shared/policy/adjudication.ts';
import { CHANGES } from '../../shared/quote/quote.ts';
import { AmountsView, amountsView } from '../../shared/http/amounts.ts';
import { Decision, decisionView, ReasonView, reasonView } from './decision-view.ts';
import type { ResultsDeps } from './deps.ts';
import type { FoundClaim } from './find-claim.ts';
import { type Recomputed, recompute } from './recompute.ts';
import { LineView, lineViews, StepView, stepView } from './step-view.ts';

export const ExplanationView = z
  .object({
    providerId: z.string(),
    claimNo: z.string(),
    decision: Decision.meta({ description: 'As recorded' }),
    recomputed: z
      .object({
        outcome: z.enum(['settled', 'denied', 'pended']),
        amounts: AmountsView.optional(),
        denial: ReasonView.optional(),
        reasons: z.array(ReasonView).optional(),
      })
      .meta({
        description: 'The same function, again, on the raw claim, the position before, and the release named',
      }),
    agrees: z.boolean().meta({ description: 'Whether the recomputation came to what is recorded' }),
    entryIntact: z.boolean().meta({ description: "Whether the entry's hash is that of its content" }),
    quote: z
      .object({
        changed: z.array(z.enum(CHANGES)),
        amounts: AmountsView.optional(),
        steps: z.array(StepView),
      })
      .optional()
      .meta({
        description:
          'For a claim refused because its quote would not have been kept: what changed since, and how the quote had been computed; `steps` is how it would be computed now',
      }),
    steps: z.array(StepView),
    lines: z.array(LineView),
  })
  .meta({ id: 'Explanation', description: 'Why a claim came to what it came to, step by step' });
export type ExplanationView = z.infer<typeof ExplanationView>;

/** Explains the decision that counts, or the one at a place in the stream. */
export async function explainClaim(
  found: FoundClaim,
  seq: number | undefined,
  deps: ResultsDeps,
): Promise<ExplanationView> {
  const entry = await entryToExplain(found, seq, deps.ledger);
  const { claim, position, release, context, again, quote, agrees } = await recompute(entry, deps);
  return {
    providerId: found.providerId,
    claimNo: found.claimNo,
    decision: decisionView(entry),
    recomputed: recomputedView(again),
    agrees,
    entryIntact: entryHash(entry.place, entry.text) === entry.hash,
    ...(quote ? { quote: quoteView(quote) } : {}),
    steps: again.steps.map(stepView),
    lines: lineViews(classifyLines(claim, position, release, context), claim.lines),
  };
}

/** A repeat is explained by what it repeats; a conflict was not computed. */
async function entryToExplain(
  found: FoundClaim,
  seq: number | undefined,
  ledger: ResultsDeps['ledger'],
): Promise<Entry> {
  const asked = seq === undefined ? found.current : found.entries.find(({ place }) => place.seq === seq);
  if (!asked) throw new Problem(seq === undefined ? 'not-decided' : 'not-found');
  const { place, body } = asked;
  const entry = body.kind === 'repeat' ? await ledger.get(place.stream, body.of) : asked;
  const kind = entry?.body.kind;
  const byReviewer = entry?.body.kind === 'denial' && entry.body.denial.code === 'denied-by-reviewer';
  if (!entry || byReviewer || (kind !== 'settlement' && kind !== 'denial' && kind !== 'pend'))
    throw new Problem('no-computation');
  return entry;
}

function recomputedView(again: Adjudication): ExplanationView['recomputed'] {
  switch (again.outcome) {
    case 'payable':
      return { outcome: 'settled', amounts: amountsView(again.amounts) };
    case 'denied':
      return { outcome: 'denied', denial: reasonView(again.denial) };
    case 'pended':
      return { outcome: 'pended', reasons: again.reasons.map(reasonView) };
  }
}

const quoteView = ({ changed, quoted }: NonNullable<Recomputed['quote']>): ExplanationView['quote'] => ({
  changed: [...changed],
  ...(quoted?.outcome === 'payable' ? { amounts: amountsView(quoted.amounts) } : {}),
  steps: (quoted?.steps ?? []).map(stepView),
});
