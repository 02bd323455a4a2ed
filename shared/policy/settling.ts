// The working state of one settlement: what is still undecided, what each fund pays, what the member bears part by
// part, which counters move. The rules write here; adjudicate.ts turns it into the answer. Lives for one call.

import type { Counters } from '../ledger/position.ts';
import type { Basis, Citation, Step } from './adjudication.ts';
import type { Circumstances } from './circumstances.ts';
import type { CompiledBenefit, CompiledPolicy, Counter } from './pack/compile.ts';
import { PARTS } from './pack/schema.ts';

/** Numbers of the parts a member bears, as in PARTS. */
export const PART = {
  deductible: PARTS.indexOf('deductible'),
  share: PARTS.indexOf('share'),
  firstShare: PARTS.indexOf('first-share'),
  aboveCap: PARTS.indexOf('above-cap'),
  beyondLimit: PARTS.indexOf('beyond-limit'),
  firstPay: PARTS.indexOf('first-pay'),
  overLimit: PARTS.indexOf('over-limit'),
  selfPaid: PARTS.indexOf('self-paid'),
} as const;

/** Counters that outlive the benefit year are kept under this "year". */
export const EVER = 'ever';
const NO_COUNTERS: Counters = {};
export const NO_CITATIONS: readonly Citation[] = [];

/** What a layer paid, so that a limit on the total can take the last payments back. */
export interface LayerPayment {
  readonly payer: number;
  readonly paid: number;
  /** What the fund's caps leave after it. */
  readonly room: number;
  readonly caps: readonly Counter[];
}

export class Settling {
  readonly c: Circumstances;
  readonly policy: CompiledPolicy;
  readonly benefit: CompiledBenefit;
  readonly basis: Basis;
  readonly year: string;
  readonly steps: Step[] = [];
  /** In-scope amount that no layer has taken yet. */
  undecided: number;
  /** In-scope deductible really charged. */
  deductible = 0;
  /** Deductible standard of the stay, for later merges. */
  standard = 0;
  /** Part of the fund's ratio that is paid, in basis points: 5,000 while the benefit is halved. */
  readonly benefitTimes: number;
  readonly timesCitations: readonly Citation[];
  /** Whether anybody wants the steps. */
  readonly explains: boolean;
  readonly parts: number[] = [0, 0, 0, 0, 0, 0, 0, 0];
  /** What each payer pays, by number. */
  readonly payers: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  readonly payments: LayerPayment[] = [];
  moved: Record<string, number> | undefined = undefined;
  movedForEver: Record<string, number> | undefined = undefined;
  readonly #counters: Counters;
  readonly #ever: Counters;

  constructor(
    c: Circumstances,
    policy: CompiledPolicy,
    benefit: CompiledBenefit,
    basis: Basis,
    year: string,
    benefitTimes: number,
    timesCitations: readonly Citation[],
    explains: boolean,
  ) {
    this.c = c;
    this.policy = policy;
    this.benefit = benefit;
    this.basis = basis;
    this.year = year;
    this.benefitTimes = benefitTimes;
    this.timesCitations = timesCitations;
    this.explains = explains;
    this.undecided = basis.inScope;
    this.parts[PART.firstPay] = basis.firstPay;
    this.parts[PART.overLimit] = basis.overLimit;
    this.parts[PART.selfPaid] = basis.selfPaid;
    this.#counters = c.position.years[year] ?? NO_COUNTERS;
    this.#ever = c.position.years[EVER] ?? NO_COUNTERS;
  }

  /** Joins the part of a split stay that was paid under the year before. */
  addEarlierYear(before: Settling): void {
    before.parts.forEach((amount, part) => this.bear(part, amount));
    before.payers.forEach((amount, payer) => this.pay(payer, amount));
    for (const { payer, paid } of before.payments) this.payments.push({ payer, paid, room: 0, caps: [] });
    this.deductible += before.deductible;
    this.standard = Math.max(this.standard, before.standard);
  }

  /** Whether the bands of a stay go on where the stay it continues ended. */
  continuesBands(): boolean {
    return this.c.continuation !== undefined && (this.benefit.merge?.bands ?? 'continue') === 'continue';
  }

  /** A counter as it stands now, what this claim has added included. */
  read(counter: Counter): number {
    const key = counter.key(this.c);
    return counter.ever
      ? (this.#ever[key] ?? 0) + (this.movedForEver?.[key] ?? 0)
      : (this.#counters[key] ?? 0) + (this.moved?.[key] ?? 0);
  }

  add(counter: Counter, amount: number): void {
    if (amount === 0) return;
    const key = counter.key(this.c);
    const moved = counter.ever ? (this.movedForEver ??= {}) : (this.moved ??= {});
    const sum = (moved[key] ?? 0) + amount;
    if (sum === 0) delete moved[key];
    else moved[key] = sum;
  }

  pay(payer: number, amount: number): void {
    this.payers[payer] = this.payers[payer]! + amount;
  }

  bear(part: number, amount: number): void {
    this.parts[part] = this.parts[part]! + amount;
  }

  /** Notes a step. Codes and numbers only, in one shape: sentences are made when somebody reads them. */
  step(
    rule: string,
    of: string,
    amountIn: number,
    amountOut: number,
    bears: Record<string, number>,
    citations: readonly Citation[],
    facts: Record<string, string | number>,
  ): void {
    if (!this.explains) return;
    this.steps.push({ rule, of, amountIn, amountOut, bears, facts, citations } as unknown as Step);
  }
}

/** Citations of two parameters together. */
export const cited = (first: readonly Citation[], second: readonly Citation[]): readonly Citation[] =>
  second.length === 0 ? first : first.length === 0 ? second : [...first, ...second];
