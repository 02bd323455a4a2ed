// Sums, differences and mirror images of effects: what comes to zero is not there at all.

import { describe, expect, it } from 'vitest';
import {
  addEffects,
  difference,
  mirrored,
  movesNothing,
} from '../../../shared/ledger/corrections/effects.ts';
import type { Effects } from '../../../shared/ledger/position.ts';

const effects = (counters: object, more: object = {}) => ({ counters, ...more }) as unknown as Effects;
const stay = (claim: string) => ({ stay: { claim } });

describe('effects', () => {
  it('add up counter by counter and year by year', () => {
    const sum = addEffects(
      effects({ '2026': { pooled: 500, stays: 1 } }),
      effects({ '2025': { pooled: 30 }, '2026': { pooled: -200, large: 7 } }),
    );
    expect(sum).toEqual({
      counters: { '2025': { pooled: 30 }, '2026': { large: 7, pooled: 300, stays: 1 } },
    });
    expect(Object.keys(sum.counters)).toEqual(['2025', '2026']);
    expect(Object.keys(sum.counters['2026']!)).toEqual(['large', 'pooled', 'stays']);
  });

  it('leave out a counter that comes to zero, and a year that has none left', () => {
    const sum = addEffects(
      effects({ '2025': { pooled: 30 }, '2026': { pooled: 500, stays: 1 } }),
      effects({ '2025': { pooled: -30 }, '2026': { stays: -1 } }),
    );
    expect(sum).toEqual({ counters: { '2026': { pooled: 500 } } });
  });

  it('add up what the account paid; it is left out only when both balances come to zero', () => {
    const paid = (earlier: number, thisYear: number) => effects({}, { account: { earlier, thisYear } });
    expect(addEffects(paid(5, 0), paid(1, 20)).account).toEqual({ earlier: 6, thisYear: 20 });
    expect(addEffects(paid(5, 1), paid(-5, 0)).account).toEqual({ earlier: 0, thisYear: 1 });
    expect(addEffects(paid(5, 1), paid(0, -1)).account).toEqual({ earlier: 5, thisYear: 0 });
    expect(addEffects(paid(5, 1), paid(-5, -1))).toEqual({ counters: {} });
    expect(addEffects(effects({}), paid(0, 3)).account).toEqual({ earlier: 0, thisYear: 3 });
  });

  it('keep the later stay, or the earlier one where the later has none', () => {
    expect(addEffects(effects({}, stay('A')), effects({}, stay('B')))).toEqual({
      counters: {},
      ...stay('B'),
    });
    expect(addEffects(effects({}, stay('A')), effects({}))).toEqual({ counters: {}, ...stay('A') });
  });

  it('differ by what leads from the one to the other', () => {
    const is = effects({ '2026': { pooled: 300 } }, { account: { earlier: 0, thisYear: 9 }, ...stay('new') });
    const was = effects(
      { '2026': { pooled: 500, stays: 1 } },
      { account: { earlier: 4, thisYear: 9 }, ...stay('old') },
    );
    expect(difference(is, was)).toEqual({
      counters: { '2026': { pooled: -200, stays: -1 } },
      account: { earlier: -4, thisYear: 0 },
      ...stay('new'),
    });
    expect(difference(effects({}), was)).not.toHaveProperty('stay');
  });

  it('have a mirror image, which leaves no stay', () => {
    const was = effects(
      { '2026': { pooled: 500 } },
      { account: { earlier: 4, thisYear: 9 }, ...stay('old') },
    );
    expect(mirrored(was)).toEqual({
      counters: { '2026': { pooled: -500 } },
      account: { earlier: -4, thisYear: -9 },
    });
  });

  it('move nothing when neither a counter nor the account moves; a stay by itself moves nothing', () => {
    expect(movesNothing(effects({}, stay('A')))).toBe(true);
    expect(movesNothing(effects({ '2026': { pooled: 1 } }))).toBe(false);
    expect(movesNothing(effects({}, { account: { earlier: 0, thisYear: 1 } }))).toBe(false);
  });
});
