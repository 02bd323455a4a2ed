// Amounts as people read them: yuan, from the digits of the whole fen.

import { fen, yuanForPeople } from '../../../shared/money/fen.ts';

/** 123456789 -> "1,234,567.89"; what is no amount is a dash. */
export const money = (amount: number | undefined): string =>
  amount === undefined || !Number.isSafeInteger(amount) ? '-' : yuanForPeople(fen(amount));

/** A count with its thousands apart. */
export const count = (number: number | undefined): string =>
  number === undefined ? '-' : String(number).replace(/\B(?=(\d{3})+$)/g, ',');
