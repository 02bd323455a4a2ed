// Whole fen, named roundings, and shares that add up, also beyond 2^53.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '../../../shared/assert.ts';
import { fen, minus, plus, total, yuan, yuanForPeople } from '../../../shared/money/fen.ts';
import { amountOf, quantity, unitPrice } from '../../../shared/money/quantity.ts';
import {
  basisPoints,
  multiplyDivideHalfUp,
  percent,
  shareOf,
  splitByRatio,
} from '../../../shared/money/ratio.ts';

/** Half away from zero, in BigInt and by another way: floor((2ab + c) / 2c) on the magnitude. */
function oracle(a: number, b: number, c: number): bigint {
  const product = BigInt(a) * BigInt(b);
  const magnitude = product < 0n ? -product : product;
  const [whole, rest] = [magnitude / BigInt(c), magnitude % BigInt(c)];
  const rounded = rest * 2n >= BigInt(c) ? whole + 1n : whole;
  return product < 0n ? -rounded : rounded;
}

describe('money', () => {
  it('refuses anything that is not whole', () => {
    for (const bad of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => fen(bad)).toThrow(InvariantError);
    expect(Object.is(fen(-0), 0)).toBe(true);
  });

  it('writes yuan from digits, never through a fraction', () => {
    expect([0, 5, 10, 100, 123_456, -5, -123_456].map((n) => yuan(fen(n)))).toEqual([
      '0.00',
      '0.05',
      '0.10',
      '1.00',
      '1234.56',
      '-0.05',
      '-1234.56',
    ]);
    expect(yuanForPeople(fen(123_456_789))).toBe('1,234,567.89');
    expect(yuanForPeople(fen(9_007_199_254_740_991))).toBe('90,071,992,547,409.91');
  });

  it('adds up, and refuses sums beyond what is exact', () => {
    expect(total([fen(1), fen(2), fen(3)])).toBe(6);
    expect(total([])).toBe(0);
    expect(() => plus(fen(2 ** 53 - 1), fen(1))).toThrow(InvariantError);
    expect(minus(fen(1), fen(2))).toBe(-1);
  });

  it('rounds half-up: the published clash of 545.50 yuan at 5 % and 95 % adds up here', () => {
    const { fund, member } = splitByRatio(fen(54_550), basisPoints(500));
    expect([fund, member]).toEqual([2_728, 51_822]);
  });

  it('agrees with an oracle for every size of factor, near halves and beyond 2^53', () => {
    const factor = fc.oneof(
      fc.integer({ min: -1e6, max: 1e6 }),
      fc.integer({ min: -100_000_000_000, max: 100_000_000_000 }),
      fc.constantFrom(94_906_200, 94_906_266, 94_906_267),
    );
    const divisor = fc.oneof(
      fc.constantFrom(1, 2, 3, 7, 10_000),
      fc.integer({ min: 1, max: 100_000_000_000 }),
    );
    fc.assert(
      fc.property(factor, factor, divisor, (a, b, c) => {
        const expected = oracle(a, b, c);
        const fits = expected <= 9_007_199_254_740_991n && expected >= -9_007_199_254_740_991n;
        if (fits) expect(BigInt(multiplyDivideHalfUp(a, b, c))).toBe(expected);
        else expect(() => multiplyDivideHalfUp(a, b, c)).toThrow(InvariantError);
      }),
      { numRuns: 20_000 },
    );
  });

  it('splits without losing or making a fen', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000_000_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        (amount, ratio) => {
          const { fund, member } = splitByRatio(fen(amount), basisPoints(ratio));
          expect(fund + member).toBe(amount);
          expect(fund).toBe(shareOf(fen(amount), basisPoints(ratio)));
          expect(member).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('refuses ratios, factors and divisors that are no whole numbers, and never answers -0', () => {
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => basisPoints(bad)).toThrow('not negative');
    for (const bad of [0, -1, 0.5, 2 ** 53])
      expect(() => multiplyDivideHalfUp(1, 1, bad)).toThrow('a divisor is a positive whole number');
    expect(() => multiplyDivideHalfUp(0.5, 1, 1)).toThrow('the factors are whole numbers');
    expect(() => multiplyDivideHalfUp(1, 2 ** 53, 1)).toThrow('the factors are whole numbers');
    for (const value of [0, -1, -4]) expect(Object.is(multiplyDivideHalfUp(value, 1, 10), 0)).toBe(true);
  });

  it('writes ratios as people read them', () => {
    expect([8_500, 8_950, 9_610, 10_000, 0, 5, 50].map((n) => percent(basisPoints(n)))).toEqual([
      '85%',
      '89.5%',
      '96.1%',
      '100%',
      '0%',
      '0.05%',
      '0.5%',
    ]);
  });

  it('multiplies quantities and prices exactly, half-up to the fen', () => {
    const of = (count: string, price: string) => amountOf(quantity(count), unitPrice(price));
    expect(of('4', '12.34')).toBe(4_936);
    expect(of('4', '0.01')).toBe(4);
    expect(of('0.5', '0.01')).toBe(1); // 0.5 fen rounds up
    expect(of('0.4999', '0.01')).toBe(0);
    expect(of('2.5', '0.333333')).toBe(83);
    expect(of('1000000', '99999.999999')).toBe(9_999_999_999_900); // beyond 2^53 on the way
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9_999_999_999 }),
        fc.integer({ min: 0, max: 99_999_999 }),
        (q, p) => {
          const exact = (BigInt(q) * BigInt(p) * 2n + 100_000_000n) / 200_000_000n;
          const digits = (n: number, decimals: number) =>
            `${Math.trunc(n / 10 ** decimals)}.${String(n % 10 ** decimals).padStart(decimals, '0')}`;
          expect(BigInt(of(digits(q, 4), digits(p, 6)))).toBe(exact);
        },
      ),
    );
    for (const bad of ['', '1.23456', '-1', '1e3', '1,5', '.5', '.', '1.2.3', '1..2', '99999999999999999'])
      expect(() => quantity(bad)).toThrow(InvariantError);
  });

  it('reads decimals to whole numbers', () => {
    expect(['0', '1.5', '12.', '0.0001', '907'].map(quantity)).toEqual([0, 15_000, 120_000, 1, 9_070_000]);
    expect(unitPrice('12.34')).toBe(12_340_000);
  });

  it('is exact beyond 2^53 where a fen hangs on the last digit', () => {
    // Such a quantity times 99.999999 ends in 49,999,999 of 100,000,000: a hair below half a fen.
    for (let hundreds = 1; hundreds < 100; hundreds++) {
      const count = (hundreds * 100_000_000 + 50_000_001) as ReturnType<typeof quantity>;
      const product = BigInt(count) * 99_999_999n;
      expect(product % 100_000_000n).toBe(49_999_999n);
      expect(BigInt(amountOf(count, unitPrice('99.999999')))).toBe(product / 100_000_000n);
    }
  });
});
