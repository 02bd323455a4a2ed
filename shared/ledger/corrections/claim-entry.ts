// The entry that a decided claim comes to: settled, denied or sent to a person, as the newest or in its place in the
// stream. Settling makes entries with it, and replay makes them again.

import type { Adjudication, Basis, Denied, Payable } from '../../policy/adjudication.ts';
import { quoteNotKept } from '../../quote/quote.ts';
import type { Release } from '../../reference/release.ts';
import type { LocalDate } from '../../time/dates.ts';
import { assert } from '../../assert.ts';
import { applyEffects } from '../apply-effects.ts';
import type { DenialEntry, Entry, PendEntry, Settlement } from '../entry.ts';
import type { Effects, Position } from '../position.ts';
import { type DecidedAgain, decideAgain, type Order } from './decide-again.ts';
import { correctionsOf } from './reverse.ts';

/** What is known of a claim beside the decision. */
export interface ClaimRecord {
  /** What its entry takes as it is. `replaces`: the held denial of the number whose place it takes. */
  readonly kept: Pick<Settlement, 'at' | 'content' | 'raw' | 'resolves' | 'release' | 'header' | 'replaces'>;
  /** Settlements and held denials of the number so far, plus one. */
  readonly version: number;
  readonly quoteId?: string | undefined;
}

/** The order in which claims are decided under the pack of whatever benefit was responsible for this one. */
export function orderOf(decided: Adjudication, release: Release, area: string): Order {
  if (decided.outcome === 'pended') return 'arrival';
  const scheme = decided.outcome === 'payable' ? decided.scheme : decided.under?.scheme;
  return correctionsOf(release, area, scheme).order;
}

/** Whether a claim comes late: on or before a day that is decided, where the day of service decides. */
export const comesLate = (servedOn: LocalDate, { servedUntil }: Position, order: Order): boolean =>
  order === 'service-date' && servedUntil !== undefined && servedOn <= servedUntil;

/** Decided in its place on the whole stream: the position after it all, and what others come to now. */
type Place = Pick<DecidedAgain, 'position' | 'adjustments'>;

/** The entry of a claim that was decided on a position; `place`: decided in its place, on the whole stream. */
export function claimEntry(
  claim: ClaimRecord,
  decided: Adjudication,
  before: Position,
  order: Order,
  place?: Place,
): Settlement | DenialEntry | PendEntry {
  const { kept, version } = claim;
  if (decided.outcome === 'denied') return deniedEntry(claim, decided, before, order, place);
  if (decided.outcome === 'pended') {
    const { servedOn, billed, reasons, basis } = decided;
    return {
      ...kept,
      kind: 'pend',
      servedOn,
      billed,
      reasons,
      ...(basis ? { basis } : {}),
      position: before,
    };
  }
  const broken = quoteBroken(claim, decided, before, order);
  if (broken !== undefined) return deniedEntry(claim, broken, before, order, place);
  const { servedOn, benefitYear, scheme, benefit, amounts, basis, effects } = decided;
  const settled: Settlement = {
    ...kept, // First: an object that begins as a copy is made at once, one that meets a copy midway name by name.
    kind: 'settlement',
    version,
    servedOn,
    benefitYear,
    scheme,
    benefit,
    amounts,
    basis,
    effects,
    position: place?.position ?? positionAfter(before, effects, servedOn, order),
  };
  return withAdjustments(settled, place);
}

/** What a denied entry says of the decision. */
type Refused = Pick<Denied, 'servedOn' | 'billed' | 'denial' | 'basis' | 'under'>;

/** A denial; where the day of service decides it is held, but for one that named a quote. */
function deniedEntry(
  { kept, version, quoteId }: ClaimRecord,
  { servedOn, billed, denial, basis, under }: Refused,
  before: Position,
  order: Order,
  place: Place | undefined,
): DenialEntry {
  const denied: DenialEntry = {
    ...kept,
    kind: 'denial',
    servedOn,
    billed,
    denial,
    ...(basis ? { basis } : {}),
    ...(basis && quoteId !== undefined ? { quoteId } : {}),
    position: before,
  };
  if (order !== 'service-date' || under === undefined || quoteId !== undefined) return denied;
  const position = place?.position ?? { ...before, servedUntil: servedOn };
  return withAdjustments({ ...denied, held: { version, ...under }, position }, place);
}

const withAdjustments = <T extends Settlement | DenialEntry>(entry: T, place: Place | undefined): T =>
  place === undefined || place.adjustments.length === 0
    ? entry
    : { ...entry, adjustments: place.adjustments };

/** The position after a settlement; where the day of service decides it also says up to which day. */
function positionAfter(before: Position, effects: Effects, servedOn: LocalDate, order: Order): Position {
  const after = applyEffects(before, effects);
  return order === 'service-date' ? { ...after, servedUntil: servedOn } : after;
}

/** A claim that names a quote is settled exactly as quoted, or denied with what changed since. */
function quoteBroken(
  { kept: { content, release, at, header }, quoteId }: ClaimRecord,
  { servedOn, amounts, basis }: Payable,
  position: Position,
  order: Order,
): Refused | undefined {
  if (quoteId === undefined) return undefined;
  const late = comesLate(servedOn, position, order);
  const denial = quoteNotKept(quoteId, { content, release, position, amounts, at, late });
  return denial && { servedOn, billed: header.billedFen, denial, basis };
}

export interface InPlaceDeps {
  readonly area: string;
  readonly claimKey: string;
  readonly releaseOf: (id: string) => Promise<Release>;
}

/** The entry of a claim that comes late, or takes the place of a held denial: decided in its place in the stream. */
export async function claimEntryInPlace(
  claim: ClaimRecord,
  /** As it would be decided if it came last. */
  last: Adjudication & { readonly basis?: Basis },
  before: Position,
  history: readonly Entry[],
  /** As `orderOf` says of `last`: what is sent to a person then has no place of its own. */
  order: Order,
  { area, claimKey, releaseOf }: InPlaceDeps,
): Promise<Settlement | DenialEntry | PendEntry> {
  const { header, release, replaces, resolves } = claim.kept;
  const { basis } = last;
  if (order !== 'service-date' || basis === undefined) return claimEntry(claim, last, before, order);
  const change = {
    ...(replaces === undefined ? {} : { without: replaces }),
    with: { claimKey, header, basis, release, ...(resolves === undefined ? { unseen: true as const } : {}) },
  };
  const { decided, ...place } = await decideAgain(history, change, order, area, releaseOf);
  assert(decided !== undefined, 'what is put in is decided');
  return claimEntry(claim, decided, before, order, place);
}
