// One claim number as the outside sees it: what counts now, and everything that ever became of it.

import * as z from 'zod';
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
    history: z.array(Decision).meta({ description: 'Every decision under this number, oldest first' }),
  })
  .meta({ id: 'Claim', description: 'What became of one claim number' });
export type ClaimView = z.infer<typeof ClaimView>;

/** A found claim as the API shows it. */
export function claimView({ providerId, claimNo, entries, current }: FoundClaim): ClaimView {
  const decision = current && decisionView(current);
  return {
    providerId,
    claimNo,
    status: decision?.outcome ?? 'open',
    ...(decision ? { current: decision } : {}),
    history: entries.map(decisionView),
  };
}
