// Settles one record: decides it on the member's position and makes it final in the ledger. Everything a decision
// depends on is in the message and the stream before it: no clock, no chance, no environment.

import {
  type AppendDeps,
  type Appended,
  type AppendRequest,
  append,
  holderOf,
  versionsOf,
} from '../../shared/ledger/append.ts';
import { creditAccount } from '../../shared/ledger/credit-account.ts';
import { assert, InvariantError } from '../../shared/assert.ts';
import { correctionsOf } from '../../shared/ledger/corrections/reverse.ts';
import type { Entry, EntryBody } from '../../shared/ledger/entry.ts';
import type { Enrolment, Position } from '../../shared/ledger/position.ts';
import { adjudicate } from '../../shared/policy/adjudicate.ts';
import type { Denial, Payable } from '../../shared/policy/adjudication.ts';
import { denialOf } from '../../shared/policy/denials.ts';
import { quoteNotKept } from '../../shared/quote/quote.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { Release } from '../../shared/reference/release.ts';
import { areaOf, comesLate, correctByReversal, headerOf, positionAfter, settleLate } from './correct.ts';

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

/** Decides on the whole stream what the position alone cannot: reversals, and claims that come late. */
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
  const ofNumber = history.filter(({ place }) => place.claimKey === message.claimKey);
  const version = versionsOf(ofNumber) + 1;
  const body =
    message.type === 'review'
      ? decideReview(message, at, holderOf(ofNumber), position, version, release as Release, true)
      : decide(message, at, position, version, release);
  assert(
    body !== 'needs-history' && body.kind === 'settlement',
    'what comes late would be settled if it came last',
  );
  const { header, basis } = body;
  const late = await settleLate(
    { claimKey: message.claimKey, header, basis, release: body.release },
    history,
    areaOf(message.stream),
    deps.release,
  );
  const { outcome } = late.decided;
  if (late.decided.outcome === 'payable') {
    const { amounts, effects, benefitYear } = late.decided;
    const { adjustments } = late;
    const denial =
      message.type === 'claim' ? quoteBroken(message, at, position, late.decided, true) : undefined;
    if (denial !== undefined) {
      const { content, raw, servedOn } = body;
      const kept = { at, content, ...(raw ? { raw } : {}) };
      return {
        kind: 'denial',
        ...kept,
        release: body.release,
        servedOn,
        billed: amounts.billed,
        denial,
        header,
        basis,
        ...(message.type === 'claim' ? quoteOf(message) : {}),
        position,
      };
    }
    return {
      ...body,
      benefitYear,
      amounts,
      basis: late.decided.basis,
      effects,
      ...(adjustments.length > 0 ? { adjustments } : {}),
      position: late.position,
    };
  }
  assert(outcome === 'denied', 'a decided claim is not sent to a person again');
  const { kind: _kind, version: _version, ...rest } = body;
  const common = {
    at: rest.at,
    content: rest.content,
    ...(rest.raw ? { raw: rest.raw } : {}),
    ...(rest.resolves === undefined ? {} : { resolves: rest.resolves }),
  };
  const { servedOn, billed, denial, basis: ofLines } = late.decided;
  const unpaid = { ...common, release: rest.release, servedOn, billed, header };
  return { kind: 'denial', ...unpaid, denial, ...(ofLines ? { basis: ofLines } : {}), position };
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
      return decideClaim(message, common, position, version, release as Release, { evenLate });
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
  evenLate = false,
): EntryBody | 'needs-history' {
  const { content, claim, decision, reason, pendedSeq } = message;
  if (holder?.body.kind !== 'pend' || holder.place.seq !== pendedSeq || claim === undefined)
    return { kind: 'refusal', at, content, position, code: 'nothing-pended' };
  const common = { at, content, resolves: pendedSeq };
  if (decision === 'deny') {
    const { servedOn, billed, header } = holder.body;
    const denial = denialOf('denied-by-reviewer', { reason });
    return { kind: 'denial', ...common, release: release.id, servedOn, billed, denial, header, position };
  }
  const { stream } = message;
  const asClaim = { type: 'claim' as const, stream, content, release: message.release, claim };
  return decideClaim(asClaim, common, position, version, release, { reviewed: true, evenLate });
}

type ClaimMessage = Extract<SettleMessage, { type: 'claim' }>;

function decideClaim(
  message: Pick<ClaimMessage, 'type' | 'stream' | 'content' | 'release' | 'claim' | 'quoteId'>,
  common: Pick<EntryBody, 'at' | 'content' | 'raw' | 'resolves'>,
  position: Position,
  version: number,
  release: Release,
  { reviewed = false, evenLate = false }: { readonly reviewed?: boolean; readonly evenLate?: boolean },
): EntryBody | 'needs-history' {
  const claim = message.claim;
  const area = areaOf(message.stream);
  const decision = adjudicate(claim, position, release, { area, reviewed, withoutSteps: true });
  const header = headerOf(claim);
  switch (decision.outcome) {
    case 'denied':
    case 'pended': {
      const { servedOn, billed, basis } = decision;
      const ofLines = basis === undefined ? {} : { basis };
      const unpaid = { ...common, release: release.id, servedOn, billed, header, ...ofLines, position };
      return decision.outcome === 'denied'
        ? { kind: 'denial', ...unpaid, denial: decision.denial }
        : { kind: 'pend', ...unpaid, reasons: decision.reasons };
    }
    case 'payable': {
      const { servedOn, benefitYear, scheme, benefit, amounts, basis, effects } = decision;
      const denial = quoteBroken(message, common.at, position, decision);
      if (denial !== undefined) {
        const { billed } = amounts;
        const unpaid = { ...common, release: release.id, servedOn, billed, header, basis };
        return { kind: 'denial', ...unpaid, denial, ...quoteOf(message), position };
      }
      const policy = correctionsOf(release, area, scheme);
      if (!evenLate && policy.order === 'service-date' && comesLate(servedOn, position))
        return 'needs-history';
      return {
        ...common, // First: an object that begins as a copy is made at once, one that meets a copy midway name by name.
        kind: 'settlement',
        version,
        release: release.id,
        servedOn,
        benefitYear,
        scheme,
        benefit,
        amounts,
        header,
        basis,
        effects,
        position: positionAfter(position, effects, servedOn, policy),
      };
    }
  }
}

/** The quote a claim names, for the entry of a claim that it was not kept for. */
const quoteOf = ({ quoteId }: { readonly quoteId?: string | undefined }): { readonly quoteId?: string } =>
  quoteId === undefined ? {} : { quoteId };

function quoteBroken(
  { quoteId, content, release }: Pick<ClaimMessage, 'content' | 'release' | 'quoteId'>,
  at: number,
  position: Position,
  { amounts }: Payable,
  late = false,
): Denial | undefined {
  return quoteId === undefined
    ? undefined
    : quoteNotKept(quoteId, { content, release, position, amounts, at, late });
}
