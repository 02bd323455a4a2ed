// Settles one record: decides it on the member's position and makes it final in the ledger. Everything a decision
// depends on is in the message and the stream before it: no clock, no chance, no environment.

import {
  type AppendDeps,
  type Appended,
  type AppendRequest,
  append,
  heldAlready,
  holderOf,
  versionsOf,
} from '../../shared/ledger/append.ts';
import { creditAccount } from '../../shared/ledger/credit-account.ts';
import { assert, InvariantError } from '../../shared/assert.ts';
import { headerOf } from '../../shared/claim/claim.ts';
import {
  type ClaimRecord,
  claimEntry,
  claimEntryInPlace,
  comesLate,
  orderOf,
} from '../../shared/ledger/corrections/claim-entry.ts';
import type { Order } from '../../shared/ledger/corrections/decide-again.ts';
import { standing } from '../../shared/ledger/corrections/standing.ts';
import { areaOf, type Entry, type EntryBody, isHeld } from '../../shared/ledger/entry.ts';
import type { Enrolment, Position } from '../../shared/ledger/position.ts';
import { adjudicate } from '../../shared/policy/adjudicate.ts';
import type { Adjudication } from '../../shared/policy/adjudication.ts';
import { denialOf } from '../../shared/policy/denials.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { Release } from '../../shared/reference/release.ts';
import { correctByReversal } from './correct.ts';

export interface SettleDeps extends AppendDeps {
  /** A reference release by its id; immutable, so kept for as long as the container lives. */
  readonly release: (id: string) => Promise<Release>;
}

/** Decides a record and enters it, once. `sentAt`: epoch milliseconds the message was sent. */
export async function settleRecord(
  message: SettleMessage,
  sentAt: number,
  deps: SettleDeps,
): Promise<Appended> {
  const release = 'release' in message ? await deps.release(message.release) : undefined;
  return append(
    {
      stream: message.stream,
      claimKey: message.claimKey,
      batchId: message.batchId,
      batchIndex: message.batchIndex,
      shard: message.shard,
      content: message.content,
      at: sentAt,
      numberHeldElsewhere: message.numberHeldElsewhere === true,
      decide: (position, version) => decideOnPosition(message, sentAt, position, version, release, false),
      ...resolution(message, sentAt, release),
      correct: (history, position) => correct(message, sentAt, history, position, release, deps),
    },
    deps,
  );
}

/** Reviews and reversals are about what stands under a number, not about the number itself. */
function resolution(
  message: SettleMessage,
  at: number,
  release: Release | undefined,
): Pick<AppendRequest, 'resolve'> {
  switch (message.type) {
    case 'review':
      return {
        resolve: (holder, position, version) =>
          decideReview(message, at, holder, position, version, release as Release),
      };
    case 'reversal':
      return { resolve: () => 'needs-history' };
    default:
      return {};
  }
}

/** Decides on the whole stream what the position alone cannot: reversals, late claims, and numbers of held denials. */
async function correct(
  message: SettleMessage,
  at: number,
  history: readonly Entry[],
  position: Position,
  release: Release | undefined,
  deps: SettleDeps,
): Promise<EntryBody> {
  if (message.type === 'reversal') return correctByReversal(message, at, history, position, deps.release);
  assert(message.type === 'claim' || message.type === 'review', 'only claims can come late');
  const { claimKey, stream } = message;
  const ofNumber = history.filter(({ place }) => place.claimKey === claimKey);
  const holder = holderOf(ofNumber);
  const version = versionsOf(ofNumber) + 1;
  const inPlace = (claim: DecidableClaim, replaces?: number): Promise<EntryBody> => {
    const area = areaOf(stream);
    const { record, decided, order } = adjudicated(claim, position, version, release as Release, area);
    const taking = replaces === undefined ? record : { ...record, kept: { ...record.kept, replaces } };
    const where = { area, claimKey, releaseOf: deps.release };
    return claimEntryInPlace(taking, decided, position, history, order, where);
  };
  if (message.type === 'review') {
    const reviewed = reviewedClaim(message, at, holder);
    assert(reviewed !== undefined, 'a review that needs the history decides a pended claim');
    return inPlace(reviewed);
  }
  if (holder === undefined || !isHeld(holder.body)) return inPlace(postedClaim(message, at));
  const stands = standing(history).find((each) => each.claimKey === claimKey);
  assert(stands !== undefined, 'a held denial stands');
  return stands.denial === undefined
    ? heldAlready(message, at, position, holder)
    : inPlace(postedClaim(message, at), stands.seq);
}

/** The entry that a record comes to on a position. Pure. Not for what only the whole stream can decide. */
export function decide(
  message: SettleMessage,
  at: number,
  position: Position,
  version: number,
  release?: Release,
): EntryBody {
  const body = decideOnPosition(message, at, position, version, release, true);
  assert(body !== 'needs-history', 'a record that is decided even when late needs no history');
  return body;
}

function decideOnPosition(
  message: SettleMessage,
  at: number,
  position: Position,
  version: number,
  release: Release | undefined,
  evenLate: boolean,
): EntryBody | 'needs-history' {
  const common = { at, content: message.content, ...(message.raw ? { raw: message.raw } : {}) };
  switch (message.type) {
    case 'enrolment': {
      const enrolment = message.enrolment as Enrolment;
      return { kind: 'enrolment', ...common, enrolment, position: { ...position, enrolment } };
    }
    case 'account-credit': {
      const { amount, creditedOn } = message;
      return {
        kind: 'account-credit',
        ...common,
        amount,
        creditedOn,
        position: creditAccount(position, amount, creditedOn),
      };
    }
    case 'claim':
      return decideClaim(postedClaim(message, at), position, version, release as Release, message, evenLate);
    case 'review':
    case 'reversal':
      throw new InvariantError('a review or reversal is decided on what stands under the number');
  }
}

type ReviewMessage = Extract<SettleMessage, { type: 'review' }>;

/** A reviewer's decision: the pended claim settled, or denied; refused when another entry holds the number by now. */
function decideReview(
  message: ReviewMessage,
  at: number,
  holder: Entry | undefined,
  position: Position,
  version: number,
  release: Release,
): EntryBody | 'needs-history' {
  const { content, decision, reason } = message;
  const reviewed = reviewedClaim(message, at, holder);
  if (reviewed === undefined || holder?.body.kind !== 'pend')
    return { kind: 'refusal', at, content, position, code: 'nothing-pended' };
  if (decision === 'deny') {
    const { servedOn, billed, header } = holder.body;
    const denial = denialOf('denied-by-reviewer', { reason });
    const common = { at, content, resolves: holder.place.seq, release: release.id };
    return { kind: 'denial', ...common, servedOn, billed, denial, header, position };
  }
  return decideClaim(reviewed, position, version, release, message, false);
}

type ClaimMessage = Extract<SettleMessage, { type: 'claim' }>;

/** A claim, as posted or as its reviewer left it. */
interface DecidableClaim {
  readonly claim: ClaimMessage['claim'];
  readonly common: Pick<EntryBody, 'at' | 'content' | 'raw' | 'resolves'>;
  readonly quoteId?: string | undefined;
}

const postedClaim = ({ claim, content, raw, quoteId }: ClaimMessage, at: number): DecidableClaim => ({
  claim,
  common: raw ? { at, content, raw } : { at, content },
  quoteId,
});

/** The claim of a review; undefined when it is about nothing that is pended. */
function reviewedClaim(
  { content, claim, pendedSeq }: ReviewMessage,
  at: number,
  holder: Entry | undefined,
): DecidableClaim | undefined {
  if (holder?.body.kind !== 'pend' || holder.place.seq !== pendedSeq || claim === undefined) return undefined;
  return { claim, common: { at, content, resolves: pendedSeq } };
}

/** A claim decided as if it came last, and what its entry keeps. */
function adjudicated(
  { claim, common, quoteId }: DecidableClaim,
  position: Position,
  version: number,
  release: Release,
  area: string,
): { readonly record: ClaimRecord; readonly decided: Adjudication; readonly order: Order } {
  const reviewed = common.resolves !== undefined;
  const decided = adjudicate(claim, position, release, { area, reviewed, withoutSteps: true });
  const kept = { ...common, release: release.id, header: headerOf(claim) };
  return { record: { kept, version, quoteId }, decided, order: orderOf(decided, release, area) };
}

function decideClaim(
  claim: DecidableClaim,
  position: Position,
  version: number,
  release: Release,
  { stream }: { readonly stream: string },
  evenLate: boolean,
): EntryBody | 'needs-history' {
  const { record, decided, order } = adjudicated(claim, position, version, release, areaOf(stream));
  const reachedLines =
    decided.outcome === 'payable' || decided.outcome === 'denied' ? decided.basis : undefined;
  if (!evenLate && reachedLines !== undefined && comesLate(decided.servedOn, position, order))
    return 'needs-history';
  return claimEntry(record, decided, position, order);
}
