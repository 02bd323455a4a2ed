// Ratios, and the one place where money is multiplied and divided. Roundings are named; nothing rounds by accident.

import { assert } from '../assert.ts';
import { type Fen, fen, minus } from './fen.ts';

/** A ratio in hundredths of a percent: 85 % is 8,500. */
export type BasisPoints = number & { readonly unit: 'basis points' };

/** The whole: 100 %. */
export const ONE = 10_000 as BasisPoints;

/** States that a number is a ratio in basis points: whole, not negative. */
export function basisPoints(value: number): BasisPoints {
  assert(
    Number.isSafeInteger(value) && value >= 0,
    'a ratio is a whole number of basis points, not negative',
  );
  return value as BasisPoints;
}

/**
 * value x multiplier / divisor, rounded half away from zero ("half-up" for amounts).
 * Exact for every safe integer: products beyond 2^53 (both factors above 949,062 yuan) go through BigInt.
 */
export function multiplyDivideHalfUp(value: number, multiplier: number, divisor: number): number {
  assert(divisor > 0 && Number.isSafeInteger(divisor), 'a divisor is a positive whole number');
  assert(Number.isSafeInteger(value) && Number.isSafeInteger(multiplier), 'the factors are whole numbers');
  const product = value * multiplier;
  // Doubling decides "half or more" without a fraction, so the doubled product must be exact too.
  if (Number.isSafeInteger(product * 2 + divisor)) {
    const magnitude = Math.abs(product);
    const remainder = magnitude % divisor;
    const quotient = (magnitude - remainder) / divisor + (remainder * 2 >= divisor ? 1 : 0);
    return product < 0 ? 0 - quotient : quotient; // Never -0.
  }
  const exact = BigInt(value) * BigInt(multiplier);
  const magnitude = exact < 0n ? -exact : exact;
  const quotient = (magnitude * 2n + BigInt(divisor)) / (BigInt(divisor) * 2n);
  const result = Number(exact < 0n ? -quotient : quotient);
  assert(Number.isSafeInteger(result), 'a quotient fits a safe whole number');
  return result;
}

/** The share of an amount that a ratio gives, rounded half-up to the fen. */
export const shareOf = (amount: Fen, ratio: BasisPoints): Fen =>
  fen(multiplyDivideHalfUp(amount, ratio, ONE));

/** Splits an amount: the fund's side is rounded half-up, the member's side is what is left, so both add up. */
export function splitByRatio(amount: Fen, ratio: BasisPoints): { fund: Fen; member: Fen } {
  const fund = shareOf(amount, ratio);
  return { fund, member: minus(amount, fund) };
}

/** Writes a ratio as people read it: 8,500 -> "85%", 8,950 -> "89.5%". */
export function percent(ratio: BasisPoints): string {
  const whole = Math.trunc(ratio / 100);
  const hundredths = String(ratio % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return hundredths === '' ? `${whole}%` : `${whole}.${hundredths}%`;
}
