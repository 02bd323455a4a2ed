// Situations: whatever an analyst writes reaches the engine, what comes out is held against every expectation, and what
// cannot be read says where.

import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { YAMLParseError } from 'yaml';
import {
  differencesText,
  parseSituation,
  runSituation,
} from '../../../../shared/policy/tools/run-situation.ts';
import { tinyPack } from '../support.ts';

/** Runs a situation written as an object (JSON is YAML) under packs. */
const run = (situation: object, packs = [tinyPack()]) =>
  runSituation(JSON.stringify({ title: 't', ...situation }), packs);
const ON = '2024-03-10';
/** A claim of 100.00 in scope. */
const claim = (more: object = {}) => ({ on: ON, inScope: 100, ...more });
/** What each claim comes to: what the pooled fund pays in fen, or the code. */
const came = (situation: object, packs?: ReturnType<typeof tinyPack>[]) =>
  run(situation, packs).results.map(({ adjudication: a }) =>
    a.outcome === 'payable'
      ? a.amounts.funds.pooled
      : a.outcome === 'denied'
        ? a.denial.code
        : a.reasons[0]!.code,
  );

describe('expectations', () => {
  const pack = tinyPack({ deductible: { standard: 100 } });
  // (1,000.00 - 100.00) x 80 % = 720.00 of 1,100.00.
  const bill = claim({ inScope: 1000, selfPaid: 50, overLimit: 20, firstPay: 30 });

  it('hold when every one of them does', () => {
    const expected = {
      outcome: 'payable',
      benefit: 'inpatient',
      benefitYear: 2024,
      billed: 1100,
      selfPaid: 50,
      overLimit: 20,
      firstPay: 30,
      inScope: 1000,
      deductible: 100,
      account: 0,
      cash: 380,
      hospital: 0,
      funds: 720,
      person: 380,
      pooled: 720,
      critical: 0,
      layers: { pooled: 720 },
      bands: { pooled: [720] },
    };
    const report = run({ claims: [{ ...bill, expect: expected }] }, [pack]);
    expect(report.results[0]!.differences).toEqual([]);
    expect(report.holds).toBe(true);
    expect(differencesText(report)).toBe('');
  });

  it('each say what was expected and what was found', () => {
    const expected = {
      outcome: 'denied',
      benefit: 'other',
      benefitYear: 2023,
      billed: 1,
      selfPaid: 1,
      overLimit: 1,
      firstPay: 1,
      inScope: 1,
      deductible: 1,
      account: 1,
      cash: 1,
      hospital: 1,
      funds: 1,
      person: 1,
      pooled: 1,
      critical: 1,
      layers: { pooled: 1, top: 1 },
      bands: { pooled: [1, 1] },
    };
    const [result] = run({ claims: [{ ...bill, expect: expected }] }, [pack]).results;
    expect(result!.differences.map((d) => `${d.what}: ${d.expected}, ${d.found}`)).toEqual([
      'outcome: denied, payable',
      'benefit: other, inpatient',
      'benefitYear: 2023, 2024',
      'funds: 1.00, 720.00',
      'person: 1.00, 380.00',
      'billed: 1.00, 1100.00',
      'selfPaid: 1.00, 50.00',
      'overLimit: 1.00, 20.00',
      'firstPay: 1.00, 30.00',
      'inScope: 1.00, 1000.00',
      'deductible: 1.00, 100.00',
      'account: 1.00, 0.00',
      'cash: 1.00, 380.00',
      'hospital: 1.00, 0.00',
      'pooled: 1.00, 720.00',
      'critical: 1.00, 0.00',
      'layer pooled: 1.00, 720.00',
      'layer top: 1.00, 0.00',
      'band 1 of pooled: 1.00, 720.00',
      'band 2 of pooled: 1.00, 0.00',
    ]);
  });

  it('of layers and bands are of each by itself, and of what a cap leaves', () => {
    const table = [{ upTo: 400, ratio: '50%' }, { ratio: '90%' }];
    const layers = [
      { id: 'pooled', fund: 'pooled', bands: { thresholds: 'gross', table }, caps: [{ amount: 600 }] },
      { id: 'top', fund: 'pooled', base: ['share'], ratio: '10%' },
    ];
    // 400 x 50 % = 200; of 600 x 90 % = 540 the cap leaves 400, which takes 444.45: 200 + 44.45 are shared, 155.55 above.
    const expected = {
      pooled: 624.45,
      layers: { pooled: 600, top: 24.45 },
      bands: { pooled: [200, 540], top: [24.45] },
    };
    const report = run({ claims: [claim({ inScope: 1000, expect: expected })] }, [
      tinyPack({}, {}, { layers }),
    ]);
    expect(report.results[0]!.differences).toEqual([]);
  });

  const reviewed = tinyPack(
    {},
    {
      rules: [
        { when: { billed: '90+' }, pend: 'large-bill' },
        { when: { class: 'active' }, pend: 'needs-review' },
      ],
    },
  );
  const before = { on: '2001-01-01' }; // No policy is in force yet.
  it.each([
    ['the code of a denial', {}, before, { code: 'no-policy-on-date' }, []],
    ['another code', {}, before, { code: 'large-bill' }, ['code: large-bill, no-policy-on-date']],
    ['a code where it is paid', {}, {}, { code: 'large-bill' }, ['code: large-bill, none']],
    ['a denial where it is paid', {}, {}, { outcome: 'denied' }, ['outcome: denied, payable']],
    ['money where it is denied', {}, before, { pooled: 0 }, ['outcome: payable, denied']],
    ['a code beside money', {}, before, { code: 'no-policy-on-date', pooled: 0 }, []],
    ['bands where it is denied', {}, before, { bands: { pooled: [] } }, ['outcome: payable, denied']],
    ['nothing', {}, before, {}, []],
    ['the first reason to pend', reviewed, {}, { outcome: 'pended', code: 'large-bill' }, []],
    ['the second reason to pend', reviewed, {}, { code: 'needs-review' }, []],
    ['no reason to pend', reviewed, {}, { code: 'long-stay' }, ['code: long-stay, large-bill, needs-review']],
    ['a denial where it is pended', reviewed, {}, { outcome: 'denied' }, ['outcome: denied, pended']],
    ['no review where somebody looked', reviewed, { reviewed: true }, { pooled: 80 }, []],
  ])('of a code: %s', (_, pack, more, expected, differences) => {
    const packs = 'area' in pack ? [pack] : [tinyPack()];
    const [result] = run({ claims: [claim({ ...more, expect: expected })] }, packs).results;
    expect(result!.differences.map((d) => `${d.what}: ${d.expected}, ${d.found}`)).toEqual(differences);
  });

  it('that fail are told with the claim and its explanation, and the others not', () => {
    const claims = [
      claim({ expect: { pooled: 80 } }),
      claim({ claimNo: 'B', expect: { pooled: 81, cash: 20 } }),
    ];
    const report = run({ title: 'Two', claims });
    expect(report.holds).toBe(false);
    expect(differencesText(report)).toBe(
      `Two · B
  pooled: expected 81.00, found 80.00
    2024-03-10 · 310 · inpatient · 2024
    医疗费总额 billed: 100.00
    ＝ 符合政策范围 in scope: 100.00
    1. 100.00 元 × 80%，统筹基金支付 80.00 元 [1]
       100.00 × 80%: pooled fund pays 80.00
    统筹基金 pooled fund: 80.00
    个人现金 cash: 20.00
    [1] 〔D〕own`,
    );
  });

  it('of two claims are told one below the other, by their numbers or their places', () => {
    const wrong = { expect: { pooled: 1 } };
    const report = run({
      claims: [claim({ ...wrong, claimNo: 7 }), { credit: 1, year: 2024 }, claim(wrong)],
    });
    expect(report.results.map(({ claimNo }) => claimNo)).toEqual(['7', 'C3']);
    expect(
      differencesText(report)
        .split('\n')
        .filter((line) => line.startsWith('t')),
    ).toEqual(['t · 7', 't · C3']);
  });
});

describe('what is written reaches the engine', () => {
  const encounters = { encounters: ['inpatient', 'outpatient'] };
  const member = (m: object) => ({ members: { m } });
  const registered = { id: 'H9', name: 'x', area: '990000', type: 'hospital' };
  const history = [
    { from: '2020-01-01', status: 'designated', level: '1' },
    { from: '2025-01-01', status: 'designated', level: '3' },
  ];
  const since = { from: '2024-01-01', to: '2024-06-30' };
  it.each([
    [{ level: '3' }, {}, {}],
    [{ level: '1' }, { level: 1 }, {}],
    [{ level: '1' }, { provider: { level: 1 } }, {}],
    [{ level: '1', hospitalLevel: '3', priceLimitLevel: '3' }, { provider: { deductibleLevel: 1 } }, {}],
    [{ level: '3', hospitalLevel: '3', priceLimitLevel: '1' }, { provider: { priceLimitLevel: 1 } }, {}],
    [{ providerType: 'hospital', creditGrade: '' }, {}, {}],
    [{ providerType: 'tcm' }, { provider: { type: 'tcm' } }, {}],
    [{ creditGrade: 'C' }, { provider: { creditGrade: 'C' } }, {}],
    [{ careArea: '990000' }, {}, {}],
    [{ careArea: '990000' }, { provider: {} }, {}],
    [{ careArea: '13' }, { provider: { area: '130300' } }, {}],
    [{ provider: 'H9', level: '1' }, { provider: 'H9' }, { providers: [{ id: 'H9', level: 1 }] }],
    [{ provider: 'P1', level: '1' }, { provider: 'P1' }, { providers: [{ level: 1 }] }],
    [{ provider: 'H9', level: '1' }, { provider: { id: 'H9', level: 1 } }, {}],
    [{ level: '1' }, { provider: 'H9' }, { providers: [{ ...registered, history }] }],
    [{ level: '3' }, { provider: 'H9', on: '2025-03-10' }, { providers: [{ ...registered, history }] }],
    [{ diagnosis: 'C34' }, { diagnoses: ['J18', 'C34.9'] }, {}],
    [{ disease: 'M01', diseaseFiled: false }, { disease: 'M01' }, {}],
    [{ diseaseFiled: true }, { disease: 'M01' }, member({ facts: ['chronic-disease=M01'] })],
    [{ referral: 'up', referralFiled: false }, { referral: { direction: 'up', filed: false } }, {}],
    [
      { offSite: 'emergency', careArea: '31' },
      { offSite: { areaCode: '310000', reason: 'emergency', filed: true } },
      {},
    ],
    [{ department: 'D1' }, { department: 'D1' }, {}],
    [{ interim: true }, { interim: true }, {}],
    [{ days: '1' }, {}, {}],
    [{ days: '1' }, { admitted: ON }, {}],
    [{ days: '9' }, { admitted: '2024-03-01' }, {}],
    [{ encounter: 'outpatient' }, { encounter: 'outpatient' }, {}],
    [{ class: 'active', not: { sex: ['F', 'M'] }, age: '44', ordinal: '1', hasAccount: false }, {}, {}],
    [{ class: 'retired' }, {}, member({ class: 'retired' })],
    [{ sex: 'M' }, {}, member({ sex: 'M' })],
    [{ age: '73' }, {}, member({ born: '1950-06-01' })],
    [{ ordinal: '3' }, {}, member({ used: { 2024: { stays: 2 } } })],
    [{ fact: ['poor'] }, {}, member({ facts: ['poor'] })],
    [{ fact: 'plan=steel' }, {}, member({ facts: ['plan=steel'] })],
    [{ fact: 'plan=steel' }, {}, member({ facts: [{ fact: 'plan', value: 'steel', ...since }] })],
    [{ not: { fact: 'plan' } }, { on: '2024-07-01' }, member({ facts: [{ fact: 'plan', ...since }] })],
    [{ hasAccount: true }, {}, member({ hasAccount: true })],
    [{ hasAccount: true }, {}, member({ account: 10 })],
    [{ hasAccount: false }, {}, member({ account: 10, hasAccount: false })],
    // 30 days of December, 31 of January, 29 of February, 10 of March.
    [
      { coveredDays: '100', class: 'retired' },
      {},
      member({ coverage: [{ from: '2023-12-02', scheme: 310, class: 'retired' }] }),
    ],
  ])('when %j: %j %j', (when, of, situation) => {
    const ratio = { cases: [{ when, value: '50%' }, { value: '80%' }] };
    const situations = { ...situation, claims: [claim(of)] };
    expect(came(situations, [tinyPack({ ratio }, {}, encounters)])).toEqual([5_000]);
    // The same, asked the other way round.
    const others = { cases: [{ when: { not: when }, value: '50%' }, { value: '80%' }] };
    expect(came(situations, [tinyPack({ ratio: others }, {}, encounters)])).toEqual([8_000]);
  });

  it.each([
    [{ provider: 'H9' }, {}, 'provider-unknown'],
    [{ provider: { status: 'suspended' } }, {}, 'provider-suspended'],
    [
      { on: '2024-07-01' },
      member({ coverage: [{ ...since, scheme: 310, class: 'active' }] }),
      'not-covered-on-service-date',
    ],
    [{}, member({ scheme: 510 }), 'scheme-not-offered'],
    [{}, { area: '130300' }, 'no-policy-for-area'],
    [{ encounter: 'pharmacy' }, {}, 'benefit-not-offered'],
  ])('%j %j is denied: %s', (of, situation, code) => {
    expect(came({ ...situation, claims: [claim(of)] })).toEqual([code]);
  });

  it('a member belongs to the first pack, or to that of his scheme, and to its first class', () => {
    const resident = tinyPack(
      { ratio: { by: ['class'], table: { child: '50%', '*': '1%' } } },
      {
        scheme: '390',
        classes: { child: 'child', adult: 'adult' },
      },
    );
    const packs = [tinyPack(), resident];
    expect(came({ claims: [claim()] }, packs)).toEqual([8_000]);
    const members = { a: {}, b: { scheme: 390 } };
    const claims = [claim({ member: 'b' }), claim({ member: 'a' }), claim()];
    expect(came({ members, claims }, packs)).toEqual([5_000, 8_000, 8_000]);
    // Of no pack at all, nothing is known.
    expect(came({ claims: [claim()] }, [])).toEqual(['no-policy-for-area']);
  });

  it('packs may stand in the situation itself, one or several', () => {
    expect(came({ pack: tinyPack(), claims: [claim()] }, [])).toEqual([8_000]);
    const resident = tinyPack({ ratio: '50%' }, { scheme: '390' });
    const members = { b: { scheme: 390 } };
    expect(came({ pack: [tinyPack(), resident], members, claims: [claim()] }, [])).toEqual([5_000]);
  });

  it('institutions written alike are one, others are others', () => {
    const pack = tinyPack({ deductible: { per: 'year', each: ['provider'], standard: 60 } });
    const here = { provider: { name: 'a' } };
    const other = { provider: { name: 'b' } };
    // (100 - 60) x 80 % at the first visit of each, 80.00 at the second.
    expect(came({ claims: [claim(here), claim(other), claim(here)] }, [pack])).toEqual([3_200, 3_200, 8_000]);
    const levels = [claim(), claim({ level: 1 }), claim({ level: 3 })];
    expect(came({ claims: levels }, [pack])).toEqual([3_200, 3_200, 8_000]);
  });

  it('the positions of all members are told at the end', () => {
    const { positions } = run({
      members: { a: {}, b: {} },
      claims: [claim({ member: 'b' }), claim({ member: 'b' })],
    });
    expect(Object.keys(positions)).toEqual(['a', 'b']);
    expect(positions['a']!.years).toEqual({});
    expect(positions['b']!.years).toEqual({ 2024: { stays: 2 } });
  });
});

describe('lines', () => {
  const version = { from: '1990-01-01', class: 'A' };
  const catalogue = [
    { code: 'A1', class: 'A' },
    { code: 'B1', class: 'B', firstPay: '10%' },
    { code: 'C1', class: 'C' },
    { code: 'V1', name: 'v', versions: [version] },
    { code: 'P1', class: 'A', priceLimit: '10' },
    { code: 'D1', class: 'A', category: 'drug' },
    { code: 'X1', class: 'A', special: 'exam', origin: 'imported' },
  ];
  const bill = (...lines: object[]) => ({ on: ON, admitted: '2024-03-01', lines });
  const basis = (pack: ReturnType<typeof tinyPack>, ...lines: object[]) => {
    const { basis } = run({ catalogue, claims: [bill(...lines)] }, [pack]).results[0]!.adjudication;
    return [basis!.selfPaid, basis!.overLimit, basis!.firstPay, basis!.inScope];
  };

  it.each([
    [[{ item: 'A1', amount: 50 }], [0, 0, 0, 5_000]],
    [[{ item: 'B1', amount: 50 }], [0, 0, 500, 4_500]],
    [[{ item: 'C1', amount: 50 }], [5_000, 0, 0, 0]],
    [[{ item: 'V1', amount: 50 }], [0, 0, 0, 5_000]],
    [[{ item: 'NONE', amount: 50 }], [5_000, 0, 0, 0]],
    [[{ item: 'P1', amount: 50, quantity: 4, price: 12.5 }], [0, 1_000, 0, 4_000]],
    [[{ item: 'P1', amount: 9 }], [0, 0, 0, 900]],
    [[{ item: 'A1', amount: 50, approval: 'self-paid' }], [5_000, 0, 0, 0]],
    [
      [
        { item: 'A1', amount: 50 },
        { item: 'B1', amount: 10 },
      ],
      [0, 0, 100, 5_900],
    ],
  ])('%j come to self-paid, over the limit, first pay and in scope', (lines, parts) => {
    expect(basis(tinyPack(), ...lines)).toEqual(parts);
  });

  it.each([
    [{ itemClass: 'A', category: 'drug' }, { item: 'D1' }],
    [{ special: 'exam', origin: 'imported' }, { item: 'X1' }],
  ])('an item has what rules of lines may ask: %j', (when, line) => {
    const pack = tinyPack({}, { lines: { rules: [{ when, selfPaid: true }] } });
    expect(basis(pack, { ...line, amount: 50 })).toEqual([5_000, 0, 0, 0]);
    expect(basis(pack, { item: 'A1', amount: 50 })).toEqual([0, 0, 0, 5_000]);
  });

  it('beyond so many days of supply are outside the scope: those taken home, and the others', () => {
    const pack = tinyPack({}, { lines: { takeHomeDaysMax: 7, daysSupplyMax: 30 } });
    const line = { item: 'A1', amount: 80, quantity: 8, price: 10 };
    expect(basis(pack, { ...line, daysSupply: 8 })).toEqual([0, 0, 0, 8_000]);
    expect(basis(pack, { ...line, daysSupply: 8, takeHome: true })).toEqual([1_000, 0, 0, 7_000]);
    expect(basis(pack, { ...line, daysSupply: 40 })).toEqual([2_000, 0, 0, 6_000]);
  });

  it('of a stay that is split belong to the year of their own day, or of the discharge', () => {
    const pack = tinyPack({}, { benefitYear: { crossYear: 'split' } });
    const lines = [
      { item: 'A1', amount: 30, on: '2023-12-31' },
      { item: 'A1', amount: 50 },
    ];
    const claims = [{ on: '2024-01-02', admitted: '2023-12-30', lines }];
    const { adjudication } = run({ catalogue, claims }, [pack]).results[0]!;
    expect(adjudication.basis).toMatchObject({ inScope: 5_000, earlierYear: { inScope: 3_000 } });
  });
});

describe('the personal account', () => {
  const order = [
    { balance: 'earlier', pays: ['self-paid'] },
    { balance: 'this-year', pays: ['share'] },
  ];
  const pack = (use: string) => tinyPack({}, { account: { use, order } });
  // Of each bill 10.00 are self-paid, and 20.00 are the share of 100.00 in scope.
  const bill = (more: object = {}) => claim({ selfPaid: 10, ...more });
  const paid = (m: object, ...claims: object[]) =>
    run({ members: { m, other: { account: 99 } }, claims }, [pack('always')]).results.map(
      ({ adjudication }) => (adjudication.outcome === 'payable' ? adjudication.amounts.account : undefined),
    );
  const credit = (amount: number, year: number, more: object = {}) => ({ credit: amount, year, ...more });

  it.each([
    ['nothing, where there is none', {}, [], 0],
    ["this year's, whatever the year", { account: 5 }, [], 500],
    ['both, as written', { account: { year: 2024, earlier: 3, thisYear: 5 } }, [], 800],
    ['of a year that is over: what is earlier', { account: { year: 2023, thisYear: 15 } }, [], 1_000],
    ['a first credit', { hasAccount: true }, [credit(15, 2024)], 1_500],
    ['a first credit of a year that is over', { hasAccount: true }, [credit(15, 2023)], 1_000],
    ['a credit of the year', { account: { year: 2024, thisYear: 5 } }, [credit(10, 2024)], 1_500],
    [
      'a credit of the next year pushes what was there to what is earlier',
      { account: { year: 2023, thisYear: 4, earlier: 3 } },
      [credit(15, 2024)],
      2_200,
    ],
    // Earlier: 30, of which 10 for what is self-paid; this year: 5.
    [
      'a credit of a year before belongs to what is earlier',
      { account: { year: 2024, thisYear: 5 } },
      [credit(30, 2023)],
      1_500,
    ],
    ["a credit to a balance of no year is this year's too", { account: 5 }, [credit(15, 2025)], 2_000],
    ['a credit to somebody else is not his', { account: 5 }, [credit(10, 2024, { member: 'other' })], 500],
  ])('pays from %s', (_, m, credits, account) => {
    expect(paid(m, ...credits, bill())).toEqual([account]);
  });

  it('pays only when asked, where the pack says so', () => {
    const claims = [bill(), bill({ useAccount: false }), bill({ useAccount: true })];
    const { results } = run({ members: { m: { account: 50 } }, claims }, [pack('on-request')]);
    expect(results.map(({ adjudication: a }) => a.outcome === 'payable' && a.amounts.account)).toEqual([
      0, 0, 2_000,
    ]);
  });
});

describe('a situation that cannot be read', () => {
  const issues = (situation: object): string[] => {
    try {
      run(situation);
    } catch (error) {
      if (error instanceof z.ZodError)
        return error.issues.map(({ path, message, code }) => {
          expect(code).toBe('custom');
          return `${path.join('.')}: ${message}`;
        });
      throw error;
    }
    return [];
  };
  const either = 'give either lines, or inScope (with selfPaid, overLimit, firstPay)';
  const line = { item: 'A1', amount: 1 };

  it.each([
    [{ claims: [] }, /^claims: /],
    [{ claims: [claim(), claim({ inscope: 1 })] }, 'claims[1]: Unrecognized key: "inscope"'],
    [{ claims: [{ on: ON }] }, `claims[0]: ${either}`],
    [{ claims: [claim({ lines: [line] })] }, `claims[0]: ${either}`],
    [{ claims: [claim({ admitted: '2024-03-11' })] }, 'claims[0].admitted: after the day of discharge (on)'],
    [{ claims: [claim({ member: 'b' })] }, 'claims[0]: the situation has no member "b"'],
    [{ claims: [claim()], members: {} }, 'claims[0]: the situation has no members'],
    [
      { claims: [claim(), { credit: 1, year: 2024, member: 'b' }] },
      'claims[1]: the situation has no member "b"',
    ],
    [{ claims: [claim(), { now: 'X1', expect: {} }] }, 'claims[1]: nothing stands under "X1" by now'],
    [
      { claims: [claim({ claimNo: 'X1' }), claim({ claimNo: 'X1' })] },
      'claims[1]: a claim "X1" stands already: reverse it, or give this one another number',
    ],
    [
      { claims: [{ reverse: 'X1' }] },
      'claims[0]: the reversal of "X1": expected accepted, found nothing-to-reverse',
    ],
    [
      { claims: [claim({ claimNo: 'X1' }), { reverse: 'X1', expect: { code: 'nothing-to-reverse' } }] },
      'claims[1]: the reversal of "X1": expected nothing-to-reverse, found accepted',
    ],
    [
      { claims: [claim(), { on: ON, lines: [line, { ...line, quantity: 'two' }] }] },
      /^claims\[1\]\.lines\[1\]\.quantity: /,
    ],
    [{ claims: [{ on: ON, lines: [{ ...line, price: 'two' }] }] }, /^claims\[0\]\.lines\[0\]\.price: /],
    [{ claims: [{ on: ON, lines: [{ ...line, item: 'a b' }] }] }, /^claims\[0\]\.lines\[0\]\.item: /],
    [{ claims: [{ on: ON, lines: [line], department: '' }] }, /^claims\[0\]\.department: /],
    [{ claims: [{ on: ON, lines: [] }] }, /^claims\[0\]\.lines: /],
  ])('%j says where', (situation, issue) => {
    const found = issues(situation);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(issue);
  });

  it('says what is wrong within an entry, whatever kind of entry it is', () => {
    expect(issues({ claims: [claim({ referral: 'up' })] })[0]).toContain('claims[0].referral: ');
    expect(issues({ claims: [claim({ expect: { pooled: 'much' } })] })[0]).toContain(
      'claims[0].expect.pooled: ',
    );
    expect(issues({ claims: [{ credit: 'much', year: 2024 }] })[0]).toContain('claims[0].credit: ');
    expect(issues({ claims: [claim()], members: { a: { born: '1850-01-01' } } })[0]).toContain(
      'members.a.born: ',
    );
  });

  it('is told the line of the file where it is not YAML', () => {
    expect(() => parseSituation('title: t\nclaims: [')).toThrow(YAMLParseError);
  });
});
