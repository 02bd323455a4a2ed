// The rule in json-rules-engine. Its conditions choose the deductible, the bands, the ratios and the caps; its events
// carry them. It has no arithmetic, so the money is reckoned in plain TypeScript from the events: whole fen times basis
// points, floor((n + 5000) / 10000), exact below 2^53. Constructed once; a run waits for the one before, since an
// engine that finishes one run makes another that just begins skip its rules (its state is one field): wrong shares.

import type { Facts, FactsOfLines, FundShare, Level } from './rule.ts';

interface Almanac {
  factValue(id: string): Promise<unknown>;
}
interface Event {
  readonly type: string;
  readonly params?: unknown;
}
interface Rule {
  readonly conditions: { readonly all: readonly Condition[] };
  readonly event: Event;
}
interface Condition {
  readonly fact: string;
  readonly operator: string;
  readonly value: string | number;
}
interface Engine {
  addFact(id: string, value: (params: unknown, almanac: Almanac) => unknown): void;
  run(facts: object): Promise<{ readonly events: readonly Event[]; readonly almanac: Almanac }>;
}
/** As much of the package as is used here: it may not be installed when types are checked. */
export interface JsonRulesModule {
  readonly Engine: new (rules: readonly Rule[]) => Engine;
}

interface Band {
  readonly low: number;
  readonly high: number;
  readonly ratio: number;
}

const band = (low: number, high: number, ratio: number): Band => ({ low, high, ratio });
const BANDS: Readonly<Record<Level, readonly Band[]>> = {
  '1': [band(0, 3_000_000, 9_000), band(3_000_000, 4_000_000, 9_500), band(4_000_000, 10_000_000, 9_700)],
  '2': [band(0, 3_000_000, 8_700), band(3_000_000, 4_000_000, 9_200), band(4_000_000, 10_000_000, 9_700)],
  '3': [band(0, 3_000_000, 8_500), band(3_000_000, 4_000_000, 9_000), band(4_000_000, 10_000_000, 9_500)],
};

const rule = (all: readonly Condition[], type: string, params: unknown): Rule => ({
  conditions: { all },
  event: { type, params },
});
const is = (fact: string, operator: string, value: string | number): Condition => ({ fact, operator, value });

const COMMON: readonly Rule[] = [
  rule([is('ordinal', 'equal', 1)], 'deductible', 130_000),
  rule([is('ordinal', 'greaterThanInclusive', 2)], 'deductible', 65_000),
  rule([is('usedPooled', 'lessThan', 10_000_000)], 'pooled-cap', 10_000_000),
  rule([is('usedLarge', 'lessThan', 40_000_000)], 'large', { ratio: 8_500, cap: 40_000_000 }),
];

/** A rule for each level and band, as its users write them: 13 rules. */
const byBand = (): Rule[] => [
  ...COMMON,
  ...Object.entries(BANDS).flatMap(([level, bands]) =>
    bands.map((each, at) =>
      rule([is('level', 'equal', level), is('inScope', 'greaterThan', each.low)], 'band', { at, ...each }),
    ),
  ),
];

/** A rule for each level with all its bands in the event: 7 rules, the least that still leaves the choice to it. */
const byLevel = (): Rule[] => [
  ...COMMON,
  ...Object.entries(BANDS).map(([level, bands]) => rule([is('level', 'equal', level)], 'bands', bands)),
];

export type Evaluate = (facts: Facts | FactsOfLines) => Promise<FundShare>;

/** The same engine for the total and for the lines: with lines, the total is a fact that is computed from them. */
export function jsonRules({ Engine }: JsonRulesModule): {
  readonly byBand: Evaluate;
  readonly byLevel: Evaluate;
  readonly rules: { readonly byBand: number; readonly byLevel: number };
} {
  const evaluateWith = (rules: readonly Rule[]): Evaluate => {
    const ofTotal = new Engine(rules);
    const ofLines = new Engine(rules);
    ofLines.addFact('inScope', async (_, almanac) => {
      let sum = 0;
      for (const amount of (await almanac.factValue('lines')) as readonly number[]) sum += amount;
      return sum;
    });
    return async (facts) => {
      if (!('lines' in facts)) return paid(facts, facts.inScope, (await ofTotal.run(facts)).events);
      const { events, almanac } = await ofLines.run(facts);
      return paid(facts, (await almanac.factValue('inScope')) as number, events);
    };
  };
  return {
    byBand: evaluateWith(byBand()),
    byLevel: evaluateWith(byLevel()),
    rules: { byBand: byBand().length, byLevel: byLevel().length },
  };
}

const halfUp = (numerator: number): number => Math.floor((numerator + 5_000) / 10_000);

function paid(
  { usedPooled, usedLarge }: Omit<Facts, 'inScope'>,
  inScope: number,
  events: readonly Event[],
): FundShare {
  let standard = 0;
  let pooledCap = 0;
  let aboveIt = { ratio: 0, cap: 0 };
  let bands: Band[] = [];
  for (const { type, params } of events) {
    if (type === 'deductible') standard = params as number;
    else if (type === 'pooled-cap') pooledCap = params as number;
    else if (type === 'large') aboveIt = params as typeof aboveIt;
    else if (type === 'bands') bands = params as Band[];
    else bands[(params as { at: number }).at] = params as Band;
  }
  const charged = Math.min(inScope, standard);
  const room = Math.max(0, pooledCap - usedPooled);
  let covered = 0;
  let pooled = 0;
  let numerator = 0;
  for (const { low, high, ratio } of bands) {
    const inBand = Math.min(high, inScope) - Math.max(low, charged);
    if (inBand <= 0) continue;
    numerator += inBand * ratio;
    const sum = halfUp(numerator);
    if (sum > room) {
      covered += Math.min(inBand, Math.ceil(((room - pooled) * 10_000) / ratio));
      pooled = room;
      break;
    }
    covered += inBand;
    pooled = sum;
  }
  const large = halfUp((inScope - charged - covered) * aboveIt.ratio);
  return { pooled, large: Math.min(large, Math.max(0, aboveIt.cap - usedLarge)) };
}
