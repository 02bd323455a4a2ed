// One claim number as the outside sees it: what counts now, and everything that ever became of it.

import * as z from 'zod';
import { AmountsView, amountsView } from '../../shared/http/amounts.ts';
import {
  Decision,
  decisionOf,
  decisionView,
  numberOfKey,
  OUTCOMES,
  ReasonView,
  reasonView,
} from './decision-view.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import type { ResultsDeps } from './deps.ts';
import type { Adjusted, FoundClaim } from './find-claim.ts';

export const AdjustedBy = z
  .object({
    decidedAt: z.iso.datetime(),
    kind: z.enum(['reversal', 'refund', 'late-claim']),
    claimNo: z
      .string()
      .optional()
      .meta({ description: 'The claim that was corrected or came late, where it is the same institution’s' }),
  })
  .meta({ id: 'AdjustedBy', description: 'The newest correction that changed what a claim comes to' });

const PastDecision = Decision.extend({ seq: Decision.shape.seq.optional() });

export const ClaimView = z
  .object({
    providerId: z.string(),
    claimNo: z.string(),
    status: z.enum([...OUTCOMES, 'open']).meta({
      description:
        'Outcome of the decision that counts, or what another claim of the member has made of it: a denied claim may be settled, and the other way round; open: accepted, not decided yet',
    }),
    current: Decision.optional().meta({ description: 'The decision that counts' }),
    adjustedTo: AmountsView.optional().meta({
      description:
        'What it comes to now, where a correction of another claim of the member has changed that; all zero when nothing is payable any more',
    }),
    adjustedDenial: ReasonView.optional().meta({ description: 'Why nothing is payable any more' }),
    adjustedBy: AdjustedBy.optional(),
    history: z.array(PastDecision).meta({
      description:
        'Every decision under this number, oldest first, and the newest conflicts of records of other members that were refused it (without seq)',
    }),
  })
  .meta({ id: 'Claim', description: 'What became of one claim number' });
export type ClaimView = z.infer<typeof ClaimView>;

/** A found claim as the API shows it. */
export async function claimView(
  { providerId, claimNo, entries, refused, current, adjusted }: FoundClaim,
  ledger: Pick<ResultsDeps['ledger'], 'stream'>,
): Promise<ClaimView> {
  const history = await Promise.all(entries.map((entry) => decisionOf(entry, ledger)));
  const decision = current && history[entries.indexOf(current)];
  return {
    providerId,
    claimNo,
    status: statusOf(decision, adjusted),
    ...(decision ? { current: decision } : {}),
    ...(adjusted
      ? { adjustedTo: amountsView(adjusted.amounts), adjustedBy: adjustedBy(adjusted, providerId) }
      : {}),
    ...(adjusted?.denial ? { adjustedDenial: reasonView(adjusted.denial) } : {}),
    history: [...history, ...refused.map(elsewhere)].sort(byTime),
  };
}

/** A conflict in another member's stream: its place there is nobody's business here. */
function elsewhere(entry: Entry): z.infer<typeof PastDecision> {
  const { seq: _seq, ...decision } = decisionView(entry);
  return decision;
}

const byTime = (a: { readonly decidedAt: string }, b: { readonly decidedAt: string }): number =>
  a.decidedAt < b.decidedAt ? -1 : a.decidedAt > b.decidedAt ? 1 : 0;

/** Which correction adjusted a claim; a claim of another institution is not named. */
export function adjustedBy(
  { by: { place, body } }: Adjusted,
  providerId: string,
): z.infer<typeof AdjustedBy> {
  const refund = body.kind === 'reversal' && body.replacement !== undefined;
  return {
    decidedAt: new Date(body.at).toISOString(),
    kind: body.kind === 'reversal' ? (refund ? 'refund' : 'reversal') : 'late-claim',
    ...(place.claimKey.startsWith(`${providerId}/`) ? { claimNo: numberOfKey(place.claimKey) } : {}),
  };
}

/** A refund of lines leaves a claim standing: as its next version it is settled, or denied. */
function statusOf(decision: Decision | undefined, adjusted: FoundClaim['adjusted']): ClaimView['status'] {
  if (adjusted) return adjusted.denial ? 'denied' : 'settled';
  if (decision?.outcome !== 'reversed' || !decision.amounts) return decision?.outcome ?? 'open';
  return decision.denial ? 'denied' : 'settled';
}
