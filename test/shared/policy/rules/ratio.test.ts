// The fund's ratio, change by change: what 1,000 yuan come to, and which numbers are cited for it.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../../shared/policy/adjudicate.ts';
import { aBasis, aMember, aStay, citedBy, payableOf, releaseOf, tinyPack } from '../support.ts';

/** What the fund pays of 1,000.00 at 80 % and after the changes; and what is cited. */
const after = (adjust: readonly object[], more: object = {}) => {
  const { amounts, steps } = payableOf(tinyPack({ adjust, ...more }), aStay(100_000));
  return {
    paid: amounts.funds.pooled ?? 0,
    cites: citedBy(steps.find(({ rule }) => rule === 'bands'))!.map((p) => p!.slice('inpatient.'.length)),
  };
};
const half = { rules: [{ when: { class: 'active' }, times: '50%' }] };

describe('the ratio', () => {
  it('goes through the changes in order', () => {
    expect(after([{ times: '50%' }, { points: '+5%' }])).toEqual({
      paid: 45_000,
      cites: ['pooled.ratio', 'pooled.adjust[0].times', 'pooled.adjust[1].points'],
    });
    expect(after([{ points: '+5%' }, { times: '50%' }]).paid).toBe(42_500);
  });

  it('is replaced by a value of its own, which is then all that is cited', () => {
    expect(after([{ points: '+5%' }, { value: '30%' }])).toEqual({
      paid: 30_000,
      cites: ['pooled.adjust[1].value'],
    });
  });

  it('is never below nothing nor above the whole', () => {
    expect(after([{ points: '-90%' }]).paid).toBe(0);
    expect(after([{ points: '+30%' }]).paid).toBe(100_000);
    const { steps } = payableOf(tinyPack({ adjust: [{ points: '+30%' }] }), aStay(100_000));
    expect(steps[0]!.facts).toMatchObject({ ratio: 10_000 });
  });

  it('cites a floor and a ceiling only where they make a difference', () => {
    expect(after([{ atLeast: '85%' }])).toEqual({
      paid: 85_000,
      cites: ['pooled.ratio', 'pooled.adjust[0].atLeast'],
    });
    expect(after([{ atMost: '75%' }])).toEqual({
      paid: 75_000,
      cites: ['pooled.ratio', 'pooled.adjust[0].atMost'],
    });
    expect(after([{ atLeast: '80%', atMost: '80%' }])).toEqual({ paid: 80_000, cites: ['pooled.ratio'] });
  });

  it('changes only in the bands that are named', () => {
    const bands = { thresholds: 'gross', table: [{ upTo: 600, ratio: '80%' }, { ratio: '80%' }] };
    expect(after([{ bands: [2], points: '+10%' }], { ratio: undefined, bands }).paid).toBe(48_000 + 36_000);
  });

  it('is halved with the whole benefit, and the rule that says so is cited', () => {
    const { amounts, steps } = payableOf(tinyPack({}, {}, half), aStay(100_000));
    expect(amounts.funds).toEqual({ pooled: 40_000 });
    expect(citedBy(steps[0])).toEqual(['inpatient.pooled.ratio', 'inpatient.rules[0]']);
  });

  it('names the number that is missing', () => {
    const gap = { by: ['class'], table: { retired: '70%' } };
    const missing = (layer: object) =>
      adjudicateBasis(aStay(100), aBasis(100), aMember(), releaseOf([tinyPack(layer)]), { area: '990000' });
    const silent = (parameter: string) => ({ reasons: [{ code: 'policy-silent', facts: { parameter } }] });
    expect(missing({ ratio: gap })).toMatchObject(silent('pooled.ratio'));
    for (const change of ['points', 'atLeast', 'atMost'])
      expect(missing({ adjust: [{ [change]: gap }] })).toMatchObject(silent('pooled.adjust'));
  });
});
