// Quick replay of one entry (L10): the body that its record must come to, from what the entry itself keeps, the
// entries before it and the release it names. A settlement is decided again from its header and basis. A denial and a
// pended claim keep no header, so of them everything but the reason is rebuilt here; full-replay.ts decides them again
// from the raw claim.

import { assert } from '../assert.ts';
import { holderOf, versionsOf } from '../ledger/append.ts';
import { applyEffects } from '../ledger/apply-effects.ts';
import { encodeBody } from '../ledger/codec.ts';
import { decideAgain } from '../ledger/corrections/decide-again.ts';
import { type CorrectionPolicy, reverse } from '../ledger/corrections/reverse.ts';
import { standing } from '../ledger/corrections/standing.ts';
import { creditAccount } from '../ledger/credit-account.ts';
import type { Entry, EntryBody, RefusalEntry, ReversalEntry, Settlement } from '../ledger/entry.ts';
import type { Position } from '../ledger/position.ts';
import { adjudicateBasis } from '../policy/adjudicate.ts';
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

/** The body that stands to reason in the place of this one; equal bytes prove the entry. */
export async function decideEntryAgain(
  entry: Entry,
  before: Before,
  releaseOf: ReleaseOf,
): Promise<EntryBody> {
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
  const resolves = body.resolves === undefined ? {} : { resolves: body.resolves };
  if (body.resolves !== undefined)
    assert(
      holder?.body.kind === 'pend' && holder.place.seq === body.resolves,
      'a review decides the pended entry that holds the number',
    );
  switch (body.kind) {
    case 'settlement':
      return settlementAgain(body, entry, before, releaseOf);
    case 'denial': {
      const { release, servedOn, billed, denial } = body;
      return { kind: 'denial', ...common, ...resolves, release, servedOn, billed, denial, position };
    }
    case 'pend': {
      const { release, servedOn, billed, reasons } = body;
      return { kind: 'pend', ...common, release, servedOn, billed, reasons, position };
    }
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

/** What a pack says about corrections; the careful choice where a release has no such pack. */
const correctionsOf = (release: Release, area: string, scheme: string): CorrectionPolicy =>
  release.policy(area).find((each) => each.scheme === scheme)?.pack.corrections ?? {
    later: 'lifo',
    order: 'arrival',
  };

async function settlementAgain(
  body: Settlement,
  { place }: Entry,
  before: Before,
  releaseOf: ReleaseOf,
): Promise<EntryBody> {
  const { at, content, raw, resolves, header, basis } = body;
  const area = areaOf(place.stream);
  const loaded = releaseOf(body.release);
  const release = loaded instanceof Promise ? await loaded : loaded;
  const again = adjudicateBasis(header, basis, before.position, release, {
    area,
    reviewed: resolves !== undefined,
    withoutSteps: true,
  });
  const common = {
    at,
    content,
    ...(raw ? { raw } : {}),
    ...(resolves === undefined ? {} : { resolves }),
    release: body.release,
  };
  if (again.outcome === 'denied') {
    const { servedOn, billed, denial } = again;
    return { kind: 'denial', ...common, servedOn, billed, denial, position: before.position };
  }
  if (again.outcome === 'pended') {
    const { servedOn, billed, reasons } = again;
    return { kind: 'pend', ...common, servedOn, billed, reasons, position: before.position };
  }
  const { servedOn, benefitYear, scheme, benefit, amounts, effects } = again;
  const version = versionsOf(before.sameKey) + 1;
  const settled = { kind: 'settlement' as const, ...common, version, servedOn, scheme, benefit, header };
  const { order } = correctionsOf(release, area, scheme);
  const { servedUntil } = before.position;
  if (order === 'service-date' && servedUntil !== undefined && servedOn <= servedUntil) {
    const late = await decideAgain(
      before.history,
      { with: { claimKey: place.claimKey, header, basis, release: body.release } },
      'service-date',
      area,
      async (id) => releaseOf(id),
    );
    assert(late.decided?.outcome === 'payable', 'a late settlement is payable in its place');
    return {
      ...settled,
      benefitYear: late.decided.benefitYear,
      amounts: late.decided.amounts,
      basis: late.decided.basis,
      effects: late.decided.effects,
      ...(late.adjustments.length > 0 ? { adjustments: late.adjustments } : {}),
      position: late.position,
    };
  }
  const after = applyEffects(before.position, effects);
  const position = order === 'service-date' ? { ...after, servedUntil: servedOn } : after;
  return { ...settled, benefitYear, amounts, basis: again.basis, effects, position };
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
  if (code === 'nothing-pended' || code === 'claim-changed-meanwhile')
    return { kind: 'refusal', at, content, ...(raw ? { raw } : {}), position: before.position, code };
  return reverseAgain(entry, '', before, releaseOf, undefined);
}
