// One payer: what it lets in, where its bands begin and end, which cap stops it, and what it says about it.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../../shared/policy/adjudicate.ts';
import { aBasis, aMember, aStay, payableOf, releaseOf, tinyPack } from '../support.ts';

const GROSS = (upTo: number) => ({ thresholds: 'gross', table: [{ upTo, ratio: '80%' }, { ratio: '90%' }] });
const settled = (layer: object, inScope = 100_000, years: object = {}) =>
  payableOf(tinyPack(layer), aStay(inScope), aBasis(inScope), { ...aMember(), years } as never);
const rules = ({ steps }: ReturnType<typeof settled>) => steps.map(({ rule }) => rule);
/** A layer that pays all of a part, so that the part shows. */
const partsOf = (layer: object, inScope: number) => {
  const [benefit] = tinyPack(layer).benefits;
  const shows = ['above-cap', 'share', 'first-share', 'deductible'].map((part, i) => ({
    id: part,
    fund: ['critical', 'large', 'relief', 'other'][i],
    base: [part],
    ratio: '100%',
  }));
  const pack = tinyPack({}, {}, { layers: [...benefit!.layers!, ...shows] });
  const {
    pooled = 0,
    critical = 0,
    large = 0,
    relief = 0,
    other = 0,
  } = payableOf(pack, aStay(inScope)).amounts.funds;
  return { pooled, aboveCap: critical, share: large, firstShare: relief, deductible: other };
};

describe('steps', () => {
  it('there are none about nothing', () => {
    expect(payableOf(tinyPack({ deductible: { standard: 100 } }), aStay(500), aBasis(0, 500)).steps).toEqual(
      [],
    );
    expect(rules(settled({ firstShare: '0%' }))).toEqual(['bands']);
  });

  it('a cap that is used up ends it before the first share, or before the deductible', () => {
    const layer = { firstShare: '10%', deductible: { standard: 100 } };
    const years = { '2024': { 'inpatient.pooled': 50_000 } };
    const capped = (counts: readonly string[]) =>
      settled({ ...layer, caps: [{ amount: 500, counts }] }, 100_000, years);
    expect(rules(capped(['fund', 'share', 'deductible', 'first-share']))).toEqual(['cap']);
    expect(rules(capped(['fund', 'share', 'deductible']))).toEqual(['first-share', 'cap']);
  });

  it('a cap with room to the fen is not told, with a first share beside it', () => {
    for (const amount of [900, 950]) {
      const layer = { firstShare: '10%', caps: [{ amount, counts: ['fund', 'share', 'deductible'] }] };
      expect(rules(settled(layer))).toEqual(['first-share', 'bands']);
      expect(settled(layer).amounts.funds).toEqual({ pooled: 72_000 });
    }
  });

  it('nor one that is not reached where the last band is closed', () => {
    const bands = { thresholds: 'gross', table: [{ upTo: 500, ratio: '80%' }] };
    for (const counts of [['fund'], ['fund', 'share']])
      expect(rules(settled({ ratio: undefined, bands, caps: [{ amount: 9_000, counts }] }))).toEqual([
        'bands',
      ]);
  });

  it('no band after the one in which the cap is reached', () => {
    const layer = { ratio: undefined, bands: GROSS(500), caps: [{ amount: 200 }] };
    expect(rules(settled(layer))).toEqual(['bands', 'cap']);
    // 80 % of 2 fen are 2 fen, rounded; the cap of 1 fen is reached with all of the band used.
    const tiny = { ratio: undefined, bands: GROSS(0.02), caps: [{ amount: 0.01 }] };
    expect(rules(settled(tiny))).toEqual(['bands', 'cap']);
  });

  it('none about a band of nothing: the yearly bands stand exactly at its end', () => {
    const bands = { ...GROSS(1000), per: 'year' };
    const { steps, effects } = settled({ ratio: undefined, bands }, 50_000, {
      '2024': { 'inpatient.pooled.base': 100_000 },
    });
    expect(steps.map(({ facts, amountOut }) => [facts!['band'], amountOut])).toEqual([[2, 45_000]]);
    expect(effects.counters['2024']).toEqual({ stays: 1, 'inpatient.pooled.base': 50_000 });
  });
});

describe('caps', () => {
  it('count the deductible, or the first share, where they say so', () => {
    const layer = { deductible: { standard: 100 }, firstShare: '10%' };
    const paid = (counts: readonly string[], used = 0) => {
      const years = { '2024': { 'inpatient.pooled': used } };
      const { amounts, effects } = settled({ ...layer, caps: [{ amount: 500, counts }] }, 100_000, years);
      return [amounts.funds.pooled, effects.counters['2024']!['inpatient.pooled']];
    };
    // 1,000: 100 first share, 100 deductible, 800 x 80 % = 640, up to the cap of 500.
    expect(paid(['fund'])).toEqual([50_000, 50_000]);
    expect(paid(['fund', 'deductible'])).toEqual([40_000, 50_000]);
    expect(paid(['fund', 'deductible'], 5_000)).toEqual([35_000, 45_000]);
    expect(paid(['fund', 'first-share'], 5_000)).toEqual([35_000, 45_000]);
  });

  it('of one name are one: what a layer uses is gone for the next', () => {
    const layers = [
      { id: 'pooled', fund: 'pooled', ratio: '80%', caps: [{ name: 'joint', amount: 900 }] },
      { id: 'relief', fund: 'relief', base: ['share'], ratio: '90%', caps: [{ name: 'joint', amount: 900 }] },
    ];
    const { amounts, effects } = payableOf(tinyPack({}, {}, { layers }), aStay(100_000));
    expect(amounts.funds).toEqual({ pooled: 80_000, relief: 10_000 });
    expect(effects.counters['2024']).toEqual({ stays: 1, joint: 90_000 });
  });

  it('that are reached exactly stop nothing: what is rounded away is a share, not above the cap', () => {
    const pack = tinyPack(
      { ratio: '100%', caps: [{ amount: 1 }] },
      { rounding: { mode: 'down', digits: 0 } },
    );
    // 1.99 yuan rounded down to the yuan: 1.00 is all there is room for, and all that is paid.
    expect(rules(payableOf(pack, aStay(199)))).toEqual(['bands']);
  });

  it('leave above them what it does not take to fill them', () => {
    // 500 of 80 % are reached with 625; what is above is nobody's yet.
    expect(partsOf({ caps: [{ amount: 500 }] }, 100_000)).toEqual({
      pooled: 50_000,
      share: 12_500,
      aboveCap: 37_500,
      firstShare: 0,
      deductible: 0,
    });
  });

  it('of which the pack says none there are none', () => {
    const amount = { by: ['class'], table: { active: 'none', retired: 100 } };
    expect(settled({ caps: [{ amount }] }).amounts.funds).toEqual({ pooled: 80_000 });
  });
});

describe('bands', () => {
  it('above what is reached are not asked: a gap there stops nobody', () => {
    const table = [
      { upTo: 1000, ratio: '80%' },
      { upTo: { by: ['class'], table: { retired: 2000 } }, ratio: '90%' },
      { ratio: '95%' },
    ];
    const decided = (inScope: number) =>
      adjudicateBasis(
        aStay(inScope),
        aBasis(inScope),
        aMember(),
        releaseOf([tinyPack({ ratio: undefined, bands: { thresholds: 'gross', table } })]),
        { area: '990000' },
      );
    expect(decided(100_000).outcome).toBe('payable');
    expect(decided(100_001)).toMatchObject({ reasons: [{ facts: { parameter: 'pooled.bands.upTo' } }] });
  });

  it('of a continued stay go on where it ended, in scope; those of the layers above begin anew', () => {
    const layers = [
      { id: 'pooled', fund: 'pooled', bands: GROSS(1000) },
      { id: 'critical', fund: 'critical', base: ['share'], bands: GROSS(50) },
    ];
    const stay = {
      claim: 'C0',
      provider: 'H3',
      level: '3',
      admittedOn: '2024-03-01',
      dischargedOn: '2024-03-05',
      interim: true,
      deductibleStandard: 0,
      deductible: 0,
      inScope: 90_000,
    };
    const header = aStay(100_000, '2024-03-10', '3', { admittedOn: '2024-03-05' });
    const paid = (merge: object) =>
      payableOf(tinyPack({}, {}, { layers, merge }), header, aBasis(100_000), {
        ...aMember(),
        stays: [stay],
      } as never).amounts.funds;
    // 900 to 1,000 at 80 %, 1,000 to 1,900 at 90 %: 80 + 810. Of the share of 110: 50 at 80 %, 60 at 90 %.
    expect(paid({})).toEqual({ pooled: 89_000, critical: 4_000 + 5_400 });
    // Begun anew: 1,000 at 80 %. Of the share of 200: 50 at 80 %, 150 at 90 %.
    expect(paid({ bands: 'restart' })).toEqual({ pooled: 80_000, critical: 4_000 + 13_500 });
  });
});

describe('what the pack does not say', () => {
  it('is named: the first share, the cap', () => {
    const gap = { by: ['class'], table: { retired: '10%' } };
    const missing = (layer: object) =>
      adjudicateBasis(aStay(100), aBasis(100), aMember(), releaseOf([tinyPack(layer)]), { area: '990000' });
    const silent = (parameter: string) => ({ reasons: [{ code: 'policy-silent', facts: { parameter } }] });
    expect(missing({ firstShare: gap })).toMatchObject(silent('pooled.firstShare'));
    expect(missing({ caps: [{ amount: { by: ['class'], table: { retired: 1 } } }] })).toMatchObject(
      silent('pooled.caps'),
    );
  });
});
