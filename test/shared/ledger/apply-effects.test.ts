// What one decision changes in a position, and that its mirror image undoes it.

import { describe, expect, it } from 'vitest';
import { applyEffects, STAYS_KEPT, undoEffects } from '../../../shared/ledger/apply-effects.ts';
import type { Effects, Position, RecentStay } from '../../../shared/ledger/position.ts';

const effects = (counters: Effects['counters'], more: object = {}): Effects => ({ counters, ...more });
const stay = (claim: string): RecentStay =>
  ({
    claim,
    provider: 'H1',
    level: '3',
    admittedOn: '2024-01-01',
    dischargedOn: '2024-01-02',
    deductibleStandard: 0,
    deductible: 0,
  }) as unknown as RecentStay;

describe('applying effects', () => {
  it('adds differences and leaves out what is zero', () => {
    const position: Position = { years: { '2024': { pooled: 5, stays: 1 } } };
    expect(applyEffects(position, effects({ '2024': { pooled: 3, stays: -1 } })).years).toEqual({
      '2024': { pooled: 8 },
    });
  });

  it('keeps this year and the one before, and remembers what it closed', () => {
    const position: Position = {
      years: { '2021': { a: 1 }, '2022': { a: 1 }, '2023': { a: 1 }, ever: { b: 1 } },
    };
    const after = applyEffects(position, effects({ '2024': { a: 1 } }));
    expect(after).toEqual({ years: { '2023': { a: 1 }, '2024': { a: 1 }, ever: { b: 1 } }, closed: '2022' });
  });

  it('keeps the newest few stays', () => {
    let position: Position = { years: {} };
    for (const claim of ['a', 'b', 'c', 'd', 'e'])
      position = applyEffects(position, effects({}, { stay: stay(claim) }));
    expect(position.stays?.map(({ claim }) => claim)).toEqual(['c', 'd', 'e']);
    expect(position.stays).toHaveLength(STAYS_KEPT);
  });

  it('forgets a stay that is half a year old', () => {
    const later = { ...stay('b'), admittedOn: '2024-07-01', dischargedOn: '2024-07-02' } as RecentStay;
    const once = applyEffects({ years: {} }, effects({}, { stay: stay('a') }));
    expect(applyEffects(once, effects({}, { stay: later })).stays).toEqual([later]);
  });

  it('takes from the balances it names, and a reversal gives back to the same ones', () => {
    const position = {
      years: {},
      account: { year: '2024', thisYear: 100, earlier: 50 },
    } as unknown as Position;
    const paid = effects(
      { '2024': { pooled: 1 } },
      { account: { earlier: 50, thisYear: 20 }, stay: stay('a') },
    );
    const after = applyEffects(position, paid);
    expect(after.account).toEqual({ year: '2024', thisYear: 80, earlier: 0 });
    expect(undoEffects(after, paid)).toEqual(position);
  });
});
