// Quantities (4 decimals) and unit prices (6 decimals) as scaled whole numbers. On the wire they are decimal strings.

import { assert } from '../assert.ts';
import { type Fen, fen } from './fen.ts';

/** A quantity times 10^4: "1.5" is 15,000. */
export type Quantity = number & { readonly unit: 'quantity x 10^4' };
/** A unit price in yuan times 10^6: "12.34" is 12,340,000. */
export type UnitPrice = number & { readonly unit: 'yuan x 10^6' };

export const QUANTITY_DECIMALS = 4;
export const PRICE_DECIMALS = 6;

/** Digit by digit, since lines of a claim come by the hundred: a third of the time of a regular expression. */
function scaled(text: string, decimals: number): number {
  let value = 0;
  let missing = decimals;
  let point = -1;
  let readable = text.length > 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      value = value * 10 + (code - 48);
      if (point >= 0) missing--;
    } else if (code === 46 && point < 0 && i > 0) point = i;
    else readable = false;
  }
  assert(readable && missing >= 0, 'a decimal with digits before the point and few enough after it');
  for (; missing > 0; missing--) value *= 10;
  assert(Number.isSafeInteger(value), 'a decimal that fits a safe whole number');
  return value;
}

/** "1.5" -> 15,000. Throws an InvariantError on anything the schemas would not have let through. */
export const quantity = (text: string): Quantity => scaled(text, QUANTITY_DECIMALS) as Quantity;
/** "12.34" -> 12,340,000. */
export const unitPrice = (text: string): UnitPrice => scaled(text, PRICE_DECIMALS) as UnitPrice;

// quantity x 10^4 times yuan x 10^6 is yuan x 10^10, that is fen x 10^8.
const FEN_SCALE = 100_000_000;

/** Quantity times price, rounded half-up to the fen. Exact: large products go through BigInt. */
export function amountOf(count: Quantity, price: UnitPrice): Fen {
  const product = count * price;
  if (Number.isSafeInteger(product)) {
    const remainder = product % FEN_SCALE;
    return fen((product - remainder) / FEN_SCALE + (remainder * 2 >= FEN_SCALE ? 1 : 0));
  }
  return fen(Number((BigInt(count) * BigInt(price) + BigInt(FEN_SCALE / 2)) / BigInt(FEN_SCALE)));
}
