// What the agency may state about a member.

import { describe, expect, it } from 'vitest';
import { checkAccountCredit, checkEnrolment } from '../../../shared/claim/enrolment.ts';

const spell = (over: object = {}) => ({ from: '2020-01-01', scheme: '310', personClass: 'active', ...over });
const enrolment = (over: object = {}) => ({
  enrolmentNo: 'E1',
  memberId: 'DEMO0000000001',
  born: '1980-05-01',
  sex: 'F',
  hasAccount: true,
  coverage: [spell()],
  ...over,
});

function check(value: unknown): unknown {
  const checked = checkEnrolment(value);
  return checked.ok ? 'ok' : checked.errors.map(({ path, code }) => [path, code]);
}

describe('an enrolment', () => {
  it('can be read', () => {
    expect(check(enrolment())).toBe('ok');
    expect(
      check(
        enrolment({
          facts: [
            { fact: 'civil-servant', from: '2021-01-01' },
            { fact: 'chronic-disease', value: 'M01600', from: '2024-01-01', to: '2025-12-31' },
          ],
        }),
      ),
    ).toBe('ok');
    expect(
      check(
        enrolment({
          coverage: [spell({ to: '2024-12-31' }), spell({ from: '2025-01-01', personClass: 'retired' })],
        }),
      ),
    ).toBe('ok');
  });

  it('does not leave it open which policy pays', () => {
    expect(check(enrolment({ coverage: [spell(), spell({ from: '2025-01-01' })] }))).toEqual([
      ['coverage[1]', 'spells-overlap'],
    ]);
    expect(
      check(
        enrolment({ coverage: [spell({ to: '2025-01-01' }), spell({ from: '2025-01-01', scheme: '390' })] }),
      ),
    ).toEqual([['coverage[1]', 'spells-overlap']]);
    expect(check(enrolment({ coverage: [spell(), spell({ scheme: '510' })] }))).toBe('ok');
  });

  it('ends after it starts', () => {
    expect(check(enrolment({ coverage: [spell({ to: '2019-12-31' })] }))).toEqual([
      ['coverage[0].to', 'ends-before-it-starts'],
    ]);
    expect(check(enrolment({ facts: [{ fact: 'poor', from: '2021-01-02', to: '2021-01-01' }] }))).toEqual([
      ['facts[0].to', 'ends-before-it-starts'],
    ]);
  });

  it.each<[object, string, string]>([
    [{ born: '2026-13-01' }, 'born', 'not-a-date'],
    [{ sex: 'X' }, 'sex', 'not-one-of'],
    [{ coverage: [] }, 'coverage', 'too-few'],
    [{ hasAccount: undefined }, 'hasAccount', 'missing'],
    [{ name: '王小明' }, 'name', 'unknown-field'],
  ])('is refused: %j', (over, path, code) => {
    expect(check(enrolment(over))).toEqual([[path, code]]);
  });
});

describe('an account credit', () => {
  const credit = { creditNo: 'C1', memberId: 'DEMO0000000001', amountFen: 20_000, creditedOn: '2026-09-01' };
  it('can be read, and is never negative', () => {
    expect(checkAccountCredit(credit).ok).toBe(true);
    const checked = checkAccountCredit({ ...credit, amountFen: -1 });
    expect(checked.ok ? [] : checked.errors.map(({ path, code }) => [path, code])).toEqual([
      ['amountFen', 'negative-amount'],
    ]);
  });
});
