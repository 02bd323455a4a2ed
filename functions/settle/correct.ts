// Records that touch other settlements of the member: a reversal, a refund of lines, and a late claim where the pack
// decides by the day of service. They are decided on the whole stream; everything else on the position alone.

import { applyEffects } from '../../shared/ledger/apply-effects.ts';
import { assert } from '../../shared/assert.ts';
import type { ClaimForSettlement } from '../../shared/claim/claim.ts';
import { type DecidedAgain, decideAgain } from '../../shared/ledger/corrections/decide-again.ts';
import { type CorrectionPolicy, correctionsOf, reverse } from '../../shared/ledger/corrections/reverse.ts';
import type { Entry, EntryBody, Settlement } from '../../shared/ledger/entry.ts';
import type { Effects, Position } from '../../shared/ledger/position.ts';
import { basisOf } from '../../shared/policy/adjudicate.ts';
import type { Adjudication } from '../../shared/policy/adjudication.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { Release } from '../../shared/reference/release.ts';
import type { LocalDate } from '../../shared/time/dates.ts';

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

/** Whether a decided claim comes late: on or before a day that is settled, where the day of service decides. */
export const comesLate = (servedOn: LocalDate, { servedUntil }: Position): boolean =>
  servedUntil !== undefined && servedOn <= servedUntil;

/** The position after a settlement; where the day of service decides it also says up to which day. */
export function positionAfter(
  before: Position,
  effects: Effects,
  servedOn: LocalDate,
  { order }: CorrectionPolicy,
): Position {
  const after = applyEffects(before, effects);
  return order === 'service-date' ? { ...after, servedUntil: servedOn } : after;
}

/** Decides a late claim in its place, and again those that follow it. */
export async function settleLate(
  claim: Pick<Settlement, 'header' | 'basis' | 'release'> & { readonly claimKey: string },
  history: readonly Entry[],
  area: string,
  releaseOf: (id: string) => Promise<Release>,
): Promise<DecidedAgain & { readonly decided: Adjudication }> {
  const change = { with: claim };
  const again = await decideAgain(history, change, 'service-date', area, releaseOf);
  assert(again.decided !== undefined, 'what is put in is decided');
  return { ...again, decided: again.decided };
}
