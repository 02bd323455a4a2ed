// What may be written in a pack, what it comes to on a day, and what is said when it is wrong.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import { PackError } from '../../../shared/policy/pack/pack-error.ts';
import { checkPackDocument, parsePackText } from '../../../shared/policy/pack/parse.ts';
import { parseMoney, parsePercent, parseRange } from '../../../shared/policy/pack/values.ts';
import { compilePack } from '../../../shared/policy/pack/compile.ts';
import { loadPacks } from '../../../shared/policy/packs/load-packs.ts';
import { aBasis, aMember, aStay, issuesOf, releaseOf, tinyPack } from './support.ts';

describe('numbers in a pack', () => {
  it('money is yuan, read digit by digit', () => {
    expect(['1300', 404.2, '404.20', '15万', '46.7352万', '1,300元', 0].map(parseMoney)).toEqual([
      130_000, 40_420, 40_420, 15_000_000, 46_735_200, 130_000, 0,
    ]);
    expect(['1.234', '-5', '85%', '', '1e3', '0.00001万'].map(parseMoney)).toEqual(
      [undefined, undefined, undefined, undefined, undefined, undefined].map((none, i) =>
        i === 5 ? 10 : none,
      ),
    );
  });

  it('money has whole fen, thousands in threes, and an end', () => {
    expect(['1.230', '1.50元', '12,345,678', '0.01', '0.1万'].map(parseMoney)).toEqual([
      123, 150, 1_234_567_800, 1, 100_000,
    ]);
    const wrong = ['1.231', '1,30', '1234,567', ',300', 'x1', '1x', '1.', '.5', '1.2345678万', '1000000000'];
    expect(wrong.map(parseMoney)).toEqual(wrong.map(() => undefined));
    expect([parseMoney('10000000万'), parseMoney('10000001万')]).toEqual([10_000_000_000_000, undefined]);
  });

  it('ratios carry their percent sign', () => {
    expect(['85%', '89.5%', '0.25%', '-15%', '+3%', '0.85', '85'].map(parsePercent)).toEqual([
      8_500,
      8_950,
      25,
      -1_500,
      300,
      undefined,
      undefined,
    ]);
    const wrong = ['1000%', '85.123%', '85 %', 'x85%', '85%x', '.5%', '--5%', ''];
    expect(wrong.map(parsePercent)).toEqual(wrong.map(() => undefined));
  });

  it('ranges of whole numbers', () => {
    expect(parseRange('2+')).toEqual({ from: 2, to: Number.MAX_SAFE_INTEGER });
    expect(parseRange('<70')).toEqual({ from: 0, to: 69 });
    expect(parseRange('60-69')).toEqual({ from: 60, to: 69 });
    expect(parseRange('3')).toEqual({ from: 3, to: 3 });
    expect([parseRange('9-3'), parseRange('x'), parseRange('1-2-3')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('ranges are open or closed at either end, as they are written', () => {
    const open = Number.MAX_SAFE_INTEGER;
    expect(['>=60', '>60', '<=69', '60..69', ' 60 - 69 ', '3-3'].map((text) => parseRange(text))).toEqual([
      { from: 60, to: open },
      { from: 61, to: open },
      { from: 0, to: 69 },
      { from: 60, to: 69 },
      { from: 60, to: 69 },
      { from: 3, to: 3 },
    ]);
    const wrong = ['x+', '>=x', '>x', '<=x', '<x', '3-x', 'x-3', '1234567890', '3x', 'x3', '', '+'];
    expect(wrong.map((text) => parseRange(text))).toEqual(wrong.map(() => undefined));
  });
});

describe('a number that cannot be read', () => {
  it.each<[layer: object, where: string, why: string]>([
    [
      { caps: [{ amount: '1.234' }] },
      'caps[0].amount',
      'not an amount: write yuan such as 1300, 404.20 or 15万',
    ],
    [{ deductible: { standard: -1 } }, 'deductible.standard', 'not an amount: write yuan'],
    [{ ratio: '0.8' }, 'ratio', 'not a percentage: write 85% or 7.2%, with the percent sign'],
    [{ ratio: '-5%' }, 'ratio', 'not a percentage: write 85% or 7.2%, with the percent sign'],
    [{ adjust: [{ points: '3' }] }, 'adjust[0].points', 'not percentage points: write 3%, +3% or -15%'],
  ])('%j', (layer, where, why) => {
    expect(issuesOf(tinyPack(layer)).join()).toContain(`benefits[0].layers[0].${where}: `);
    expect(issuesOf(tinyPack(layer)).join()).toContain(why);
  });
});

describe('a pack that is wrong does not compile, and says where', () => {
  it('every shipped pack compiles', () => {
    expect(loadPacks().flatMap(issuesOf)).toEqual([]);
  });

  it('a number without a source', () => {
    expect(issuesOf(tinyPack({}, { source: undefined })).join()).toContain(
      'inpatient.pooled.ratio: cites no source',
    );
  });

  it('a number without a date', () => {
    expect(issuesOf(tinyPack({}, { from: undefined })).join()).toContain('from');
  });

  it('a source that is not listed', () => {
    expect(issuesOf(tinyPack({ ratio: { value: '80%', source: 'elsewhere' } })).join()).toContain(
      'cites "elsewhere", which is not among `sources`',
    );
  });

  it('a hole between two versions of a number', () => {
    const ratio = [
      { from: '2020-01-01', to: '2020-12-31', value: '80%' },
      { from: '2021-02-01', value: '85%' },
    ];
    expect(issuesOf(tinyPack({ ratio }))).toEqual(['inpatient.pooled.ratio: has no value on 2021-01-01']);
  });

  it('two versions from the same day', () => {
    const ratio = [
      { from: '2020-01-01', value: '80%' },
      { from: '2020-01-01', value: '85%' },
    ];
    expect(issuesOf(tinyPack({ ratio })).join()).toContain('two versions begin on 2020-01-01');
  });

  it('a level or a class that is not declared', () => {
    expect(issuesOf(tinyPack({ ratio: { by: ['level'], table: { '7': '80%' } } })).join()).toContain(
      'level "7" is not among `levels`',
    );
    expect(issuesOf(tinyPack({ when: { class: 'student' } })).join()).toContain(
      'class "student" is not among `classes`',
    );
  });

  it('a misspelt key, a share above 100%, a ratio without its sign', () => {
    expect(issuesOf(tinyPack({ deductable: {} })).join()).toContain('Unrecognized key: "deductable"');
    expect(issuesOf(tinyPack({ ratio: '180%' })).join()).toContain('a share above 100%');
    expect(issuesOf(tinyPack({ ratio: 0.8 })).join()).not.toBe('');
  });

  it('several faults in one layer, each at its own place', () => {
    const wrong = { ratio: { by: ['level'], tabel: {} }, deductible: { per: 'quater', standard: 1 } };
    const issues = issuesOf(tinyPack(wrong));
    expect(issues.some((text) => text.includes('deductible.per: not one of'))).toBe(true);
    expect(issues.some((text) => text.includes('ratio: Unrecognized key: "tabel"'))).toBe(true);
  });

  it('a reference that is not one amount, or has a name that cannot be one', () => {
    const ratio = '80%';
    const caps = [{ amount: { times: 2, of: 'wage' } }];
    const table = { by: ['class'], table: { active: 1, '*': 2 } };
    expect(issuesOf(tinyPack({ ratio, caps }, { references: { wage: table } })).join()).toContain(
      'references.wage: one amount for everybody',
    );
    expect(issuesOf(tinyPack({ ratio, caps }, { references: { Wage: 1 } })).join()).toContain(
      'references.Wage: not a short name',
    );
  });

  it('bands that do not rise', () => {
    const bands = {
      thresholds: 'gross',
      table: [
        { upTo: 200, ratio: '50%' },
        { upTo: 100, ratio: '60%' },
      ],
    };
    expect(issuesOf(tinyPack({ ratio: undefined, bands })).join()).toContain(
      'its upTo is not above that of the band before',
    );
  });

  it('a number that is dated nowhere', () => {
    const undated = tinyPack({ ratio: [{ from: '2020-01-01', value: '80%' }] }, { from: undefined });
    expect(issuesOf(undated)).toEqual([
      'inpatient: has no `from`: say since when it holds, here or on a block around it',
    ]);
    expect(issuesOf(tinyPack({}, { from: undefined }))).toEqual([': nothing in the pack has a `from`']);
  });

  it('a table that is not as deep as its keys, or deeper', () => {
    const table = (node: unknown) => issuesOf(tinyPack({ ratio: { by: ['level', 'class'], table: node } }));
    expect(table({ '3': '80%' })).toEqual([
      'inpatient.pooled.ratio[level 3]: the table is not as deep as `by`: level, class',
    ]);
    expect(table({ '3': { active: { F: '80%' } } })).toEqual([
      'inpatient.pooled.ratio[level 3, class active]: the table is deeper than `by`',
    ]);
  });

  it('a name that stands for nothing', () => {
    expect(issuesOf(tinyPack({ caps: [{ amount: { times: 2, of: 'wage' } }] }))).toEqual([
      'inpatient.pooled.caps[0].amount: "wage" is not among `references`',
    ]);
    expect(issuesOf(tinyPack({}, {}, { layers: [{ use: 'large' }] }))).toEqual([
      'inpatient.large: uses "large", which is not among `layers`',
    ]);
    const when = { any: [{ sex: 'F' }, { all: [{ not: { fromLevel: ['3', '7'] } }] }] };
    expect(issuesOf(tinyPack({ when }))).toEqual(['inpatient.pooled: fromLevel "7" is not among `levels`']);
    expect(issuesOf(tinyPack({ when: { encounter: ['inpatient', 'outpatiant'] } }))).toEqual([
      expect.stringMatching(/^inpatient\.pooled: encounter "outpatiant" is none of .*\boutpatient\b/),
    ]);
    expect(issuesOf(tinyPack({ ratio: { by: ['sex'], table: { F: '80%', W: '70%' } } }))).toEqual([
      'inpatient.pooled.ratio: sex "W" is none of F, M',
    ]);
    expect(issuesOf(tinyPack({ when: { not: { class: 'student' } } }))).toEqual([
      'inpatient.pooled: class "student" is not among `classes`',
    ]);
  });

  it('days between two that are counted within less than a year', () => {
    const limits = [{ name: 'l', counts: 'days-between', max: 3, per: 'month' }];
    expect(issuesOf(tinyPack({}, {}, { limits })).join()).toContain('per year, per ever');
  });

  it('an open band that is not the last', () => {
    const bands = { thresholds: 'gross', table: [{ ratio: '50%' }, { upTo: 100, ratio: '60%' }] };
    expect(issuesOf(tinyPack({ ratio: undefined, bands }))).toEqual([
      'inpatient.pooled.bands.table[0]: only the last band may be open: give upTo',
    ]);
  });

  it('two benefits, layers or caps of one name from the same day', () => {
    const [benefit] = tinyPack().benefits;
    expect(issuesOf(tinyPack({}, { benefits: [benefit, benefit] }))).toEqual([
      'inpatient: two versions of "inpatient" begin on 2020-01-01',
    ]);
    expect(issuesOf(tinyPack({ caps: [{ amount: 1 }, { amount: 2 }] }))).toEqual([
      'inpatient.pooled.caps[1]: two versions of "inpatient.pooled per year" begin on 2020-01-01',
    ]);
    expect(issuesOf(tinyPack({ caps: [{ amount: 1 }, { per: 'month', amount: 2 }] }))).toEqual([]);
  });

  it('says so in one sentence for each fault, once, with the day', () => {
    const ratio = [{ from: '2021-01-01', value: '80%' }];
    const deductible = { standard: [{ from: '2020-06-01', value: 100 }] };
    expect(() => compilePack(checkPackDocument(tinyPack({ ratio, deductible })))).toThrow(
      'the pack 990000/310 does not compile:\n' +
        '  inpatient.pooled.deductible.standard: has no value on 2020-01-01 (on 2020-01-01)\n' +
        '  inpatient.pooled.ratio: has no value on 2020-01-01 (on 2020-01-01)\n' +
        '  inpatient.pooled.ratio: has no value on 2020-06-01 (on 2020-06-01)',
    );
    expect(() => checkPackDocument([], 'mine.yaml')).toThrow(
      'the pack mine.yaml does not compile:\n  (top): expected keys with values',
    );
  });

  it('YAML that is not YAML', () => {
    expect(() => parsePackText('area: [', 'x')).toThrow(PackError);
  });
});

describe('dated numbers', () => {
  const pack = tinyPack({
    ratio: [
      { from: '2020-01-01', value: '80%' },
      { from: '2024-07-01', value: '90%' },
    ],
  });
  const paid = (on: string, document = pack) => {
    const result = adjudicateBasis(aStay(100_000, on), aBasis(100_000), aMember(), releaseOf([document]), {
      area: '990000',
    });
    return result.outcome === 'payable'
      ? result.amounts.funds.pooled
      : result.outcome === 'denied'
        ? result.denial.code
        : result.outcome;
  };

  it('a claim settles under the number in force on its day, for ever', () => {
    expect(['2019-12-31', '2020-01-01', '2024-06-30', '2024-07-01'].map((on) => paid(on))).toEqual([
      'no-policy-on-date',
      80_000,
      80_000,
      90_000,
    ]);
  });

  it('a version that begins later changes nothing before it', () => {
    const later = tinyPack({
      ratio: [
        { from: '2020-01-01', value: '80%' },
        { from: '2024-07-01', value: '90%' },
        { from: '2030-01-01', value: '10%' },
      ],
    });
    expect(['2020-01-01', '2024-06-30', '2029-12-31'].map((on) => paid(on, later))).toEqual([
      80_000, 80_000, 90_000,
    ]);
  });

  it('a whole benefit may be superseded by a new version of itself', () => {
    const [benefit] = tinyPack().benefits;
    const twice = tinyPack({}, { benefits: [benefit, { ...benefit, from: '2025-01-01', layers: [] }] });
    expect([paid('2024-12-31', twice), paid('2025-01-01', twice)]).toEqual([80_000, undefined]);
  });
});

describe('what the pack does not say', () => {
  it('goes to a person; no number is invented', () => {
    const pack = tinyPack({ ratio: { by: ['level'], table: { '3': '80%' } } });
    const result = adjudicateBasis(aStay(100, '2024-01-01', '1'), aBasis(100), aMember(), releaseOf([pack]), {
      area: '990000',
    });
    expect(result).toMatchObject({ outcome: 'pended', reasons: [{ code: 'policy-silent' }] });
  });

  it('nor an age that is not known', () => {
    const pack = tinyPack({ ratio: { by: ['age'], table: { '<70': '80%', '70+': '90%' } } });
    const member = aMember();
    const { born: _, ...unborn } = member.enrolment!;
    const run = (enrolment: typeof unborn) =>
      adjudicateBasis(aStay(100), aBasis(100), { ...member, enrolment }, releaseOf([pack]), {
        area: '990000',
      });
    expect(run(member.enrolment!).outcome).toBe('payable');
    expect(run(unborn)).toMatchObject({
      outcome: 'pended',
      reasons: [{ facts: { parameter: 'birth date' } }],
    });
  });
});
