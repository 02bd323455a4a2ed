// What a pack comes to on a day: which version holds, what a number is, where it is said to stand and because of which
// clause, and what is refused.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import type { Citation } from '../../../shared/policy/adjudication.ts';
import { checkPackDocument } from '../../../shared/policy/pack/parse.ts';
import { changeDays, resolveOn } from '../../../shared/policy/pack/resolve.ts';
import type { PackDocument } from '../../../shared/policy/pack/schema.ts';
import { aBasis, aMember, aStay, issuesOf, payableOf, releaseOf, tinyPack } from './support.ts';

const resolved = (document: PackDocument, on = '2024-03-10') => resolveOn(checkPackDocument(document), on);
const pooledOn = (layer: object, on?: string, more: object = {}) =>
  resolved(tinyPack(layer, more), on).benefits[0]!.layers[0]!;
const ratioOf = (ratio: unknown, more: object = {}) =>
  pooledOn({ ratio }, undefined, more).bands.table[0]!.ratio;
const capOf = (amount: unknown, more: object = {}, on?: string) =>
  pooledOn({ caps: [{ amount }] }, on, more).caps[0]!.amount[0]!.value;

/** Every number that cites something, under the place it cites; blocks without a number of their own as they are called. */
function citedIn(node: unknown): [parameter: string, value: number | 'block'][] {
  if (typeof node !== 'object' || node === null) return [];
  const { citations, value } = node as { citations?: readonly Citation[]; value?: unknown };
  const below = Object.entries(node).flatMap(([key, each]) => (key === 'pack' ? [] : citedIn(each)));
  if (citations === undefined) return below;
  expect(citations).toHaveLength(citations.length === 0 ? 0 : 1);
  return [
    ...citations.map(({ parameter }): [string, number | 'block'] => [
      parameter!,
      typeof value === 'number' ? value : 'block',
    ]),
    ...below,
  ];
}

describe('where a number stands', () => {
  it('is said of every number and block of a pack', () => {
    const when = { sex: 'F' };
    const document = tinyPack(
      {
        when,
        firstShare: '5%',
        deductible: {
          standard: 500,
          yearlyMax: 1000,
          adjust: [
            { value: 400 },
            { times: '50%' },
            { less: 10 },
            { lessEach: 20, atLeast: 200 },
            { lessEach: '10%' },
          ],
        },
        adjust: [
          { value: '70%' },
          { points: '-3%' },
          { pointsPerYearOfAge: '0.2%' },
          { selfPayTimes: '60%' },
          { times: '90%', atLeast: '45%', atMost: '95%' },
        ],
        caps: [{ name: 'named', amount: '20万' }, { amount: 'none' }],
      },
      {
        personClass: [{ when, class: 'retired' }],
        rules: [{ when, deny: 'class-not-covered' }],
        lines: { rules: [{ when, firstPay: '20%' }], takeHomeDaysMax: 7, daysSupplyMax: 30 },
        layers: {
          above: {
            fund: 'critical',
            bands: { thresholds: 'gross', table: [{ upTo: 100, ratio: '60%' }, { ratio: '65%' }] },
          },
        },
        account: { use: 'always', order: [{ balance: 'earlier', pays: ['share'] }] },
      },
      {
        rules: [{ when, pend: 'long-stay' }],
        limits: [
          { name: 'visits', counts: 'claims', max: 3 },
          { name: 'bed', counts: 'amount', categories: ['bed'], amount: 50 },
        ],
        merge: {},
        total: { atMost: '90%', atLeast: '40%' },
      },
    );
    (document.benefits[0] as { layers: object[] }).layers.push({ use: 'above' });
    expect(Object.fromEntries(citedIn(resolved(document)))).toEqual({
      'personClass[0]': 'block',
      'rules[0]': 'block',
      lines: 'block',
      'lines.rules[0]': 'block',
      'lines.takeHomeDaysMax': 7,
      'lines.daysSupplyMax': 30,
      account: 'block',
      inpatient: 'block',
      'inpatient.rules[0]': 'block',
      'inpatient.limits[visits]': 'block',
      'inpatient.limits[visits].max': 3,
      'inpatient.limits[bed]': 'block',
      'inpatient.limits[bed].amount': 5_000,
      'inpatient.merge': 'block',
      'inpatient.total': 'block',
      'inpatient.total.atMost': 9_000,
      'inpatient.total.atLeast': 4_000,
      'inpatient.pooled': 'block',
      'inpatient.pooled.firstShare': 500,
      'inpatient.pooled.deductible.standard': 50_000,
      'inpatient.pooled.deductible.yearlyMax': 100_000,
      'inpatient.pooled.deductible.adjust[0]': 'block',
      'inpatient.pooled.deductible.adjust[0].value': 40_000,
      'inpatient.pooled.deductible.adjust[1]': 'block',
      'inpatient.pooled.deductible.adjust[1].times': 5_000,
      'inpatient.pooled.deductible.adjust[2]': 'block',
      'inpatient.pooled.deductible.adjust[2].less': 1_000,
      'inpatient.pooled.deductible.adjust[3]': 'block',
      'inpatient.pooled.deductible.adjust[3].lessEach': 2_000,
      'inpatient.pooled.deductible.adjust[3].atLeast': 20_000,
      'inpatient.pooled.deductible.adjust[4]': 'block',
      'inpatient.pooled.deductible.adjust[4].lessEach': 1_000,
      'inpatient.pooled.ratio': 8_000,
      'inpatient.pooled.adjust[0]': 'block',
      'inpatient.pooled.adjust[0].value': 7_000,
      'inpatient.pooled.adjust[1]': 'block',
      'inpatient.pooled.adjust[1].points': -300,
      'inpatient.pooled.adjust[2]': 'block',
      'inpatient.pooled.adjust[2].pointsPerYearOfAge': 20,
      'inpatient.pooled.adjust[3]': 'block',
      'inpatient.pooled.adjust[3].selfPayTimes': 6_000,
      'inpatient.pooled.adjust[4]': 'block',
      'inpatient.pooled.adjust[4].times': 9_000,
      'inpatient.pooled.adjust[4].atLeast': 4_500,
      'inpatient.pooled.adjust[4].atMost': 9_500,
      'inpatient.pooled.caps[named].amount': 20_000_000,
      'inpatient.pooled.caps[1].amount': Number.MAX_SAFE_INTEGER,
      'layers.above': 'block',
      'layers.above.bands.table[0].upTo': 10_000,
      'layers.above.bands.table[0].ratio': 6_000,
      'layers.above.bands.table[1].ratio': 6_500,
    });
  });

  it('is a cell, or a case', () => {
    const placesOf = (ratio: object) => ratioOf(ratio).map(({ citations }) => citations[0]?.parameter);
    const table = { '3': { active: '80%' }, '*': { '*': '70%' } };
    expect(placesOf({ by: ['level', 'class'], table })).toEqual([
      'inpatient.pooled.ratio[level 3, class active]',
      'inpatient.pooled.ratio[level *, class *]',
    ]);
    expect(placesOf({ cases: [{ when: { sex: 'F' }, value: '80%' }, { value: '70%' }] })).toEqual([
      'inpatient.pooled.ratio.cases[0]',
      'inpatient.pooled.ratio.cases[1]',
    ]);
  });
});

describe('the citation of a number', () => {
  const sources = { old: { title: 'the old notice', tier: 'A' }, new: { title: 'the new one', tier: 'C' } };
  const cite = (version: object, around: object = {}) =>
    ratioOf({ value: '80%', ...version }, { sources, source: 'old', ...around })[0]!.citations;
  const old = { source: 'old', title: 'the old notice', tier: 'A', parameter: 'inpatient.pooled.ratio' };

  it('has the source and the clause of the block around it, where it says none', () => {
    expect(cite({})).toEqual([old]);
    expect(cite({}, { clause: '3' })).toEqual([{ ...old, clause: '3' }]);
    expect(cite({ clause: '4' }, { clause: '3' })).toEqual([{ ...old, clause: '4' }]);
  });

  it('never has the clause of another source', () => {
    const other = { ...old, source: 'new', title: 'the new one', tier: 'C' };
    expect(cite({ source: 'new' }, { clause: '3' })).toEqual([other]);
    expect(cite({ source: 'new', clause: '1' }, { clause: '3' })).toEqual([{ ...other, clause: '1' }]);
  });
});

describe('a table', () => {
  const cells = (by: string[], table: object, more: object = {}) =>
    ratioOf({ by, table }, more).map(({ when, value }) => [...when, value]);

  it('asks for everything else last, wherever it is written', () => {
    const last = [[{ class: ['active'] }, 8_000], [{ class: ['retired'] }, 9_000], [7_000]];
    expect(cells(['class'], { '*': '70%', active: '80%', retired: '90%' })).toEqual(last);
    expect(cells(['class'], { active: '80%', '*': '70%', retired: '90%' })).toEqual(last);
    expect(cells(['class'], { active: '80%', retired: '90%', '*': '70%' })).toEqual(last);
  });

  it('asks for the longest prefix first', () => {
    expect(cells(['careArea'], { '13': '80%', '*': '70%', '1303': '90%', '131': '85%' })).toEqual([
      [{ careArea: '1303' }, 9_000],
      [{ careArea: '131' }, 8_500],
      [{ careArea: '13' }, 8_000],
      [7_000],
    ]);
  });

  it('keeps the order of all other keys', () => {
    expect(cells(['fact'], { poor: '80%', disabled: '90%' })).toEqual([
      [{ fact: 'poor' }, 8_000],
      [{ fact: 'disabled' }, 9_000],
    ]);
  });

  it('may have several words in one key', () => {
    expect(cells(['class', 'level'], { 'active, retired': { '1,3': '80%' } })).toEqual([
      [{ class: ['active', 'retired'] }, { level: ['1', '3'] }, 8_000],
    ]);
  });

  it('is laid out by what is true and what is false', () => {
    expect(cells(['hasAccount'], { true: '80%', false: '70%' })).toEqual([
      [{ hasAccount: true }, 8_000],
      [{ hasAccount: false }, 7_000],
    ]);
  });

  it('says of its cells that they are cells: they should not overlap', () => {
    expect(ratioOf({ by: ['class'], table: { active: '80%' } })[0]).toHaveProperty('ofTable', true);
    expect(ratioOf({ cases: [{ value: '80%' }] })[0]).not.toHaveProperty('ofTable');
  });

  it('has parts of a reference for cells, and classes that are called like the keys of one', () => {
    const classes = { of: 'of', share: 'share', times: 'times' };
    const table = { of: { share: '10%', of: 'wage' }, '*': { times: 2, of: 'wage' } };
    const caps = [{ amount: { by: ['class'], table } }];
    const [cap] = pooledOn({ caps }, undefined, { classes, references: { wage: 50 } }).caps;
    expect(cap!.amount.map(({ value }) => value)).toEqual([500, 10_000]);
    expect(cells(['class'], { of: '80%', '*': '70%' }, { classes })).toEqual([
      [{ class: ['of'] }, 8_000],
      [7_000],
    ]);
    expect(cells(['class'], { share: '80%', times: '70%' }, { classes })).toEqual([
      [{ class: ['share'] }, 8_000],
      [{ class: ['times'] }, 7_000],
    ]);
  });

  it('does not compile with a key that `when` would refuse', () => {
    const wrong = (by: string[], table: object) => issuesOf(tinyPack({ ratio: { by, table } }));
    expect(wrong(['age'], { '<60': '80%', sixty: '85%' })).toEqual([
      'inpatient.pooled.ratio: age "sixty" is not a range: write 3, 2+, <70 or 60-69',
    ]);
    expect(wrong(['class', 'hasAccount'], { active: { yes: '85%', true: '80%' } })).toEqual([
      'inpatient.pooled.ratio[class active]: hasAccount "yes" is neither true nor false',
    ]);
  });
});

describe('a part of a reference', () => {
  const references = { wage: [{ value: 8000 }, { from: '2023-01-01', value: 8084 }] };

  it('is a share of it, half-up, or a multiple, as it is on the day', () => {
    expect(capOf({ times: 6, of: 'wage' }, { references })).toBe(4_850_400);
    expect(capOf({ times: 6, of: 'wage' }, { references }, '2022-12-31')).toBe(4_800_000);
    expect(capOf({ share: '5%', of: 'wage' }, { references })).toBe(40_420);
    expect(capOf({ share: '5%', of: 'wage' }, { references: { wage: '8084.10' } })).toBe(40_421); // 404.205
  });

  it('does not compile where the reference is none on the day, or not one amount for everybody', () => {
    const caps = [{ amount: { times: 6, of: 'wage' } }];
    const wrong = (wage: unknown) => issuesOf(tinyPack({ caps }, { references: { wage } }));
    expect(wrong([{ from: '2023-01-01', value: 8084 }])).toEqual([
      'references.wage: has no value on 2020-01-01',
    ]);
    const many = [
      'references.wage: one amount for everybody (it may be dated); write tables where it is used',
    ];
    expect(wrong({ cases: [{ value: 1 }, { value: 2 }] })).toEqual(many);
    expect(wrong({ cases: [{ when: { class: 'active' }, value: 1 }] })).toEqual(many);
    expect(wrong({ cases: [{ value: 1 }] })).toEqual([]);
  });
});

describe('a number declared unknown', () => {
  const references = { wage: 'unknown' };
  it.each<[place: string, layer: object, benefit?: object]>([
    ['inpatient.pooled.ratio', { ratio: 'unknown' }],
    ['inpatient.pooled.ratio[level 3]', { ratio: { by: ['level'], table: { '3': 'unknown', '*': '80%' } } }],
    ['inpatient.pooled.deductible.standard', { deductible: { standard: 'unknown' } }],
    [
      'inpatient.pooled.deductible.adjust[0].lessEach',
      { deductible: { standard: 1, adjust: [{ lessEach: 'unknown' }] } },
    ],
    ['inpatient.pooled.caps[0].amount', { caps: [{ amount: 'unknown' }] }],
    ['inpatient.pooled.caps[0].amount', { caps: [{ amount: { times: 6, of: 'wage' } }] }],
    ['inpatient.pooled.caps[0].amount', { caps: [{ amount: { share: '5%', of: 'wage' } }] }],
    ['inpatient.limits[visits].max', {}, { limits: [{ name: 'visits', counts: 'claims', max: 'unknown' }] }],
    [
      'inpatient.pooled.bands.table[1].upTo',
      {
        ratio: undefined,
        bands: {
          thresholds: 'gross',
          table: [{ upTo: 5, ratio: '80%' }, { upTo: 'unknown', ratio: '85%' }, { ratio: '90%' }],
        },
      },
    ],
  ])('sends who needs it to a person, and says where: %s, %j', (parameter, layer, benefit) => {
    const pack = tinyPack(layer, { references }, benefit);
    const member = aMember('310', 'active', { years: { '2024': { stays: 1 } } });
    expect(
      adjudicateBasis(aStay(1_000), aBasis(1_000), member, releaseOf([pack]), { area: '990000' }),
    ).toMatchObject({ outcome: 'pended', reasons: [{ code: 'policy-silent', facts: { parameter } }] });
  });
});

describe('bands whose ends depend on different things', () => {
  // Nobody can tell beforehand whether they rise for everybody: the first ends by the level, the second by the class.
  const bands = {
    thresholds: 'gross',
    table: [
      { upTo: { by: ['level'], table: { '1': 100, '3': 500 } }, ratio: '50%' },
      { upTo: { by: ['class'], table: { active: 200, retired: 500 } }, ratio: '60%' },
      { ratio: '70%' },
    ],
  };
  const decide = (level: string, personClass: string) =>
    adjudicateBasis(
      aStay(100_000, '2024-03-10', level),
      aBasis(100_000),
      aMember('310', personClass),
      releaseOf([tinyPack({ ratio: undefined, bands })]),
      { area: '990000' },
    );

  it('pay where they rise, and go to a person where they fall', () => {
    // 100 at 50 %, 100 at 60 %, 800 at 70 %; where both end at 500, 500 at 50 % and 500 at 70 %.
    expect(decide('1', 'active')).toMatchObject({ amounts: { funds: { pooled: 67_000 } } });
    expect(decide('3', 'retired')).toMatchObject({ amounts: { funds: { pooled: 60_000 } } });
    expect(decide('3', 'active')).toMatchObject({
      outcome: 'pended',
      reasons: [{ code: 'policy-silent', facts: { parameter: 'pooled.bands.upTo' } }],
    });
  });
});

describe('a reduction for every earlier stay', () => {
  /** 起付线 of the third stay of the year: two earlier ones. */
  const third = (lessEach: unknown) =>
    payableOf(
      tinyPack({ deductible: { standard: 500, adjust: [{ lessEach }] } }, { references: { wage: 1000 } }),
      aStay(100_000),
      aBasis(100_000),
      aMember('310', 'active', { years: { '2024': { stays: 2 } } }),
    ).amounts.deductible;

  it('is an amount, or a share of the standard', () => {
    expect([third(100), third('10%')]).toEqual([30_000, 40_000]);
    expect(third({ by: ['level'], table: { '1': '5%', '3': '10%' } })).toBe(40_000);
    expect(third({ by: ['level'], table: { '1': 'unknown', '3': '10%' } })).toBe(40_000);
  });

  it('is an amount also where a percent sign stands beside it', () => {
    expect(third({ value: 100, note: '10% until 2019' })).toBe(30_000);
    expect(third({ share: '5%', of: 'wage' })).toBe(40_000); // 50.00 each.
  });

  it('has no hole', () => {
    const adjust = [{ lessEach: [{ from: '2021-01-01', value: '10%' }] }];
    expect(issuesOf(tinyPack({ deductible: { standard: 500, adjust } }))).toEqual([
      'inpatient.pooled.deductible.adjust[0].lessEach: has no value on 2020-01-01',
    ]);
  });
});

describe('a day', () => {
  it('lies in a block from its first day to its last', () => {
    const days = ['2021-12-31', '2022-01-01', '2022-06-30', '2022-07-01'];
    const pack = tinyPack({}, {}, { from: '2022-01-01', to: '2022-06-30' });
    expect(days.map((on) => resolved(pack, on).benefits.length)).toEqual([0, 1, 1, 0]);
  });

  it('has the version that began last, in whatever order they are written', () => {
    const versions = [
      { from: '2020-01-01', value: 1 },
      { from: '2022-01-01', value: 2 },
      { from: '2024-01-01', value: 3 },
    ];
    for (const amount of [versions, versions.toReversed(), [versions[1], versions[2], versions[0]]])
      expect(['2021-12-31', '2022-01-01', '2024-01-01'].map((on) => capOf(amount, {}, on))).toEqual([
        100, 200, 300,
      ]);
  });

  it('has the benefit, layer, limit or cap of one name that began last, in whatever order they are written', () => {
    const versions = [{ from: '2020-01-01' }, { from: '2022-01-01' }, { from: '2024-01-01' }];
    for (const [a, b, c] of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ] as const) {
      const dated = <T extends object>(make: (n: number) => T) =>
        [a, b, c].map((n) => ({ ...versions[n]!, ...make(n) }));
      const layers = dated((n) => ({
        id: 'pooled',
        fund: 'pooled',
        ratio: `${n}%`,
        caps: dated((m) => ({ amount: m })),
      }));
      const limits = dated((n) => ({ name: 'visits', counts: 'claims', max: n }));
      const pack = tinyPack(
        {},
        {
          benefits: dated((n) => ({
            id: 'inpatient',
            name: `${n}`,
            encounters: ['inpatient'],
            layers,
            limits,
          })),
        },
      );
      const [benefit, ...others] = resolved(pack, '2023-12-31').benefits;
      expect(others).toEqual([]);
      expect(benefit!.name).toBe('1');
      expect(benefit!.limits.map(({ max }) => max[0]!.value)).toEqual([1]);
      expect(benefit!.layers.map(({ bands }) => bands.table[0]!.ratio[0]!.value)).toEqual([100]);
      expect(benefit!.layers[0]!.caps.map(({ amount }) => amount[0]!.value)).toEqual([100]);
    }
  });

  it('has a shared layer once, in the version of its use that began last', () => {
    const use = (from: string, sex: string) => ({ use: 'above', from, when: { sex } });
    const pack = tinyPack(
      {},
      { layers: { above: { fund: 'critical', when: { class: 'active' }, ratio: '60%' } } },
      { layers: [use('2022-01-01', 'M'), use('2020-01-01', 'F')] },
    );
    const whens = (on: string) => resolved(pack, on).benefits[0]!.layers.map(({ when }) => when);
    expect(whens('2021-12-31')).toEqual([[{ sex: 'F' }, { class: 'active' }]]);
    expect(whens('2022-01-01')).toEqual([[{ sex: 'M' }, { class: 'active' }]]);
  });

  it('does not have what lies outside its dates', () => {
    const later = { from: '2024-01-01' };
    const pack = tinyPack(
      {
        deductible: { ...later, standard: 100 },
        ratio: { cases: [{ ...later, value: '90%' }, { value: '80%' }] },
        adjust: [{ ...later, points: '1%' }],
      },
      {
        lines: { ...later, firstPayBase: 'whole', quantities: 'ignore', restricted: 'pend' },
        layers: { above: { ...later, fund: 'critical', ratio: '60%' } },
      },
      {
        merge: { ...later },
        total: { ...later, atMost: '90%' },
        account: { ...later, use: 'always', order: [{ balance: 'earlier', pays: ['share'] }] },
      },
    );
    (pack.benefits[0] as { layers: object[] }).layers.push({ use: 'above' });
    const told = (on: string) => {
      const { benefits, lines } = resolved(pack, on);
      const { layers, merge, total, account } = benefits[0]!;
      return {
        layers: layers.map(({ id }) => id),
        ratios: layers[0]!.bands.table[0]!.ratio.map(({ value }) => value),
        changes: layers[0]!.adjust.length,
        there: [layers[0]!.deductible, merge, total, account].map((block) => block !== undefined),
        lines: [lines.firstPayBase, lines.restricted, lines.quantities],
      };
    };
    expect(told('2023-12-31')).toEqual({
      layers: ['pooled'],
      ratios: [8_000],
      changes: 0,
      there: [false, false, false, false],
      lines: ['within-limit', 'self-paid', 'pend'],
    });
    expect(told('2024-01-01')).toEqual({
      layers: ['pooled', 'above'],
      ratios: [9_000, 8_000],
      changes: 1,
      there: [true, true, true, true],
      lines: ['whole', 'pend', 'ignore'],
    });
  });

  it('may have no first share, yearly most, limit of supply, floor or ceiling yet', () => {
    const later = (value: unknown) => [{ from: '2024-01-01', value }];
    const pack = tinyPack(
      { firstShare: later('5%'), deductible: { standard: 1, yearlyMax: later(2) } },
      { lines: { takeHomeDaysMax: later(7), daysSupplyMax: later(30) } },
      { total: { atMost: later('90%'), atLeast: later('40%') } },
    );
    const values = (on: string) => {
      const { benefits, lines } = resolved(pack, on);
      const { layers, total } = benefits[0]!;
      const { firstShare, deductible } = layers[0]!;
      return [
        firstShare,
        deductible!.yearlyMax,
        lines.takeHomeDaysMax,
        lines.daysSupplyMax,
        total!.atMost,
        total!.atLeast,
      ].map((cases) => cases?.[0]?.value);
    };
    expect(issuesOf(pack)).toEqual([]);
    expect(values('2023-12-31')).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
    expect(values('2024-01-01')).toEqual([500, 200, 7, 30, 9_000, 4_000]);
  });
});

describe('the days on which something changes', () => {
  it('are those on which something begins, and those after its last, in order', () => {
    const pack = tinyPack(
      {
        ratio: [
          { from: '2024-07-01', value: '80%' },
          { from: '2021-01-01', to: '2021-12-31', value: '70%' },
        ],
      },
      { from: '2023-01-01' },
    );
    expect(changeDays(checkPackDocument(pack))).toEqual([
      '2021-01-01',
      '2022-01-01',
      '2023-01-01',
      '2024-07-01',
    ]);
  });

  it('are not the names of classes that are called from and to, nor days in a note', () => {
    const classes = { from: 'from abroad', to: 'to abroad' };
    const ratio = { by: ['class'], table: { from: '80%', to: '70%' }, note: '2023-05-05' };
    const pack = tinyPack({ ratio }, { classes });
    expect(issuesOf(pack)).toEqual([]);
    expect(changeDays(checkPackDocument(pack))).toEqual(['2020-01-01']);
  });
});

describe('what does not compile', () => {
  const banded = (table: object[], more: object = {}) =>
    issuesOf(tinyPack({ ratio: undefined, bands: { thresholds: 'gross', table, ...more } }));
  const low = { upTo: 100, ratio: '50%' };
  const falls = (i: number) =>
    `inpatient.pooled.bands.table[${i}]: its upTo is not above that of the band before`;

  it('bands that have all ended, or not begun: the fund would pay nothing', () => {
    const hole = (day: string) => [`inpatient.pooled.bands: has no value on ${day}`];
    expect(banded([{ ratio: '80%' }], { to: '2021-12-31' })).toEqual(hole('2022-01-01'));
    expect(banded([{ from: '2020-01-01', ratio: '80%' }], { to: '2021-12-31' })).toEqual(hole('2022-01-01'));
    expect(banded([{ to: '2021-12-31', ratio: '80%' }])).toEqual(hole('2022-01-01'));
    expect(banded([{ ratio: '80%' }], { from: '2021-01-01' })).toEqual(hole('2020-01-01'));
    expect(
      banded([
        { to: '2021-12-31', ratio: '80%' },
        { from: '2022-01-01', ratio: '90%' },
      ]),
    ).toEqual([]);
  });

  it('a band that ends where the one before ends, or below it, for some', () => {
    expect(banded([low, low])).toEqual([falls(1)]);
    expect(banded([{ upTo: 100, ratio: '1%' }, { upTo: '100.01', ratio: '1%' }, { ratio: '1%' }])).toEqual(
      [],
    );
    const byLevel = (one: number, three: number) => ({ by: ['level'], table: { '1': one, '3': three } });
    const two = (first: unknown, second: unknown) =>
      banded([
        { upTo: first, ratio: '50%' },
        { upTo: second, ratio: '60%' },
      ]);
    expect(two(100, byLevel(200, 100))).toEqual([falls(1)]);
    expect(two(byLevel(100, 200), 200)).toEqual([falls(1)]);
    expect(two(byLevel(100, 500), byLevel(200, 400))).toEqual([falls(1)]);
    expect(two(byLevel(100, 500), byLevel(200, 600))).toEqual([]);
    expect(two(byLevel(100, 500), { by: ['class'], table: { active: 200 } })).toEqual([]); // Nobody can tell.
    expect(two('unknown', 100)).toEqual([]);
    const forRetired = (theirs: number, others: number) => ({
      cases: [{ when: { class: 'retired' }, value: theirs }, { value: others }],
    });
    expect(two(forRetired(300, 50), forRetired(500, 100))).toEqual([]);
    expect(two(forRetired(300, 50), forRetired(300, 100))).toEqual([falls(1)]);
  });

  it('an open band that is not the last, called as it stands in the pack', () => {
    const open = (i: number) =>
      `inpatient.pooled.bands.table[${i}]: only the last band may be open: give upTo`;
    expect(banded([low, { ratio: '60%' }, { ratio: '70%' }])).toEqual([open(1)]);
    const began = { to: '2019-12-31', from: '2019-01-01' };
    expect(banded([{ ...began, ...low }, low, { ratio: '60%' }, { ratio: '70%' }])).toEqual([open(2)]);
  });

  it('a block or a version that ends before it begins', () => {
    const dates = { from: '2024-01-01', to: '2023-12-31' };
    const ends = 'ends on 2023-12-31, before it begins on 2024-01-01';
    expect(issuesOf(tinyPack({}, {}, dates))).toEqual([`inpatient: ${ends}`]);
    expect(issuesOf(tinyPack({ ratio: [{ value: '80%' }, { ...dates, value: '90%' }] }))).toEqual([
      `inpatient.pooled.ratio: ${ends}`,
    ]);
    expect(issuesOf(tinyPack({}, {}, { ...dates, to: '2024-01-01' }))).toEqual([]);
  });

  it('a class that a member may be given, but that is none of the pack', () => {
    const personClass = [{ when: { sex: 'F' }, class: 'student' }];
    expect(issuesOf(tinyPack({}, { personClass }))).toEqual([
      'personClass[0]: class "student" is not among `classes`',
    ]);
  });

  it('a name in `when` that is only known to the language', () => {
    const ratio = { by: ['level', 'class'], table: { toString: { constructor: '80%' } } };
    expect(issuesOf(tinyPack({ ratio }))).toEqual([
      'inpatient.pooled.ratio: level "toString" is not among `levels`',
      'inpatient.pooled.ratio[level toString]: class "constructor" is not among `classes`',
    ]);
  });

  it('a name in the `when` of an ordinal; one that is left open asks nothing', () => {
    const ordinal = (when: object) => issuesOf(tinyPack({}, {}, { ordinal: { counter: 'stays', when } }));
    expect(ordinal({ level: '7' })).toEqual(['inpatient.ordinal: level "7" is not among `levels`']);
    expect(ordinal({ level: undefined, any: undefined, not: undefined })).toEqual([]);
  });
});

describe('rules for lines', () => {
  it('give a share, or take the line out', () => {
    const rules = [
      { when: { itemClass: 'B' }, firstPay: '5%' },
      { when: { category: 'bed' }, selfPaid: true },
    ];
    const [share, out] = resolved(tinyPack({}, { lines: { rules } })).lines.rules;
    expect(share).toMatchObject({ when: [{ itemClass: 'B' }], firstPay: 500, selfPaid: false });
    expect(out).toMatchObject({ when: [{ category: 'bed' }], selfPaid: true });
    expect(out).not.toHaveProperty('firstPay');
  });
});
