// What lies behind a decision: the entry of the claim itself, however many reviews have led to it.

import { describe, expect, it } from 'vitest';
import { firstOf } from '../../../shared/batch/standing-claim.ts';
import type { Entry } from '../../../shared/ledger/entry.ts';

const entry = (seq: number, resolves?: number) =>
  ({ place: { seq }, body: { resolves } }) as unknown as Entry;

describe('the entry of the claim itself', () => {
  it('is found behind reviews of reviews, as a review may lead to another pended entry', () => {
    const [posted, pendedAgain, settled] = [entry(3), entry(5, 3), entry(9, 5)];
    expect(firstOf(settled, [posted, pendedAgain, settled])).toBe(posted);
    expect(firstOf(posted, [posted])).toBe(posted);
    expect(firstOf(settled, [settled])).toBeUndefined();
  });
});
