// One claim number as the outside sees it: what counts now, and everything that ever became of it.

import * as z from 'zod';
import { AmountsView, amountsView } from '../../shared/http/amounts.ts';
import { Decision, decisionView, OUTCOMES } from './decision-view.ts';
import type { FoundClaim } from './find-claim.ts';

export const ClaimView = z
  .object({
    providerId: z.string(),
    claimNo: z.string(),
    status: z
      .enum([...OUTCOMES, 'open'])
      .meta({ description: 'Outcome of the decision that counts; open: accepted, not decided yet' }),
    current: Decision.optional().meta({ description: 'The decision that counts' }),
    adjustedTo: AmountsView.optional().meta({
      description: 'What it comes to now, where a reversal of another claim of the member has changed that',
    }),
    history: z.array(Decision).meta({ description: 'Every decision under this number, oldest first' }),
  })
  .meta({ id: 'Claim', description: 'What became of one claim number' });
export type ClaimView = z.infer<typeof ClaimView>;

/** A found claim as the API shows it. */
export function claimView({ providerId, claimNo, entries, current, adjustedTo }: FoundClaim): ClaimView {
  const decision = current && decisionView(current);
  return {
    providerId,
    claimNo,
    status: statusOf(decision),
    ...(decision ? { current: decision } : {}),
    ...(adjustedTo ? { adjustedTo: amountsView(adjustedTo) } : {}),
    history: entries.map(decisionView),
  };
}

/** A refund of lines leaves a settlement standing: the claim is settled, as its next version. */
const statusOf = (decision: Decision | undefined): ClaimView['status'] =>
  decision?.outcome === 'reversed' && decision.amounts ? 'settled' : (decision?.outcome ?? 'open');
