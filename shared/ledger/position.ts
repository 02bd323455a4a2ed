// A member's position: all that deciding the next claim needs to know, and nothing else. It is carried by the
// last entry of the member's stream, so one read of the head is enough; it equals the fold of all entries (L7).

import type { Fen } from '../money/fen.ts';
import type { LocalDate } from '../time/dates.ts';

/** Schemes by the national codes' meaning: employee 310, resident 390, maternity 510, retired cadres 340 ... */
export type SchemeId = string;

/** One spell of coverage: from a day until a day (inclusive); open when `to` is missing. */
export interface CoverageSpell {
  readonly from: LocalDate;
  readonly to?: LocalDate;
  readonly scheme: SchemeId;
  /** Person class within the scheme, as the pack names it: active, retired, adult, minor, student ... */
  readonly personClass: string;
}

/**
 * A dated fact about the member that some rule may ask for: poor, civil-servant, filed chronic disease,
 * waiting, arrears, back-payment, no-account ... The packs say which facts mean what; the ledger only keeps them.
 */
export interface MemberFact {
  readonly fact: string;
  /** Detail where the fact has one: the disease filed, the employer's supplementary plan ... */
  readonly value?: string;
  readonly from: LocalDate;
  readonly to?: LocalDate;
}

/** What the bureau knows of a member. One enrolment entry states it whole; the newest statement counts. */
export interface Enrolment {
  readonly born?: LocalDate;
  readonly sex?: 'F' | 'M';
  /** Whether a personal account exists (pool-only members have none). */
  readonly hasAccount: boolean;
  readonly coverage: readonly CoverageSpell[];
  readonly facts?: readonly MemberFact[];
}

/** A stay that later claims may refer to: merges on transfer, split admissions, days between two stays. */
export interface RecentStay {
  readonly claim: string;
  readonly provider: string;
  /** Deductible level of that institution, as the pack names levels. */
  readonly level: string;
  readonly admittedOn: LocalDate;
  readonly dischargedOn: LocalDate;
  /** Deductible standard that applied, and what was really paid of it. */
  readonly deductibleStandard: Fen;
  readonly deductible: Fen;
  /** In-scope amount of the stay so far, where per-stay bands may have to go on. */
  readonly inScope?: Fen;
  readonly interim?: boolean;
}

/**
 * Counters of one benefit year: names are chosen by the mechanisms of the pack ("pooled", "stays",
 * "deductible:inpatient" ...), values are whole numbers (fen or counts). A counter that is zero is absent.
 */
export type Counters = Readonly<Record<string, number>>;

export interface Position {
  readonly enrolment?: Enrolment;
  /** Personal account in fen: credits of this benefit year and what is left from earlier ones. */
  readonly account?: { readonly year: string; readonly thisYear: Fen; readonly earlier: Fen };
  /** Benefit year (its first day's year, "2026") -> counters. Years closed for good are dropped. */
  readonly years: Readonly<Record<string, Counters>>;
  readonly stays?: readonly RecentStay[];
  /** The newest benefit year whose counters were dropped: it and older years can no longer be settled by themselves. */
  readonly closed?: string;
  /** The latest service day that is settled, where the pack decides by the day of service: what is earlier comes late. */
  readonly servedUntil?: LocalDate;
}

/** The position of a member of whom nothing is known yet. */
export const EMPTY_POSITION: Position = { years: {} };

/** What one decision changes in a position. A settlement's mirror image is the same with every sign turned. */
export interface Effects {
  /** Benefit year -> counter -> difference. */
  readonly counters: Readonly<Record<string, Counters>>;
  /** Paid from the personal account (positive), from what is left of earlier years and from this year's credits. */
  readonly account?: { readonly earlier: Fen; readonly thisYear: Fen };
  /** The stay to remember. */
  readonly stay?: RecentStay;
}
