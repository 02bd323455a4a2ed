// Decides the claims that stand in a stream again after one of them is taken out, replaced, or comes late: by the same
// function that decided them, each under its own release and from its own recorded basis. What comes out otherwise
// than it stands is an adjustment; a settlement may come to a denial, and a held denial to life. The order is the
// pack's: as they arrived, or by the day of service.

import { assert } from '../../assert.ts';
import { type ClaimHeader, serviceDate } from '../../claim/claim.ts';
import type { LocalDate } from '../../time/dates.ts';
import { adjudicateBasis } from '../../policy/adjudicate.ts';
import { type Adjudication, type Amounts, type Basis, NO_AMOUNTS } from '../../policy/adjudication.ts';
import type { Release } from '../../reference/release.ts';
import { applyEffects } from '../apply-effects.ts';
import { creditAccount } from '../credit-account.ts';
import type { AccountCreditEntry, Adjustment, EnrolmentEntry, Entry } from '../entry.ts';
import { EMPTY_POSITION, type Position, type RecentStay } from '../position.ts';
import { asItStands } from './as-it-stands.ts';
import { difference, movesNothing, NO_EFFECTS } from './effects.ts';
import { type Standing, standing } from './standing.ts';

/** The order in which a year's settlements are decided. */
export type Order = 'arrival' | 'service-date';

/** What changes in the stream. */
export interface Change {
  /** Taken out: the sequence number it stands under. */
  readonly without?: number;
  /** Put in: in the place of what is taken out, or as the newest. */
  readonly with?: {
    readonly claimKey: string;
    readonly header: ClaimHeader;
    readonly basis: Basis | BasisThere;
    readonly release: string;
    /** It comes late, and nobody has looked at it: rules that ask for a person ask. */
    readonly unseen?: true;
  };
}

/**
 * What the lines come to at the place of what is put in; undefined when it is denied there before they matter. Throws
 * PolicySilent where nobody can tell.
 */
export type BasisThere = (release: Release, position: Position) => Basis | undefined;

export interface DecidedAgain {
  /** The position after it all. */
  readonly position: Position;
  /** Claims that come to something else now, in order of arrival. */
  readonly adjustments: readonly Adjustment[];
  /** The position at the place of what was put in, on which it was decided. */
  readonly there?: Position;
  /** What was put in, decided. */
  readonly decided?: Adjudication;
}

/** What is decided again, or put in, and its place in the order of arrival. */
type Claim = NonNullable<Change['with']> & { readonly order: number; readonly stands?: Standing };
/** What the bureau said of the member, or put into the account: it is taken as it is. */
interface Told {
  readonly order: number;
  readonly told: EnrolmentEntry | AccountCreditEntry;
}

/** Decides again. `history` is the whole stream, oldest first; pure but for loading releases. */
export async function decideAgain(
  history: readonly Entry[],
  change: Change,
  order: Order,
  area: string,
  releaseOf: (id: string) => Promise<Release>,
): Promise<DecidedAgain> {
  const all = standingWithStays(history);
  const out = all.find(({ seq }) => seq === change.without);
  assert(change.without === undefined || out !== undefined, 'what is taken out stands');
  const claims: Claim[] = all.filter((each) => each !== out).map((stands) => ({ ...stands, stands }));
  if (change.with) claims.push({ ...change.with, order: out?.order ?? Number.POSITIVE_INFINITY });
  const events = order === 'arrival' ? byArrival(history, claims) : byService(history, claims);
  // As they arrived, what came before the change is untouched by it.
  const untouchedBelow = order === 'arrival' ? (out?.order ?? Number.POSITIVE_INFINITY) : 0;

  let position = EMPTY_POSITION;
  let decided: Adjudication | undefined;
  let there: Position | undefined;
  let served: LocalDate | undefined;
  const adjustments: Adjustment[] = [];
  for (const event of events) {
    if ('told' in event) {
      position = afterTold(position, event.told);
      continue;
    }
    const { header, basis, release, stands, claimKey } = event;
    if (stands && stands.order < untouchedBelow) {
      position = applyEffects(position, stands.effects);
      continue;
    }
    if (stands === undefined) there = position;
    const decidedBy = await releaseOf(release);
    const basisHere = typeof basis === 'function' ? basis(decidedBy, position) : basis;
    if (basisHere === undefined) continue;
    served = serviceDate(header);
    const again = adjudicateBasis(header, basisHere, position, decidedBy, {
      area,
      reviewed: event.unseen !== true, // What was decided before is not asked about again.
      withoutSteps: true,
    });
    if (stands === undefined) {
      decided = again;
      if (again.outcome === 'payable') position = applyEffects(position, again.effects);
      continue;
    }
    const { amounts, effects, denial } = comesTo(again, stands, position);
    position = applyEffects(position, effects);
    const moved = difference(effects, stands.effects);
    const sameOutcome = (denial === undefined) === (stands.denial === undefined);
    if (!sameOutcome || !movesNothing(moved) || !sameMoney(amounts, stands.amounts)) {
      adjustments.push({ of: stands.seq, claimKey, amounts, moved, ...(denial ? { denial } : {}) });
    }
  }
  // The latest day there is, so that the next claim knows whether it comes late.
  if (order === 'service-date' && served !== undefined) position = { ...position, servedUntil: served };
  position = keepClosed(position, history.at(-1)?.body.position.closed);
  adjustments.sort((a, b) => a.of - b.of);
  return { position, adjustments, ...(decided ? { decided } : {}), ...(there ? { there } : {}) };
}

/** What a claim that stands comes to now. */
function comesTo(
  again: Adjudication,
  stands: Standing,
  position: Position,
): Pick<Standing, 'amounts' | 'effects' | 'denial'> {
  if (again.outcome === 'payable') return { amounts: again.amounts, effects: again.effects };
  if (again.outcome === 'denied') return { amounts: NO_AMOUNTS, effects: NO_EFFECTS, denial: again.denial };
  // By now nobody can tell what holds (a birth date that is gone, say): it stays what it was decided to be.
  return { ...asItStands(position, stands), ...(stands.denial ? { denial: stands.denial } : {}) };
}

const byArrival = (history: readonly Entry[], claims: readonly Claim[]): (Claim | Told)[] =>
  [...toldIn(history), ...claims].sort((a, b) => a.order - b.order);

/**
 * By the day of service, the claim's number breaking ties: nothing of it depends on what arrived when. What was told
 * comes first: the newest enrolment counts, and a claim finds on the account whatever had been credited when it was
 * posted.
 */
const byService = (history: readonly Entry[], claims: readonly Claim[]): (Claim | Told)[] => [
  ...toldIn(history),
  ...claims.toSorted((a, b) => (placeByService(a) < placeByService(b) ? -1 : 1)),
];

const toldIn = (history: readonly Entry[]): Told[] =>
  history.flatMap(({ place, body }) =>
    body.kind === 'enrolment' || body.kind === 'account-credit' ? [{ order: place.seq, told: body }] : [],
  );

/** Sorts as claims are decided by the day of service. */
export const placeByService = ({ header, claimKey }: Pick<Standing, 'header' | 'claimKey'>): string =>
  `${serviceDate(header)} ${claimKey}`;

/**
 * The claims that stand, their stays as the newest position knows them: a correction may have changed one (its standard,
 * as it became the first of the year) without any money moving, and then no entry says so.
 */
function standingWithStays(history: readonly Entry[]): Standing[] {
  const known = new Map<string, { readonly seq: number; readonly stay: RecentStay }>();
  for (const { place, body } of history)
    for (const stay of body.position.stays ?? [])
      known.set(`${stay.provider}/${stay.claim}`, { seq: place.seq, stay });
  return standing(history).map((stands) => {
    const newest = known.get(stands.claimKey);
    // One known before the claim was made anew is that of its version before.
    return stands.effects.stay !== undefined && newest !== undefined && newest.seq >= stands.seq
      ? { ...stands, effects: { ...stands.effects, stay: newest.stay } }
      : stands;
  });
}

/**
 * A year that was closed stays closed, also when what closed it is taken out: its counters were dropped from the
 * position for good, and cannot come back by a correction.
 */
function keepClosed(position: Position, closed: string | undefined): Position {
  if (closed === undefined || (position.closed !== undefined && position.closed >= closed)) return position;
  const years = Object.fromEntries(Object.entries(position.years).filter(([year]) => year > closed));
  return { ...position, years, closed };
}

const afterTold = (position: Position, told: Told['told']): Position =>
  told.kind === 'enrolment'
    ? { ...position, enrolment: told.enrolment }
    : creditAccount(position, told.amount, told.creditedOn);

function sameMoney(a: Amounts, b: Amounts): boolean {
  const { funds: fundsA, ...partsA } = a;
  const { funds: fundsB, ...partsB } = b;
  const equal = (x: Readonly<Record<string, number>>, y: Readonly<Record<string, number>>) =>
    [...new Set([...Object.keys(x), ...Object.keys(y)])].every((key) => (x[key] ?? 0) === (y[key] ?? 0));
  return equal(partsA, partsB) && equal(fundsA, fundsB);
}
