// The rule of the comparison against figures worked out by hand from the pack: it needs neither of the two engines.

import { expect, test } from 'vitest';
import { type Facts, ours, oursOfLines, stayOf } from './rule.ts';

const facts = (over: Partial<Facts>): Facts => ({
  level: '3',
  ordinal: 1,
  inScope: 0,
  usedPooled: 0,
  usedLarge: 0,
  ...over,
});

test.each([
  // (30,000 - 1,300) x 85% + 10,000 x 90% + 60,000 x 95%; 100,000 x 85%
  ['all bands', { inScope: 20_000_000 }, { pooled: 9_039_500, large: 8_500_000 }],
  // (20,000 - 650) x 90%
  ['a later stay', { level: '1', ordinal: 2, inScope: 2_000_000 }, { pooled: 1_741_500, large: 0 }],
  // (1,300.01 - 1,300) x 85% is 0.0085 yuan: half-up, one fen
  ['one fen above the deductible', { inScope: 130_001 }, { pooled: 1, large: 0 }],
  // 5,000 left: it takes 5,882.36 at 85% to fill them; the other 42,817.64 x 85% are 36,394.994
  [
    'the cap of the pool',
    { inScope: 5_000_000, usedPooled: 9_500_000 },
    { pooled: 500_000, large: 3_639_499 },
  ],
  // 500,000 x 85% are 425,000, and 400,000 are the cap
  ['the cap above it', { inScope: 60_000_000 }, { pooled: 9_039_500, large: 40_000_000 }],
] as const)('%s', (_, over, paid) => {
  const input = stayOf(facts(over));
  expect(ours(input)).toEqual(paid);
  const { inScope } = input.basis;
  expect(oursOfLines({ ...input, lines: [inScope - 1, 1] })).toEqual(paid);
});
