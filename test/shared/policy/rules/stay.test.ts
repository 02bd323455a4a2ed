// Which earlier stay a stay continues: mid-way settlements and transfers, at the edges of each condition.

import { describe, expect, it } from 'vitest';
import type { MergeOn } from '../../../../shared/policy/pack/resolve.ts';
import { continuationOf } from '../../../../shared/policy/rules/stay.ts';
import { aMember, aStay } from '../support.ts';

const merge: MergeOn = {
  interim: true,
  transfer: { up: 'difference', down: 'none', level: 'full' },
  withinDays: 1,
  filedOnly: false,
  differenceOf: 'standard',
  bands: 'continue',
  citations: [],
};
const before = (more: object = {}) => ({
  claim: 'C0',
  provider: 'H3',
  admittedOn: '2024-03-01',
  dischargedOn: '2024-03-05',
  ...more,
});
/** The stay that one at H3 from 5 to 9 March continues, of those given. */
const continued = (header: object, stays: readonly object[], more: Partial<MergeOn> = {}) =>
  continuationOf(
    aStay(100, '2024-03-09', '3', { admittedOn: '2024-03-05', ...header }),
    { ...aMember(), stays } as never,
    { ...merge, ...more },
  );

describe('a mid-way settlement is continued', () => {
  const interim = before({ interim: true });

  it('by the same admission, or by one on the day it ended or the day after', () => {
    const admitted = (admittedOn: string) => continued({ admittedOn }, [interim])?.kind;
    const days = [
      '2024-02-29',
      '2024-03-01',
      '2024-03-02',
      '2024-03-04',
      '2024-03-05',
      '2024-03-06',
      '2024-03-07',
    ];
    expect(days.map(admitted)).toEqual([
      undefined,
      'interim',
      undefined,
      undefined,
      'interim',
      'interim',
      undefined,
    ]);
  });

  it('as the difference to it', () => {
    expect(continued({}, [interim])).toEqual({ kind: 'interim', deductible: 'difference', stay: interim });
  });

  it('only where it was one, at the same institution, and the pack merges them', () => {
    expect(continued({}, [before()])).toBeUndefined();
    expect(continued({}, [before({ interim: true, provider: 'H1' })])).toBeUndefined();
    expect(continued({}, [interim], { interim: false })).toBeUndefined();
  });

  it('the latest one, of several', () => {
    const earlier = before({ interim: true, claim: 'CA' });
    expect(continued({}, [earlier, interim])?.stay).toBe(interim);
  });

  it('by no visit, and by nothing where no stay is remembered', () => {
    expect(continued({ admittedOn: undefined }, [interim])).toBeUndefined();
    expect(continuationOf(aStay(100), aMember(), merge)).toBeUndefined();
  });
});

describe('a transfer continues the stay it came from', () => {
  const there = before({ provider: 'H1' });
  const referral = (more: object = {}) => ({ referral: { direction: 'up', filed: true, ...more } });

  it('as the pack says for its direction: the difference, nothing more, or a new deductible', () => {
    const direction = (to: string) => continued(referral({ direction: to }), [there]);
    expect(direction('up')).toEqual({ kind: 'transfer', deductible: 'difference', stay: there });
    expect(direction('down')).toEqual({ kind: 'transfer', deductible: 'none', stay: there });
    expect(direction('level')).toBeUndefined();
  });

  it('with a referral only, and where the pack says anything of transfers', () => {
    expect(continued({}, [there])).toBeUndefined();
    expect(continued(referral(), [there], { transfer: undefined })).toBeUndefined();
  });

  it('filed, where the pack asks for it', () => {
    const unfiled = referral({ filed: false });
    expect(continued(unfiled, [there])?.kind).toBe('transfer');
    expect(continued(unfiled, [there], { filedOnly: true })).toBeUndefined();
    expect(continued(referral(), [there], { filedOnly: true })?.kind).toBe('transfer');
  });

  it('from the institution it names; from any other than this where it names none', () => {
    expect(continued(referral({ fromProviderId: 'H1' }), [there])?.stay).toBe(there);
    expect(continued(referral({ fromProviderId: 'H2' }), [there])).toBeUndefined();
    expect(continued(referral(), [before({ provider: 'H3' })])).toBeUndefined();
    const sameHouse = before({ provider: 'H3' });
    expect(continued(referral({ fromProviderId: 'H3' }), [sameHouse])?.stay).toBe(sameHouse);
  });

  it('within the days allowed, and never backwards', () => {
    const ended = (dischargedOn: string) =>
      continued(referral(), [before({ provider: 'H1', dischargedOn })], { withinDays: 3 })?.kind;
    expect(['2024-03-01', '2024-03-02', '2024-03-05', '2024-03-06'].map(ended)).toEqual([
      undefined,
      'transfer',
      'transfer',
      undefined,
    ]);
  });

  it('the latest that fits, also behind one that does not', () => {
    const other = before({ provider: 'H2', claim: 'C9' });
    expect(continued(referral({ fromProviderId: 'H1' }), [there, other])?.stay).toBe(there);
  });
});
