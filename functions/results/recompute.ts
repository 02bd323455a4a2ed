// Decides again what an entry records: on the raw claim, the position before the entry, and the release it names.
// What a reviewer left of a claim, and what a quote had promised, are read from where they were posted.

import { postedClaimOf } from '../../shared/batch/posted-claim.ts';
import { recordAt } from '../../shared/batch/raw-records.ts';
import { type ClaimForSettlement, serviceDate } from '../../shared/claim/claim.ts';
import { canonicalJson } from '../../shared/claim/content-hash.ts';
import { checkReview, reduced } from '../../shared/claim/review.ts';
import { Problem } from '../../shared/http/problem.ts';
import { decideAgain } from '../../shared/ledger/corrections/decide-again.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import { EMPTY_POSITION, type Position } from '../../shared/ledger/position.ts';
import { adjudicate } from '../../shared/policy/adjudicate.ts';
import type { Adjudication } from '../../shared/policy/adjudication.ts';
import { type Change, changesSince, readQuote } from '../../shared/quote/quote.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import type { Release } from '../../shared/reference/release.ts';
import type { ResultsDeps } from './deps.ts';

export interface Recomputed {
  readonly claim: ClaimForSettlement;
  readonly position: Position;
  readonly release: Release;
  readonly context: { readonly area: string; readonly reviewed?: boolean };
  /** What the same function comes to now. */
  readonly again: Adjudication;
  /** For a claim refused because a quote would not have been kept: what changed, and how the quote had been computed. */
  readonly quote?: { readonly changed: readonly Change[]; readonly quoted?: Adjudication };
  /** Whether it came to what is recorded. */
  readonly agrees: boolean;
}

/** Decides an entry again. Throws `not-recomputable` when a raw record or a release cannot be read. */
export async function recompute(entry: Entry, deps: ResultsDeps): Promise<Recomputed> {
  const { place, body } = entry;
  const reviewed = body.resolves !== undefined;
  const source = reviewed ? await deps.ledger.get(place.stream, body.resolves) : entry;
  const [posted, before, release] = await Promise.all([
    source && postedClaimOf(source, { ...deps, records: deps.records as RecordStore }),
    positionAt(place.stream, place.seq - 1, deps),
    'release' in body ? deps.release(body.release).catch(() => undefined) : undefined,
  ]);
  if (!posted || !before || !release) throw new Problem('not-recomputable');
  const { quoteId, ...asPosted } = posted;
  const claim = reviewed ? await asReviewed(entry, asPosted, deps) : asPosted;
  const context = { area: areaOf(place.stream), ...(reviewed ? { reviewed } : {}) };
  const there = await placeOfLate(entry, claim, before, release, context, deps);
  const position = there ?? before;
  const again = adjudicate(claim, position, release, there ? { ...context, reviewed: true } : context);
  const common = { claim, position, release, context, again };

  if (quoteId !== undefined && again.outcome === 'payable') {
    const { content, at } = body;
    const changed = changesSince(quoteId, {
      content,
      release: release.id,
      position: before,
      amounts: again.amounts,
      at,
      late: there !== undefined,
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

const areaOf = (stream: string): string => stream.slice(0, stream.indexOf('#'));

/**
 * Where the day of service decides, a claim that came late was decided in its place among those before it: the
 * position there, found by deciding the stream again. Undefined for every claim that came in order.
 */
async function placeOfLate(
  { place }: Entry,
  claim: ClaimForSettlement,
  before: Position,
  release: Release,
  context: Recomputed['context'],
  deps: ResultsDeps,
): Promise<Position | undefined> {
  const { servedUntil } = before;
  if (servedUntil === undefined || serviceDate(claim) > servedUntil) return undefined;
  const last = adjudicate(claim, before, release, { ...context, withoutSteps: true });
  if (last.outcome !== 'payable') return undefined;
  const history: Entry[] = [];
  for (let from = 1; from < place.seq; from = history.length + 1) {
    const { items } = await deps.ledger.stream(place.stream, from, Math.min(place.seq - from, 500));
    if (items.length === 0) throw new Problem('not-recomputable');
    history.push(...items);
  }
  const { lines: _lines, ...header } = claim;
  const put = { claimKey: place.claimKey, header, basis: last.basis, release: release.id };
  return (await decideAgain(history, { with: put }, 'service-date', context.area, deps.release)).there;
}

/** The position after the entry of a sequence number; empty before the first. */
async function positionAt(
  stream: string,
  seq: number,
  { ledger }: ResultsDeps,
): Promise<Position | undefined> {
  return seq === 0 ? EMPTY_POSITION : (await ledger.get(stream, seq))?.body.position;
}

/** The claim as its reviewer left it. */
async function asReviewed(
  { place }: Entry,
  claim: ClaimForSettlement,
  { batches, records }: ResultsDeps,
): Promise<ClaimForSettlement> {
  const manifest = await batches.manifest(place.batchId);
  const [providerId, number] = place.claimKey.split('/');
  const value =
    manifest &&
    (await recordAt(records as RecordStore, manifest, {
      matches: (each) => {
        const { providerId: provider, claimNo } = each as { providerId?: unknown; claimNo?: unknown };
        return provider === providerId && claimNo === number;
      },
    }));
  const checked = checkReview(value);
  if (!checked.ok) throw new Problem('not-recomputable');
  return reduced(claim, checked.review.reductions ?? []).claim;
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
