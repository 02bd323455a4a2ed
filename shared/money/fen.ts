// Amounts of money. Everything inside Jiesuan counts whole fen (1/100 yuan); there is no float anywhere,
// not even for showing a total. What rounds, and how, stands in ratio.ts.

import { assert } from '../assert.ts';

/** A whole number of fen. Made by `fen()` or by the schemas; arithmetic below keeps it whole. */
export type Fen = number & { readonly unit: 'fen' };

/** Largest amount one field may carry: 10^11 fen (a thousand million yuan). Times 10,000 it stays below 2^53. */
export const AMOUNT_FEN_MAX = 100_000_000_000;

/** States that a number is an amount in fen. Throws an InvariantError when it is not a safe whole number. */
export function fen(amount: number): Fen {
  assert(Number.isSafeInteger(amount), 'an amount is a whole number of fen');
  return (amount === 0 ? 0 : amount) as Fen; // Also turns -0 into 0, which would print and hash differently.
}

export const ZERO = 0 as Fen;

export const plus = (a: Fen, b: Fen): Fen => fen(a + b);
export const minus = (a: Fen, b: Fen): Fen => fen(a - b);

/** Adds amounts up; the sum of none is zero. */
export function total(amounts: Iterable<Fen>): Fen {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return fen(sum);
}

/** Writes an amount in yuan with two decimals, from the digits of the integer: 123456 -> "1234.56", -5 -> "-0.05". */
export function yuan(amount: Fen): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Like `yuan`, with thousands separated for people: 123456789 -> "1,234,567.89". */
export function yuanForPeople(amount: Fen): string {
  const [whole = '', decimals = ''] = yuan(amount).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${decimals}`;
}
