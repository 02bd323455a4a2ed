// How numbers are written in a pack, and how they become whole numbers: money in yuan ("1300", "15万", 404.20),
// ratios with a percent sign ("85%", "7.2%"), ranges ("2+", "<70", "60-69"). Digits are read as text; no float.

import * as z from 'zod';
import { AMOUNT_FEN_MAX, type Fen } from '../../money/fen.ts';
import type { BasisPoints } from '../../money/ratio.ts';

const MONEY = /^(\d{1,9}|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,6}))?(万)?元?$/;
const PERCENT = /^([+-]?)(\d{1,3})(?:\.(\d{1,2}))?%$/;

/** "1300" -> 130,000 fen; "15万" -> 15,000,000 fen. Undefined when it is not an amount of whole fen. */
export function parseMoney(text: string | number): Fen | undefined {
  const match = MONEY.exec(String(text));
  if (!match) return undefined;
  const decimals = match[3] ? 6 : 2;
  const fraction = (match[2] ?? '').padEnd(decimals, '0');
  if (!/^0*$/.test(fraction.slice(decimals))) return undefined; // A part of a fen.
  const value = Number(match[1]!.replaceAll(',', '') + fraction.slice(0, decimals));
  return value <= AMOUNT_FEN_MAX * 100 ? (value as Fen) : undefined;
}

/** "85%" -> 8,500; "-15%" -> -1,500. */
export function parsePercent(text: string): BasisPoints | undefined {
  const match = PERCENT.exec(text);
  if (!match) return undefined;
  const value = Number(match[2]! + (match[3] ?? '').padEnd(2, '0'));
  return (match[1] === '-' ? -value : value) as BasisPoints;
}

/** A whole-number range, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** "3", "2+", "<70", "<=69", ">60", "60-69", "60..69". `read` turns one end into a number: a count, an age, an amount. */
export function parseRange(
  text: string,
  read: (end: string) => number | undefined = wholeNumber,
): Range | undefined {
  const t = text.replaceAll(' ', '');
  const one = (end: string, make: (n: number) => Range): Range | undefined => {
    const n = read(end);
    return n === undefined ? undefined : make(n);
  };
  if (t.endsWith('+')) return one(t.slice(0, -1), (n) => ({ from: n, to: Number.MAX_SAFE_INTEGER }));
  if (t.startsWith('>=')) return one(t.slice(2), (n) => ({ from: n, to: Number.MAX_SAFE_INTEGER }));
  if (t.startsWith('>')) return one(t.slice(1), (n) => ({ from: n + 1, to: Number.MAX_SAFE_INTEGER }));
  if (t.startsWith('<=')) return one(t.slice(2), (n) => ({ from: 0, to: n }));
  if (t.startsWith('<')) return one(t.slice(1), (n) => ({ from: 0, to: n - 1 }));
  const [low, high, ...rest] = t.split(/\.\.|-/);
  if (rest.length > 0) return undefined;
  if (high === undefined) return one(t, (n) => ({ from: n, to: n }));
  const from = read(low!);
  const to = read(high);
  return from === undefined || to === undefined || from > to ? undefined : { from, to };
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

// The schemas of what an analyst writes. They only check; resolve.ts converts.

const NOT_AN_AMOUNT = 'not an amount: write yuan such as 1300, 404.20 or 15万';

export const MoneyText = z
  .union([z.number(NOT_AN_AMOUNT).min(0, NOT_AN_AMOUNT), z.string(NOT_AN_AMOUNT)])
  .refine((text) => parseMoney(text) !== undefined, NOT_AN_AMOUNT)
  .meta({ description: 'Amount in yuan: 1300, 404.20, "15万"' });

export const Percent = z
  .string('not a percentage: write 85% or 7.2%, with the percent sign')
  .refine(
    (text) => (parsePercent(text) ?? -1) >= 0,
    'not a percentage: write 85% or 7.2%, with the percent sign',
  )
  .meta({ description: 'Percentage with its sign: 85%, 7.2%' });

/** A share of a whole: a fund's ratio, a first-pay share. */
export const Share = Percent.refine((text) => (parsePercent(text) ?? 0) <= 10_000, 'a share above 100%').meta(
  {
    description: 'Percentage of a whole, at most 100%: 85%, 7.2%',
  },
);

export const SignedPercent = z
  .string('not percentage points: write 3%, +3% or -15%')
  .refine((text) => parsePercent(text) !== undefined, 'not percentage points: write 3%, +3% or -15%')
  .meta({ description: 'Percentage points: 3%, +3%, -15%' });
