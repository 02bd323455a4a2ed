// The other claims that a correction or a late claim changed, as the outside sees them: the institution's own, with what
// each comes to now and the difference. Claims of other institutions are their own business.

import * as z from 'zod';
import { adjustmentsOf, type Entry } from '../ledger/entry.ts';
import type { Amounts } from '../policy/adjudication.ts';
import { AmountsView, amountsView, differenceView } from './amounts.ts';

export const AdjustedView = z
  .object({ number: z.string(), amounts: AmountsView, difference: AmountsView })
  .meta({
    id: 'Adjusted',
    description: 'A claim that comes to something else: to what, and the signed difference',
  });

/** What an entry changed in other claims of its institution. `before`: what they had come to (`beforeAdjustments`). */
export function adjustedViews(
  { place, body }: Pick<Entry, 'place' | 'body'>,
  before: ReadonlyMap<number, Amounts>,
): readonly z.infer<typeof AdjustedView>[] {
  const provider = place.claimKey.slice(0, place.claimKey.indexOf('/') + 1);
  return adjustmentsOf(body).flatMap(({ of, claimKey, amounts }) => {
    const was = before.get(of);
    if (was === undefined || !claimKey.startsWith(provider)) return [];
    const number = claimKey.slice(provider.length);
    return [{ number, amounts: amountsView(amounts), difference: differenceView(amounts, was) }];
  });
}
