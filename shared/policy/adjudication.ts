// The answer of `adjudicate`: who pays what, and why. Pure data; it can be stored, compared and printed.

import type { Effects } from '../ledger/position.ts';
import { type Fen, ZERO } from '../money/fen.ts';
import type { LocalDate } from '../time/dates.ts';

/** The books that are kept apart: one fund never pays for another. Order of this list = order of display. */
export const FUNDS = [
  'pooled', // 统筹基金, hifp_pay
  'large', // 职工大额医疗费用补助, hifob_pay
  'critical', // 城乡居民大病保险 / 大病互助, hifmi_pay
  'civil-servant', // 公务员医疗补助, cvlserv_pay
  'enterprise', // 企业补充医疗保险, hifes_pay
  'relief', // 医疗救助, maf_pay
  'maternity', // 生育保险基金
  'special', // 离休、伤残军人等特殊人群医疗基金, hifdm_pay
  'other', // 其他支出, oth_pay
] as const;
export type Fund = (typeof FUNDS)[number];

/**
 * The parts of one bill, in fen. Identities (checked before every write, shared/ledger/identities.ts):
 *   billed   = selfPaid + overLimit + firstPay + inScope
 *   inScope  = deductible + funds' shares of the in-scope part + person's share in scope
 *   billed   = sum of funds + account + cash + hospital
 */
export interface Amounts {
  readonly billed: Fen;
  /** 全自费: outside the catalogue. */
  readonly selfPaid: Fen;
  /** 超限价: above the price limit. */
  readonly overLimit: Fen;
  /** 先行自付: the member's first-pay share of class-B items. */
  readonly firstPay: Fen;
  /** 符合政策范围. */
  readonly inScope: Fen;
  /** 起付线 really charged by this settlement. */
  readonly deductible: Fen;
  /** Only funds that pay something. */
  readonly funds: Readonly<Partial<Record<Fund, Fen>>>;
  /** 个人账户. */
  readonly account: Fen;
  /** 个人现金. */
  readonly cash: Fen;
  /** 医院负担. */
  readonly hospital: Fen;
}

/** No money at all. A claim that is denied is no bill: nothing is counted of it. */
export const NO_AMOUNTS: Amounts = {
  billed: ZERO,
  selfPaid: ZERO,
  overLimit: ZERO,
  firstPay: ZERO,
  inScope: ZERO,
  deductible: ZERO,
  funds: {},
  account: ZERO,
  cash: ZERO,
  hospital: ZERO,
};

/** Where a number comes from: a source of the pack. */
export interface Citation {
  /** Key of the source in the pack's `sources`. */
  readonly source: string;
  /** Title of the document, resolved, for people. */
  readonly title: string;
  readonly clause?: string;
  /** Where the number stands in the pack: "inpatient.pooled.deductible.standard[level 3, class active]". */
  readonly parameter?: string;
  /** S, A, B, C, D of the reference: S and A are official; B and C are not the bureau's own publication; D is unverified. */
  readonly tier: string;
}

/**
 * One step of the computation: which rule, on what, giving what, because of which clause. It holds codes and
 * numbers only; `sentenceOf(step)` in explain.ts writes the Chinese and the English sentence when somebody reads it.
 */
export interface Step {
  /** Name of the rule that made the step: its file under rules/. */
  readonly rule: string;
  /** Name of the layer, counter or parameter inside the pack, where there is more than one. */
  readonly of?: string;
  readonly amountIn: Fen;
  readonly amountOut: Fen;
  /** Who bears what this step decides, in fen: a fund, the member, the account. */
  readonly bears: Readonly<Record<string, Fen>>;
  /** The numbers that the sentence needs: ratio in basis points, thresholds in fen, ordinals. */
  readonly facts?: Readonly<Record<string, string | number>>;
  readonly citations: readonly Citation[];
}

/** What the lines came to, so that a replay of an old entry needs no catalogue (design 3: the adjudicated basis). */
export interface Basis {
  readonly selfPaid: Fen;
  readonly overLimit: Fen;
  readonly firstPay: Fen;
  readonly inScope: Fen;
  /** In-scope amount per category that some rule of the pack asks for. */
  readonly categories?: Readonly<Record<string, Fen>>;
  /** Quantity (x 10^4) per category that some rule of the pack asks for. */
  readonly quantities?: Readonly<Record<string, number>>;
  /** Stable codes of what the lines make suspicious, for the review rules. */
  readonly flags?: readonly string[];
  /** A stay that is split at the end of the benefit year: the part served before the year of discharge. */
  readonly earlierYear?: Omit<Basis, 'earlierYear'>;
}

/** What a line came to; recomputed on demand, never stored. */
export interface LineResult {
  readonly lineNo: number;
  readonly amount: Fen;
  readonly selfPaid: Fen;
  readonly overLimit: Fen;
  readonly firstPay: Fen;
  readonly inScope: Fen;
  /** A, B, C (甲 乙 丙) or the pack's special classes. */
  readonly itemClass: string;
  /** Why, as a stable code: "class-a", "not-in-catalogue", "restricted-use" ... */
  readonly because: string;
}

/** Nothing is payable: a stable code, and what a sentence about it needs. The sentences are in denials.ts. */
export interface Denial {
  readonly code: string;
  readonly facts?: Readonly<Record<string, string | number>>;
  readonly citations?: readonly Citation[];
}

export interface Payable {
  readonly outcome: 'payable';
  /** The benefit year and the day whose policy applied. */
  readonly benefitYear: string;
  readonly servedOn: LocalDate;
  readonly scheme: string;
  readonly benefit: string;
  readonly amounts: Amounts;
  readonly basis: Basis;
  readonly effects: Effects;
  readonly steps: readonly Step[];
}

/** The benefit responsible for a claim. */
export interface Under {
  readonly scheme: string;
  readonly benefit: string;
  readonly benefitYear: string;
}

export interface Denied {
  readonly outcome: 'denied';
  readonly servedOn: LocalDate;
  readonly billed: Fen;
  readonly denial: Denial;
  /** Where the claim got as far as its lines: what they came to, and the benefit that would have paid. */
  readonly basis?: Basis;
  readonly under?: Under;
  readonly steps: readonly Step[];
}

/** A person has to look first. Holds no counter, blocks nobody. */
export interface Pended {
  readonly outcome: 'pended';
  readonly servedOn: LocalDate;
  readonly billed: Fen;
  readonly reasons: readonly Denial[];
  /** Where the claim got as far as its lines. */
  readonly basis?: Basis;
  readonly steps: readonly Step[];
}

export type Adjudication = Payable | Denied | Pended;
