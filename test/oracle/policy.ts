// The family of policies that the oracle knows: what cities really differ on, in the oracle's own words, and the pack
// that says the same. Amounts are fen, ratios basis points, both BigInt.

import type { PackDocument } from '../../shared/policy/pack/schema.ts';

export const LEVELS = ['1', '2', '3'] as const;
export const CLASSES = ['active', 'retired'] as const;
export type Level = (typeof LEVELS)[number];
export type PersonClass = (typeof CLASSES)[number];
export type Part =
  | 'deductible'
  | 'share'
  | 'above-cap'
  | 'first-share'
  | 'first-pay'
  | 'over-limit'
  | 'self-paid';

export interface Policy {
  readonly layers: readonly Layer[];
  readonly rounding: {
    readonly mode: 'half-up' | 'down' | 'up';
    readonly unit: bigint;
    readonly eachBand: boolean;
  };
  /** From which balance which parts are paid, in this order; missing: never. */
  readonly account?: readonly { readonly balance: 'earlier' | 'this-year'; readonly pays: readonly Part[] }[];
}

export interface Layer {
  readonly fund: 'pooled' | 'large' | 'critical' | 'civil-servant' | 'relief';
  /** Missing: what is in scope and taken by nobody. */
  readonly base?: readonly Part[];
  readonly firstShare?: bigint;
  readonly deductible?: Deductible;
  readonly bands: {
    readonly per: 'stay' | 'year';
    readonly gross: boolean;
    /** The last one may be open. */
    readonly table: readonly {
      readonly upTo?: bigint;
      readonly ratio: Readonly<Record<Level, Readonly<Record<PersonClass, bigint>>>>;
    }[];
  };
  readonly changes: readonly RatioChange[];
  readonly caps: readonly Cap[];
}

export interface Deductible {
  readonly per: 'stay' | 'year';
  readonly standard: Readonly<Record<Level, bigint>>;
  /** For the stays of the year from this ordinal on. */
  readonly changes: readonly {
    readonly from: number;
    readonly how: 'times' | 'less' | 'lessEach' | 'waive' | 'value';
    readonly value: bigint;
    readonly atLeast?: bigint;
  }[];
  readonly yearlyMax?: bigint;
  /** False: a threshold, above which everything counts. */
  readonly deducts: boolean;
}

export interface RatioChange {
  readonly only?: PersonClass;
  readonly how: 'points' | 'selfPayTimes' | 'times' | 'value' | 'pointsPerYearOfAge';
  readonly value: bigint;
  readonly atMost?: bigint;
  readonly atLeast?: bigint;
}

export interface Cap {
  readonly per: 'claim' | 'year';
  readonly amount: bigint;
  readonly counts: 'fund' | 'fund+share' | 'in-scope';
}

// ---- as a pack

const money = (fen: bigint): string => `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`;
const percent = (points: bigint): string => {
  const size = points < 0n ? -points : points;
  return `${points < 0n ? '-' : ''}${size / 100n}.${String(size % 100n).padStart(2, '0')}%`;
};
const COUNTS = {
  fund: ['fund'],
  'fund+share': ['fund', 'share'],
  'in-scope': ['fund', 'share', 'deductible'],
} as const;

export function packOf(policy: Policy): PackDocument {
  const { mode, unit, eachBand } = policy.rounding;
  return {
    area: '990000',
    name: 'random',
    scheme: '310',
    sources: { own: { title: 'own', tier: 'D' } },
    from: '2020-01-01',
    source: 'own',
    levels: { '1': 'one', '2': 'two', '3': 'three' },
    classes: { active: 'active', retired: 'retired' },
    rounding: { mode, digits: unit === 1n ? 2 : unit === 10n ? 1 : 0, each: eachBand ? 'band' : 'fund' },
    benefits: [
      {
        id: 'inpatient',
        encounters: ['inpatient'],
        layers: policy.layers.map((layer, at) => ({ id: `layer-${at}`, ...layerOf(layer) })),
        ...(policy.account ? { account: { use: 'always', order: policy.account } } : {}),
      },
    ],
  } as unknown as PackDocument;
}

function layerOf({ fund, base, firstShare, deductible, bands, changes, caps }: Layer): object {
  return {
    fund,
    ...(base ? { base } : {}),
    ...(firstShare === undefined ? {} : { firstShare: percent(firstShare) }),
    ...(deductible ? { deductible: deductibleOf(deductible) } : {}),
    bands: {
      per: bands.per,
      thresholds: bands.gross ? 'gross' : 'above-deductible',
      table: bands.table.map(({ upTo, ratio }) => ({
        ...(upTo === undefined ? {} : { upTo: money(upTo) }),
        ratio: {
          by: ['level', 'class'],
          table: Object.fromEntries(
            LEVELS.map((level) => [
              level,
              Object.fromEntries(CLASSES.map((each) => [each, percent(ratio[level][each])])),
            ]),
          ),
        },
      })),
    },
    ...(changes.length === 0
      ? {}
      : {
          adjust: changes.map(({ only, how, value, atMost, atLeast }) => ({
            ...(only ? { when: { class: only } } : {}),
            [how]: percent(value),
            ...(atMost === undefined ? {} : { atMost: percent(atMost) }),
            ...(atLeast === undefined ? {} : { atLeast: percent(atLeast) }),
          })),
        }),
    ...(caps.length === 0
      ? {}
      : {
          caps: caps.map(({ per, amount, counts }) => ({
            per,
            amount: money(amount),
            counts: COUNTS[counts],
          })),
        }),
  };
}

function deductibleOf({ per, standard, changes, yearlyMax, deducts }: Deductible): object {
  return {
    per,
    standard: {
      by: ['level'],
      table: Object.fromEntries(LEVELS.map((level) => [level, money(standard[level])])),
    },
    ...(changes.length === 0
      ? {}
      : {
          adjust: changes.map(({ from, how, value, atLeast }) => ({
            when: { ordinal: `${from}+` },
            [how]: how === 'waive' ? true : how === 'times' ? percent(value) : money(value),
            ...(atLeast === undefined ? {} : { atLeast: money(atLeast) }),
          })),
        }),
    ...(yearlyMax === undefined ? {} : { yearlyMax: money(yearlyMax) }),
    ...(deducts ? {} : { deducts: false }),
  };
}
