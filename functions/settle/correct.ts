// A reversal or a refund of lines, decided on the whole stream.

import type { ClaimForSettlement } from '../../shared/claim/claim.ts';
import { correctionsOf, reverse } from '../../shared/ledger/corrections/reverse.ts';
import type { Entry, EntryBody } from '../../shared/ledger/entry.ts';
import type { Position } from '../../shared/ledger/position.ts';
import { basisOf } from '../../shared/policy/adjudicate.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { Release } from '../../shared/reference/release.ts';

export const areaOf = (stream: string): string => stream.slice(0, stream.indexOf('#'));

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

/** The claim without its lines. */
export function headerOf(claim: ClaimForSettlement): Omit<ClaimForSettlement, 'lines'> {
  const { lines: _lines, ...header } = claim;
  return header;
}
