// Statements and books of months as the outside sees them.

import * as z from 'zod';
import { AmountsView } from '../../shared/http/amounts.ts';
import { VIEWS } from '../../shared/reconciliation/books.ts';

const count = z.int().min(0);
const month = z
  .string()
  .meta({ description: 'YYYY-MM; an entry belongs to the month in China in which it was sent' });

export const StatementView = z.enum(VIEWS).meta({
  description:
    'difference: what each entry changes of each claim, one row; full: the version taken out with a minus sign, then the one put in. Both have the same sums.',
});

const signed = AmountsView.meta({
  id: 'SignedAmounts',
  description: 'Amounts as in Amounts, with a sign: what is taken back is negative',
});

export const StatementRowView = z
  .object({
    number: z.string().meta({ description: "The claim's own number" }),
    version: z.int(),
    posting: z.enum(['settlement', 'reversal', 'replacement', 'adjustment']).meta({
      description:
        'settlement 结算; reversal 冲正; replacement: what stands after a refund of lines 退费后重结; adjustment: another claim of the member changed this one 随之调整',
    }),
    side: z.enum(['out', 'in']).optional().meta({ description: 'Full view: taken out, or put in' }),
    bookedAt: z.iso.datetime(),
    servedOn: z.string(),
    scheme: z.string(),
    corrects: month.optional().meta({ description: 'The month in which what is corrected here was booked' }),
    causedBy: z.string().optional().meta({ description: 'An adjustment: the own claim that caused it' }),
    causedElsewhere: z
      .literal(true)
      .optional()
      .meta({ description: 'An adjustment caused by a claim at another provider, which is not named' }),
    amounts: signed,
    batchId: z.string().optional().meta({ description: "The provider's own batch that caused it" }),
    entryHash: z.string(),
  })
  .meta({ id: 'StatementRow', description: 'One row of a statement' });

const rows = z.object({ difference: count, full: count });

const StatementTotalsView = z
  .object({ settled: count, reversed: count, replaced: count, adjusted: count, rows, amounts: signed })
  .meta({ id: 'StatementTotals', description: 'What the rows add up to, in either view' });

const state = z.enum(['open', 'cleared']).meta({
  description:
    'open: as it stands, written again every night; cleared: final, nothing will ever be booked in it',
});
const when = {
  state,
  asOf: z.iso.datetime().optional().meta({ description: 'Open: when the ledger was read for it' }),
  clearedAt: z.iso.datetime().optional(),
};

const MonthView = z
  .object({ month, ...when, totals: StatementTotalsView })
  .meta({ id: 'StatementMonth', description: "A provider's month" });
export type MonthView = z.infer<typeof MonthView>;

const next = z.string().optional().meta({ description: 'Cursor of the next page; missing on the last' });

export const StatementList = z
  .object({ providerId: z.string(), items: z.array(MonthView), next })
  .meta({ id: 'StatementList' });

export const StatementPage = z
  .object({
    providerId: z.string(),
    month,
    ...when,
    view: StatementView,
    totals: StatementTotalsView,
    items: z.array(StatementRowView),
    next,
  })
  .meta({ id: 'StatementPage' });

export const BookView = z
  .object({
    month,
    ...when,
    providers: count,
    totals: StatementTotalsView,
    blockedBy: z
      .object({
        count,
        batches: z.array(z.object({ batchId: z.string(), status: z.string(), acceptedAt: z.iso.datetime() })),
      })
      .optional()
      .meta({
        description:
          'Why a month that is over is not cleared: batches accepted before its end that are not complete, the oldest first',
      }),
  })
  .meta({ id: 'MonthBook', description: 'The books of a month over all providers' });
export type BookView = z.infer<typeof BookView>;

export const BookList = z.object({ items: z.array(BookView), next }).meta({ id: 'BookList' });
