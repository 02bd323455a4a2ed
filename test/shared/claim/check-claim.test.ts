// What can be read as a claim, and what is said about what cannot.

import { describe, expect, it } from 'vitest';
import { checkClaim } from '../../../shared/claim/check-claim.ts';
import { localDate } from '../../../shared/time/dates.ts';
import { aClaim } from '../../support/claims.ts';

const businessDate = localDate('2026-09-01');
const CANARY = 'CANARY王小明110101199003070000';

/** [path, code] of every error, or "ok". */
function check(value: unknown): unknown {
  const checked = checkClaim(value, { businessDate });
  return checked.ok ? 'ok' : checked.errors.map(({ path, code }) => [path, code]);
}

const line = (over: object = {}) => ({
  lineNo: 1,
  itemCode: 'XA01',
  quantity: '1',
  unitPrice: '12.34',
  amountFen: 1_234,
  servedOn: '2026-09-01',
  ...over,
});
const stay = (over: object = {}) =>
  aClaim({
    encounter: 'inpatient',
    servedOn: undefined,
    admittedOn: '2026-08-20',
    dischargedOn: '2026-08-30',
    lines: [line({ servedOn: '2026-08-25' })],
    ...over,
  });

describe('a claim', () => {
  it('can be read', () => {
    expect(check(aClaim())).toBe('ok');
    expect(check(stay())).toBe('ok');
    expect(
      check(stay({ interim: true, admittedOn: '2026-08-30', lines: [line({ servedOn: '2026-08-30' })] })),
    ).toBe('ok');
    expect(check(aClaim({ encounter: 'chronic-outpatient', chronicDisease: 'M01600' }))).toBe('ok');
  });

  it('may cost nothing', () => {
    expect(check(aClaim({ billedFen: 0, lines: [line({ unitPrice: '0', amountFen: 0 })] }))).toBe('ok');
    expect(check(aClaim({ billedFen: 0, lines: [line({ quantity: '0.0000', amountFen: 0 })] }))).toBe('ok');
  });

  it('has dates that fit its kind', () => {
    expect(check(aClaim({ servedOn: undefined }))).toEqual([['servedOn', 'service-date-missing']]);
    expect(check(aClaim({ admittedOn: '2026-09-01' }))).toEqual([['admittedOn', 'stay-dates-of-a-visit']]);
    expect(check(stay({ admittedOn: undefined, dischargedOn: undefined }))).toEqual([
      ['admittedOn', 'admission-missing'],
      ['dischargedOn', 'discharge-missing'],
    ]);
    expect(check(stay({ servedOn: '2026-08-30' }))).toEqual([['servedOn', 'served-on-of-a-stay']]);
    expect(check(stay({ dischargedOn: '2026-08-19' }))).toContainEqual([
      'dischargedOn',
      'discharge-before-admission',
    ]);
  });

  it('is not dated in the future, but may be dated tomorrow', () => {
    expect(check(aClaim({ servedOn: '2026-09-02', lines: [line({ servedOn: '2026-09-02' })] }))).toBe('ok');
    expect(check(aClaim({ servedOn: '2026-09-03' }))).toEqual([['servedOn', 'date-in-the-future']]);
    expect(check(stay({ dischargedOn: '2026-09-03' }))).toEqual([['dischargedOn', 'date-in-the-future']]);
  });

  it('has lines inside the stay, or near the visit', () => {
    expect(check(stay({ lines: [line({ servedOn: '2026-08-19' })] }))).toEqual([
      ['lines[0].servedOn', 'line-outside-stay'],
    ]);
    expect(check(stay({ encounter: 'emergency-admission', lines: [line({ servedOn: '2026-08-17' })] }))).toBe(
      'ok',
    );
    expect(check(aClaim({ lines: [line({ servedOn: '2026-08-05' })] }))).toBe('ok');
    expect(check(aClaim({ lines: [line({ servedOn: '2026-07-31' })] }))).toEqual([
      ['lines[0].servedOn', 'line-far-from-service'],
    ]);
    expect(check(aClaim({ lines: [line({ servedOn: '2026-09-20' })] }))).toEqual([
      ['lines[0].servedOn', 'date-in-the-future'],
    ]);
  });

  it('has a disease only where one is filed', () => {
    expect(check(aClaim({ chronicDisease: 'M01600' }))).toEqual([
      ['chronicDisease', 'chronic-disease-elsewhere'],
    ]);
  });

  it('adds up, line by line and in all', () => {
    expect(check(aClaim({ billedFen: 1_233 }))).toEqual([['billedFen', 'lines-do-not-add-up']]);
    expect(check(aClaim({ billedFen: 2_468, lines: [line(), line()] }))).toEqual([
      ['lines[1].lineNo', 'line-number-repeated'],
    ]);
    for (const [amountFen, verdict] of [
      [1_233, 'ok'],
      [1_235, 'ok'],
      [1_236, 'bad'],
      [1_232, 'bad'],
    ] as const) {
      expect(check(aClaim({ billedFen: amountFen, lines: [line({ amountFen })] }))).toEqual(
        verdict === 'ok' ? 'ok' : [['lines[0].amountFen', 'amount-is-not-quantity-times-price']],
      );
    }
  });

  it('is checked, not believed, when its quantities are absurd', () => {
    const absurd = line({ quantity: '9999999999.9999', unitPrice: '999999999.999999' });
    expect(check(aClaim({ lines: [absurd] }))).toEqual([
      ['lines[0].amountFen', 'amount-is-not-quantity-times-price'],
    ]);
  });

  it('is told to come back as a reversal when it is negative', () => {
    expect(check(aClaim({ billedFen: -1_234, lines: [line({ amountFen: -1_234 })] }))).toEqual([
      ['billedFen', 'negative-amount'],
      ['lines[0].amountFen', 'negative-amount'],
    ]);
    const checked = checkClaim(aClaim({ billedFen: -1 }), { businessDate });
    expect(checked.ok ? '' : checked.errors[0]?.en).toContain('reversal');
  });

  it.each<[string, object, string, string]>([
    [
      'too many lines',
      { lines: Array.from({ length: 1_001 }, (_, n) => line({ lineNo: n + 1 })) },
      'lines',
      'too-many',
    ],
    ['a float', { billedFen: 12.34 }, 'billedFen', 'not-an-integer'],
    ['an amount in yuan', { billedFen: '12.34' }, 'billedFen', 'wrong-type'],
    ['five decimals', { lines: [line({ quantity: '1.00001' })] }, 'lines[0].quantity', 'malformed'],
    ['a quantity as a number', { lines: [line({ quantity: 1 })] }, 'lines[0].quantity', 'wrong-type'],
    [
      'a day that does not exist',
      { lines: [line({ servedOn: '2026-02-30' })] },
      'lines[0].servedOn',
      'not-a-date',
    ],
    ['an unknown encounter', { encounter: CANARY }, 'encounter', 'not-one-of'],
    ['a number with a slash', { claimNo: 'a/b' }, 'claimNo', 'malformed'],
    ['control characters', { lines: [line({ itemName: 'a\u0000b' })] }, 'lines[0].itemName', 'malformed'],
    ['half a character', { lines: [line({ itemName: '\ud800' })] }, 'lines[0].itemName', 'malformed'],
    ['a misspelt field', { bileldFen: 1 }, 'bileldFen', 'unknown-field'],
    ['a personal field name', { [CANARY]: 1 }, '', 'unknown-field'],
    ['a personal number', { memberId: CANARY }, 'memberId', 'malformed'],
  ])('is refused with %s', (_, over, path, code) => {
    const checked = checkClaim(aClaim(over), { businessDate });
    const errors = checked.ok ? [] : checked.errors;
    expect(errors.map((error) => [error.path, error.code])).toContainEqual([path, code]);
    expect(JSON.stringify(errors)).not.toMatch(/CANARY|王小明|110101/);
  });

  it.each([null, 1, 'x', [], undefined, true])('is not %j', (value) => {
    expect(checkClaim(value, { businessDate }).ok).toBe(false);
  });

  it('keeps its errors few', () => {
    const checked = checkClaim(
      aClaim({ lines: Array.from({ length: 1_000 }, () => line({ servedOn: 'x', quantity: 'y' })) }),
      { businessDate },
    );
    const errors = checked.ok ? [] : checked.errors;
    expect(errors).toHaveLength(101);
    expect(errors.at(-1)).toMatchObject({ code: 'and-more', en: expect.stringContaining('1900') });
  });
});
