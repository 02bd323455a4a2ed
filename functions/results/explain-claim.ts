// Why a claim came to what it comes to. Nothing of the explanation is stored: the claim is read from the raw batch, the
// position from the entry before (or the place that a correction decided it in), the release by the entry's own word,
// and the same pure function decides again. The answer says whether it came to the recorded amounts; if ever it did
// not, the records stand and the books are wrong.

import * as z from 'zod';
import { Problem } from '../../shared/http/problem.ts';
import { entryHash } from '../../shared/ledger/codec.ts';
import type { Entry, EntryBody } from '../../shared/ledger/entry.ts';
import { classifyLines } from '../../shared/policy/adjudicate.ts';
import { type Adjudication, type Amounts, NO_AMOUNTS } from '../../shared/policy/adjudication.ts';
import { CHANGES } from '../../shared/quote/quote.ts';
import { AmountsView, amountsView } from '../../shared/http/amounts.ts';
import type { Sentence } from '../../shared/policy/explain.ts';
import { AdjustedBy, adjustedBy } from './claim-view.ts';
import { Decision, decisionOf, ReasonView, reasonView } from './decision-view.ts';
import type { ResultsDeps } from './deps.ts';
import type { Adjusted, FoundClaim } from './find-claim.ts';
import { type Recomputed, recompute } from './recompute.ts';
import { agreesWithStream, recomputeAdjusted, recomputeRefund } from './recompute-corrected.ts';
import {
  LineView,
  lineViews,
  RefundedLineView,
  refundedLineViews,
  SentenceView,
  StepView,
  stepView,
} from './step-view.ts';
import {
  adjustedHappened,
  borne,
  NOT_WHAT_COUNTS_NOW,
  othersAdjusted,
  reversalHappened,
} from './what-happened.ts';

export const ExplanationView = z
  .object({
    providerId: z.string(),
    claimNo: z.string(),
    decision: Decision.meta({ description: 'As recorded' }),
    adjustedTo: AmountsView.optional().meta({
      description:
        'What it comes to now, where a correction of another claim has changed it: then this is what is explained. Name its seq to have it explained as first decided',
    }),
    adjustedBy: AdjustedBy.optional(),
    happened: z.array(SentenceView).meta({
      description:
        'What corrections did, in sentences: undone, refunded, decided again; empty for most claims',
    }),
    recomputed: z
      .object({
        outcome: z.enum(['settled', 'denied', 'pended']),
        amounts: AmountsView.optional(),
        denial: ReasonView.optional(),
        reasons: z.array(ReasonView).optional(),
      })
      .optional()
      .meta({
        description:
          'The same function, again, on the raw claim, the position it was decided on, and the release named; missing where nothing was computed (a whole reversal, a refusal, a conflict, a reviewer’s denial)',
      }),
    agrees: z.boolean().meta({
      description:
        'Whether the recomputation came to what is recorded; where nothing was computed, whether the stream as it stood makes this entry of its record',
    }),
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
    lines: z.array(LineView).meta({ description: 'The lines that stand, after refunds' }),
    refundedLines: z.array(RefundedLineView).meta({ description: 'Lines taken back since, oldest first' }),
  })
  .meta({ id: 'Explanation', description: 'Why a claim came to what it came to, step by step' });
export type ExplanationView = z.infer<typeof ExplanationView>;

/** Explains what counts now, or the decision at a place in the stream as it was first decided. */
export async function explainClaim(
  found: FoundClaim,
  seq: number | undefined,
  deps: ResultsDeps,
): Promise<ExplanationView> {
  const { providerId, claimNo } = found;
  const entry = await entryToExplain(found, seq, deps.ledger);
  const adjusted = entry.place.seq === found.current?.place.seq ? found.adjusted : undefined;
  const by = seq === undefined ? adjusted : undefined;
  const computed = await computationOf(entry, by, found.entries, deps);
  const intact = [entry, ...(by ? [by.by] : [])].every(
    ({ place, text, hash }) => entryHash(place, text) === hash,
  );
  return {
    providerId,
    claimNo,
    decision: await decisionOf(entry, deps.ledger),
    ...(by ? { adjustedTo: amountsView(by.amounts), adjustedBy: adjustedBy(by, providerId) } : {}),
    happened: happened(entry, providerId, by, adjusted),
    agrees: computed ? computed.agrees : await agreesWithStream(entry, deps),
    entryIntact: intact,
    ...(computed ? computationView(computed) : { steps: [], lines: [], refundedLines: [] }),
  };
}

/** A repeat is explained by what it repeats. */
async function entryToExplain(
  found: FoundClaim,
  seq: number | undefined,
  ledger: ResultsDeps['ledger'],
): Promise<Entry> {
  const asked = seq === undefined ? found.current : found.entries.find(({ place }) => place.seq === seq);
  if (!asked) throw new Problem(seq === undefined ? 'not-decided' : 'not-found');
  const { place, body } = asked;
  const entry = body.kind === 'repeat' ? await ledger.get(place.stream, body.of) : asked;
  if (!entry) throw new Problem('not-recomputable');
  return entry;
}

/** The computation behind an entry; none where nothing was computed: a whole reversal, a refusal, a reviewer's no. */
async function computationOf(
  entry: Entry,
  by: Adjusted | undefined,
  sameKey: readonly Entry[],
  deps: ResultsDeps,
): Promise<Recomputed | undefined> {
  const { body } = entry;
  if (by) return recomputeAdjusted(entry, by.by, deps);
  switch (body.kind) {
    case 'settlement':
    case 'pend':
      return recompute(entry, sameKey, deps);
    case 'denial':
      return body.denial.code === 'denied-by-reviewer' ? undefined : recompute(entry, sameKey, deps);
    case 'reversal':
      return body.replacement ? recomputeRefund(entry, deps) : undefined;
    default:
      return undefined;
  }
}

function computationView({
  claim,
  refunds,
  position,
  release,
  context,
  again,
  quote,
}: Recomputed): Pick<ExplanationView, 'recomputed' | 'quote' | 'steps' | 'lines' | 'refundedLines'> {
  return {
    recomputed: recomputedView(again),
    ...(quote ? { quote: quoteView(quote) } : {}),
    steps: again.steps.map(stepView),
    lines: lineViews(classifyLines(claim, position, release, context), claim.lines),
    refundedLines: refunds.flatMap(refundedLineViews),
  };
}

/** What corrections did, told in order. */
function happened(
  entry: Entry,
  providerId: string,
  by: Adjusted | undefined,
  adjusted: Adjusted | undefined,
): Sentence[] {
  const { body } = entry;
  const first = firstBorne(body);
  const others = othersAdjusted(entry);
  return [
    ...(body.kind === 'reversal' ? reversalHappened(body) : []),
    ...(others ? [others] : []),
    ...(by && first
      ? adjustedHappened(adjustedBy(by, providerId), first, borne(by.amounts, by.denial, first.billed))
      : []),
    ...(adjusted && !by ? [NOT_WHAT_COUNTS_NOW] : []),
  ];
}

/** What a claim that stands came to at first; of one that was denied the member bore it all. */
function firstBorne(body: EntryBody): Amounts | undefined {
  if (body.kind === 'settlement') return body.amounts;
  if (body.kind === 'denial') return borne(NO_AMOUNTS, body.denial, body.billed);
  if (body.kind !== 'reversal' || !body.replacement) return undefined;
  const { amounts, denial, header } = body.replacement;
  return borne(amounts, denial, header.billedFen);
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
