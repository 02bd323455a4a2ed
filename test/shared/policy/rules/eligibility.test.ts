// Whether anything can be paid at all: every denial with its facts, and the first and last days of everything dated.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../../shared/policy/adjudicate.ts';
import { benefitYearOf } from '../../../../shared/policy/rules/eligibility.ts';
import { aBasis, aMember, aStay, payableOf, releaseOf, tinyPack } from '../support.ts';

interface Told {
  readonly header?: object;
  readonly pack?: object;
  readonly benefit?: object;
  readonly member?: object | 'none';
  readonly position?: object;
  readonly area?: string;
}
const ON = '2024-03-10';
const covered = (...spells: object[]) => ({
  coverage: spells.map((spell) => ({ from: '1990-01-01', scheme: '310', personClass: 'active', ...spell })),
});

function decided({
  header = {},
  pack = {},
  benefit = {},
  member = {},
  position = {},
  area = '990000',
}: Told) {
  const release = releaseOf([tinyPack({}, pack, benefit)], {
    providers: [
      {
        id: 'H3',
        name: '3',
        area,
        type: 'hospital',
        history: [{ from: '2024-01-01', status: 'designated', level: '3' }],
      },
      {
        id: 'H1',
        name: '1',
        area,
        type: 'community',
        history: [
          { from: '2024-01-01', status: 'suspended', level: '1' },
          { from: '2024-03-10', status: 'ended', level: '1' },
        ],
      },
    ] as never,
  });
  const { enrolment, ...rest } = aMember();
  const before = {
    ...rest,
    ...(member !== 'none' && { enrolment: { ...enrolment, ...member } }),
    ...position,
  };
  return adjudicateBasis(aStay(100, ON, '3', header), aBasis(100), before as never, release, { area });
}
const denial = (told: Told) => {
  const result = decided(told);
  return result.outcome === 'denied' ? result.denial : result.outcome;
};

describe('a claim is denied', () => {
  it('without a day, an area with packs, an institution', () => {
    expect(denial({ header: { dischargedOn: undefined } })).toEqual({ code: 'no-service-date' });
    expect(denial({ header: { providerId: 'H9' } })).toEqual({ code: 'provider-unknown' });
    const nowhere = adjudicateBasis(aStay(100), aBasis(100), aMember(), releaseOf([tinyPack()]), {
      area: '110000',
    });
    expect(nowhere).toMatchObject({ outcome: 'denied', denial: { code: 'no-policy-for-area' } });
  });

  it('where the institution is not designated, suspended, or its agreement has ended, by the day', () => {
    expect(denial({ header: { dischargedOn: '2023-12-31' } })).toEqual({
      code: 'provider-not-designated',
      facts: { on: '2023-12-31' },
    });
    expect(denial({ header: { providerId: 'H1', dischargedOn: '2024-03-09' } })).toEqual({
      code: 'provider-suspended',
      facts: { on: '2024-03-09' },
    });
    expect(denial({ header: { providerId: 'H1' } })).toEqual({
      code: 'provider-agreement-ended',
      facts: { on: ON },
    });
  });

  it('where the member is not enrolled, or not covered on the day', () => {
    expect(denial({ member: 'none' })).toEqual({ code: 'member-not-enrolled' });
    const not = { code: 'not-covered-on-service-date', facts: { on: ON } };
    expect(denial({ member: covered({ from: '2024-03-11' }) })).toEqual(not);
    expect(denial({ member: covered({ to: '2024-03-09' }) })).toEqual(not);
    expect(denial({ member: covered({ from: ON, to: ON }) })).toBe('payable');
  });

  it('where no pack of the scheme, no policy on the day, or no benefit is there', () => {
    expect(denial({ member: covered({ scheme: '390' }) })).toEqual({
      code: 'scheme-not-offered',
      facts: { scheme: '390' },
    });
    expect(denial({ pack: { from: '2024-03-11' } })).toEqual({
      code: 'no-policy-on-date',
      facts: { on: ON },
    });
    const encounter = 'day-surgery';
    expect(denial({ header: { encounter } })).toEqual({ code: 'benefit-not-offered', facts: { encounter } });
    expect(denial({ benefit: { when: { class: 'retired' } } })).toMatchObject({
      code: 'benefit-not-offered',
    });
  });
});

describe('the scheme', () => {
  it('of several spells is the latest that has a benefit', () => {
    const member = covered({ from: '2020-01-01' }, { from: '2024-01-01', scheme: '510' });
    expect(decided({ member })).toMatchObject({ outcome: 'payable', scheme: '310' });
  });
});

describe('the person class', () => {
  it('is that of the first rule that fits, else that of the spell', () => {
    const ratio = { by: ['class'], table: { active: '80%', retired: '90%' } };
    const paid = (...personClass: object[]) =>
      payableOf(tinyPack({ ratio }, { personClass }), aStay(100_000)).amounts.funds.pooled;
    const [no, yes] = [{ sex: 'M' }, { sex: 'F' }].map((when) => ({ when, class: 'retired' }));
    expect([paid(no!), paid(yes!), paid(no!, yes!)]).toEqual([80_000, 90_000, 90_000]);
    expect(paid({ when: {}, class: 'retired' })).toBe(90_000);
    expect(paid(yes!, { when: { sex: 'F' }, class: 'active' })).toBe(90_000);
  });
});

describe('the day whose policy applies', () => {
  const ratio = [
    { from: '2020-01-01', to: '2024-03-04', value: '80%' },
    { from: '2024-03-05', value: '90%' },
  ];
  const stay = aStay(100_000, ON, '3', { admittedOn: '2024-03-04' });
  const paid = (benefitYear: object, header = stay) =>
    payableOf(tinyPack({ ratio }, { benefitYear }), header).amounts.funds.pooled;

  it('is that of the discharge, or of the admission where the pack says so', () => {
    expect(paid({})).toBe(90_000);
    expect(paid({ policyOn: 'admission' })).toBe(80_000);
  });

  it('is the day of service where there is no admission', () => {
    const visit = {
      claimNo: 'C1',
      providerId: 'H3',
      encounter: 'outpatient',
      servedOn: '2024-03-01',
      billedFen: 100_000,
    } as never;
    const [benefit] = tinyPack({ ratio }).benefits;
    const pack = tinyPack(
      {},
      { benefitYear: { policyOn: 'admission' }, benefits: [{ ...benefit, encounters: ['outpatient'] }] },
    );
    expect(payableOf(pack, visit).amounts.funds.pooled).toBe(80_000);
  });
});

describe('the benefit year', () => {
  it('is named by the calendar year of its first day', () => {
    expect([benefitYearOf('2024-01-01', '01-01'), benefitYearOf('2023-12-31', '01-01')]).toEqual([
      '2024',
      '2023',
    ]);
    expect([benefitYearOf('2024-07-01', '07-01'), benefitYearOf('2024-06-30', '07-01')]).toEqual([
      '2024',
      '2023',
    ]);
  });

  it('of a stay over its end is that of the discharge, or of the admission', () => {
    const year = (crossYear: string, header = aStay(100, '2024-01-02', '3', { admittedOn: '2023-12-30' })) =>
      payableOf(tinyPack({}, { benefitYear: { crossYear } }), header).benefitYear;
    expect([year('discharge'), year('admission')]).toEqual(['2024', '2023']);
  });
});

describe('the ordinal of a stay', () => {
  const stays = [
    {
      claim: 'C0',
      provider: 'H3',
      level: '3',
      admittedOn: '2024-03-01',
      dischargedOn: '2024-03-05',
      interim: true,
      deductibleStandard: 0,
      deductible: 0,
      inScope: 0,
    },
  ];
  const ordinal = (used: number | undefined, continued: boolean) => {
    const position = {
      ...aMember('310', 'active', used === undefined ? {} : { years: { '2024': { stays: used } } }),
      ...(continued && { stays }),
    };
    const pack = tinyPack({ deductible: { standard: 1 } }, {}, { merge: { interim: true } });
    const header = aStay(100_000, ON, '3', { admittedOn: '2024-03-01' });
    const { steps, effects } = payableOf(pack, header, aBasis(100_000), position as never);
    return [steps[0]!.facts!['ordinal'], effects.counters['2024']?.['stays'] ?? 0];
  };

  it('is one more than before, and counts; what continues a stay has its ordinal and counts no more', () => {
    expect([ordinal(undefined, false), ordinal(2, false)]).toEqual([
      [1, 1],
      [3, 1],
    ]);
    expect([ordinal(2, true), ordinal(1, true)]).toEqual([
      [2, 0],
      [1, 0],
    ]);
  });

  it('is the first of a new year, also of a stay continued from the year before', () => {
    expect(ordinal(undefined, true)).toEqual([1, 0]);
  });
});
