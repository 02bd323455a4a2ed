// What `policy check` finds: mistakes planted one by one, each with its place and the smallest example, to the fen.
// And what it must not find.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePackText } from '../../../../shared/policy/pack/parse.ts';
import { loadPacks, PACKS_FOLDER } from '../../../../shared/policy/packs/load-packs.ts';
import { checkPack, type Finding } from '../../../../shared/policy/tools/check-pack.ts';
import { differencesText, runSituation } from '../../../../shared/policy/tools/run-situation.ts';
import { tinyPack } from '../support.ts';

/** Every finding but that the source of the tiny pack is nobody's publication. */
const found = (document: unknown): Finding[] =>
  checkPack(document).filter(({ kind }) => kind !== 'unverified-source');
const kinds = (document: unknown) => found(document).map(({ kind }) => kind);
/** Place and example of the only finding. */
const only = (document: unknown, kind: Finding['kind']) => {
  const findings = found(document);
  expect(findings.map((finding) => finding.kind)).toEqual([kind]);
  const { where, example, on } = findings[0]!;
  return { where, example, on };
};
const ratioBy = (by: readonly string[], table: object) => ({ ratio: { by, table } });
const SINCE = '2020-01-01';

describe('what does not compile', () => {
  it('is all that is said: where, what, and from which day', () => {
    expect(checkPack(tinyPack(ratioBy(['class'], { gone: '80%' })))).toEqual([
      {
        severity: 'error',
        kind: 'does-not-compile',
        where: 'inpatient.pooled.ratio',
        message: 'class "gone" is not among `classes`',
        on: SINCE,
      },
    ]);
  });

  it('has no day where the document itself cannot be read', () => {
    const [first] = checkPack({});
    expect(first).toMatchObject({ severity: 'error', kind: 'does-not-compile', where: 'area' });
    expect(first).not.toHaveProperty('on');
  });
});

describe('a gap', () => {
  it('is told with its place, the first day and the smallest example', () => {
    expect(found(tinyPack(ratioBy(['level'], { '3': '80%' })))).toEqual([
      {
        severity: 'error',
        kind: 'gap',
        where: 'inpatient.pooled.ratio',
        message: 'says nothing for such claims: they would go to a person',
        on: SINCE,
        example: 'level 1, encounter inpatient; in scope 0.01',
      },
    ]);
  });

  it('is told once, of the first period and the first claim that meets it', () => {
    const caps = [{ amount: [{ value: 1000 }, { value: 2000, from: '2022-01-01' }] }];
    expect(only(tinyPack({ ...ratioBy(['age'], { '60-69': '80%' }), caps }), 'gap')).toEqual({
      where: 'inpatient.pooled.ratio',
      example: 'age 59, encounter inpatient; in scope 0.01',
      on: SINCE,
    });
  });

  it('that shows only above an amount is found to the fen', () => {
    const bands = {
      thresholds: 'gross',
      table: [{ upTo: 1000, ratio: '80%' }, { ratio: { by: ['class'], table: { active: '90%' } } }],
    };
    expect(only(tinyPack({ ratio: undefined, bands }), 'gap').example).toBe(
      'class retired, encounter inpatient; in scope 1,000.01',
    );
  });

  it('that shows only between two bills is found to the fen', () => {
    const ratio = {
      cases: [
        { when: { billed: '2000+' }, value: '80%' },
        { when: { billed: '<1000' }, value: '80%' },
      ],
    };
    expect(only(tinyPack({ ratio }), 'gap').example).toBe('encounter inpatient; in scope 1,000.00');
  });

  it('of a declared unknown is a note, at the place where it is declared', () => {
    const ratio = { cases: [{ when: { class: 'retired' }, value: 'unknown' }, { value: '80%' }] };
    expect(found(tinyPack({ ratio }))).toEqual([
      {
        severity: 'note',
        kind: 'unknown',
        where: 'inpatient.pooled.ratio.cases[0]',
        message: 'declared unknown: such claims go to a person',
        on: SINCE,
        example: 'class retired, encounter inpatient; in scope 0.01',
      },
    ]);
    const shared = { critical: { fund: 'critical', base: ['share'], ratio: 'unknown' } };
    const layers = [{ id: 'pooled', fund: 'pooled', ratio: '80%' }, { use: 'critical' }];
    expect(only(tinyPack({}, { layers: shared }, { layers }), 'unknown').where).toBe('layers.critical.ratio');
  });

  it('beside a declared unknown is still a gap', () => {
    const ratio = { by: ['level'], table: { '3': 'unknown' } };
    expect(kinds(tinyPack({ ratio }))).toEqual(['gap', 'unknown']);
  });

  // Whatever a pack may ask of a claim, claims of both kinds are tried: in each row some that fit, and some that do not.
  const plain = '';
  it.each([
    [{ class: 'retired' }, 'class retired', 'class active'],
    [{ level: '3' }, 'level 3', 'level 1'],
    [{ hospitalLevel: '3' }, 'hospitalLevel 3', 'hospitalLevel 1'],
    [{ hospitalLevel: '1' }, 'hospitalLevel 1', 'hospitalLevel 3'],
    [{ priceLimitLevel: '1' }, 'priceLimitLevel 1', 'priceLimitLevel 3'],
    [{ priceLimitLevel: '3' }, 'priceLimitLevel 3', 'priceLimitLevel 1'],
    [{ providerType: 'tcm' }, 'providerType tcm', 'providerType hospital'],
    [{ providerType: ['hospital', 'tcm'] }, 'providerType hospital', 'providerType community'],
    [{ creditGrade: 'C' }, 'creditGrade C', plain],
    [{ sex: 'M' }, 'sex M', 'sex F'],
    [{ sex: 'F' }, 'sex F', 'sex M'],
    [{ age: '70+' }, 'age 70', 'age 69'],
    [{ age: '<1' }, 'age 0', 'age 1'],
    [{ ordinal: '2' }, 'ordinal 2', 'ordinal 1'],
    [{ days: '30+' }, 'days 30', 'days 29'],
    [{ days: '<3' }, 'days 2', 'days 3'],
    [{ hasAccount: true }, 'hasAccount true', 'hasAccount false'],
    [{ interim: true }, 'interim true', 'interim false'],
    [{ department: 'D1' }, 'department D1', plain],
    [{ diagnosis: 'C34' }, 'diagnosis C34', 'diagnosis OTHER'],
    [{ principalDiagnosis: 'C34' }, 'principalDiagnosis C34', 'principalDiagnosis OTHER'],
    [
      { principalDiagnosis: 'C34', diagnosis: 'E11' },
      'diagnosis E11, principalDiagnosis C34',
      'diagnosis E11, principalDiagnosis OTHER',
    ],
    [{ disease: 'M01' }, 'disease M01', 'disease OTHER'],
    [{ diseaseFiled: true }, 'diseaseFiled true', 'diseaseFiled false'],
    [
      { disease: 'M01', diseaseFiled: false },
      'disease M01, diseaseFiled false',
      'disease M01, diseaseFiled true',
    ],
    [{ fact: 'poor' }, 'fact poor', plain],
    [{ fact: 'plan=steel' }, 'fact plan=steel', plain],
    [{ referral: 'up' }, 'referral up', 'referral none'],
    [{ referral: ['none', 'up'] }, 'referral none', 'referral down'],
    [{ referralFiled: true }, 'referralFiled true', 'referralFiled false'],
    [
      { referral: 'down', referralFiled: false },
      'referral down, referralFiled false',
      'referral down, referralFiled true',
    ],
    [{ offSite: 'emergency' }, 'offSite emergency', 'offSite none'],
    [{ offSite: ['none', 'referred'] }, 'offSite none', 'offSite resettled'],
    [{ offSiteFiled: true }, 'offSiteFiled true', 'offSiteFiled false'],
    [
      { offSite: 'referred', offSiteFiled: false },
      'offSite referred, offSiteFiled false',
      'offSite referred, offSiteFiled true',
    ],
    [{ careArea: '13' }, 'careArea 13', 'careArea 990000'],
    [
      { careArea: '13', offSite: 'referred' },
      'offSite referred, careArea 13',
      'offSite referred, careArea 990000',
    ],
    [{ fromLevel: '3' }, 'fromLevel 3', plain],
    [{ fromProviderType: 'community' }, 'fromProviderType community', plain],
    [{ fromProviderType: 'hospital' }, 'fromProviderType hospital', plain],
    [{ not: { sex: 'F' } }, 'sex M', 'sex F'],
    [{ any: [{ sex: 'M' }, { age: '70+' }] }, 'sex M, age 69', 'sex F, age 69'],
    [{ all: [{ sex: 'M' }, { age: '70+' }] }, 'sex M, age 70', 'sex M, age 69'],
  ])('is found inside and outside of %j', (when, fits, others) => {
    const example = (text: string) =>
      `${text}${text === plain ? '' : ', '}encounter inpatient; in scope 0.01`;
    const unknown = { cases: [{ when, value: 'unknown' }, { value: '80%' }] };
    expect(only(tinyPack({ ratio: unknown }), 'unknown').example).toBe(example(fits));
    const gap = { cases: [{ when, value: '80%' }] };
    expect(only(tinyPack({ ratio: gap }), 'gap').example).toBe(example(others));
  });

  it('is looked for in every encounter, where they differ', () => {
    const pack = (encounter: string) =>
      tinyPack(
        ratioBy(['encounter'], { [encounter]: '80%' }),
        {},
        { encounters: ['inpatient', 'outpatient'] },
      );
    expect(only(pack('inpatient'), 'gap').example).toBe('encounter outpatient; in scope 0.01');
    expect(only(pack('outpatient'), 'gap').example).toBe('encounter inpatient; in scope 0.01');
  });

  it('is looked for at home', () => {
    const area = { area: '440100' };
    expect(only(tinyPack(ratioBy(['careArea'], { '99': '80%' }), area), 'gap').example).toBe(
      'careArea 440100, encounter inpatient; in scope 0.01',
    );
  });

  it('is looked for where only a rule of the pack tells claims apart', () => {
    const rules = [{ when: { age: '<6' }, deny: 'class-not-covered' }];
    expect(only(tinyPack(ratioBy(['level'], { '3': '80%' }), { rules }), 'gap').example).toBe(
      'level 1, age 6, encounter inpatient; in scope 0.01',
    );
  });

  it.each([
    ['as they are', {}, {}],
    ['under another name', { ordinal: { counter: 'visits' } }, {}],
    ['per institution, level and class', { ordinal: { each: ['provider', 'level', 'class'] } }, {}],
    ['under a prefix', {}, { counters: { prefix: 'r.' } }],
    ['under a prefix, but shared', {}, { counters: { prefix: 'r.', shared: ['stays'] } }],
    ['in the year of admission', {}, { benefitYear: { crossYear: 'admission' } }],
    ['in years of their own', {}, { benefitYear: { startsOn: '07-01' } }],
  ])('of the second stay is found, however stays are counted: %s', (_, benefit, pack) => {
    const deductible = { standard: { by: ['ordinal'], table: { '1': 500 } } };
    expect(only(tinyPack({ deductible }, pack, benefit), 'gap')).toEqual({
      where: 'inpatient.pooled.deductible.standard',
      example: 'ordinal 2, encounter inpatient; in scope 0.01',
      on: SINCE,
    });
  });

  it('is not looked for where every claim is denied, nor above the bill from which it is', () => {
    const rules = [{ when: { billed: '1000+' }, deny: 'paid-by-another-fund' }];
    expect(kinds(tinyPack({}, { rules }))).toEqual([]);
    const always = [{ when: { class: ['active', 'retired'] }, deny: 'class-not-covered' }];
    expect(kinds(tinyPack(ratioBy(['level'], { '3': '80%' }), { rules: always }))).toEqual([]);
  });

  it('is not looked for in ordinals where nothing is counted', () => {
    const deductible = { standard: { by: ['ordinal'], table: { '1': 500 } } };
    expect(kinds(tinyPack({ deductible }, {}, { encounters: ['outpatient'] }))).toEqual([]);
    const when = { fact: 'poor' };
    expect(only(tinyPack({ deductible }, {}, { when }), 'gap').example).toBe(
      'fact poor, ordinal 2, encounter inpatient; in scope 0.01',
    );
  });

  it('belongs to the benefit whose bills they are', () => {
    const layers = [{ id: 'pooled', fund: 'pooled', ratio: { by: ['level'], table: { '3': '80%' } } }];
    const gaps = (billed: string) => {
      const benefits = [
        { id: 'first', encounters: ['inpatient'], when: { billed }, layers },
        { id: 'second', encounters: ['inpatient'], layers },
      ];
      return found(tinyPack({}, { benefits })).map(({ where, example }) => `${where}: ${example}`);
    };
    const claims = (of: string) => `level 1, encounter inpatient; in scope ${of}`;
    expect(gaps('1000+').map((text) => text.replace('.pooled.ratio', ''))).toEqual([
      `first: ${claims('1,000.00')}`,
      `second: ${claims('0.01')}`,
    ]);
    expect(gaps('<1000').map((text) => text.replace('.pooled.ratio', ''))).toEqual([
      `first: ${claims('0.01')}`,
      `second: ${claims('1,000.00')}`,
    ]);
  });

  it('belongs to the benefit whose claims they are', () => {
    const layers = (ratio: unknown) => [{ id: 'pooled', fund: 'pooled', ratio }];
    const benefits = [
      { id: 'poor', encounters: ['inpatient'], when: { fact: 'poor' }, layers: layers('90%') },
      {
        id: 'others',
        encounters: ['inpatient'],
        layers: layers({ by: ['class'], table: { active: '80%' } }),
      },
    ];
    expect(only(tinyPack({}, { benefits }), 'gap').where).toBe('others.pooled.ratio');
  });
});

describe('cells of a table that overlap', () => {
  it.each([
    [['age'], { '<70': '80%', '65+': '85%' }, 'age 65'],
    [['age'], { '65+': '80%', '<70': '85%' }, 'age 65'],
    [['age'], { '60-69': '80%', '69-75': '85%', '<60': '1%', '76+': '1%' }, 'age 69'],
    [['class'], { 'active,retired': '80%', 'retired,old': '85%' }, 'class retired'],
    [
      ['class', 'age'],
      { active: { '<70': '80%', '65+': '85%' }, 'retired,old': { '*': '85%' } },
      'class active, age 65',
    ],
  ])('by %j: %j', (by, table, example) => {
    const classes = { active: 'active', retired: 'retired', old: 'old' };
    expect(only(tinyPack(ratioBy(by, table), { classes }), 'overlap').example).toBe(example);
  });

  it('are told with both places, wherever in the pack the table stands', () => {
    const table = { by: ['age'], table: { '<70': '80%', '65+': '85%' } };
    const at = 'inpatient.pooled.adjust[0].value';
    expect(found(tinyPack({ adjust: [{ when: { class: 'retired' }, value: table }] }))).toEqual([
      {
        severity: 'error',
        kind: 'overlap',
        where: `${at}[age 65+]`,
        message: `overlaps with ${at}[age <70]`,
        on: SINCE,
        example: 'age 65',
      },
    ]);
  });

  it.each([
    [['age'], { '<60': '80%', '60-69': '85%', '70+': '90%' }],
    [['class', 'age'], { active: { '<70': '80%', '*': '1%' }, retired: { '65+': '85%', '*': '1%' } }],
    [['level', 'class'], { '1': { '*': '80%' }, '*': { active: '85%', retired: '90%' } }],
    [['level', 'hospitalLevel'], { '1': { '*': '80%' }, '*': { '1': '85%', '*': '90%' } }],
    [['hasAccount'], { true: '80%', false: '85%' }],
    [['fact'], { poor: '80%', old: '85%', '*': '1%' }],
    [['diagnosis'], { C: '80%', C34: '85%', '*': '1%' }],
  ])('are not found where none do: by %j: %j', (by, table) => {
    expect(kinds(tinyPack(ratioBy(by, table)))).toEqual([]);
  });

  it('are not looked for in cases, which are in order on purpose', () => {
    const cases = [
      { when: { age: '<70' }, value: '80%' },
      { when: { age: '65+' }, value: '85%' },
    ];
    expect(kinds(tinyPack({ ratio: { cases } }))).toEqual([]);
  });
});

describe('what never applies', () => {
  it.each([
    [{}, { class: 'retired' }],
    [{ class: 'retired' }, { class: 'retired', age: '70+' }],
    [{ class: ['active', 'retired'] }, { class: 'retired' }],
    [{ age: '60-69' }, { age: '65-69' }],
    [{ age: '60+' }, { age: ['60', '70+'] }],
    [{ age: ['<10', '60+'] }, { age: ['<5', '70+'] }],
    [{ fact: 'poor' }, { fact: 'poor', age: '70+' }],
    [{ hasAccount: true }, { hasAccount: true, sex: 'F' }],
    [{ diagnosis: ['C', 'D'] }, { diagnosis: ['C34', 'D1'] }],
    [{ any: [{ class: 'retired' }, { age: '70+' }] }, { any: [{ class: 'retired' }, { age: '70+' }] }],
  ])('is a case %j before a case %j', (first, second) => {
    const cases = [{ when: first, value: '85%' }, { when: second, value: '90%' }, { value: '80%' }];
    // After a case for everybody nothing else counts either: here, the last.
    const [finding] = found(tinyPack({ ratio: { cases } }));
    expect(finding).toEqual({
      severity: 'warning',
      kind: 'never-applies',
      where: 'inpatient.pooled.ratio.cases[1]',
      message: 'never counts: inpatient.pooled.ratio.cases[0] always comes first',
      on: SINCE,
    });
  });

  it.each([
    [{ class: 'retired' }, { class: ['active', 'retired'] }],
    [{ class: 'retired', age: '70+' }, { class: 'retired' }],
    [{ class: 'retired' }, { sex: 'F' }],
    [{ age: '60-69' }, { age: '60-70' }],
    [{ age: '61-69' }, { age: '60-69' }],
    [{ age: ['<10', '60+'] }, { age: ['<5', '50+'] }],
    [{ fact: 'poor' }, { fact: 'old' }],
    [{ hasAccount: true }, { hasAccount: false }],
    [{ diagnosis: 'C34' }, { diagnosis: 'C' }],
    [{ diagnosis: 'C' }, { diagnosis: ['C34', 'D1'] }],
    [{ any: [{ class: 'retired' }] }, { any: [{ age: '70+' }] }],
  ])('is nothing where a case %j comes before %j', (first, second) => {
    const cases = [{ when: first, value: '85%' }, { when: second, value: '90%' }, { value: '80%' }];
    expect(kinds(tinyPack({ ratio: { cases } }))).toEqual([]);
  });

  const layers = [{ id: 'pooled', fund: 'pooled', ratio: '80%', caps: [{ amount: 900 }] }];
  const benefits = (first: object, second: object) => ({
    benefits: [
      { id: 'first', encounters: ['inpatient', 'outpatient'], layers, ...first },
      { id: 'second', encounters: ['inpatient'], layers, ...second },
    ],
  });

  it('is a benefit whose claims all come to one before it', () => {
    expect(found(tinyPack({}, benefits({}, { when: { fact: 'poor' } })))).toEqual([
      {
        severity: 'warning',
        kind: 'never-applies',
        where: 'second',
        message: 'never counts: first always comes first',
        on: SINCE,
      },
    ]);
  });

  it('is no benefit that has an encounter or a circumstance to itself', () => {
    expect(kinds(tinyPack({}, benefits({}, { encounters: ['inpatient', 'pharmacy'] })))).toEqual([]);
    expect(kinds(tinyPack({}, benefits({ when: { fact: 'poor' } }, {})))).toEqual([]);
    expect(kinds(tinyPack({}, benefits({ when: { billed: '1000+' } }, {})))).toEqual([]);
  });
});

describe('a result that falls', () => {
  const threshold = { standard: 100, deducts: false };

  it('is found at the fen where a larger bill is paid less by the funds', () => {
    // Up to 100.00 the second fund pays what the first leaves; from 100.01 on the first pays 30 %.
    const layers = [
      { id: 'pooled', fund: 'pooled', ratio: '30%', deductible: threshold },
      { id: 'fill', fund: 'other', base: ['deductible'], ratio: '100%' },
    ];
    expect(found(tinyPack({}, {}, { layers }))).toEqual([
      {
        severity: 'error',
        kind: 'fund-pays-less',
        where: 'inpatient',
        message: 'the funds pay less for a larger in-scope amount',
        on: SINCE,
        example: 'encounter inpatient; in scope 100.01',
      },
    ]);
  });

  it('is a note where the person pays less above a threshold that does not deduct', () => {
    expect(found(tinyPack({ deductible: threshold }))).toEqual([
      {
        severity: 'note',
        kind: 'person-pays-less',
        where: 'inpatient',
        message:
          'the person pays less for a larger in-scope amount: a threshold that does not deduct does that',
        on: SINCE,
        example: 'encounter inpatient; in scope 100.01',
      },
    ]);
  });

  it('is found where bills of some size are paid half', () => {
    // 80 % up to 999.99 and from 5,000.01 on, 40 % between.
    const rules = [{ when: { billed: '1000-5000' }, times: '50%' }];
    const findings = found(tinyPack({ deductible: { standard: 100 } }, { rules }));
    expect(findings).toEqual([
      {
        severity: 'error',
        kind: 'fund-pays-less',
        where: 'inpatient',
        message: 'the funds pay less for a larger in-scope amount',
        on: SINCE,
        example: 'encounter inpatient; in scope 1,000.00',
      },
      {
        severity: 'error',
        kind: 'person-pays-less',
        where: 'inpatient',
        message: 'the person pays less for a larger in-scope amount',
        on: SINCE,
        example: 'encounter inpatient; in scope 5,000.01',
      },
    ]);
  });

  it('is found where only the second deductible of a long stay makes it', () => {
    // A threshold of 600.00, twice from the 31st day on; the second fund pays 75 % of what stays below it. 30 days: 450.00
    // at 600.00, and 80 % = 480.00 above. 31 days: 900.00 at 1,200.00, and 80 % of 1,000.00 above.
    const table = [{ upTo: 1000, ratio: '80%' }];
    const long = { standard: 600, deducts: false, everyDays: 30 };
    const layers = [
      { id: 'pooled', fund: 'pooled', deductible: long, bands: { thresholds: 'gross', table } },
      { id: 'fill', fund: 'other', base: ['deductible'], ratio: '75%' },
    ];
    expect(found(tinyPack({}, {}, { layers })).map(({ kind, example }) => `${kind}: ${example}`)).toEqual([
      'person-pays-less: days 30, encounter inpatient; in scope 600.01',
      'fund-pays-less: days 31, encounter inpatient; in scope 1,200.01',
    ]);
  });

  it('is no fall where payments are rounded to the jiao or the yuan, unless it is a larger one', () => {
    const deductible = { standard: 100.05 };
    const rounding = (digits: number) => ({ rounding: { digits } });
    for (const digits of [0, 1]) expect(kinds(tinyPack({ deductible }, rounding(digits)))).toEqual([]);
    // At 100.00 the fund begins with 1.00, rounded up to the yuan: the person pays 0.99 less than at 99.99. That is rounding.
    const up = { rounding: { digits: 0, mode: 'up' } };
    expect(kinds(tinyPack({ ratio: '1%', deductible: { standard: 99.99 } }, up))).toEqual([]);
    // One fen more of the bill, and 2.00 more of the fund: 1.99 less is more than rounding does.
    const rules = [{ when: { billed: '<100' }, times: '50%' }];
    expect(only(tinyPack({ ratio: '4%' }, { ...rounding(0), rules }), 'person-pays-less').example).toBe(
      'encounter inpatient; in scope 100.00',
    );
  });
});

describe('a cap that never binds', () => {
  const bands = { per: 'year', thresholds: 'gross', table: [{ upTo: 1000, ratio: '80%' }] };

  it('is found: yearly bands end before it', () => {
    expect(found(tinyPack({ ratio: undefined, bands, caps: [{ name: 'year', amount: 900 }] }))).toEqual([
      {
        severity: 'warning',
        kind: 'unreachable-cap',
        where: 'inpatient.pooled.caps',
        message: 'the cap "year" never binds, however large and however many the claims',
        on: SINCE,
      },
    ]);
    expect(kinds(tinyPack({ ratio: undefined, bands, caps: [{ amount: 700 }] }))).toEqual([]);
  });

  it('is found in a benefit for some, whatever the others have', () => {
    const layers = [{ id: 'pooled', fund: 'pooled', bands, caps: [{ amount: 900 }] }];
    const benefits = [
      { id: 'poor', encounters: ['inpatient'], when: { fact: 'poor' }, layers },
      { id: 'others', encounters: ['inpatient'], layers: [{ ...layers[0], caps: [{ amount: 700 }] }] },
    ];
    expect(only(tinyPack({}, { benefits }), 'unreachable-cap').where).toBe('poor.pooled.caps');
  });

  const visits = (max: number) => ({ limits: [{ name: 'visits', counts: 'claims', max }] });
  const eachAndYear = (amount: number) => ({
    caps: [
      { per: 'claim', amount: 100 },
      { name: 'year', amount },
    ],
  });
  it('is none that many claims reach together', () => {
    expect(kinds(tinyPack(eachAndYear(3000)))).toEqual([]);
    const bandsPerStay = { ...bands, per: 'stay' };
    expect(kinds(tinyPack({ ratio: undefined, bands: bandsPerStay, caps: [{ amount: '20万' }] }))).toEqual(
      [],
    );
  });

  it('is one that as many claims as there may be do not reach', () => {
    // Two at 100.00 come to 200.00, three to 300.00.
    expect(kinds(tinyPack(eachAndYear(250), {}, visits(2)))).toEqual(['unreachable-cap']);
    expect(kinds(tinyPack(eachAndYear(250), {}, visits(3)))).toEqual([]);
  });

  it('is none without a limit for some, unless it binds for nobody else', () => {
    const amount = (value: number) => ({ cases: [{ when: { class: 'retired' }, value: 'none' }, { value }] });
    const caps = (value: number) => ({ ratio: undefined, bands, caps: [{ amount: amount(value) }] });
    expect(kinds(tinyPack(caps(700)))).toEqual([]);
    expect(kinds(tinyPack(caps(900)))).toEqual(['unreachable-cap']);
    expect(kinds(tinyPack({ caps: [{ amount: 'none' }] }))).toEqual([]);
  });

  it('is none that only items of a category reach', () => {
    const drugs = {
      id: 'drugs',
      fund: 'pooled',
      ratio: '60%',
      categories: ['drug'],
      caps: [{ amount: 900 }],
    };
    const layers = [drugs, { id: 'pooled', fund: 'pooled', ratio: '80%' }];
    expect(kinds(tinyPack({}, {}, { layers }))).toEqual([]);
  });

  it('cannot be told beside a cap of the day, the month or the quarter', () => {
    for (const per of ['day', 'month', 'quarter'])
      expect(kinds(tinyPack({ caps: [{ name: 'short', per, amount: 100 }, { amount: '20万' }] }))).toEqual(
        [],
      );
  });

  it('cannot be told where something is unknown, or so large a bill denied', () => {
    const ratio = { cases: [{ when: { class: 'retired' }, value: 'unknown' }, { value: '80%' }] };
    const one = { ...bands, table: [{ upTo: 1000, ratio }] };
    expect(kinds(tinyPack({ ratio: undefined, bands: one, caps: [{ amount: 900 }] }))).toEqual(['unknown']);
    const rules = [{ when: { billed: '10万+' }, deny: 'paid-by-another-fund' }];
    expect(kinds(tinyPack({ caps: [{ amount: 900 }] }, { rules }))).toEqual([]);
  });
});

describe('a hole in time', () => {
  const layer = (id: string, more: object = {}) => ({
    id,
    fund: 'pooled',
    ratio: '10%',
    base: ['share'],
    ...more,
  });
  const pooled = { id: 'pooled', fund: 'pooled', ratio: '80%' };
  const inpatient = (more: object) => ({
    id: 'inpatient',
    encounters: ['inpatient'],
    layers: [pooled],
    ...more,
  });
  const hole = (where: string) => ({
    severity: 'error',
    kind: 'date-hole',
    where,
    message: 'is not in force from 2020-07-01 until 2021-01-01',
    on: '2020-07-01',
  });

  it('is a benefit that pauses, and its layers with it', () => {
    const benefits = [inpatient({ from: '2020-01-01', to: '2020-06-30' }), inpatient({ from: '2021-01-01' })];
    expect(found(tinyPack({}, { benefits }))).toEqual([hole('inpatient'), hole('inpatient.pooled')]);
  });

  it('is a layer that pauses, over however many changes', () => {
    const caps = [{ amount: 10, from: '2020-09-01' }];
    const layers = [
      { ...pooled, caps },
      layer('top', { to: '2020-06-30' }),
      layer('top', { from: '2021-01-01' }),
    ];
    expect(found(tinyPack({}, {}, { layers }))).toEqual([hole('inpatient.top')]);
  });

  it('is nothing that ends for good, or begins', () => {
    const layers = [pooled, layer('old', { to: '2020-06-30' }), layer('new', { from: '2021-01-01' })];
    expect(kinds(tinyPack({}, {}, { layers }))).toEqual([]);
  });
});

describe('the tier of a source', () => {
  const sources = (tier: string) => ({ sources: { own: { title: 'a forum', tier } } });
  it('is noted where nobody verified it', () => {
    expect(checkPack(tinyPack({}, sources('D')))).toEqual([
      {
        severity: 'note',
        kind: 'unverified-source',
        where: 'sources.own',
        message: 'tier D, unverified: a forum',
      },
    ]);
    expect(checkPack(tinyPack({}, sources('C')))).toEqual([]);
  });
});

describe('too many kinds of claims', () => {
  it('are not all tried, and that is said', () => {
    const ranges = (n: number) =>
      Array.from({ length: n }, (_, i) => ({ when: { age: String(2 * i) }, points: '1%' }));
    const days = Array.from({ length: 40 }, (_, i) => ({ when: { days: String(3 * i + 1) }, points: '1%' }));
    const rules = [{ when: { class: ['active', 'retired'] }, deny: 'class-not-covered' }];
    expect(found(tinyPack({ adjust: [...ranges(50), ...days] }, { rules }))).toEqual([
      {
        severity: 'warning',
        kind: 'not-all-checked',
        where: 'inpatient',
        message: 'only the first 4000 combinations were tried',
        on: SINCE,
      },
    ]);
  });
});

describe('the packs themselves', () => {
  it('have no error', () => {
    expect(
      loadPacks().flatMap((pack) => checkPack(pack).filter(({ severity }) => severity === 'error')),
    ).toEqual([]);
  });

  it('the README walks to a pack that compiles, has no finding, and gives what its situation says', () => {
    const blocks = [
      ...readFileSync(join(PACKS_FOLDER, 'README.md'), 'utf8').matchAll(/```yaml\n(.*?)```/gs),
    ].map(([, block]) => block!);
    const pack = parsePackText(blocks.slice(0, 3).join(''));
    expect(checkPack(pack)).toEqual([]);
    expect(differencesText(runSituation(blocks[3]!, [pack]))).toBe('');
  });
});
