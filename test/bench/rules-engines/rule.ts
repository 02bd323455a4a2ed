// The rule that the engines are compared on: inpatient care of an active member under the Beijing employee pack, up to
// what the pooled fund and the large-amount fund pay. This file asks our own adjudicator; it needs no other package.

import type { ClaimForSettlement } from '../../../shared/claim/claim.ts';
import type { Position } from '../../../shared/ledger/position.ts';
import type { Fen } from '../../../shared/money/fen.ts';
import type { ClaimHeader } from '../../../shared/claim/claim.ts';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import type { Basis } from '../../../shared/policy/adjudication.ts';
import { localDate } from '../../../shared/time/dates.ts';
import { release } from '../fixtures.ts';

export const BEIJING = '110000';
/** Without steps: neither of the two engines explains, so ours does not have to. */
export const CONTEXT = { area: BEIJING, withoutSteps: true } as const;

export type Level = '1' | '2' | '3';

/** What the rule depends on: amounts in whole fen. */
export interface Facts {
  readonly level: Level;
  /** First stay of the year, second ... */
  readonly ordinal: number;
  readonly inScope: number;
  /** Paid by the two funds earlier in the year; their caps are yearly. */
  readonly usedPooled: number;
  readonly usedLarge: number;
}

/** The same with the in-scope amounts of the lines in place of their sum. */
export type FactsOfLines = Omit<Facts, 'inScope'> & { readonly lines: readonly number[] };

/** What the two funds pay, in fen. */
export interface FundShare {
  readonly pooled: number;
  readonly large: number;
}

/** What our adjudicator takes: it reads level, ordinal and what was paid from claim, release and position. */
export interface OurInput {
  readonly header: ClaimHeader;
  readonly basis: Basis;
  readonly position: Position;
}

export function ours({ header, basis, position }: OurInput): FundShare {
  const answer = adjudicateBasis(header, basis, position, release, CONTEXT);
  if (answer.outcome !== 'payable') throw new Error(`a claim of the comparison is ${answer.outcome}`);
  const { pooled = 0, large = 0 } = answer.amounts.funds;
  return { pooled, large };
}

/** From the amounts of the lines; the other parts of the bill stay as they are. */
export function oursOfLines(input: OurInput & { readonly lines: readonly number[] }): FundShare {
  let inScope = 0;
  for (const amount of input.lines) inScope += amount;
  return ours({ ...input, basis: { ...input.basis, inScope: inScope as Fen } });
}

/** An active member with so many stays behind, and with what the funds paid for them. */
export const memberWith = ({
  ordinal,
  usedPooled,
  usedLarge,
}: Omit<Facts, 'level' | 'inScope'>): Position => ({
  enrolment: {
    hasAccount: true,
    coverage: [{ from: localDate('2020-01-01'), scheme: '310', personClass: 'active' }],
  },
  years: {
    '2025': { stays: ordinal - 1, 'inpatient.pooled': usedPooled, 'inpatient.large': usedLarge },
  },
});

const HOSPITALS: Readonly<Record<Level, string>> = { '1': 'H0021', '2': 'H0011', '3': 'H0001' };

/** A bill that is in scope to the last fen. */
export function stayOf(facts: Facts): OurInput {
  const claim: Omit<ClaimForSettlement, 'lines'> = {
    claimNo: 'C1',
    encounter: 'inpatient',
    admittedOn: localDate('2025-05-01'),
    dischargedOn: localDate('2025-05-09'),
    billedFen: facts.inScope as Fen,
    providerId: HOSPITALS[facts.level],
  };
  const nothing = 0 as Fen;
  return {
    header: claim,
    basis: { selfPaid: nothing, overLimit: nothing, firstPay: nothing, inScope: facts.inScope as Fen },
    position: memberWith(facts),
  };
}
