// Settles one record: decides it on the member's position and makes it final in the ledger. Everything a decision
// depends on is in the message and the stream before it: no clock, no chance, no environment.

import type { ClaimForSettlement } from '../../shared/claim/claim.ts';
import { type AppendDeps, type Appended, append } from '../../shared/ledger/append.ts';
import { applyEffects } from '../../shared/ledger/apply-effects.ts';
import { creditAccount } from '../../shared/ledger/credit-account.ts';
import { InvariantError } from '../../shared/assert.ts';
import type { Entry, EntryBody } from '../../shared/ledger/entry.ts';
import type { Enrolment, Position } from '../../shared/ledger/position.ts';
import { adjudicate } from '../../shared/policy/adjudicate.ts';
import type { Denial, Payable } from '../../shared/policy/adjudication.ts';
import { denialOf } from '../../shared/policy/denials.ts';
import { CHANGE_ZH, changesSince } from '../../shared/quote/quote.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { Release } from '../../shared/reference/release.ts';

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
      decide: (position, version) => decide(message, sentAt, position, version, release),
      ...(message.type === 'review'
        ? {
            resolve: (holder, position, version) =>
              decideReview(message, sentAt, holder, position, version, release as Release),
          }
        : {}),
    },
    deps,
  );
}

/** The entry that a record comes to on a position. Pure. */
export function decide(
  message: SettleMessage,
  at: number,
  position: Position,
  version: number,
  release?: Release,
): EntryBody {
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
      return decideClaim(message, common, position, version, release as Release);
    case 'review':
      throw new InvariantError('a review is decided on the entry that holds the number');
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
): EntryBody {
  const { content, claim, decision, reason, pendedSeq } = message;
  if (holder?.body.kind !== 'pend' || holder.place.seq !== pendedSeq || claim === undefined)
    return { kind: 'refusal', at, content, position, code: 'nothing-pended' };
  const common = { at, content, resolves: pendedSeq };
  const { servedOn, billed } = holder.body;
  if (decision === 'deny') {
    const denial = denialOf('denied-by-reviewer', { reason });
    return { kind: 'denial', ...common, release: release.id, servedOn, billed, denial, position };
  }
  const { stream } = message;
  const asClaim = { type: 'claim' as const, stream, content, release: message.release, claim };
  return decideClaim(asClaim, common, position, version, release, true);
}

type ClaimMessage = Extract<SettleMessage, { type: 'claim' }>;

function decideClaim(
  message: Pick<ClaimMessage, 'type' | 'stream' | 'content' | 'release' | 'claim' | 'quoteId'>,
  common: Pick<EntryBody, 'at' | 'content' | 'raw' | 'resolves'>,
  position: Position,
  version: number,
  release: Release,
  reviewed = false,
): EntryBody {
  const claim = message.claim as ClaimForSettlement;
  const area = message.stream.slice(0, 6);
  const decision = adjudicate(claim, position, release, { area, reviewed, withoutSteps: true });
  switch (decision.outcome) {
    case 'denied': {
      const { servedOn, billed, denial } = decision;
      return { kind: 'denial', ...common, release: release.id, servedOn, billed, denial, position };
    }
    case 'pended': {
      const { servedOn, billed, reasons } = decision;
      return { kind: 'pend', ...common, release: release.id, servedOn, billed, reasons, position };
    }
    case 'payable': {
      const { servedOn, benefitYear, scheme, benefit, amounts, basis, effects } = decision;
      const denial = quoteBroken(message, common.at, position, decision);
      if (denial !== undefined) {
        const { billed } = amounts;
        return { kind: 'denial', ...common, release: release.id, servedOn, billed, denial, position };
      }
      const { lines: _lines, ...header } = claim;
      return {
        kind: 'settlement',
        ...common,
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
        position: applyEffects(position, effects),
      };
    }
  }
}

/** A claim that names a quote is settled exactly as quoted, or refused with what changed since. */
function quoteBroken(
  message: Pick<ClaimMessage, 'content' | 'release' | 'quoteId'>,
  at: number,
  position: Position,
  { amounts }: Payable,
): Denial | undefined {
  if (message.quoteId === undefined) return undefined;
  const { content, release } = message;
  const changes = changesSince(message.quoteId, { content, release, position, amounts, at });
  return (
    changes &&
    denialOf('quote-not-kept', {
      changed: changes.join(', '),
      changedZh: changes.map((change) => CHANGE_ZH[change]).join('、'),
    })
  );
}
