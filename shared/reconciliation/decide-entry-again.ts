// Quick replay of one entry (L10): the body that its record must come to, from what the entry itself keeps, the
// entries before it and the release it names. A claim is decided again from its header and basis, whether it was
// settled, denied or sent to a person. Of a reviewer's refusal the reason is in the raw review alone, and of a claim
// about whose lines the policy is silent, the parameter is in the raw claim.

import { assert } from '../assert.ts';
import { serviceDate } from '../claim/claim.ts';
import { holderOf, versionsOf } from '../ledger/append.ts';
import { applyEffects } from '../ledger/apply-effects.ts';
import { encodeBody } from '../ledger/codec.ts';
import { type DecidedAgain, decideAgain } from '../ledger/corrections/decide-again.ts';
import { correctionsOf, reverse } from '../ledger/corrections/reverse.ts';
import { standing } from '../ledger/corrections/standing.ts';
import { creditAccount } from '../ledger/credit-account.ts';
import type {
  DenialEntry,
  Entry,
  EntryBody,
  PendEntry,
  RefusalEntry,
  ReversalEntry,
  Settlement,
} from '../ledger/entry.ts';
import type { Position } from '../ledger/position.ts';
import { adjudicateBasis, reachesLines } from '../policy/adjudicate.ts';
import type { Denied, Payable, Pended } from '../policy/adjudication.ts';
import { denialOf } from '../policy/denials.ts';
import { quoteNotKept } from '../quote/quote.ts';
import type { Release } from '../reference/release.ts';

/** What stood before an entry. */
export interface Before {
  readonly position: Position;
  /** The whole stream up to it, oldest first. */
  readonly history: readonly Entry[];
  /** Entries of that under the same claim key. */
  readonly sameKey: readonly Entry[];
}

export type ReleaseOf = (id: string) => Release | Promise<Release>;

/**
 * The body that stands to reason in the place of this one; equal bytes prove the entry. A promise only where a release
 * has to be loaded or the whole stream decided again: waiting for each of millions would cost more than the hash.
 */
export function decideEntryAgain(
  entry: Entry,
  before: Before,
  releaseOf: ReleaseOf,
): EntryBody | Promise<EntryBody> {
  const { body } = entry;
  const { position } = before;
  const { at, content } = body;
  const unchanged = { at, content, position };
  const common = { at, content, ...(body.raw ? { raw: body.raw } : {}) };
  const holder = holderOf(before.sameKey);
  switch (body.kind) {
    case 'reversal':
      return reversalAgain(body, entry, before, releaseOf);
    case 'refusal':
      return refusalAgain(body, entry, before, releaseOf);
    case 'conflict':
      if (body.code === 'number-held-by-another-member')
        return { kind: 'conflict', ...unchanged, code: body.code };
      break;
    default:
  }
  if (holder !== undefined && body.resolves === undefined) {
    const seq = holder.place.seq;
    return holder.body.content === content
      ? { kind: 'repeat', ...unchanged, of: seq }
      : { kind: 'conflict', ...unchanged, code: 'other-content', with: seq };
  }
  if (body.resolves !== undefined)
    assert(
      holder?.body.kind === 'pend' && holder.place.seq === body.resolves,
      'a review decides the pended entry that holds the number',
    );
  switch (body.kind) {
    case 'denial':
      if (holder?.body.kind === 'pend' && body.denial.code === 'denied-by-reviewer')
        return deniedByReviewer(body, holder.body, position);
      return claimAgain(body, entry, before, releaseOf);
    case 'settlement':
    case 'pend':
      return claimAgain(body, entry, before, releaseOf);
    case 'enrolment': {
      const { enrolment } = body;
      return { kind: 'enrolment', ...common, enrolment, position: { ...position, enrolment } };
    }
    case 'account-credit': {
      const { amount, creditedOn } = body;
      const after = creditAccount(position, amount, creditedOn);
      return { kind: 'account-credit', ...common, amount, creditedOn, position: after };
    }
    default:
      return { kind: 'refusal', ...unchanged, code: 'nothing-pended' }; // A repeat or conflict of nothing.
  }
}

const areaOf = (stream: string): string => stream.slice(0, stream.indexOf('#'));

/** A claim again: settled, denied or sent to a person, from its header and basis. */
function claimAgain(
  body: Claimed,
  entry: Entry,
  before: Before,
  releaseOf: ReleaseOf,
): EntryBody | Promise<EntryBody> {
  const release = releaseOf(body.release);
  return release instanceof Promise
    ? release.then((loaded) => claimUnder(loaded, body, entry, before, releaseOf))
    : claimUnder(release, body, entry, before, releaseOf);
}

type Claimed = Settlement | DenialEntry | PendEntry;

function claimUnder(
  release: Release,
  body: Claimed,
  { place }: Entry,
  before: Before,
  releaseOf: ReleaseOf,
): EntryBody | Promise<EntryBody> {
  const { at, content, raw, resolves, header, basis } = body;
  const area = areaOf(place.stream);
  const context = { area, reviewed: resolves !== undefined, withoutSteps: true };
  const common = {
    at,
    content,
    ...(raw ? { raw } : {}),
    ...(resolves === undefined ? {} : { resolves }),
    release: body.release,
    header,
  };
  if (body.kind === 'pend' && basis === undefined && reachesLines(header, before.position, release, context))
    return silentOnLines(body, common, before.position);
  const again = adjudicateBasis(header, basis, before.position, release, context);
  if (again.outcome !== 'payable') return unpaid(again, common, before.position);

  const { order } = correctionsOf(release, area, again.scheme);
  const { servedUntil } = before.position;
  const inPlace = { kept: common, again, body, before, byServiceDate: order === 'service-date' };
  if (order === 'service-date' && servedUntil !== undefined && again.servedOn <= servedUntil && basis) {
    const change = { with: { claimKey: place.claimKey, header, basis, release: body.release } };
    return decideAgain(before.history, change, 'service-date', area, async (id) => releaseOf(id)).then(
      (late) => payableAgain(inPlace, late),
    );
  }
  return payableAgain(inPlace, undefined);
}

/** What is payable, on the position before it or, late, in the place of its day. */
function payableAgain(
  {
    kept: common,
    again,
    body,
    before,
    byServiceDate,
  }: {
    readonly kept: Kept;
    readonly again: Payable;
    readonly body: Claimed;
    readonly before: Before;
    readonly byServiceDate: boolean;
  },
  late: DecidedAgain | undefined,
): EntryBody {
  const { at, content, header } = common;
  const decided = late?.decided ?? again;
  if (decided.outcome !== 'payable') return unpaid(decided, common, before.position);

  if (body.kind === 'denial' && body.quoteId !== undefined) {
    const { quoteId } = body;
    const { position } = before;
    const now = { content, release: body.release, position, amounts: decided.amounts, at };
    const denial = quoteNotKept(quoteId, { ...now, late: late !== undefined });
    if (denial !== undefined) {
      const { servedOn, basis: ofLines } = decided;
      const refused = { servedOn, billed: header.billedFen, denial, basis: ofLines, quoteId, position };
      return { kind: 'denial', ...common, ...refused };
    }
  }
  const { servedOn, scheme, benefit } = again;
  const { benefitYear, amounts, effects } = decided;
  const settled = {
    kind: 'settlement' as const,
    ...common,
    version: versionsOf(before.sameKey) + 1,
    servedOn,
    benefitYear,
    scheme,
    benefit,
    amounts,
    basis: decided.basis,
    effects,
  };
  if (late !== undefined) {
    const { adjustments, position } = late;
    return { ...settled, ...(adjustments.length > 0 ? { adjustments } : {}), position };
  }
  const after = applyEffects(before.position, effects);
  return { ...settled, position: byServiceDate ? { ...after, servedUntil: servedOn } : after };
}

/** The parts of an entry that are taken as they are. */
type Kept = Pick<Settlement, 'at' | 'content' | 'raw' | 'resolves' | 'release' | 'header'>;

function unpaid(decided: Denied | Pended, kept: Kept, position: Position): EntryBody {
  const { servedOn, billed, basis } = decided;
  const common = { ...kept, servedOn, billed, ...(basis === undefined ? {} : { basis }), position };
  return decided.outcome === 'denied'
    ? { kind: 'denial', ...common, denial: decided.denial }
    : { kind: 'pend', ...common, reasons: decided.reasons };
}

/** A reviewer refused the pended claim. Why, in the reviewer's word, only the raw review says. */
function deniedByReviewer(body: DenialEntry, pended: PendEntry, position: Position): EntryBody {
  const { at, content, raw, resolves, release, denial } = body;
  const { servedOn, billed, header } = pended;
  return {
    kind: 'denial',
    at,
    content,
    ...(raw ? { raw } : {}),
    ...(resolves === undefined ? {} : { resolves }),
    release,
    servedOn,
    billed,
    header,
    denial: denialOf('denied-by-reviewer', { reason: String(denial.facts?.['reason']) }),
    position,
  };
}

/** A claim about whose lines the policy says nothing. Of which parameter, only the raw claim says. */
function silentOnLines({ reasons }: PendEntry, kept: Kept, position: Position): EntryBody {
  const { header } = kept;
  const parameter = String(reasons[0]?.facts?.['parameter']);
  return {
    kind: 'pend',
    ...kept,
    servedOn: serviceDate(header),
    billed: header.billedFen,
    reasons: [denialOf('policy-silent', { parameter })],
    position,
  };
}

/** A reversal again. Whether a refund stood behind one without a replacement is not kept, so both ways are tried. */
async function reversalAgain(
  body: ReversalEntry,
  entry: Entry,
  before: Before,
  releaseOf: ReleaseOf,
): Promise<EntryBody> {
  const { header, basis } = body.replacement ?? {};
  const reversed = standing(before.history).find(({ claimKey }) => claimKey === entry.place.claimKey);
  const ways =
    header && basis
      ? [{ header, basis: () => basis }]
      : [undefined, ...(reversed ? [{ header: reversed.header, basis: () => undefined }] : [])];
  let again: EntryBody | undefined;
  for (const replacement of ways) {
    again = await reverseAgain(entry, body.reason, before, releaseOf, replacement);
    if (encodeBody(again) === entry.text) break;
  }
  assert(again !== undefined, 'there is a way to reverse');
  return again;
}

type Replacement = NonNullable<Parameters<typeof reverse>[2]['replacement']>;

function reverseAgain(
  { place, body }: Entry,
  reason: string,
  { history, position }: Before,
  releaseOf: ReleaseOf,
  replacement: Replacement | undefined,
): Promise<EntryBody> {
  const { at, content, raw } = body;
  const area = areaOf(place.stream);
  return reverse(
    history,
    position,
    { claimKey: place.claimKey, at, content, raw, reason, ...(replacement ? { replacement } : {}) },
    {
      area,
      releaseOf: async (id) => releaseOf(id),
      policyOf: (release, scheme) => correctionsOf(release, area, scheme),
    },
  );
}

/** A refusal again; of a review or a refund, what it referred to is in the raw record alone. */
function refusalAgain(
  body: RefusalEntry,
  entry: Entry,
  before: Before,
  releaseOf: ReleaseOf,
): EntryBody | Promise<EntryBody> {
  const { at, content, raw, code } = body;
  if (code === 'nothing-pended' || code === 'claim-changed-meanwhile' || code === 'refund-does-not-fit')
    return { kind: 'refusal', at, content, ...(raw ? { raw } : {}), position: before.position, code };
  return reverseAgain(entry, '', before, releaseOf, undefined);
}
