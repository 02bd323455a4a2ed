// What a claim must come to, worked out another way than the engine does: exact fractions in BigInt, the fund's share as
// the difference of two integrals, running totals summed anew from everything that happened in the year. It follows the
// words of packs/README.md and domain.md; nothing here comes from shared/.

import type { Cap, Deductible, Layer, Level, Part, PersonClass, Policy, RatioChange } from './policy.ts';

export interface Bill {
  readonly level: Level;
  readonly year: string;
  readonly inScope: bigint;
  readonly firstPay: bigint;
  readonly overLimit: bigint;
  readonly selfPaid: bigint;
}

export interface Person {
  readonly personClass: PersonClass;
  /** Year of birth; bills are of a day after every birthday. */
  readonly born: number;
}

/** What one layer made of one bill: all that later bills of the year have to know. */
export interface LayerResult {
  /** Of the base after the first share, what the caps on the in-scope amount let in. */
  readonly letIn: bigint;
  readonly charged: bigint;
  /** What fund and member share, and the fund's part of it. */
  readonly covered: bigint;
  readonly paid: bigint;
}

export interface Outcome {
  readonly year: string;
  readonly layers: readonly LayerResult[];
  readonly deductible: bigint;
  readonly funds: Readonly<Record<string, bigint>>;
  readonly fromEarlier: bigint;
  readonly fromThisYear: bigint;
  readonly cash: bigint;
}

/** The year whose credits a balance calls this year's. */
export const BALANCE_YEAR = '2024';
const WHOLE = 10_000n;
const least = (...all: bigint[]): bigint => all.reduce((a, b) => (b < a ? b : a));
const most = (...all: bigint[]): bigint => all.reduce((a, b) => (b > a ? b : a));
const halfUp = (numerator: bigint, divisor: bigint): bigint => (2n * numerator + divisor) / (2n * divisor);

export function settle(
  policy: Policy,
  person: Person,
  bill: Bill,
  history: readonly Outcome[],
  balance: { readonly earlier: bigint; readonly thisYear: bigint },
): Outcome {
  const year = history.filter((outcome) => outcome.year === bill.year);
  const ordinal = BigInt(year.length + 1);
  const parts = new Map<Part, bigint>([
    ['first-pay', bill.firstPay],
    ['over-limit', bill.overLimit],
    ['self-paid', bill.selfPaid],
  ]);
  const of = (part: Part) => parts.get(part) ?? 0n;
  const bear = (part: Part, amount: bigint) => parts.set(part, of(part) + amount);
  const funds: Record<string, bigint> = {};
  let open = bill.inScope;
  let deductible = 0n;

  const layers = policy.layers.map((layer, at): LayerResult => {
    const base = layer.base ? layer.base.reduce((sum, part) => sum + of(part), 0n) : open;
    const before = year.map((outcome) => outcome.layers[at]!);
    const firstShare = layer.firstShare === undefined ? 0n : halfUp(base * layer.firstShare, WHOLE);
    const result = layerResult(policy, layer, person, bill, ordinal, base - firstShare, before);
    funds[layer.fund] = (funds[layer.fund] ?? 0n) + result.paid;
    if (layer.base === undefined) {
      open = 0n;
      deductible += result.charged;
      bear('first-share', firstShare);
      bear('deductible', result.charged);
      bear('share', result.covered - result.paid);
      bear('above-cap', base - firstShare - result.charged - result.covered);
    } else {
      let left = result.paid;
      for (const part of layer.base) {
        const taken = least(left, of(part));
        bear(part, -taken);
        left -= taken;
      }
    }
    return result;
  });
  bear('share', open);

  let fromEarlier = 0n;
  let fromThisYear = 0n;
  const over = bill.year > BALANCE_YEAR; // What is credited in a year that is over is a balance of earlier years.
  for (const { balance: which, pays } of policy.account ?? []) {
    for (const part of pays) {
      if (which === 'earlier') {
        const taken = least(of(part), balance.earlier - fromEarlier);
        bear(part, -taken);
        fromEarlier += taken;
      }
      if ((which === 'earlier') === over) {
        const taken = least(of(part), balance.thisYear - fromThisYear);
        bear(part, -taken);
        fromThisYear += taken;
      }
    }
  }
  const cash = [...parts.values()].reduce((sum, amount) => sum + amount, 0n);
  return { year: bill.year, layers, deductible, funds, fromEarlier, fromThisYear, cash };
}

function layerResult(
  policy: Policy,
  layer: Layer,
  person: Person,
  { level, year }: Bill,
  ordinal: bigint,
  offered: bigint,
  before: readonly LayerResult[],
): LayerResult {
  if (offered === 0n) return { letIn: 0n, charged: 0n, covered: 0n, paid: 0n };
  const total = (of: (result: LayerResult) => bigint) => before.reduce((sum, result) => sum + of(result), 0n);
  const room = (counts: Cap['counts'], used: (result: LayerResult) => bigint): bigint | undefined => {
    const rooms = layer.caps
      .filter((cap) => cap.counts === counts)
      .map((cap) => most(0n, cap.amount - (cap.per === 'year' ? total(used) : 0n)));
    return rooms.length === 0 ? undefined : least(...rooms);
  };

  const scopeRoom = room('in-scope', ({ covered, charged }) => covered + charged);
  const letIn = scopeRoom === undefined ? offered : least(offered, scopeRoom);
  const charged =
    layer.deductible && letIn > 0n
      ? due(
          layer.deductible,
          level,
          ordinal,
          letIn,
          total((result) => result.charged),
        )
      : 0n;
  const length = letIn - charged;

  // The bands run along the base of the stay, or of the year so far.
  const { per, gross, table } = layer.bands;
  const reached = per === 'year' ? total((each) => (gross ? each.letIn : each.letIn - each.charged)) : 0n;
  const start = gross ? reached + charged : reached;
  const age = BigInt(Number(year) - person.born);
  const ratios = table.map(({ ratio }) =>
    ratioOf(ratio[level][person.personClass], layer.changes, person, age),
  );
  const edges = table.map(({ upTo }) => upTo);
  const within = (from: bigint, to: bigint, band: number): bigint => {
    const low = band === 0 ? 0n : edges[band - 1]!;
    const high = edges[band];
    return most(0n, (high === undefined ? to : least(to, high)) - most(from, low));
  };
  /** What the fund pays for the first `amount` of it. */
  const pays = (amount: bigint): bigint => {
    const shares = ratios.map((ratio, band) => within(start, start + amount, band) * ratio);
    const rounded = policy.rounding.eachBand
      ? shares.reduce((sum, share) => sum + round(policy, share), 0n)
      : round(
          policy,
          shares.reduce((sum, share) => sum + share, 0n),
        );
    return least(rounded, amount);
  };

  const lastEdge = edges.at(-1);
  const inBands = lastEdge === undefined ? length : most(0n, least(length, lastEdge - start));
  const coverRoom = room('fund+share', ({ covered }) => covered);
  let covered = coverRoom === undefined ? inBands : least(inBands, coverRoom);
  let paid = pays(covered);
  const fundRoom = room('fund', (each) => each.paid);
  if (fundRoom !== undefined && paid > fundRoom) {
    paid = fundRoom;
    covered = firstThatPays(fundRoom, covered);
  }
  return { letIn, charged, covered, paid };

  /** The least amount whose exact share, the bands before its own already rounded, fills the fund's room. */
  function firstThatPays(wanted: bigint, end: bigint): bigint {
    let filled = 0n;
    for (const [band, ratio] of ratios.entries()) {
      const here = within(start, start + end, band);
      if (here === 0n) continue;
      const soFar = pays(filled);
      if (pays(filled + here) > wanted) {
        const missing = (wanted - soFar) * WHOLE;
        return filled + least(here, missing / ratio + (missing % ratio === 0n ? 0n : 1n));
      }
      filled += here;
    }
    return filled;
  }
}

function due(d: Deductible, level: Level, ordinal: bigint, base: bigint, paidInYear: bigint): bigint {
  let standard = d.standard[level];
  for (const { from, how, value, atLeast } of d.changes) {
    if (ordinal < BigInt(from)) continue;
    const unchanged = standard;
    if (how === 'waive') standard = 0n;
    else if (how === 'value') standard = value;
    else if (how === 'times') standard = halfUp(standard * value, WHOLE);
    else standard = most(0n, standard - (how === 'less' ? value : value * (ordinal - 1n)));
    // A floor stops a reduction; it raises nothing.
    if (atLeast !== undefined) standard = most(standard, least(atLeast, unchanged));
  }
  let asked = d.per === 'year' ? most(0n, standard - paidInYear) : standard;
  if (d.yearlyMax !== undefined) asked = least(asked, most(0n, d.yearlyMax - paidInYear));
  if (d.deducts) return least(asked, base);
  return base > asked ? 0n : base;
}

function ratioOf(
  table: bigint,
  changes: readonly RatioChange[],
  { personClass }: Person,
  age: bigint,
): bigint {
  let ratio = table;
  for (const { only, how, value, atMost, atLeast } of changes) {
    if (only !== undefined && only !== personClass) continue;
    if (how === 'value') ratio = value;
    else if (how === 'points') ratio += value;
    else if (how === 'pointsPerYearOfAge') ratio += value * age;
    else if (how === 'times') ratio = halfUp(ratio * value, WHOLE);
    else {
      const own = WHOLE - ratio;
      ratio = WHOLE - (own < 0n ? -halfUp(-own * value, WHOLE) : halfUp(own * value, WHOLE));
    }
    if (atLeast !== undefined) ratio = most(ratio, atLeast);
    if (atMost !== undefined) ratio = least(ratio, atMost);
  }
  return least(WHOLE, most(0n, ratio));
}

/** `share` is fen times basis points. */
function round({ rounding: { mode, unit } }: Policy, share: bigint): bigint {
  const divisor = WHOLE * unit;
  if (mode === 'half-up') return halfUp(share, divisor) * unit;
  const up = mode === 'up' && share % divisor !== 0n ? 1n : 0n;
  return (share / divisor + up) * unit;
}
