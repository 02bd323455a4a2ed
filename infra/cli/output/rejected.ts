// Records that were rejected, with every error of each: where, code, sentence. What was sent is never repeated.

import type * as z from 'zod';
import type { RejectedRecord } from '../../../functions/intake/contract.ts';
import type { Lang } from '../context.ts';
import { fieldErrorLine } from '../problems.ts';
import { count } from './money.ts';
import { printable } from './width.ts';

export type Rejected = z.infer<typeof RejectedRecord>;

/** One rejected record. */
export const rejectedLines = ({ index, number, errors }: Rejected, lang: Lang): string[] => [
  printable(`#${count(index)}${number === undefined ? '' : `  ${number}`}`),
  ...errors.map((error) => fieldErrorLine(error, lang, '  ')),
];
