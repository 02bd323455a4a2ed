// What one decision changes in a position, and that its mirror image undoes it.

import { describe, expect, it } from 'vitest';
import { applyEffects, balanceOf, STAYS_KEPT, undoEffects } from '../../../shared/ledger/apply-effects.ts';
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

  it('copies a year that does not move, also beside one that ends empty', () => {
    const position: Position = { years: { '2023': { a: 1 }, '2024': { b: 2 }, ever: { c: 3 } } };
    expect(applyEffects(position, effects({ '2024': { b: -2 } }))).toEqual({
      years: { '2023': { a: 1 }, ever: { c: 3 } },
    });
    expect(applyEffects({ years: {} }, effects({ '2024': {} }))).toStrictEqual({ years: {} });
    const emptied = applyEffects({ years: { '2024': { a: 1 } } }, effects({ '2024': { a: -1 } }));
    expect(emptied).toStrictEqual({ years: {} });
    expect(applyEffects({ years: {} }, effects({ '2024': { a: 0 } }))).toEqual({ years: {} });
  });

  it('closes only what is older than the year before the newest, whichever moved', () => {
    const after = (years: Position['years'], moved: Effects['counters'], closed?: string) =>
      applyEffects({ years, ...(closed === undefined ? {} : { closed }) }, effects(moved));
    // A counter that belongs to no year is neither the newest nor old.
    expect(after({ '2023': { a: 1 } }, { ever: { b: 1 } })).toEqual({
      years: { '2023': { a: 1 }, ever: { b: 1 } },
    });
    expect(after({ ever: { b: 1 } }, { '2024': { a: 1 } })).toEqual({
      years: { '2024': { a: 1 }, ever: { b: 1 } },
    });
    // The newest may be one that was there; the old year that moves stays open.
    expect(after({ '2022': { a: 1 }, '2024': { a: 1 } }, { '2022': { a: 1 } })).toEqual({
      years: { '2022': { a: 2 }, '2024': { a: 1 } },
    });
    expect(after({ '2022': { a: 1 }, '2023': { a: 1 } }, { '2021': { a: 1 } })).toEqual({
      years: { '2021': { a: 1 }, '2022': { a: 1 }, '2023': { a: 1 } },
    });
    expect(after({ '2022': { a: 1 }, '2024': { a: 1 } }, { '2024': { a: 1 } }, '2023').closed).toBe('2023');
    expect(after({ '2022': { a: 1 }, '2024': { a: 1 } }, { '2024': { a: 1 } }, '2021').closed).toBe('2022');
    expect(after({ '2020': { a: 1 }, '2022': { a: 1 } }, { '2024': { a: 1 } })).toEqual({
      years: { '2024': { a: 1 } },
      closed: '2022',
    });
    expect(after({ '2021': { a: 1 } }, { '2024': { a: 1 }, ever: { b: 1 } }).closed).toBe('2021');
    expect(after({ '2022': { a: 1 }, '2024': { a: 1 } }, { '2021': { a: 1 } })).toEqual({
      years: { '2021': { a: 1 }, '2024': { a: 1 } },
      closed: '2022',
    });
    expect('closed' in after({ '2023': { a: 1 } }, { '2024': { a: 1 } })).toBe(false);
  });

  it('remembers a stay for 180 days to the day', () => {
    const on = (admittedOn: string) => ({ ...stay('b'), admittedOn, dischargedOn: admittedOn }) as RecentStay;
    const once = applyEffects({ years: {} }, effects({}, { stay: stay('a') })); // Discharged on 2 January.
    expect(applyEffects(once, effects({}, { stay: on('2024-06-30') })).stays).toHaveLength(2);
    expect(applyEffects(once, effects({}, { stay: on('2024-07-01') })).stays).toHaveLength(1);
  });

  it('forgets the stay that is undone, and no other of its number or its institution', () => {
    const elsewhere = { ...stay('a'), provider: 'H2' };
    const position: Position = { years: {}, stays: [elsewhere, stay('a'), stay('b')] };
    expect(undoEffects(position, effects({}, { stay: stay('a') })).stays).toEqual([elsewhere, stay('b')]);
    expect(undoEffects(position, effects({})).stays).toHaveLength(3);
    expect('stays' in undoEffects({ years: {} }, effects({}, { stay: stay('a') }))).toBe(false);
    const only = { years: {}, stays: [stay('a')] };
    expect('stays' in undoEffects(only, effects({}, { stay: stay('a') }))).toBe(false);
  });

  it('leaves the account alone where nothing was paid from it, and where there is none', () => {
    const held = { year: '2024', thisYear: 7, earlier: 5 } as unknown as NonNullable<Position['account']>;
    const paid = effects({}, { account: { earlier: 1, thisYear: 1 } });
    for (const move of [applyEffects, undoEffects]) {
      expect(move({ years: {}, account: held }, effects({})).account).toEqual(held);
      expect('account' in move({ years: {} }, paid)).toBe(false);
    }
    expect(balanceOf({ years: {}, account: held })).toBe(12);
    expect(balanceOf({ years: {} })).toBe(0);
  });
});
