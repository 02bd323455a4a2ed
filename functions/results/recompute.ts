// Decides again what an entry records: on the claim as it was then, the position it was decided on, and the release it
// names. What a reviewer left of a claim, and what a quote had promised, are read from where they were posted.
// What a correction decided is in recompute-corrected.ts.

import { claimBehind, type Refund } from '../../shared/batch/standing-claim.ts';
import { type ClaimForSettlement, headerOf, serviceDate } from '../../shared/claim/claim.ts';
import { canonicalJson } from '../../shared/claim/content-hash.ts';
import { Problem } from '../../shared/http/problem.ts';
import { comesLate, orderOf } from '../../shared/ledger/corrections/claim-entry.ts';
import { decideAgain } from '../../shared/ledger/corrections/decide-again.ts';
import { areaOf, type Entry } from '../../shared/ledger/entry.ts';
import { EMPTY_POSITION, type Position } from '../../shared/ledger/position.ts';
import { adjudicate, type SettlementContext } from '../../shared/policy/adjudicate.ts';
import type { Adjudication } from '../../shared/policy/adjudication.ts';
import { type Change, changesSince, readQuote } from '../../shared/quote/quote.ts';
import type { Release } from '../../shared/reference/release.ts';
import type { ResultsDeps } from './deps.ts';

export interface Recomputed {
  /** The claim with the lines that stand, the refunds that led to it, and where its lines were classified. */
  readonly claim: ClaimForSettlement;
  readonly refunds: readonly Refund[];
  readonly position: Position;
  readonly release: Release;
  readonly context: SettlementContext;
  /** What the same function comes to now. */
  readonly again: Adjudication;
  /** For a claim refused because a quote would not have been kept: what changed, and how the quote had been computed. */
  readonly quote?: { readonly changed: readonly Change[]; readonly quoted?: Adjudication };
  /** Whether it came to what is recorded. */
  readonly agrees: boolean;
}

/**
 * Decides a settlement, a denial or a pended claim again. `sameKey`: the entries of its stream under its number. Throws
 * `not-recomputable` when a raw record or a release cannot be read.
 */
export async function recompute(
  entry: Entry,
  sameKey: readonly Entry[],
  deps: ResultsDeps,
): Promise<Recomputed> {
  const { place, body } = entry;
  const reviewed = body.resolves !== undefined;
  const [behind, before, release] = await Promise.all([
    claimBehind(entry, sameKey, deps),
    positionAt(place.stream, place.seq - 1, deps),
    'release' in body ? releaseOr409(body.release, deps) : undefined,
  ]);
  if (!behind || !before || !release) throw new Problem('not-recomputable');
  const { claim, refunds, quoteId } = behind;
  const context = { area: areaOf(place.stream), ...(reviewed ? { reviewed } : {}) };
  const there = await placeOfLate(entry, claim, before, release, context, deps);
  const position = there ?? before;
  const again = adjudicate(claim, position, release, context);
  const common = { claim, refunds, position, release, context, again };

  if (quoteId !== undefined && again.outcome === 'payable') {
    const { content, at } = body;
    const changed = changesSince(quoteId, {
      content,
      release: release.id,
      position: before,
      amounts: again.amounts,
      at,
      late: there !== undefined && comesLate(serviceDate(claim), before, 'service-date'),
    });
    if (changed !== undefined) {
      const quoted = await quotedThen(quoteId, claim, place.stream, deps);
      return {
        ...common,
        quote: { changed, ...(quoted ? { quoted } : {}) },
        agrees: body.kind === 'denial' && body.denial.code === 'quote-not-kept',
      };
    }
  }
  return { ...common, agrees: agrees(entry, again) };
}

/** A release, or the problem that says it cannot be read. */
export const releaseOr409 = (id: string, { release }: Pick<ResultsDeps, 'release'>): Promise<Release> =>
  release(id).catch(() => {
    throw new Problem('not-recomputable');
  });

/** The entries of a stream up to a sequence number, oldest first. */
export async function historyTo(
  stream: string,
  seq: number,
  { ledger }: Pick<ResultsDeps, 'ledger'>,
): Promise<Entry[]> {
  const history: Entry[] = [];
  while (history.length < seq) {
    const { items } = await ledger.stream(stream, history.length + 1, Math.min(seq - history.length, 500));
    if (items.length === 0) throw new Problem('not-recomputable');
    history.push(...items);
  }
  return history;
}

/**
 * Where the day of service decides, a claim that came late, or took the place of a held denial, was decided in its place
 * among those before it: the position there, found by deciding the stream again. Undefined for what came in order.
 */
async function placeOfLate(
  { place, body }: Entry,
  claim: ClaimForSettlement,
  before: Position,
  release: Release,
  context: SettlementContext,
  deps: ResultsDeps,
): Promise<Position | undefined> {
  const replaces = 'replaces' in body ? body.replaces : undefined;
  if (replaces === undefined && !comesLate(serviceDate(claim), before, 'service-date')) return undefined;
  const last = adjudicate(claim, before, release, { ...context, withoutSteps: true });
  if (last.outcome === 'pended' || last.basis === undefined) return undefined;
  if (orderOf(last, release, context.area) !== 'service-date') return undefined;
  const history = await historyTo(place.stream, place.seq - 1, deps);
  const put = { claimKey: place.claimKey, header: headerOf(claim), basis: last.basis, release: release.id };
  const change = { ...(replaces === undefined ? {} : { without: replaces }), with: put };
  return (await decideAgain(history, change, 'service-date', context.area, deps.release)).there;
}

/** The position after the entry of a sequence number; empty before the first. */
async function positionAt(
  stream: string,
  seq: number,
  { ledger }: ResultsDeps,
): Promise<Position | undefined> {
  return seq === 0 ? EMPTY_POSITION : (await ledger.get(stream, seq))?.body.position;
}

/** What the quote had been computed as: the same claim, on the position and under the release of then. */
async function quotedThen(
  quoteId: string,
  claim: ClaimForSettlement,
  stream: string,
  deps: ResultsDeps,
): Promise<Adjudication | undefined> {
  const quote = readQuote(quoteId);
  if (!quote) return undefined;
  const [position, release] = await Promise.all([
    positionAt(stream, quote.seq, deps),
    deps.release(quote.release).catch(() => undefined),
  ]);
  return position && release && adjudicate(claim, position, release, { area: areaOf(stream) });
}

/** Whether a recomputation came to what an entry records. */
export function agrees({ body }: Entry, again: Adjudication): boolean {
  switch (again.outcome) {
    case 'payable':
      return body.kind === 'settlement' && canonicalJson(body.amounts) === canonicalJson(again.amounts);
    case 'denied':
      return body.kind === 'denial' && body.denial.code === again.denial.code;
    case 'pended':
      return (
        body.kind === 'pend' &&
        canonicalJson(body.reasons.map(({ code }) => code)) ===
          canonicalJson(again.reasons.map(({ code }) => code))
      );
  }
}
