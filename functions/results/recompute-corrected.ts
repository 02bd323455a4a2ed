// Decides again what a correction decided: a refund in the place of the claim it was taken from, a settlement that
// another correction adjusted since, and entries that computed nothing (a whole reversal, a refusal, a conflict), which
// are held against the stream as it stood.

import { claimBehind, reviewOf } from '../../shared/batch/standing-claim.ts';
import { postedClaimOf } from '../../shared/batch/posted-claim.ts';
import { headerOf } from '../../shared/claim/claim.ts';
import { canonicalJson } from '../../shared/claim/content-hash.ts';
import { Problem } from '../../shared/http/problem.ts';
import { encodeBody } from '../../shared/ledger/codec.ts';
import { decideAgain, type Order } from '../../shared/ledger/corrections/decide-again.ts';
import { correctionsOf, reverse } from '../../shared/ledger/corrections/reverse.ts';
import { type Standing, standing } from '../../shared/ledger/corrections/standing.ts';
import { areaOf, type Entry } from '../../shared/ledger/entry.ts';
import { EMPTY_POSITION, type Position } from '../../shared/ledger/position.ts';
import { adjudicateBasis, basisOf } from '../../shared/policy/adjudicate.ts';
import { type Basis, NO_AMOUNTS } from '../../shared/policy/adjudication.ts';
import { whereKnown } from '../../shared/policy/policy-silent.ts';
import { decideEntryAgain } from '../../shared/reconciliation/decide-entry-again.ts';
import type { Release } from '../../shared/reference/release.ts';
import type { ResultsDeps } from './deps.ts';
import { historyTo, type Recomputed, releaseOr409 } from './recompute.ts';

/** Decides a refund of lines again: the whole entry, to the byte, from the raw claim and the raw refunds. */
export async function recomputeRefund(entry: Entry, deps: ResultsDeps): Promise<Recomputed> {
  const { place, body } = entry;
  if (body.kind !== 'reversal' || !body.replacement) throw new Problem('not-recomputable');
  const { at, content, raw, reason, reverses } = body;
  const { claimKey, stream } = place;
  const history = await historyTo(stream, place.seq - 1, deps);
  const before = positionOf(history);
  const stood = standing(history).find(({ seq }) => seq === reverses);
  const behind = await claimBehind(entry, [...ofKey(history, claimKey), entry], deps);
  if (!stood || !behind) throw new Problem('not-recomputable');
  const { claim, refunds } = behind;
  const release = await releaseOr409(stood.release, deps);
  const area = areaOf(stream);
  const context = { area };
  const header = headerOf(claim);
  const replacement = {
    header,
    basis: (by: Release, there: Position) => basisOf(claim, there, by, context),
  };
  const again = await reverse(
    history,
    before,
    { claimKey, at, content, raw, reason, replacement },
    {
      area,
      releaseOf: deps.release,
      policyOf: (each, scheme) => correctionsOf(each, area, scheme),
    },
  );
  const { order } = correctionsOf(release, area, stood.scheme);
  const computed = await inPlaceOf(
    stood,
    { header, basis: (again.kind === 'reversal' ? again.replacement?.basis : undefined) ?? stood.basis },
    history,
    order,
    release,
    deps,
  );
  const found = { claim, refunds, position: before, release, context, again: computed };
  return { ...found, agrees: encodeBody(again) === entry.text };
}

/** Decides a settlement again as it came out of the correction `by`, the newest that adjusted it. */
export async function recomputeAdjusted(entry: Entry, by: Entry, deps: ResultsDeps): Promise<Recomputed> {
  const { place } = entry;
  const area = areaOf(place.stream);
  const history = await historyTo(place.stream, by.place.seq, deps);
  const stands = standing(history).find(({ seq }) => seq === place.seq);
  const behind = await claimBehind(entry, ofKey(history, place.claimKey), deps);
  if (!stands || !behind) throw new Problem('not-recomputable');
  const { claim, refunds } = behind;
  const release = await releaseOr409(stands.release, deps);
  const order = await orderOf(by, history, deps);
  const computed = await inPlaceOf(stands, stands, history, order, release, deps);
  const position = positionOf(history.slice(0, place.seq - 1));
  const context = { area };
  const basis = whereKnown(() => basisOf(claim, position, release, context));
  const found = { claim, refunds, position, release, context, again: computed };
  // By now nobody can tell what holds: it was kept, as the correction says, and that is what can be decided again.
  if (computed.outcome === 'pended') return { ...found, agrees: await agreesWithStream(by, deps) };
  const amounts = computed.outcome === 'payable' ? computed.amounts : NO_AMOUNTS;
  return { ...found, agrees: same(amounts, stands.amounts) && same(basis, stands.basis) };
}

/** Whether an entry that computed nothing is what the stream, as it stood, makes of its record. */
export async function agreesWithStream(entry: Entry, deps: ResultsDeps): Promise<boolean> {
  const { place, body } = entry;
  const history = await historyTo(place.stream, place.seq - 1, deps);
  const before = { position: positionOf(history), history, sameKey: ofKey(history, place.claimKey) };
  const again = await decideEntryAgain(entry, before, deps.release);
  if (encodeBody(again) !== entry.text) return false;
  if (body.kind === 'conflict') return (await postedClaimOf(entry, deps)) !== undefined;
  if (body.kind !== 'denial') return true;
  const review = await reviewOf(entry, deps);
  return review?.decision === 'deny' && review.reason === body.denial.facts?.['reason'];
}

/** A claim decided, with its steps, on the position in the place where another stands. */
async function inPlaceOf(
  { seq, claimKey, release: releaseId }: Standing,
  { header, basis }: { readonly header: Standing['header']; readonly basis: Basis },
  history: readonly Entry[],
  order: Order,
  release: Release,
  deps: ResultsDeps,
): Promise<Recomputed['again']> {
  const area = areaOf((history[0] as Entry).place.stream);
  const change = { without: seq, with: { claimKey, header, basis, release: releaseId } };
  const { there } = await decideAgain(history, change, order, area, deps.release);
  return adjudicateBasis(header, basis, there ?? EMPTY_POSITION, release, { area, reviewed: true });
}

/** The order in which a correction decided: that of the pack of what it corrected; a late claim's is the day of service. */
async function orderOf({ place, body }: Entry, history: readonly Entry[], deps: ResultsDeps): Promise<Order> {
  if (body.kind !== 'reversal') return 'service-date';
  const target = standing(history.slice(0, place.seq - 1)).find(({ seq }) => seq === body.reverses);
  if (!target) throw new Problem('not-recomputable');
  return correctionsOf(await releaseOr409(target.release, deps), areaOf(place.stream), target.scheme).order;
}

const positionOf = (history: readonly Entry[]): Position => history.at(-1)?.body.position ?? EMPTY_POSITION;

const ofKey = (history: readonly Entry[], claimKey: string): Entry[] =>
  history.filter(({ place }) => place.claimKey === claimKey);

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);
