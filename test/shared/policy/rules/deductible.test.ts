// The deductible: its standard after the pack's changes, what was paid of it before, and what is cited for it.

import { describe, expect, it } from 'vitest';
import { adjudicateBasis } from '../../../../shared/policy/adjudicate.ts';
import { aBasis, aMember, aStay, citedBy, payableOf, releaseOf, tinyPack } from '../support.ts';

interface Told {
  readonly inScope?: number;
  readonly header?: object;
  readonly benefit?: object;
  readonly years?: object;
  readonly stays?: readonly object[];
}
/** The deductible step of a stay of 10,000.00 at H3: what is charged, and its facts. */
function charged(
  deductible: object,
  { inScope = 1_000_000, header, benefit = {}, years = {}, stays = [] }: Told = {},
) {
  const pack = tinyPack({ deductible }, {}, benefit);
  const position = { ...aMember(), years, stays } as never;
  const { steps, effects } = payableOf(
    pack,
    aStay(inScope, '2024-03-10', '3', header),
    aBasis(inScope),
    position,
  );
  const step = steps.find(({ rule }) => rule === 'deductible')!;
  return {
    charged: step.amountOut as number,
    facts: step.facts!,
    cites: citedBy(step)!.map((parameter) => parameter!.replace('inpatient.pooled.deductible.', '')),
    counters: effects.counters['2024'],
    stay: effects.stay!,
  };
}

describe('the standard', () => {
  it('goes through the changes that apply, in order; each is cited', () => {
    const adjust = [{ times: '50%' }, { when: { class: 'retired' }, waive: true }, { less: 100 }];
    expect(charged({ standard: 1000, adjust })).toMatchObject({
      charged: 40_000,
      cites: ['standard', 'adjust[0].times', 'adjust[2].less'],
    });
  });

  it('is waived, replaced, or less for every earlier stay, by yuan or by a share', () => {
    const third = { years: { '2024': { stays: 2 } } };
    expect(charged({ standard: 1000, adjust: [{ waive: true }] }).charged).toBe(0);
    expect(charged({ standard: 1000, adjust: [{ value: 300 }] }).charged).toBe(30_000);
    expect(charged({ standard: 1000, adjust: [{ lessEach: 150 }] }, third).charged).toBe(70_000);
    expect(charged({ standard: 1000, adjust: [{ lessEach: '10%' }] }, third).charged).toBe(80_000);
    expect(charged({ standard: 1000, adjust: [{ lessEach: 600 }] }, third).charged).toBe(0);
  });

  it('stops at its floor, which is cited only where it stops there', () => {
    const floor = (atLeast: number) => charged({ standard: 1000, adjust: [{ less: 600, atLeast }] });
    expect(floor(500)).toMatchObject({
      charged: 50_000,
      cites: ['standard', 'adjust[0].less', 'adjust[0].atLeast'],
    });
    expect(floor(400)).toMatchObject({ charged: 40_000, cites: ['standard', 'adjust[0].less'] });
    expect(floor(2000).charged).toBe(100_000);
    expect(charged({ standard: 1000, adjust: [{ atLeast: 500 }] }).charged).toBe(100_000);
  });

  it('is due again after so many days of one stay, mid-way settlements counted from its beginning', () => {
    const days = (admittedOn: string, stays: readonly object[] = []) =>
      charged({ standard: 1000, everyDays: 30 }, { header: { admittedOn }, stays, benefit: { merge: {} } })
        .facts['standard'];
    // Discharged on 10 March: 30 nights from 9 February, 31 from 8 February.
    expect([days('2024-03-10'), days('2024-02-09'), days('2024-02-08')]).toEqual([100_000, 100_000, 200_000]);
    const before = { ...interim, admittedOn: '2024-01-10', dischargedOn: '2024-02-10' };
    // 60 nights from 10 January: two. Those from 10 February alone would be 29: one.
    expect(days('2024-02-10', [before])).toBe(200_000);
  });

  it('that is missing is named', () => {
    const gap = { by: ['class'], table: { retired: 100 } };
    const silent = (deductible: object) =>
      adjudicateBasis(aStay(100), aBasis(100), aMember(), releaseOf([tinyPack({ deductible })]), {
        area: '990000',
      });
    const missing = (parameter: string) => ({ reasons: [{ facts: { parameter } }] });
    expect(silent({ standard: gap })).toMatchObject(missing('pooled.deductible.standard'));
    expect(silent({ standard: 1, adjust: [{ less: gap }] })).toMatchObject(
      missing('pooled.deductible.adjust'),
    );
  });
});

const interim = {
  claim: 'C0',
  provider: 'H3',
  level: '3',
  admittedOn: '2024-03-01',
  dischargedOn: '2024-03-05',
  interim: true,
  deductibleStandard: 70_000,
  deductible: 30_000,
  inScope: 200_000,
};

describe('what was paid before', () => {
  const header = { admittedOn: '2024-03-05', referral: { direction: 'up', filed: true } };
  const transfer = (up: string, more: object = {}) =>
    charged(
      { standard: 1000 },
      {
        header,
        stays: [{ ...interim, provider: 'H1', interim: false }],
        benefit: { merge: { transfer: { up }, ...more } },
      },
    );

  it('of one stay settled mid-way is what was really paid', () => {
    const later = charged(
      { standard: 1000 },
      { header: { admittedOn: '2024-03-05' }, stays: [interim], benefit: { merge: {} } },
    );
    expect(later).toMatchObject({ charged: 70_000, facts: { paidBefore: 30_000, due: 70_000 } });
  });

  it('before a transfer is the standard, or what was really paid of it, or all of it', () => {
    expect(transfer('difference')).toMatchObject({ charged: 30_000, facts: { paidBefore: 70_000 } });
    expect(transfer('difference', { differenceOf: 'paid' })).toMatchObject({
      charged: 70_000,
      facts: { paidBefore: 30_000 },
    });
    expect(transfer('none')).toMatchObject({ charged: 0, facts: { paidBefore: 100_000 } });
  });

  it('in a period is read from its counter and added to it', () => {
    const deductible = { standard: 1000, per: 'year' };
    const years = { '2024': { 'inpatient.pooled.ded': 60_000 } };
    expect(charged(deductible, { years })).toMatchObject({
      charged: 40_000,
      counters: { stays: 1, 'inpatient.pooled.ded': 40_000 },
    });
    expect(charged(deductible, { years: { '2024': { 'inpatient.pooled.ded': 130_000 } } }).charged).toBe(0);
  });
});

describe('all deductibles of the year together', () => {
  const sum = 'inpatient.pooled.ded-sum';
  const deductible = { standard: 1000, yearlyMax: 1500 };

  it('are at most this, which is cited only where it is what stops', () => {
    expect(charged(deductible, { years: { '2024': { [sum]: 80_000 } } })).toMatchObject({
      charged: 70_000,
      cites: ['standard', 'yearlyMax'],
      counters: { stays: 1, [sum]: 70_000 },
    });
    expect(charged(deductible, { years: { '2024': { [sum]: 50_000 } } })).toMatchObject({
      charged: 100_000,
      cites: ['standard'],
    });
    expect(charged(deductible, { years: { '2024': { [sum]: 160_000 } } }).charged).toBe(0);
  });

  it('have no most for whom the pack says none, or says nothing', () => {
    const years = { '2024': { [sum]: 900_000 } };
    const most = (yearlyMax: unknown) => charged({ standard: 1000, yearlyMax }, { years });
    expect(most('none')).toMatchObject({ charged: 100_000, cites: ['standard'] });
    expect(most({ by: ['class'], table: { retired: 1500 } })).toMatchObject({
      charged: 100_000,
      cites: ['standard'],
    });
  });

  it('are counted once where the deductible is a yearly one anyway', () => {
    const yearly = { ...deductible, per: 'year' };
    expect(charged(yearly).counters).toEqual({ stays: 1, 'inpatient.pooled.ded': 100_000 });
    const years = { '2024': { 'inpatient.pooled.ded': 20_000 } };
    // 800 of the standard are left, but only 100 of the most.
    expect(charged({ ...yearly, yearlyMax: 300 }, { years }).charged).toBe(10_000);
    const each = { ...deductible, per: 'year', each: ['provider'] };
    expect(charged(each).counters).toEqual({ stays: 1, 'inpatient.pooled.ded:H3': 100_000, [sum]: 100_000 });
  });
});

describe('a threshold', () => {
  const threshold = { standard: 1000, deducts: false };

  it('is borne up to it, that fen included; above it everything counts from zero', () => {
    expect(charged(threshold, { inScope: 100_000 })).toMatchObject({
      charged: 100_000,
      facts: { threshold: 'yes' },
    });
    expect(charged(threshold, { inScope: 100_001 })).toMatchObject({
      charged: 0,
      facts: { threshold: 'yes' },
    });
    expect(charged({ standard: 1000 }).facts).toMatchObject({ threshold: 'no' });
  });
});

it('of a layer above leaves the standard of the stay alone', () => {
  const layers = [
    { id: 'pooled', fund: 'pooled', ratio: '50%', deductible: { standard: 100 } },
    { id: 'critical', fund: 'critical', base: ['share'], ratio: '50%', deductible: { standard: 2000 } },
  ];
  const { amounts, effects } = payableOf(tinyPack({}, {}, { layers }), aStay(1_000_000));
  // 9,900 halved; of the 4,950 that are left, 2,000 are borne and the rest halved again.
  expect(amounts).toMatchObject({ deductible: 10_000, funds: { pooled: 495_000, critical: 147_500 } });
  expect(effects.stay).toMatchObject({ deductibleStandard: 10_000, deductible: 10_000 });
});
