// From a pack to something fast: for every period in which nothing changes, selectors become functions, parameters
// become short lists of choices, counters become keys. A period is compiled when its first claim arrives.

import { assert } from '../../assert.ts';
import { STAYS } from '../../claim/claim.ts';
import { type Citation, FUNDS } from '../adjudication.ts';
import type { Circumstances } from '../circumstances.ts';
import { PackError, type PackIssue } from './pack-error.ts';
import { asksAboutItem, type Choices, choicesOf, type Predicate, predicateOf } from './predicate.ts';
import {
  type AccountOn,
  type BandsOn,
  type BenefitOn,
  type CapOn,
  type Cases,
  changeDays,
  type DeductibleOn,
  type LayerOn,
  type LimitOn,
  type LinesOn,
  type MergeOn,
  type PolicyOn,
  type RatioChangeOn,
  resolveOn,
  type RuleOn,
  type TotalOn,
} from './resolve.ts';
import { type Pack, PARTS } from './schema.ts';

/** Payers by number: the funds, then the hospital's own share. */
export const HOSPITAL = FUNDS.length;
const PAYERS: readonly string[] = [...FUNDS, 'hospital'];
export const payerName = (payer: number): string => PAYERS[payer]!;
const payerOf = (fund: string): number => PAYERS.indexOf(fund);
/** Parts by number, as in PARTS. */
export const partOf = (part: string): number => PARTS.indexOf(part as (typeof PARTS)[number]);

/** A running total of the position, under a key that may depend on the claim. */
export interface Counter {
  readonly ever: boolean;
  key(c: Circumstances): string;
}

export interface CompiledChange {
  readonly test: Predicate | undefined;
  readonly citations: readonly Citation[];
}
export interface CompiledDeductible {
  readonly per: DeductibleOn['per'];
  readonly standard: Choices<number>;
  readonly adjust: readonly (CompiledChange & {
    readonly value: Choices<number> | undefined;
    readonly times: Choices<number> | undefined;
    readonly less: Choices<number> | undefined;
    readonly lessEach: Choices<number> | undefined;
    readonly lessEachShare: Choices<number> | undefined;
    readonly atLeast: Choices<number> | undefined;
    readonly waive: boolean;
  })[];
  readonly yearlyMax: Choices<number> | undefined;
  readonly everyDays: number | undefined;
  readonly deducts: boolean;
  /** What was paid in the period (of the year, for a yearly sum); undefined when nobody asks. */
  readonly paid: Counter | undefined;
  readonly paidInYear: Counter | undefined;
}
export interface CompiledRatioChange extends CompiledChange {
  readonly bands: readonly number[] | undefined;
  readonly value: Choices<number> | undefined;
  readonly points: Choices<number> | undefined;
  readonly pointsPerYearOfAge: Choices<number> | undefined;
  readonly selfPayTimes: Choices<number> | undefined;
  readonly times: Choices<number> | undefined;
  readonly atLeast: Choices<number> | undefined;
  readonly atMost: Choices<number> | undefined;
}
export interface CompiledBands {
  readonly gross: boolean;
  /** How far the bands were reached in the period; undefined when they are reached anew each stay. */
  readonly reached: Counter | undefined;
  readonly table: readonly { readonly upTo: Choices<number> | undefined; readonly ratio: Choices<number> }[];
}
export interface CompiledCap {
  readonly name: string;
  readonly amount: Choices<number>;
  /** Undefined: the cap holds for each claim by itself. */
  readonly used: Counter | undefined;
  readonly countsShare: boolean;
  readonly countsDeductible: boolean;
  readonly countsFirstShare: boolean;
}
export interface CompiledLayer {
  readonly id: string;
  readonly payer: number;
  readonly test: Predicate | undefined;
  readonly citations: readonly Citation[];
  /** Undefined: what no layer has taken yet of the in-scope amount. */
  readonly base: readonly number[] | undefined;
  readonly categories: readonly string[] | undefined;
  readonly firstShare: Choices<number> | undefined;
  readonly deductible: CompiledDeductible | undefined;
  readonly bands: CompiledBands;
  readonly adjust: readonly CompiledRatioChange[];
  readonly caps: readonly CompiledCap[];
  /** Counters of the caps that count the fund's payment but not the member's share. */
  readonly capCounters: readonly Counter[];
}
export interface CompiledRule extends CompiledChange {
  readonly deny: string | undefined;
  readonly pend: string | undefined;
  readonly times: number | undefined;
}
export interface CompiledLimit extends CompiledChange {
  readonly name: string;
  readonly counts: LimitOn['counts'];
  readonly categories: readonly string[];
  readonly max: Choices<number>;
  readonly used: Counter | undefined;
  readonly beyond: LimitOn['beyond'];
}
export interface CompiledAccount {
  readonly use: AccountOn['use'];
  readonly test: Predicate | undefined;
  readonly citations: readonly Citation[];
  readonly order: readonly { readonly earlier: boolean; readonly pays: readonly number[] }[];
}
export interface CompiledTotal extends CompiledChange {
  readonly atMost: Choices<number> | undefined;
  readonly atLeast: Choices<number> | undefined;
  readonly ofBilled: boolean;
  readonly payer: number;
}
export interface CompiledBenefit {
  readonly id: string;
  readonly test: Predicate | undefined;
  /** The rules of the pack, then the benefit's own. */
  readonly rules: readonly CompiledRule[];
  readonly limits: readonly CompiledLimit[];
  readonly crossYear: BenefitOn['crossYear'];
  readonly ordinal: { readonly counter: Counter; readonly test: Predicate | undefined } | undefined;
  readonly merge: MergeOn | undefined;
  readonly layers: readonly CompiledLayer[];
  readonly total: CompiledTotal | undefined;
  readonly account: CompiledAccount | undefined;
}
export interface CompiledLines {
  /** Rules that ask only about the claim or about nothing, and rules that ask about the item. */
  readonly rules: readonly (CompiledChange & {
    readonly firstPay: number | undefined;
    readonly selfPaid: boolean;
  })[];
  readonly firstPayBase: LinesOn['firstPayBase'];
  readonly restricted: LinesOn['restricted'];
  readonly takeHomeDaysMax: Choices<number> | undefined;
  readonly daysSupplyMax: Choices<number> | undefined;
  readonly quantities: LinesOn['quantities'];
  readonly citations: readonly Citation[];
  /** Categories that some layer or limit asks for. */
  readonly categories: ReadonlySet<string>;
}
export interface CompiledPolicy {
  readonly policy: PolicyOn;
  readonly pack: Pack;
  readonly personClass: readonly { readonly test: Predicate | undefined; readonly class: string }[];
  readonly lines: CompiledLines;
  readonly benefits: ReadonlyMap<string, readonly CompiledBenefit[]>;
  readonly yearStartsOn: string;
  readonly policyOnAdmission: boolean;
  /** Smallest unit of a payment in fen: 1, 10 or 100. */
  readonly unit: number;
  readonly roundingMode: Pack['rounding']['mode'];
  readonly roundEachBand: boolean;
}

export interface CompiledPack {
  readonly pack: Pack;
  readonly area: string;
  readonly scheme: string;
  /** The policy in force on a day; undefined before the first. */
  on(day: string): CompiledPolicy | undefined;
  /** First days of the periods in which nothing changes. */
  readonly days: readonly string[];
}

/** Compiles a pack. Throws a PackError that lists every gap, undated, uncited or unknown thing of every period. */
export function compilePack(pack: Pack): CompiledPack {
  const days = changeDays(pack);
  const issues: PackIssue[] = [];
  const policies = days.map((day): PolicyOn | undefined => {
    try {
      return resolveOn(pack, day);
    } catch (error) {
      if (!(error instanceof PackError)) throw error;
      issues.push(...error.issues);
      return undefined;
    }
  });
  if (days.length === 0) issues.push({ path: '', message: 'nothing in the pack has a `from`' });
  if (issues.length > 0) throw new PackError(pack, issues);
  const compiled: (CompiledPolicy | undefined)[] = days.map(() => undefined);
  return {
    pack,
    area: pack.area,
    scheme: pack.scheme,
    days,
    on(day) {
      for (let i = days.length - 1; i >= 0; i--) {
        if (days[i]! > day) continue;
        const policy = policies[i]!;
        if (policy.benefits.length === 0) return undefined;
        return (compiled[i] ??= compilePolicy(policy));
      }
      return undefined;
    },
  };
}

/** Compiles what a pack says on one day. */
export function compilePolicy(policy: PolicyOn): CompiledPolicy {
  const { pack } = policy;
  const counterOf = counters(pack);
  const benefits = new Map<string, CompiledBenefit[]>();
  for (const benefit of policy.benefits) {
    const compiled = compileBenefit(benefit, policy.rules, counterOf);
    for (const encounter of benefit.encounters)
      benefits.set(encounter, [...(benefits.get(encounter) ?? []), compiled]);
  }
  const asked = policy.benefits.flatMap((b) => [
    ...b.layers.flatMap((l) => l.categories ?? []),
    ...b.limits.flatMap((l) => l.categories),
  ]);
  return {
    policy,
    pack,
    personClass: policy.personClass.map((rule) => ({ test: predicateOf(rule.when), class: rule.class })),
    lines: {
      rules: policy.lines.rules.map((rule) => ({
        test: predicateOf(rule.when),
        citations: rule.citations,
        firstPay: rule.firstPay,
        selfPaid: rule.selfPaid,
      })),
      firstPayBase: policy.lines.firstPayBase,
      restricted: policy.lines.restricted,
      takeHomeDaysMax: maybe(policy.lines.takeHomeDaysMax),
      daysSupplyMax: maybe(policy.lines.daysSupplyMax),
      quantities: policy.lines.quantities,
      citations: policy.lines.citations,
      categories: new Set(asked),
    },
    benefits,
    yearStartsOn: pack.benefitYear.startsOn,
    policyOnAdmission: pack.benefitYear.policyOn === 'admission',
    unit: 10 ** (2 - pack.rounding.digits),
    roundingMode: pack.rounding.mode,
    roundEachBand: pack.rounding.each === 'band',
  };
}

type CounterOf = (
  name: string,
  per: CapOn['per'] | DeductibleOn['per'],
  each: readonly string[],
) => Counter | undefined;

const maybe = (cases: Cases<number> | undefined): Choices<number> | undefined => cases && choicesOf(cases);
const change = (block: {
  when: Parameters<typeof predicateOf>[0];
  citations: readonly Citation[];
}): CompiledChange => ({
  test: predicateOf(block.when),
  citations: block.citations,
});
const compileRule = (rule: RuleOn): CompiledRule => {
  assert(!rule.when.some(asksAboutItem), 'rules of claims do not ask about items');
  return { ...change(rule), deny: rule.deny, pend: rule.pend, times: rule.times };
};

/** Names of counters: what, then the period where it is shorter than a year, then what they are kept apart by. */
function counters(pack: Pack): CounterOf {
  const { prefix, shared } = pack.counters;
  return (name, per, each) => {
    if (per === 'claim' || per === 'stay') return undefined;
    const stem = prefix !== undefined && !shared.includes(name) ? prefix + name : name;
    const ever = per === 'ever';
    if (each.length === 0 && (per === 'year' || ever)) return { ever, key: () => stem };
    return {
      ever,
      key: (c) => stem + periodSuffix(per, c.on) + each.map((by) => `:${EACH_READERS[by]!(c)}`).join(''),
    };
  };
}

const periodSuffix = (per: string, on: string): string =>
  per === 'month'
    ? `@${on.slice(5, 7)}`
    : per === 'quarter'
      ? `@q${Math.ceil(Number(on.slice(5, 7)) / 3)}`
      : per === 'day'
        ? `@${on.slice(5, 7)}${on.slice(8, 10)}`
        : '';

const EACH_READERS: Readonly<Record<string, (c: Circumstances) => string>> = {
  provider: (c) => c.provider.id,
  level: (c) => c.providerOn.deductibleLevel,
  disease: (c) => c.header.chronicDisease ?? '',
  class: (c) => c.personClass,
  encounter: (c) => c.header.encounter,
};

function compileBenefit(
  benefit: BenefitOn,
  rulesOfPack: readonly RuleOn[],
  counterOf: CounterOf,
): CompiledBenefit {
  const stays = benefit.encounters.some((encounter) => STAYS.has(encounter));
  const ordinal = benefit.ordinal ?? (stays ? { counter: 'stays', each: [], when: [] } : undefined);
  return {
    id: benefit.id,
    test: predicateOf(benefit.when),
    crossYear: benefit.crossYear,
    rules: [...rulesOfPack, ...benefit.rules].map(compileRule),
    limits: benefit.limits.map((limit) => ({
      ...change(limit),
      name: limit.name,
      counts: limit.counts,
      categories: limit.categories,
      max: choicesOf(limit.max),
      used: counterOf(limit.name, limit.per, limit.each),
      beyond: limit.beyond,
    })),
    ordinal: ordinal && {
      counter: counterOf(ordinal.counter, 'year', ordinal.each)!,
      test: predicateOf(ordinal.when),
    },
    merge: benefit.merge,
    layers: benefit.layers.map((layer) => compileLayer(layer, counterOf)),
    total: benefit.total && compileTotal(benefit.total),
    account: benefit.account && {
      use: benefit.account.use,
      test: predicateOf(benefit.account.when),
      citations: benefit.account.citations,
      order: benefit.account.order.map(({ balance, pays }) => ({
        earlier: balance === 'earlier',
        pays: pays.map(partOf),
      })),
    },
  };
}

const compileTotal = (total: TotalOn): CompiledTotal => ({
  ...change(total),
  atMost: maybe(total.atMost),
  atLeast: maybe(total.atLeast),
  ofBilled: total.of === 'billed',
  payer: payerOf(total.fund),
});

function compileLayer(layer: LayerOn, counterOf: CounterOf): CompiledLayer {
  const caps = layer.caps.map((cap) => ({
    name: cap.name,
    amount: choicesOf(cap.amount),
    used: counterOf(cap.name, cap.per, cap.each),
    countsShare: cap.counts.includes('share'),
    countsDeductible: cap.counts.includes('deductible'),
    countsFirstShare: cap.counts.includes('first-share'),
  }));
  return {
    id: layer.id,
    payer: payerOf(layer.fund),
    test: predicateOf(layer.when),
    citations: layer.citations,
    base: layer.base === 'in-scope' ? undefined : layer.base.map(partOf),
    categories: layer.categories,
    firstShare: maybe(layer.firstShare),
    deductible: layer.deductible && compileDeductible(layer.deductible, counterOf),
    bands: compileBands(layer.bands, counterOf),
    adjust: layer.adjust.map(compileRatioChange),
    caps,
    capCounters: caps.flatMap((cap) => (cap.countsShare ? [] : (cap.used ?? []))),
  };
}

const compileBands = (bands: BandsOn, counterOf: CounterOf): CompiledBands => ({
  gross: bands.thresholds === 'gross',
  reached: counterOf(bands.counter, bands.per, bands.each),
  table: bands.table.map(({ upTo, ratio }) => ({ upTo: maybe(upTo), ratio: choicesOf(ratio) })),
});

const compileRatioChange = (c: RatioChangeOn): CompiledRatioChange => ({
  ...change(c),
  bands: c.bands,
  value: maybe(c.value),
  points: maybe(c.points),
  pointsPerYearOfAge: maybe(c.pointsPerYearOfAge),
  selfPayTimes: maybe(c.selfPayTimes),
  times: maybe(c.times),
  atLeast: maybe(c.atLeast),
  atMost: maybe(c.atMost),
});

function compileDeductible(d: DeductibleOn, counterOf: CounterOf): CompiledDeductible {
  const paid = counterOf(d.counter, d.per, d.each);
  return {
    per: d.per,
    standard: choicesOf(d.standard),
    adjust: d.adjust.map((c) => ({
      ...change(c),
      value: maybe(c.value),
      times: maybe(c.times),
      less: maybe(c.less),
      lessEach: maybe(c.lessEach),
      lessEachShare: maybe(c.lessEachShare),
      atLeast: maybe(c.atLeast),
      waive: c.waive,
    })),
    yearlyMax: maybe(d.yearlyMax),
    everyDays: d.everyDays,
    deducts: d.deducts,
    paid,
    // A yearly sum is its own counter unless the deductible already counts by the year as a whole.
    paidInYear:
      d.yearlyMax === undefined
        ? undefined
        : d.per === 'year' && d.each.length === 0
          ? paid
          : counterOf(`${d.counter}-sum`, 'year', []),
  };
}
