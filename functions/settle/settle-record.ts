// Settles one record: decides it on the member's position and makes it final in the ledger. Everything a decision
// depends on is in the message and the stream before it: no clock, no chance, no environment.

import type { ClaimForSettlement } from '../../shared/claim/claim.ts';
import { type AppendDeps, type Appended, append } from '../../shared/ledger/append.ts';
import { applyEffects } from '../../shared/ledger/apply-effects.ts';
import { creditAccount } from '../../shared/ledger/credit-account.ts';
import type { EntryBody } from '../../shared/ledger/entry.ts';
import type { Enrolment, Position } from '../../shared/ledger/position.ts';
import { adjudicate } from '../../shared/policy/adjudicate.ts';
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
  const release = message.type === 'claim' ? await deps.release(message.release) : undefined;
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
  }
}

function decideClaim(
  message: Extract<SettleMessage, { type: 'claim' }>,
  common: Pick<EntryBody, 'at' | 'content' | 'raw'>,
  position: Position,
  version: number,
  release: Release,
): EntryBody {
  const claim = message.claim as ClaimForSettlement;
  const area = message.stream.slice(0, 6);
  const decision = adjudicate(claim, position, release, { area });
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
