// Quick replay of one entry (L10): the body that its record must come to, from what the entry itself keeps, the
// entries before it and the release it names. A claim is decided again from its header and basis, whether it was
// settled, denied or sent to a person. Of a reviewer's refusal the reason is in the raw review alone, and of a claim
// about whose lines the policy is silent, the parameter is in the raw claim.

import { assert } from '../assert.ts';
import { serviceDate } from '../claim/claim.ts';
import { heldAlready, holderOf, versionsOf } from '../ledger/append.ts';
import { encodeBody } from '../ledger/codec.ts';
import {
  type ClaimRecord,
  claimEntry,
  claimEntryInPlace,
  comesLate,
  orderOf,
} from '../ledger/corrections/claim-entry.ts';
import { correctionsOf, reverse } from '../ledger/corrections/reverse.ts';
import { type Standing, standing } from '../ledger/corrections/standing.ts';
import { creditAccount } from '../ledger/credit-account.ts';
import {
  areaOf,
  type DenialEntry,
  type Entry,
  type EntryBody,
  isHeld,
  type PendEntry,
  type RefusalEntry,
  type ReversalEntry,
  type Settlement,
} from '../ledger/entry.ts';
import type { Position } from '../ledger/position.ts';
import { adjudicateBasis, reachesLines } from '../policy/adjudicate.ts';
import { denialOf } from '../policy/denials.ts';
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
  // A held denial holds its number once another claim's entry has brought it to life.
  const held = holder && isHeld(holder.body) ? standsUnder(entry, before) : undefined;
  if (holder !== undefined && body.resolves === undefined && held?.denial === undefined)
    return heldAlready(body, at, position, holder);
  if (body.resolves !== undefined)
    assert(
      holder?.body.kind === 'pend' && holder.place.seq === body.resolves,
      'a review decides the pended entry that holds the number',
    );
  switch (body.kind) {
    case 'denial':
      if (holder?.body.kind === 'pend' && body.denial.code === 'denied-by-reviewer')
        return deniedByReviewer(body, holder.body, position);
      return claimAgain(body, entry, before, releaseOf, held);
    case 'settlement':
    case 'pend':
      return claimAgain(body, entry, before, releaseOf, held);
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

const standsUnder = ({ place }: Entry, { history }: Before): Standing | undefined =>
  standing(history).find(({ claimKey }) => claimKey === place.claimKey);

/** A claim again: settled, denied or sent to a person, from its header and basis. */
function claimAgain(
  body: Claimed,
  entry: Entry,
  before: Before,
  releaseOf: ReleaseOf,
  held: Standing | undefined,
): EntryBody | Promise<EntryBody> {
  const release = releaseOf(body.release);
  return release instanceof Promise
    ? release.then((loaded) => claimUnder(loaded, body, entry, before, releaseOf, held))
    : claimUnder(release, body, entry, before, releaseOf, held);
}

type Claimed = Settlement | DenialEntry | PendEntry;

/** `held`: the denial of the same number whose place it takes. */
function claimUnder(
  release: Release,
  body: Claimed,
  { place: { stream, claimKey } }: Entry,
  { position, history, sameKey }: Before,
  releaseOf: ReleaseOf,
  held: Standing | undefined,
): EntryBody | Promise<EntryBody> {
  const { at, content, raw, resolves, header, basis } = body;
  const area = areaOf(stream);
  const context = { area, reviewed: resolves !== undefined, withoutSteps: true };
  const kept = {
    at,
    content,
    ...(raw ? { raw } : {}),
    ...(resolves === undefined ? {} : { resolves }),
    release: body.release,
    header,
    ...(held ? { replaces: held.seq } : {}),
  };
  if (body.kind === 'pend' && basis === undefined && reachesLines(header, position, release, context))
    return silentOnLines(body, kept, position);
  const quoteId = body.kind === 'denial' ? body.quoteId : undefined;
  const claim = { kept, version: versionsOf(sameKey) + 1, quoteId };
  const last = adjudicateBasis(header, basis, position, release, context);
  const order = orderOf(last, release, area);
  if (!held && !comesLate(last.servedOn, position, order)) return claimEntry(claim, last, position, order);
  const where = { area, claimKey, releaseOf: async (id: string) => releaseOf(id) };
  return claimEntryInPlace(claim, last, position, history, order, where);
}

/** The parts of an entry that are taken as they are. */
type Kept = ClaimRecord['kept'];

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

/** Refusals that only the raw record of a review or a refund explains. */
const OF_THE_RECORD: ReadonlySet<RefusalEntry['code']> = new Set([
  'nothing-pended',
  'claim-changed-meanwhile',
  'refund-does-not-fit',
  'refund-not-decidable',
]);

/** A refusal again; of a review or a refund, what it referred to is in the raw record alone. */
function refusalAgain(
  body: RefusalEntry,
  entry: Entry,
  before: Before,
  releaseOf: ReleaseOf,
): EntryBody | Promise<EntryBody> {
  const { at, content, raw, code } = body;
  if (OF_THE_RECORD.has(code))
    return { kind: 'refusal', at, content, ...(raw ? { raw } : {}), position: before.position, code };
  return reverseAgain(entry, '', before, releaseOf, undefined);
}
