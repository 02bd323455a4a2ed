// What each key of `when:` asks, and of whom. Every line is one selector, a claim for which it holds, and one for
// which it does not.

import { describe, expect, it } from 'vitest';
import type { Circumstances } from '../../../shared/policy/circumstances.ts';
import { asksAboutItem, predicateOf } from '../../../shared/policy/pack/predicate.ts';
import type { Selector } from '../../../shared/policy/pack/selector.ts';
import { circumstances } from './support.ts';

type Told = Parameters<typeof circumstances>[1];
const holds = (when: object, c: Circumstances, item?: object): boolean =>
  predicateOf([when as Selector])!(c, item as never);
const stay = (claim: string, admittedOn: string, dischargedOn: string, provider = 'H3') => ({
  claim,
  provider,
  admittedOn,
  dischargedOn,
});

describe('a selector about the claim', () => {
  it.each<[key: string, when: object, yes: [object, Told?], no: [object, Told?]]>([
    ['sex', { sex: 'F' }, [{}], [{}, { member: { sex: 'M' } }]],
    ['sex', { sex: 'F' }, [{}], [{}, { member: { sex: undefined } }]],
    [
      'level',
      { level: '1' },
      [{}, { providerOn: { deductibleLevel: '1', level: '2' } }],
      [{}, { providerOn: { level: '1' } }],
    ],
    [
      'hospitalLevel',
      { hospitalLevel: '1' },
      [{}, { providerOn: { level: '1' } }],
      [{}, { providerOn: { deductibleLevel: '1' } }],
    ],
    ['priceLimitLevel', { priceLimitLevel: '1' }, [{}, { providerOn: { priceLimitLevel: '1' } }], [{}]],
    ['providerType', { providerType: ['tcm', 'community'] }, [{}, { provider: { type: 'community' } }], [{}]],
    ['provider', { provider: 'H1' }, [{}, { provider: { id: 'H1' } }], [{}]],
    ['creditGrade', { creditGrade: 'A' }, [{}, { providerOn: { creditGrade: 'A' } }], [{}]],
    ['encounter', { encounter: 'pharmacy' }, [{ encounter: 'pharmacy' }], [{}]],
    ['referral', { referral: 'up' }, [{ referral: { direction: 'up', filed: true } }], [{}]],
    ['referral none', { referral: 'none' }, [{}], [{ referral: { direction: 'up', filed: true } }]],
    [
      'offSite',
      { offSite: 'emergency' },
      [{ offSite: { reason: 'emergency' } }],
      [{ offSite: { reason: 'referred' } }],
    ],
    ['offSite none', { offSite: 'none' }, [{}], [{ offSite: { reason: 'referred' } }]],
    ['department', { department: 'A01' }, [{ departmentCode: 'A01' }], [{}]],
    ['disease', { disease: 'M07800' }, [{ chronicDisease: 'M07800' }], [{ chronicDisease: 'M0780' }]],
    ['referralFiled', { referralFiled: true }, [{ referral: { direction: 'up', filed: true } }], [{}]],
    ['offSiteFiled', { offSiteFiled: false }, [{}], [{ offSite: { reason: 'referred', filed: true } }]],
    ['interim', { interim: true }, [{ interim: true }], [{}]],
    ['hasAccount', { hasAccount: true }, [{}], [{}, { member: { hasAccount: false } }]],
    ['age', { age: '54' }, [{}], [{}, { on: '2023-12-31' }]],
    ['age, several', { age: ['<10', '54+'] }, [{}], [{}, { on: '2023-12-31' }]],
    ['billed', { billed: '1万+' }, [{ billedFen: 1_000_000 }], [{ billedFen: 999_999 }]],
    [
      'diagnosis',
      { diagnosis: ['I10', 'C34'] },
      [{ diagnoses: ['J18.9', 'C34.1'] }],
      [{ diagnoses: ['J18.9'] }],
    ],
    ['diagnosis, none told', { diagnosis: 'C34' }, [{ diagnoses: ['C34'] }], [{}]],
    [
      'principalDiagnosis',
      { principalDiagnosis: 'C34' },
      [{ diagnoses: ['C34.1', 'J18.9'] }],
      [{ diagnoses: ['J18.9', 'C34.1'] }],
    ],
    [
      'principalDiagnosis, none',
      { principalDiagnosis: 'C34' },
      [{ diagnoses: ['C34.1'] }],
      [{ diagnoses: [] }],
    ],
    ['careArea', { careArea: ['11', '13'] }, [{ offSite: { areaCode: '130300' } }], [{}]],
    ['careArea, at home', { careArea: '99' }, [{}], [{ offSite: { areaCode: '130300' } }]],
    [
      'days',
      { days: '3+' },
      [{ admittedOn: '2024-03-01', dischargedOn: '2024-03-04' }],
      [{ admittedOn: '2024-03-01', dischargedOn: '2024-03-03' }],
    ],
    [
      'daysSinceStay',
      { daysSinceStay: '<15' },
      [{ admittedOn: '2024-03-05' }, { stays: [stay('C0', '2024-02-01', '2024-02-20', 'H1')] }],
      [{ admittedOn: '2024-03-07' }, { stays: [stay('C0', '2024-02-01', '2024-02-20', 'H1')] }],
    ],
    [
      'daysSinceStayHere',
      { daysSinceStayHere: '<15' },
      [{ admittedOn: '2024-03-05' }, { stays: [stay('C0', '2024-02-01', '2024-02-20')] }],
      [{ admittedOn: '2024-03-05' }, { stays: [stay('C0', '2024-02-01', '2024-02-20', 'H1')] }],
    ],
    [
      'overlapsStay',
      { overlapsStay: true },
      [
        { admittedOn: '2024-03-01', dischargedOn: '2024-03-05' },
        { stays: [stay('C0', '2024-03-04', '2024-03-09')] },
      ],
      [
        { admittedOn: '2024-03-01', dischargedOn: '2024-03-05' },
        { stays: [stay('C0', '2024-03-05', '2024-03-09')] },
      ],
    ],
    [
      'diseaseFiled',
      { diseaseFiled: true },
      [
        { chronicDisease: 'M07800' },
        { member: { facts: [{ fact: 'chronic-disease', value: 'M07800', from: '2020-01-01' }] } },
      ],
      [
        { chronicDisease: 'M07801' },
        { member: { facts: [{ fact: 'chronic-disease', value: 'M07800', from: '2020-01-01' }] } },
      ],
    ],
    [
      'fact, one of',
      { fact: ['poor', 'disabled'] },
      [{}, { member: { facts: [{ fact: 'disabled', from: '2020-01-01' }] } }],
      [{}],
    ],
    ['coveredDays', { coveredDays: '180+' }, [{}], [{}, { member: { coverage: [{ from: '2024-01-01' }] } }]],
    [
      'gapDays',
      { gapDays: '90+' },
      [{}, { member: { coverage: [{ from: '2023-01-01', to: '2023-09-30' }, { from: '2024-01-01' }] } }],
      [{}],
    ],
    [
      'years',
      { years: '15+' },
      [{}, { member: { facts: [{ fact: 'paid-years', value: '15', from: '2020-01-01' }] } }],
      [{}],
    ],
    ['sample', { sample: '58.51%' }, [{}], [{ claimNo: 'C2' }]], // Lots 5,850 and 8,231.
    [
      'all keys together',
      { sex: 'F', level: '3', hasAccount: true, age: '54' },
      [{}],
      [{}, { on: '2023-12-31' }],
    ],
    ['any', { any: [{ sex: 'M' }, { level: '3' }] }, [{}], [{}, { providerOn: { deductibleLevel: '1' } }]],
    ['all', { all: [{ sex: 'F' }, { level: '3' }] }, [{}], [{}, { providerOn: { deductibleLevel: '1' } }]],
    ['not', { not: { sex: 'M', level: '3' } }, [{}], [{}, { member: { sex: 'M' } }]],
  ])('%s', (_, when, yes, no) => {
    expect(holds(when, circumstances(...yes))).toBe(true);
    expect(holds(when, circumstances(...no))).toBe(false);
  });

  it('samples below its share, not at it', () => {
    expect(holds({ sample: '58.50%' }, circumstances({}))).toBe(false);
  });

  it('asks about what was set on the way: the class, the ordinal, flags, a continued stay, who referred', () => {
    const c = circumstances({});
    const asked = [
      { class: 'retired' },
      { ordinal: '2' },
      { lineFlag: ['impossible-quantity', 'another'] },
      { continued: true },
      { fromLevel: '1' },
      { fromProviderType: 'community' },
    ];
    expect(asked.map((when) => holds(when, c))).toEqual(asked.map(() => false));
    c.personClass = 'retired';
    c.ordinal = 2;
    c.flags = ['restricted-use-doubtful', 'impossible-quantity'];
    c.continuation = { kind: 'interim', deductible: 'none', stay: {} as never };
    c.cameFrom = { provider: { type: 'community' } as never, on: undefined }; // Not designated that day.
    expect(holds({ fromLevel: '1' }, c)).toBe(false);
    c.cameFrom = { ...c.cameFrom, on: { deductibleLevel: '1' } as never };
    expect(asked.map((when) => holds(when, c))).toEqual(asked.map(() => true));
  });

  it('asks nothing when it is empty', () => {
    expect(predicateOf([])).toBeUndefined();
    expect(predicateOf([{}, { sex: undefined }])).toBeUndefined();
    expect(holds({ any: [{}] }, circumstances({}))).toBe(true);
    expect(holds({ all: [{}] }, circumstances({}))).toBe(true);
    expect(holds({ not: {} }, circumstances({}))).toBe(false);
  });

  it('holds when all of one, two, three, four tests hold, and not when the last fails', () => {
    const four = [{ sex: 'F' }, { level: '3' }, { age: '54' }, { encounter: 'inpatient' }];
    for (const count of [1, 2, 3, 4]) {
      const asked = four.slice(0, count) as Selector[];
      expect(predicateOf(asked)!(circumstances({}))).toBe(true);
      for (const wrong of asked.keys())
        expect(predicateOf(asked.with(wrong, { sex: 'M' }))!(circumstances({}))).toBe(false);
    }
  });
});

describe('a selector about the item of a line', () => {
  const item = { code: 'XA10B', itemClass: 'B', category: 'drug-x', special: 'drug', origin: 'imported' };

  it.each<[when: object, other: object]>([
    [{ item: ['Y', 'XA10'] }, { code: 'XB' }],
    [{ itemClass: 'B' }, { itemClass: 'A' }],
    [{ category: 'drug-x' }, { category: undefined }],
    [{ special: 'drug' }, { special: undefined }],
    [{ origin: 'imported' }, { origin: undefined }],
  ])('%j', (when, other) => {
    expect(holds(when, circumstances({}), item)).toBe(true);
    expect(holds(when, circumstances({}), { ...item, ...other })).toBe(false);
    expect(holds(when, circumstances({}))).toBe(false);
  });

  it('is found wherever it stands', () => {
    const about = { itemClass: 'B' } as Selector;
    const claim = { sex: 'F' } as Selector;
    expect(
      [about, { any: [claim, about] }, { all: [about] }, { not: about }, { ...claim, item: 'X' }].map(
        (when) => asksAboutItem(when),
      ),
    ).toEqual([true, true, true, true, true]);
    expect(
      [claim, { any: [claim] }, { all: [claim] }, { not: claim }].map((when) => asksAboutItem(when)),
    ).toEqual([false, false, false, false]);
  });
});
