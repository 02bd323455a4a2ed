// A reversal or a refund of lines, decided on the whole stream.

import { headerOf } from '../../shared/claim/claim.ts';
import { correctionsOf, reverse } from '../../shared/ledger/corrections/reverse.ts';
import { areaOf, type Entry, type EntryBody } from '../../shared/ledger/entry.ts';
import type { Position } from '../../shared/ledger/position.ts';
import { basisOf } from '../../shared/policy/adjudicate.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { Release } from '../../shared/reference/release.ts';

/** Decides a reversal, or a refund of lines, on the whole stream. */
export function correctByReversal(
  message: Extract<SettleMessage, { type: 'reversal' }>,
  at: number,
  history: readonly Entry[],
  before: Position,
  releaseOf: (id: string) => Promise<Release>,
): Promise<EntryBody> {
  const { claimKey, content, raw, reason, refund, stream } = message;
  const area = areaOf(stream);
  const claim = refund?.claim;
  return reverse(
    history,
    before,
    {
      claimKey,
      at,
      content,
      raw,
      reason,
      ...(refund ? { of: refund.of, fits: refund.fits } : {}),
      ...(claim
        ? {
            replacement: {
              header: headerOf(claim),
              basis: (release, position) => basisOf(claim, position, release, { area }),
            },
          }
        : {}),
    },
    { area, releaseOf, policyOf: (release, scheme) => correctionsOf(release, area, scheme) },
  );
}
