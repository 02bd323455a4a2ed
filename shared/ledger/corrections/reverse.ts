// Undoes a settlement, once. What becomes of the member's later settlements is the pack's choice: `lifo` refuses while
// later ones (in the pack's order) have touched the same counters, as national practice does for mid-way settlements;
// `resettle` decides the later ones again. One entry carries the reversal and every difference, so a correction is there
// whole or not at all.

import { undoEffects } from '../apply-effects.ts';
import type { ClaimHeader } from '../../claim/claim.ts';
import { type Adjudication, NO_AMOUNTS } from '../../policy/adjudication.ts';
import { PolicySilent } from '../../policy/policy-silent.ts';
import type { Release } from '../../reference/release.ts';
import type { Entry, EntryBody, RefusalCode, ReversalEntry } from '../entry.ts';
import type { Position } from '../position.ts';
import {
  type BasisThere,
  decideAgain,
  type DecidedAgain,
  type Order,
  placeByService,
} from './decide-again.ts';
import { mirrored, NO_EFFECTS, touch } from './effects.ts';
import { type Standing, standing } from './standing.ts';

/** What a pack says about corrections. */
export interface CorrectionPolicy {
  readonly later: 'lifo' | 'resettle';
  readonly order: Order;
}

/** What a release says about corrections of an area's scheme; the careful choice where it has no such pack. */
export const correctionsOf = (release: Release, area: string, scheme: string | undefined): CorrectionPolicy =>
  release.policy(area).find((each) => each.scheme === scheme)?.pack.corrections ?? {
    later: 'lifo',
    order: 'arrival',
  };

/** A reversal, as it was asked for. */
export interface ReversalRequest {
  readonly claimKey: string;
  readonly at: number;
  readonly content: string;
  /** Where its record lies in a newline-delimited batch. */
  readonly raw?: readonly [number, number] | undefined;
  readonly reason: string;
  /** A refund of lines: what it was made from (`madeFrom`). */
  readonly of?: string;
  /** False: the lines to be taken back are not there, or not so much of them. */
  readonly fits?: false | undefined;
  /** The claim as it shall stand instead; a refund of all its lines has none. */
  readonly replacement?: {
    readonly header: ClaimHeader;
    readonly basis: BasisThere;
  };
}

export interface ReverseDeps {
  readonly area: string;
  readonly releaseOf: (id: string) => Promise<Release>;
  /** The policy of corrections of the scheme that settled a claim. */
  readonly policyOf: (release: Release, scheme: string) => CorrectionPolicy;
}

/** The entry that a reversal comes to, on the whole stream. Pure but for loading releases. */
export async function reverse(
  history: readonly Entry[],
  before: Position,
  request: ReversalRequest,
  deps: ReverseDeps,
): Promise<EntryBody> {
  const { at, content, raw, claimKey, reason, of, replacement } = request;
  const refused = (code: RefusalCode, facts?: Readonly<Record<string, string | number>>): EntryBody => ({
    kind: 'refusal',
    at,
    content,
    ...(raw ? { raw } : {}),
    position: before,
    code,
    ...(facts ? { facts } : {}),
  });
  const all = standing(history);
  const target = all.find((each) => each.claimKey === claimKey);
  if (!target) {
    const was = history.some(({ place, body }) => place.claimKey === claimKey && body.kind === 'reversal');
    return refused(was ? 'already-reversed' : 'nothing-to-reverse');
  }
  if (of !== undefined && of !== target.content) return refused('claim-changed-meanwhile');
  if (request.fits === false) return refused('refund-does-not-fit');
  const release = await deps.releaseOf(target.release);
  const policy = deps.policyOf(release, target.scheme);
  if (policy.later === 'lifo') {
    const inTheWay = all.filter((each) => standsInTheWay(each, target, policy.order));
    if (inTheWay.length > 0) return refused('later-claims-stand-in-the-way', namedFor(claimKey, inTheWay));
  }
  const common = {
    kind: 'reversal' as const,
    at,
    content,
    ...(raw ? { raw } : {}),
    reverses: target.seq,
    version: target.version,
    reason,
    undone: target.amounts,
  };
  const effects = mirrored(target.effects);
  if (policy.later === 'lifo' && !replacement) {
    return { ...common, effects, position: undoEffects(before, target.effects) };
  }

  const change = {
    without: target.seq,
    ...(replacement ? { with: { claimKey, ...replacement, release: target.release } } : {}),
  };
  const again = await unlessSilent(decideAgain(history, change, policy.order, deps.area, deps.releaseOf));
  // Half undone would be wrong either way: the whole can still be reversed, and what is left posted for a person to see.
  if (again?.decided?.outcome === 'pended' || again === undefined) return refused('refund-not-decidable');
  const { position, adjustments, decided } = again;
  return {
    ...common,
    effects,
    ...(replacement && decided ? standsInstead(replacement.header, decided, policy.order) : {}),
    ...(adjustments.length > 0 ? { adjustments } : {}),
    position,
  };
}

/** Undefined where the policy, or what is known of the member, does not say what a refund would leave. */
async function unlessSilent(deciding: Promise<DecidedAgain>): Promise<DecidedAgain | undefined> {
  try {
    return await deciding;
  } catch (error) {
    if (error instanceof PolicySilent) return undefined;
    throw error;
  }
}

/** What a refund leaves. Where the day of service decides, what is denied in its place is held there. */
function standsInstead(
  header: ClaimHeader,
  decided: Adjudication,
  order: Order,
): Pick<ReversalEntry, 'replacement'> {
  if (decided.outcome === 'payable') {
    const { basis, amounts, effects } = decided;
    return { replacement: { header, basis, amounts, effects } };
  }
  if (order !== 'service-date' || decided.outcome !== 'denied' || decided.basis === undefined) return {};
  const { basis, denial } = decided;
  return { replacement: { header, basis, amounts: NO_AMOUNTS, effects: NO_EFFECTS, denial } };
}

/**
 * A settlement decided after another, in the pack's order, that moved a counter which the other moved too, or the
 * account. By the day of service, one that arrived before it may have been decided on it all the same.
 */
const standsInTheWay = (each: Standing, target: Standing, order: Order): boolean =>
  (order === 'arrival' ? each.order > target.order : placeByService(each) > placeByService(target)) &&
  touch(each.effects, target.effects);

/** The provider's own claims by number; of others only how many there are. */
function namedFor(
  claimKey: string,
  inTheWay: readonly Standing[],
): Readonly<Record<string, string | number>> {
  const provider = claimKey.slice(0, claimKey.indexOf('/') + 1);
  const own = inTheWay.filter((each) => each.claimKey.startsWith(provider));
  return {
    claims: own.map((each) => each.claimKey.slice(provider.length)).join(', '),
    others: inTheWay.length - own.length,
  };
}
