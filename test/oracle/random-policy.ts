// Random policies of the oracle's family. Ratios keep above 1 %, so that a cap is always reached somewhere; amounts are
// small (fen), ordinary, or as large as a pack may write them.

import type { Chance } from './chance.ts';
import {
  CLASSES,
  type Cap,
  type Deductible,
  type Layer,
  LEVELS,
  type Policy,
  type RatioChange,
} from './policy.ts';

export function randomPolicy(chance: Chance): Policy {
  const scale = chance.of([2_000, 2_000_000, 2_000_000, 2_000_000, 40_000_000_000]);
  const amount = () => BigInt(chance.between(1, scale));
  const layers: Layer[] = [randomLayer(chance, amount, 'pooled')];
  if (chance.happens(70))
    layers.push({
      ...randomLayer(chance, amount, 'large'),
      base: ['above-cap'],
      ...onItsBase(chance, amount),
    });
  if (chance.happens(60)) {
    const base = chance.of([
      ['deductible', 'share', 'above-cap'],
      ['share', 'above-cap'],
      ['share', 'first-pay', 'over-limit', 'self-paid'],
      ['first-share', 'deductible', 'share', 'above-cap', 'first-pay'],
    ] as const);
    layers.push({
      ...randomLayer(chance, amount, chance.of(['critical', 'relief'])),
      base,
      ...onItsBase(chance, amount),
    });
  }
  return {
    layers,
    rounding: chance.happens(70)
      ? { mode: 'half-up', unit: 1n, eachBand: chance.happens(20) }
      : { mode: chance.of(['half-up', 'down', 'up']), unit: chance.of([1n, 10n, 100n]), eachBand: false },
    ...(chance.happens(40)
      ? {
          account: [
            {
              balance: 'earlier',
              pays: chance.of([['deductible'], ['self-paid', 'deductible', 'share']] as const),
            },
            { balance: 'this-year', pays: ['share', 'deductible', 'above-cap'] },
          ],
        }
      : {}),
  };
}

/** A layer above has its own line, once a year or each time, and no first share. */
const onItsBase = (chance: Chance, amount: () => bigint): Partial<Layer> =>
  chance.happens(50) ? { deductible: randomDeductible(chance, amount) } : {};

function randomLayer(chance: Chance, amount: () => bigint, fund: Layer['fund']): Layer {
  const count = chance.of([1, 1, 2, 3, 4]);
  const edges = Array.from({ length: count }, amount).sort((a, b) => (a < b ? -1 : 1));
  const open = chance.happens(70);
  return {
    fund,
    ...(fund === 'pooled' && chance.happens(15) ? { firstShare: ratio(chance) } : {}),
    ...(fund === 'pooled' && chance.happens(85) ? { deductible: randomDeductible(chance, amount) } : {}),
    bands: {
      per: chance.of(['stay', 'year']),
      gross: chance.happens(50),
      table: edges.map((edge, band) => ({
        // Edges are told apart by their number: two equal ones would make a band of nothing.
        ...(band === count - 1 && open ? {} : { upTo: edge + BigInt(band) }),
        ratio: Object.fromEntries(
          LEVELS.map((level) => [level, Object.fromEntries(CLASSES.map((each) => [each, ratio(chance)]))]),
        ) as Layer['bands']['table'][number]['ratio'],
      })),
    },
    changes: Array.from({ length: chance.of([0, 0, 1, 2]) }, () => randomChange(chance)),
    caps: randomCaps(chance, amount),
  };
}

const ratio = (chance: Chance): bigint =>
  BigInt(chance.happens(60) ? chance.between(1, 20) * 500 : chance.between(100, 10_000));

function randomChange(chance: Chance): RatioChange {
  const only = chance.of([undefined, 'active', 'retired'] as const);
  const how = chance.of(['points', 'selfPayTimes', 'times', 'value', 'pointsPerYearOfAge'] as const);
  const value = {
    points: () => chance.between(-3_000, 3_000),
    selfPayTimes: () => chance.between(1_000, 9_999),
    times: () => chance.between(3_000, 9_999),
    value: () => chance.between(1_000, 10_000),
    pointsPerYearOfAge: () => chance.between(1, 60),
  }[how]();
  const limited = chance.happens(40);
  return {
    ...(only ? { only } : {}),
    how,
    value: BigInt(value),
    ...(limited ? { atMost: BigInt(chance.between(5_000, 10_000)) } : {}),
    // Whatever a change takes off, something is left: a ratio of nothing fills no cap.
    atLeast: BigInt(chance.between(100, 4_000)),
  };
}

function randomDeductible(chance: Chance, amount: () => bigint): Deductible {
  const from = chance.of([1, 2, 2, 3]);
  const how = chance.of(['times', 'less', 'lessEach', 'waive', 'value'] as const);
  const value = how === 'times' ? BigInt(chance.between(1, 15_000)) : amount() / 4n + 1n;
  return {
    per: chance.of(['stay', 'year']),
    standard: { '1': amount() / 8n, '2': amount() / 6n, '3': amount() / 4n },
    changes: chance.happens(50)
      ? [{ from, how, value, ...(chance.happens(50) && how !== 'value' ? { atLeast: amount() / 8n } : {}) }]
      : [],
    ...(chance.happens(25) ? { yearlyMax: amount() } : {}),
    deducts: !chance.happens(8),
  };
}

function randomCaps(chance: Chance, amount: () => bigint): Cap[] {
  const caps: Cap[] = [];
  const counts = () => chance.of(['fund', 'fund', 'fund+share', 'in-scope'] as const);
  if (chance.happens(60)) caps.push({ per: 'year', amount: amount() * 2n, counts: counts() });
  if (chance.happens(25)) caps.push({ per: 'claim', amount: amount(), counts: counts() });
  return caps;
}
