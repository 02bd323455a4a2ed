// The field types that every contract shares: amounts, dates, decimals, names of things. One home for each limit.

import * as z from 'zod';
import { AMOUNT_FEN_MAX, type Fen } from '../money/fen.ts';
import { isLocalDate, type LocalDate } from '../time/dates.ts';

// A refinement has no code of its own in zod, so its message *is* our stable code; sentences are made in problems.ts.

/** An amount in fen, zero or more. A refund is a reversal, never a negative amount. */
export const amountFen = z
  .int()
  .min(0)
  .max(AMOUNT_FEN_MAX)
  .meta({ description: 'Amount in fen (1/100 yuan), a whole number' }) as unknown as z.ZodType<Fen, number>;

/** A day of the calendar between 1990 and 2099. */
export const date = z
  .string()
  .refine((text) => isLocalDate(text) && text >= '1990-01-01' && text <= '2099-12-31', 'not-a-date')
  .meta({
    format: 'date',
    description: 'A calendar date, YYYY-MM-DD',
    examples: ['2026-09-01'],
  }) as unknown as z.ZodType<LocalDate, string>;

/** A day of birth: also the last century's. */
export const birthDate = z
  .string()
  .refine((text) => isLocalDate(text) && text >= '1890-01-01' && text <= '2099-12-31', 'not-a-date')
  .meta({ format: 'date', description: 'Date of birth, YYYY-MM-DD' }) as unknown as z.ZodType<
  LocalDate,
  string
>;

const code = (pattern: RegExp, description: string, example: string) =>
  z
    .string()
    .regex(pattern, `has to be: ${description}, such as ${example}`)
    .meta({ description, examples: [example] });

/** The number of a designated institution; no separators, since ids are joined with "." and "/". */
export const providerId = code(
  /^[A-Za-z0-9]{1,20}$/,
  'Number of the designated institution (定点医药机构编号)',
  'H0001',
);
export const batchNo = code(/^[A-Za-z0-9_-]{1,40}$/, "The provider's own number of the batch", '20260901-01');
export const claimNo = code(
  /^[A-Za-z0-9_-]{1,40}$/,
  "The provider's own number of the claim (结算/就诊流水号)",
  'IP20260901001',
);
export const memberId = code(
  /^[A-Za-z0-9]{4,30}$/,
  "The member's number (人员编号). Personal: never logged, never stored in the ledger",
  'DEMO0000000001',
);
/** Administrative division of a pooling area, 6 digits (GB/T 2260). */
export const areaCode = code(/^\d{6}$/, 'Pooling area (统筹地区), 6-digit division code', '130300');
export const itemCode = code(/^[A-Za-z0-9._-]{1,40}$/, 'Medical catalogue code (医疗目录编码)', 'XA01AB');
/** What POST /v1/quotes answered. */
export const quoteId = code(
  /^[A-Za-z0-9_-]{20,400}$/,
  'A quote: the claim is settled exactly as quoted, or refused with what changed since',
  'WzEsIi4uLiJd...',
);
export const diseaseCode = code(/^[A-Za-z0-9.+*_-]{1,20}$/, 'Disease code (ICD-10 / 医保版)', 'J18.900');
export const staffCode = code(/^[A-Za-z0-9_-]{1,30}$/, "Department's or doctor's code", 'D0301');

export const quantity = code(
  /^\d{1,10}(\.\d{1,4})?$/,
  'Quantity, a decimal string with at most 4 decimals',
  '2.5',
);
export const unitPrice = code(
  /^\d{1,9}(\.\d{1,6})?$/,
  'Unit price in yuan, a decimal string with at most 6 decimals',
  '12.34',
);

/** A name for people to read: any script, no control characters. */
export const displayName = z
  .string()
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u)
  .meta({ description: 'A name for people to read', examples: ['阿莫西林胶囊'] });

/** Yes or no; false when left out. */
export const flag = z.boolean();
