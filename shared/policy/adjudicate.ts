// Who pays what for one claim, and why: a pure function of the claim, the member's position and the release.
// It reads no clock, no table and no environment. The order of the rules stands here; each rule has its own file.

import type { ClaimForSettlement } from '../claim/claim.ts';
import { serviceDate } from '../claim/claim.ts';
import type { Position } from '../ledger/position.ts';
import type { Release } from '../reference/release.ts';
import type { Adjudication, Basis, LineResult } from './adjudication.ts';

/** The claim without its lines: all that is needed once the basis is known. */
export type ClaimHeader = Omit<ClaimForSettlement, 'lines'>;

/** What is known beside the claim, the position and the release. */
export interface SettlementContext {
  /** The member's pooling area (参保地): its packs decide. */
  readonly area: string;
  /** A reviewer has approved the claim: review rules do not pend it again. */
  readonly reviewed?: boolean;
}

/** Settles one claim: lines, eligibility, deductible, bands, caps, layers, account, cash. Pure. */
export function adjudicate(claim: ClaimForSettlement, position: Position, release: Release, context: SettlementContext): Adjudication {
  const basis = basisOf(claim, position, release, context);
  return adjudicateBasis(claim, basis, position, release, context);
}

/** What the lines come to; undefined when the claim is denied before its lines matter. Needs the catalogue. */
export function basisOf(_claim: ClaimForSettlement, _position: Position, _release: Release, _context: SettlementContext): Basis | undefined {
  return undefined;
}

/** The decision from a recorded basis: needs neither lines nor catalogue. `basis` may be missing for a claim that was denied. */
export function adjudicateBasis(header: ClaimHeader, _basis: Basis | undefined, _position: Position, _release: Release, _context: SettlementContext): Adjudication {
  return {
    outcome: 'denied',
    servedOn: serviceDate(header),
    billed: header.billedFen,
    denial: { code: 'no-policy-for-area' },
    steps: [],
  };
}

/** Line by line, for explanations and remittance. Empty when the claim is denied before its lines matter. */
export function classifyLines(_claim: ClaimForSettlement, _position: Position, _release: Release, _context: SettlementContext): LineResult[] {
  return [];
}
