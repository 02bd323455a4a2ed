// An entry: one fact in a member's stream, for ever. The stored form and its hash are in codec.ts.

import type { Amounts, Basis, Denial, Under } from '../policy/adjudication.ts';
import type { ClaimHeader } from '../claim/claim.ts';
import type { Fen } from '../money/fen.ts';
import type { LocalDate } from '../time/dates.ts';
import type { Effects, Enrolment, Position } from './position.ts';

/** "130300#Qx3..." : pooling area and the member's pseudonym. The consistency unit, and the queue's message group. */
export type StreamKey = string;

/** The pooling area of a stream. */
export const areaOf = (stream: StreamKey): string => stream.slice(0, stream.indexOf('#'));

interface Common {
  /** When the message that caused it was sent, epoch milliseconds; never the clock of whoever writes. */
  readonly at: number;
  /** Identity of the record's content: the same number with other content is a conflict. */
  readonly content: string;
  /** Where the raw record lies in a newline-delimited batch: first byte and length. */
  readonly raw?: readonly [fromByte: number, bytes: number];
  /** The pended entry that a reviewer decided by this one: it knows where the claim itself lies. */
  readonly resolves?: number;
  /** Position after this entry. */
  readonly position: Position;
}

/** Decided and final: who pays what. */
export interface Settlement extends Common {
  readonly kind: 'settlement';
  /** 1 for the first settlement of a claim number, one more after each reversal. */
  readonly version: number;
  readonly release: string;
  readonly servedOn: LocalDate;
  readonly benefitYear: string;
  readonly scheme: string;
  readonly benefit: string;
  readonly amounts: Amounts;
  readonly header: ClaimHeader;
  readonly basis: Basis;
  readonly effects: Effects;
  /** The held denial of the same number whose place it takes. */
  readonly replaces?: number;
  /** A late claim, where the pack decides by the day of service: what it makes of those that follow it. */
  readonly adjustments?: readonly Adjustment[];
}

/** Decided, and nothing is payable. The number may be posted again. */
export interface DenialEntry extends Common {
  readonly kind: 'denial';
  readonly release: string;
  readonly servedOn: LocalDate;
  readonly billed: Fen;
  readonly denial: Denial;
  /** Of the claim as it was decided: after a review, as the reviewer left it. */
  readonly header: ClaimHeader;
  /** Where the claim got as far as its lines. */
  readonly basis?: Basis;
  /** The quote it named, where it got as far as its lines: it is paid exactly as quoted, or stays denied. */
  readonly quoteId?: string;
  /**
   * Where the pack decides by the day of service, a claim that a rule or a limit denied keeps its place: it is decided
   * again with the others, and may come to life by what happens to them.
   */
  readonly held?: Under & {
    /** Counted with the settlements of the number. */
    readonly version: number;
  };
  /** The held denial of the same number whose place it takes. */
  readonly replaces?: number;
  /** A held denial that came late: settlements that come to something else now. */
  readonly adjustments?: readonly Adjustment[];
}

/** A person has to look first. */
export interface PendEntry extends Common {
  readonly kind: 'pend';
  readonly release: string;
  readonly servedOn: LocalDate;
  readonly billed: Fen;
  readonly reasons: readonly Denial[];
  readonly header: ClaimHeader;
  /** Where the claim got as far as its lines. */
  readonly basis?: Basis;
  /** The held denial of the same number whose place it takes. */
  readonly replaces?: number;
}

/** The same claim, posted again in another batch: points to the entry that decided it. */
export interface RepeatEntry extends Common {
  readonly kind: 'repeat';
  readonly of: number;
}

/** The same number with other content, or held by another member: refused, nothing overwritten. */
export interface ConflictEntry extends Common {
  readonly kind: 'conflict';
  readonly code: 'other-content' | 'number-held-by-another-member';
  /** Entry of this stream that holds the number; missing when another member's stream does. */
  readonly with?: number;
}

/** A reviewer's or corrector's record that does not fit what stands: nothing changes. */
export interface RefusalEntry extends Common {
  readonly kind: 'refusal';
  readonly code: RefusalCode;
  readonly facts?: Readonly<Record<string, string | number>>;
}
export type RefusalCode =
  | 'nothing-pended'
  | 'nothing-to-reverse'
  | 'already-reversed'
  | 'claim-changed-meanwhile'
  | 'refund-does-not-fit'
  | 'refund-not-decidable'
  | 'later-claims-stand-in-the-way';

/** What a correction makes of another claim that stands: what it comes to now, and what that moves. */
export interface Adjustment {
  readonly of: number;
  readonly claimKey: string;
  /** All zero when it is denied now. */
  readonly amounts: Amounts;
  readonly moved: Effects;
  /** Why nothing is payable any more. */
  readonly denial?: Denial;
}

/** Undoes one settlement, with every difference that makes to others: atomic by construction. */
export interface ReversalEntry extends Common {
  readonly kind: 'reversal';
  /** The entry under which the settlement stood, its version, and what it had come to. */
  readonly reverses: number;
  readonly version: number;
  readonly reason: string;
  readonly undone: Amounts;
  /** The mirror image of its effects. */
  readonly effects: Effects;
  /** A refund of lines: the claim as it stands instead, as its next version. */
  readonly replacement?: {
    readonly header: ClaimHeader;
    readonly basis: Basis;
    readonly amounts: Amounts;
    readonly effects: Effects;
    /** What is left is denied in its place, and held like a denial. */
    readonly denial?: Denial;
  };
  readonly adjustments?: readonly Adjustment[];
}

/** The bureau's whole statement about the member, replacing the one before. */
export interface EnrolmentEntry extends Common {
  readonly kind: 'enrolment';
  readonly enrolment: Enrolment;
}

/** Money put into the personal account. */
export interface AccountCreditEntry extends Common {
  readonly kind: 'account-credit';
  readonly amount: Fen;
  readonly creditedOn: LocalDate;
}

export type EntryBody =
  | Settlement
  | DenialEntry
  | PendEntry
  | RepeatEntry
  | ConflictEntry
  | RefusalEntry
  | ReversalEntry
  | EnrolmentEntry
  | AccountCreditEntry;
export type EntryKind = EntryBody['kind'];

/** What an entry makes of other claims that stand. */
export const adjustmentsOf = (body: EntryBody): readonly Adjustment[] =>
  (body.kind === 'settlement' || body.kind === 'reversal' || body.kind === 'denial'
    ? body.adjustments
    : undefined) ?? [];

/** Whether an entry is a denial that is decided again with the settlements: it holds its place, and its number. */
export const isHeld = (body: EntryBody): boolean =>
  (body.kind === 'denial' && body.held !== undefined) ||
  (body.kind === 'reversal' && body.replacement?.denial !== undefined);

/** Where an entry stands, and which record of which batch it answers. */
export interface EntryPlace {
  readonly stream: StreamKey;
  /** 1, 2, 3 ... without gaps. */
  readonly seq: number;
  /** "H0001/IP2026..." : the record's number. */
  readonly claimKey: string;
  readonly batchId: string;
  /** Index among the batch's accepted records, from 0. */
  readonly batchIndex: number;
  /** Shard of the batch index it stands in (batchIndex modulo the batch's shards): where it is found, not what it says. */
  readonly shard: number;
  /** Hash of the entry before; of the stream key for the first. */
  readonly prev: string;
}

/** A stored entry: place, body, the body's exact text, and the hash over both. */
export interface Entry {
  readonly place: EntryPlace;
  readonly body: EntryBody;
  readonly text: string;
  readonly hash: string;
}
