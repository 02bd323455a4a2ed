// Utilisation limits at the edge: the last that is allowed, the first that is not, and what each leaves in the counters.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../../shared/policy/adjudicate.ts';
import type { Basis } from '../../../../shared/policy/adjudication.ts';
import { applyEffects } from '../../../../shared/ledger/apply-effects.ts';
import type { Position } from '../../../../shared/ledger/position.ts';
import { aBasis, aMember, aStay, releaseOf, tinyPack } from '../support.ts';

/** One claim of 1,000.00 in scope, some of it rehabilitation, after so much was used in 2024. */
function decided(
  limit: object,
  used: Record<string, number> = {},
  told: { header?: object; rehab?: number; sessions?: number } = {},
) {
  const { header, rehab = 0, sessions = 0 } = told;
  const basis = {
    ...aBasis(100_000),
    categories: { rehab },
    quantities: { rehab: sessions * 10_000 },
  } as never as Basis;
  const limits = [{ name: 'l', ...limit }];
  const position = aMember('310', 'active', { years: { '2024': used } });
  const release = releaseOf([tinyPack({}, {}, { limits })]);
  return adjudicateBasis(aStay(100_000, '2024-03-10', '3', header), basis, position, release, {
    area: '990000',
  });
}
const outcome = (...args: Parameters<typeof decided>) => {
  const result = decided(...args);
  if (result.outcome === 'payable') return result.effects.counters['2024']!['l'] ?? 0;
  const { code, facts, citations } = result.outcome === 'denied' ? result.denial : result.reasons[0]!;
  return { code, facts, cites: citations?.map(({ parameter }) => parameter) };
};

describe('claims', () => {
  const limit = { counts: 'claims', max: 3 };

  it('the third is paid and counted, the fourth denied with the number and its source', () => {
    expect(outcome(limit, { l: 2 })).toBe(1);
    expect(outcome(limit, { l: 3 })).toEqual({
      code: 'visit-limit-reached',
      facts: { max: 3 },
      cites: ['inpatient.limits[l].max'],
    });
  });

  it('per claim, nothing is counted', () => {
    expect(outcome({ ...limit, per: 'claim' }, { l: 3 })).toBe(0);
  });

  it('for other claims it neither counts nor stops anything', () => {
    expect(outcome({ ...limit, when: { class: 'retired' } }, { l: 3 })).toBe(0);
    expect(outcome({ ...limit, when: { class: 'active' } }, { l: 2 })).toBe(1);
  });
});

describe('days between two', () => {
  // Days are counted from 1990-01-01, which is day 1; 2024-03-10 is day 12,488.
  const limit = { counts: 'days-between', max: 200 };
  const TODAY = 12_488;

  it('the 200th day is far enough, the 199th is not, in either direction', () => {
    expect(outcome(limit, { l: TODAY - 200 })).toBe(200);
    const tooSoon = { code: 'too-soon-after-last', facts: { days: 200 }, cites: ['inpatient.limits[l].max'] };
    expect(outcome(limit, { l: TODAY - 199 })).toEqual(tooSoon);
    expect(outcome(limit, { l: TODAY + 199 })).toEqual(tooSoon);
  });

  it('the same day is a case of its own', () => {
    expect(outcome(limit, { l: TODAY })).toMatchObject({ code: 'same-day-twice' });
  });

  it('the first one leaves its day; one that comes late leaves the later day', () => {
    expect(outcome(limit)).toBe(TODAY);
    expect(outcome(limit, { l: TODAY + 200 })).toBe(0);
  });

  it('are counted over the end of the year, per: ever; per: year begins anew', () => {
    const release = (per: string) =>
      releaseOf([tinyPack({}, {}, { limits: [{ name: 'l', ...limit, per }] })]);
    const settle = (on: string, position: Position, per = 'ever') =>
      adjudicateBasis(aStay(100, on), aBasis(100), position, release(per), { area: '990000' });
    const first = settle('2023-12-20', aMember());
    if (first.outcome !== 'payable') throw new Error(first.outcome);
    const after = applyEffects(aMember(), first.effects);
    expect(settle('2024-01-01', after, 'year').outcome).toBe('payable');
    // 12 days of December, 31 of January, 29 of February, 31, 30, 31 and 30 to the end of June: 7 July is day 200.
    expect(settle('2024-07-06', after)).toMatchObject({ denial: { code: 'too-soon-after-last' } });
    expect(settle('2024-07-07', after).outcome).toBe('payable');
  });

  it('once in a lifetime is a long time, and the first is never too soon', () => {
    expect(outcome({ ...limit, max: 36_500 })).toBe(TODAY);
    expect(outcome({ ...limit, max: 36_500 }, { l: 1 })).toMatchObject({ code: 'too-soon-after-last' });
  });

  it('is counted from the day of admission', () => {
    expect(outcome(limit, {}, { header: { admittedOn: '2024-03-01' } })).toBe(TODAY - 9);
  });
});

describe('an amount', () => {
  const limit = { counts: 'amount', categories: ['rehab'], amount: 300 };

  it('is denied above the limit, not at it', () => {
    expect(outcome(limit, { l: 20_000 }, { rehab: 10_000 })).toBe(10_000);
    expect(outcome(limit, { l: 20_000 }, { rehab: 10_001 })).toMatchObject({ code: 'amount-limit-reached' });
    expect(outcome({ ...limit, beyond: 'pend' }, { l: 20_000 }, { rehab: 10_001 })).toMatchObject({
      code: 'amount-limit-reached',
    });
  });

  it('or leaves the excess to the member, and counts what was allowed', () => {
    const beyond = { ...limit, beyond: 'member' };
    const result = decided(beyond, { l: 20_000 }, { rehab: 50_000 });
    // 100 of 500 are left; 600 of 1,000 stay in scope.
    expect(result).toMatchObject({ amounts: { funds: { pooled: 48_000 } } });
    expect(outcome(beyond, { l: 20_000 }, { rehab: 50_000 })).toBe(10_000);
    expect(decided(beyond, { l: 40_000 }, { rehab: 50_000 })).toMatchObject({
      amounts: { funds: { pooled: 40_000 } },
    });
  });
});

describe('a quantity', () => {
  const limit = { counts: 'quantity', categories: ['rehab'], max: 10 };

  it('is denied above the limit, not at it', () => {
    expect(outcome(limit, { l: 60_000 }, { sessions: 4 })).toBe(40_000);
    expect(outcome(limit, { l: 60_000 }, { sessions: 4.5 })).toMatchObject({
      code: 'quantity-limit-reached',
    });
  });

  it('or leaves the excess to the member, in the proportion of the quantities', () => {
    const beyond = { ...limit, beyond: 'member' };
    const result = decided(beyond, { l: 80_000 }, { sessions: 3, rehab: 10_000 });
    // One of three is beyond: 33.33 of 100.00. (1,000.00 - 33.33) x 80 % = 773.336.
    expect(result).toMatchObject({
      amounts: { funds: { pooled: 77_334 } },
      steps: [{ amountOut: 6_667 }, {}],
    });
    expect(outcome(beyond, { l: 80_000 }, { sessions: 3, rehab: 10_000 })).toBe(20_000);
  });
});

it('a limit whose number the pack does not say goes to a person, by name', () => {
  const max = { by: ['class'], table: { retired: 3 } };
  expect(outcome({ counts: 'claims', max })).toMatchObject({
    code: 'policy-silent',
    facts: { parameter: 'l.max' },
  });
  const beyond = { counts: 'amount', categories: ['rehab'], amount: max, beyond: 'member' };
  expect(outcome(beyond)).toMatchObject({ code: 'policy-silent', facts: { parameter: 'l.max' } });
});
