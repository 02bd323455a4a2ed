// Amounts as people read them: yuan, from the digits of the whole fen.

import { type Fen, fen, yuanForPeople } from '../../../shared/money/fen.ts';

/** 123456789 -> "1,234,567.89"; what is no amount is a dash. */
export const money = (amount: number | undefined): string =>
  amount === undefined || !Number.isSafeInteger(amount) ? '-' : yuanForPeople(fen(amount));

/** A difference, with its sign. */
export const signed = (amount: number): string => `${amount > 0 ? '+' : ''}${money(amount)}`;

/** A count with its thousands apart. */
export const count = (number: number | undefined): string =>
  number === undefined ? '-' : String(number).replace(/\B(?=(\d{3})+$)/g, ',');

/** "120" or "120.5" yuan in fen, from its digits. */
export function fenOf(yuan: string): Fen {
  const [whole = '0', decimals = ''] = yuan.split('.');
  return fen(Number(whole + decimals.padEnd(2, '0')));
}
