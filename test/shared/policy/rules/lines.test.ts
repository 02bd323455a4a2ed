// What a line comes to, and why: its four parts and the code of the reason. One stay at H3 in March 2024, of a woman
// born in 1970.

import { describe, expect, it } from 'vitest';
import { adjudicate, basisOf, classifyLines } from '../../../../shared/policy/adjudicate.ts';
import { aMember, aStay, releaseOf, tinyPack } from '../support.ts';

const CONTEXT = { area: '990000' };
interface Told {
  /** The item's version: class A unless told otherwise. */
  readonly item?: object;
  readonly of?: object;
  readonly lines?: object;
  readonly header?: object;
  readonly member?: object;
  readonly layer?: object;
}

function world({ item = {}, of = {}, lines, header = {}, member = {}, layer = {} }: Told) {
  const release = releaseOf([tinyPack(layer, lines === undefined ? {} : { lines })], {
    catalogue: [
      { code: 'X', name: 'x', ...of, versions: [{ from: '1990-01-01', class: 'A', ...item }] },
    ] as never,
  });
  const position = aMember();
  const claimOf = (posted: readonly object[]) => ({
    ...(aStay(0, '2024-03-10', '3', header) as object),
    lines: posted.map((line, i) => ({
      lineNo: i + 1,
      itemCode: 'X',
      quantity: '1',
      unitPrice: '10',
      amountFen: 1_000,
      servedOn: '2024-03-10',
      ...line,
    })),
  });
  const args = [{ ...position, enrolment: { ...position.enrolment!, ...member } }, release, CONTEXT] as const;
  return {
    basis: (...posted: object[]) => basisOf(claimOf(posted) as never, ...args),
    lines: (...posted: object[]) => classifyLines(claimOf(posted) as never, ...args),
  };
}
/** Reason, then self-paid, over the limit, first pay, in scope, of a line of 10.00 yuan. */
const comesTo = (told: Told, line: object = {}) =>
  world(told)
    .lines(line)
    .map(({ because, selfPaid, overLimit, firstPay, inScope }) => [
      because,
      selfPaid,
      overLimit,
      firstPay,
      inScope,
    ])[0];
const SELF_PAID = [1_000, 0, 0, 0];
const IN_SCOPE = [0, 0, 0, 1_000];

describe('the class of an item', () => {
  it('A is in scope, of B a share is paid first, C and what is not listed is self-paid', () => {
    expect(comesTo({})).toEqual(['class-a', ...IN_SCOPE]);
    expect(comesTo({ item: { class: 'B', firstPayBasisPoints: 1_500 } })).toEqual([
      'class-b',
      0,
      0,
      150,
      850,
    ]);
    expect(comesTo({ item: { class: 'C' } })).toEqual(['class-c', ...SELF_PAID]);
    expect(comesTo({}, { itemCode: 'Y' })).toEqual(['not-in-catalogue', ...SELF_PAID]);
  });

  it('a first-pay share of the whole is self-paid; one hundredth of a percent less is not', () => {
    expect(comesTo({ item: { class: 'B', firstPayBasisPoints: 10_000 } })).toEqual([
      'first-pay-is-everything',
      ...SELF_PAID,
    ]);
    expect(comesTo({ item: { class: 'B', firstPayBasisPoints: 9_999 } }, { amountFen: 100_000 })).toEqual([
      'class-b',
      0,
      0,
      99_990,
      10,
    ]);
  });

  it('the line says its number, its amount and its class', () => {
    expect(world({ item: { class: 'B' } }).lines({}, { itemCode: 'Y', amountFen: 7 })).toMatchObject([
      { lineNo: 1, amount: 1_000, itemClass: 'B' },
      { lineNo: 2, amount: 7, itemClass: '' },
    ]);
  });
});

describe('what the hospital says of a line', () => {
  it('turned to self-pay, or not approved where it has to be', () => {
    expect(comesTo({}, { approval: 'self-paid' })).toEqual(['turned-to-self-pay', ...SELF_PAID]);
    expect(comesTo({ item: { needsApproval: true } })).toEqual(['not-approved', ...SELF_PAID]);
    expect(comesTo({ item: { needsApproval: true } }, { approval: 'approved' })).toEqual([
      'class-a',
      ...IN_SCOPE,
    ]);
  });
});

describe('restricted use', () => {
  const allowed = (restriction: object, told: Told = {}) =>
    comesTo({ ...told, item: { restriction } })![0] === 'class-a';

  it('is for an age, both ends included', () => {
    // 54 on the day.
    const ages = [{ ageFrom: 54 }, { ageFrom: 55 }, { ageTo: 54 }, { ageTo: 53 }, { ageFrom: 54, ageTo: 54 }];
    expect(ages.map((restriction) => allowed(restriction))).toEqual([true, false, true, false, true]);
  });

  it('is not met by an age nobody knows; without an age nobody has to', () => {
    const unborn = { member: { born: undefined } };
    const each = [{ ageFrom: 0 }, { ageTo: 150 }, { sex: 'F' }];
    expect(each.map((restriction) => allowed(restriction, unborn))).toEqual([false, false, true]);
  });

  it('is for a sex, hospital levels, encounters', () => {
    expect([allowed({ sex: 'F' }), allowed({ sex: 'M' })]).toEqual([true, false]);
    expect([allowed({ hospitalLevels: ['2', '3'] }), allowed({ hospitalLevels: ['1', '2'] })]).toEqual([
      true,
      false,
    ]);
    expect([allowed({ encounters: ['inpatient'] }), allowed({ encounters: ['outpatient'] })]).toEqual([
      true,
      false,
    ]);
  });

  it('is for diagnoses, one of which begins as it is told', () => {
    const diagnoses = (...codes: string[]) => ({ header: { diagnoses: codes } });
    const restriction = { diagnoses: ['C34', 'C50'] };
    expect(allowed(restriction, diagnoses('I10', 'C50.9'))).toBe(true);
    expect(allowed(restriction, diagnoses('I10', 'XC34'))).toBe(false);
    expect(allowed(restriction)).toBe(false);
  });

  it('makes the line self-paid, or doubtful, or nothing, as the pack says', () => {
    const told = (restricted: string) =>
      world({ item: { restriction: { sex: 'M' } }, lines: { restricted } });
    expect(told('self-paid').basis({})).toMatchObject({ selfPaid: 1_000, inScope: 0 });
    expect(told('self-paid').basis({})).not.toHaveProperty('flags');
    expect(told('pend').basis({}, {})).toMatchObject({ inScope: 2_000, flags: ['restricted-use-doubtful'] });
    expect(told('ignore').basis({})).toEqual({ selfPaid: 0, overLimit: 0, firstPay: 0, inScope: 1_000 });
  });

  it('is not doubtful where nothing of the line is in scope, or where it is met', () => {
    const pend = { lines: { restricted: 'pend' } };
    expect(world({ ...pend, item: { restriction: { sex: 'F' } } }).basis({})).not.toHaveProperty('flags');
    const turned = world({ ...pend, item: { restriction: { sex: 'M' } } }).basis({ approval: 'self-paid' });
    expect(turned).not.toHaveProperty('flags');
  });

  it('says so', () => {
    expect(comesTo({ item: { restriction: { sex: 'M' } } })).toEqual(['restricted-use', ...SELF_PAID]);
  });
});

describe('rules of the pack about lines', () => {
  it('the first that fits decides: another first-pay share, or outside the scope', () => {
    const rules = [
      { when: { special: 'drug' }, selfPaid: true },
      { when: { origin: 'imported' }, firstPay: '50%' },
      { when: { itemClass: 'A' }, firstPay: '30%' },
    ];
    const of = (special: string | undefined, origin: string) =>
      comesTo({ lines: { rules }, of: { ...(special && { special }), origin } });
    expect(of('drug', 'imported')).toEqual(['outside-the-scope-here', ...SELF_PAID]);
    expect(of(undefined, 'imported')).toEqual(['class-a', 0, 0, 500, 500]);
    expect(of(undefined, 'domestic')).toEqual(['class-a', 0, 0, 300, 700]);
    expect(comesTo({ lines: { rules: [{ when: {}, firstPay: '40%' }] } })).toEqual([
      'class-a',
      0,
      0,
      400,
      600,
    ]);
  });
});

describe('days of supply', () => {
  const lines = { takeHomeDaysMax: 7, daysSupplyMax: 30 };

  it('beyond the most are self-paid, day by day; at the most nothing is', () => {
    expect(comesTo({ lines }, { takeHome: true, daysSupply: 7 })).toEqual(['class-a', ...IN_SCOPE]);
    expect(comesTo({ lines }, { takeHome: true, daysSupply: 8 })).toEqual([
      'beyond-days-of-supply',
      125,
      0,
      0,
      875,
    ]);
    expect(comesTo({ lines }, { daysSupply: 30 })).toEqual(['class-a', ...IN_SCOPE]);
    expect(comesTo({ lines }, { daysSupply: 40 })).toEqual(['beyond-days-of-supply', 250, 0, 0, 750]);
  });

  it('are not asked of a line that does not tell them, nor where the pack does not say', () => {
    expect(comesTo({ lines })).toEqual(['class-a', ...IN_SCOPE]);
    expect(comesTo({ lines: { takeHomeDaysMax: 7 } }, { daysSupply: 366 })).toEqual(['class-a', ...IN_SCOPE]);
    const some = { takeHomeDaysMax: { cases: [{ when: { class: 'retired' }, value: 1 }] } };
    expect(comesTo({ lines: some }, { takeHome: true, daysSupply: 366 })).toEqual(['class-a', ...IN_SCOPE]);
  });
});

describe('the price limit', () => {
  const limited = (priceLimit: unknown, told: Told = {}, line: object = {}) =>
    comesTo({ ...told, item: { class: 'B', priceLimit, ...told.item } }, line);

  it('is of the level, else of all others, else none', () => {
    expect(limited({ '3': '6', '*': '2' })).toEqual(['over-price-limit', 0, 400, 0, 600]);
    expect(limited({ '1': '6', '*': '2' })).toEqual(['over-price-limit', 0, 800, 0, 200]);
    expect(limited({ '1': '6' })).toEqual(['class-b', ...IN_SCOPE]);
  });

  it('takes nothing from a price at the limit, and something from one just above', () => {
    expect(limited('10')).toEqual(['class-b', ...IN_SCOPE]);
    expect(limited('9.99')).toEqual(['over-price-limit', 0, 1, 0, 999]);
  });

  it('never takes more than what is left of the line', () => {
    const lines = { daysSupplyMax: 1 };
    // Half of 10.00 is beyond the supply; 9 of 10 yuan are over the limit, but only 5 are left.
    expect(limited('1', { lines }, { daysSupply: 2 })).toEqual(['over-price-limit', 500, 500, 0, 0]);
  });

  it('the first-pay share is of what is within it, or of the whole line less what is self-paid', () => {
    const item = { firstPayBasisPoints: 2_000 };
    expect(limited('6', { item })).toEqual(['over-price-limit', 0, 400, 120, 480]);
    expect(limited('6', { item, lines: { firstPayBase: 'whole' } })).toEqual([
      'over-price-limit',
      0,
      400,
      200,
      400,
    ]);
    const lines = { firstPayBase: 'whole', daysSupplyMax: 1 };
    // 500 beyond the supply; 2 of 10 yuan over, of one unit; 20 % of the other 500.
    expect(limited('8', { item, lines }, { daysSupply: 2 })).toEqual([
      'over-price-limit',
      500,
      200,
      100,
      200,
    ]);
  });
});

describe('sums over the lines', () => {
  it('by category only where a layer or a limit asks for it, with quantities of what is in scope', () => {
    const layer = { categories: ['herbal'] };
    const of = { category: 'herbal' };
    expect(
      world({ of, layer }).basis({ quantity: '2.5' }, { quantity: '1' }, { approval: 'self-paid' }),
    ).toEqual({
      selfPaid: 1_000,
      overLimit: 0,
      firstPay: 0,
      inScope: 2_000,
      categories: { herbal: 2_000 },
      quantities: { herbal: 35_000 },
    });
    expect(world({ of }).basis({})).toStrictEqual({ selfPaid: 0, overLimit: 0, firstPay: 0, inScope: 1_000 });
    expect(world({ of, layer }).basis({ approval: 'self-paid' })).toStrictEqual({
      selfPaid: 1_000,
      overLimit: 0,
      firstPay: 0,
      inScope: 0,
      categories: { herbal: 0 },
    });
    expect(world({ layer }).basis({})).not.toHaveProperty('categories');
    expect(world({ layer, of: { category: 'bed' } }).basis({})).not.toHaveProperty('categories');
  });

  it('a quantity is impossible above the most, not at it; each flag is raised once', () => {
    const item = { quantityPerClaimMax: 3 };
    expect(world({ item }).basis({ quantity: '3' })).not.toHaveProperty('flags');
    expect(world({ item }).basis({ quantity: '3.0001' }, { quantity: '4' })).toMatchObject({
      flags: ['impossible-quantity'],
    });
    expect(world({ item, lines: { quantities: 'ignore' } }).basis({ quantity: '4' })).not.toHaveProperty(
      'flags',
    );
    expect(world({}).basis({ quantity: '9999' })).not.toHaveProperty('flags');
  });

  it('a quantity is counted over all lines of the claim: two lines hide nothing', () => {
    const item = { quantityPerClaimMax: 3 };
    expect(world({ item }).basis({ quantity: '2' }, { quantity: '1' })).not.toHaveProperty('flags');
    expect(world({ item }).basis({ quantity: '2' }, { quantity: '1.0001' })).toMatchObject({
      flags: ['impossible-quantity'],
    });
  });

  it('a line may be suspicious in two ways', () => {
    const item = { quantityPerClaimMax: 3, restriction: { sex: 'M' } };
    expect(world({ item, lines: { restricted: 'pend' } }).basis({ quantity: '4' })).toMatchObject({
      flags: ['impossible-quantity', 'restricted-use-doubtful'],
    });
  });
});

describe('a stay over the end of the year, where the pack splits it', () => {
  const split = (...servedOn: string[]) => splitFrom('2023-12-30', ...servedOn);
  const splitFrom = (admittedOn: string, ...servedOn: string[]) =>
    basisOf(
      {
        ...(aStay(0, '2024-01-02', '3', { admittedOn }) as object),
        lines: servedOn.map((on, i) => ({
          lineNo: i + 1,
          itemCode: 'A',
          quantity: '1',
          unitPrice: '10',
          amountFen: 1_000 * 10 ** i,
          servedOn: on,
        })),
      } as never,
      aMember(),
      releaseOf([tinyPack({}, { benefitYear: { crossYear: 'split' } })]),
      CONTEXT,
    );

  it('lines of the last day belong to the old year, lines of the first day to the new one', () => {
    expect(split('2023-12-31', '2024-01-01')).toMatchObject({
      inScope: 10_000,
      earlierYear: { inScope: 1_000 },
    });
  });

  it('what is suspicious in the old year still goes to a person', () => {
    const release = releaseOf([tinyPack({}, { benefitYear: { crossYear: 'split' } })], {
      catalogue: [
        { code: 'X', name: 'x', versions: [{ from: '1990-01-01', class: 'A', quantityPerClaimMax: 3 }] },
      ],
    });
    const decided = (...lines: [servedOn: string, quantity: string][]) =>
      adjudicate(
        {
          ...(aStay(lines.length * 1_000, '2024-01-02', '3', { admittedOn: '2023-12-30' }) as object),
          lines: lines.map(([servedOn, quantity], i) => ({
            lineNo: i + 1,
            itemCode: 'X',
            quantity,
            unitPrice: '1',
            amountFen: 1_000,
            servedOn,
          })),
        } as never,
        aMember(),
        release,
        CONTEXT,
      );
    expect(decided(['2023-12-31', '3'])).toMatchObject({ outcome: 'payable' });
    const pended = { outcome: 'pended', reasons: [{ code: 'impossible-quantity' }] };
    expect(decided(['2023-12-31', '4'])).toMatchObject(pended);
    expect(decided(['2023-12-31', '2'], ['2024-01-01', '2'])).toMatchObject(pended);
  });

  it('a stay of one year is not split by what was done before it', () => {
    expect(splitFrom('2024-01-01', '2023-12-31', '2024-01-01')).not.toHaveProperty('earlierYear');
  });

  it('no earlier part where no line is that early', () => {
    expect(split('2024-01-01')).toStrictEqual({ selfPaid: 0, overLimit: 0, firstPay: 0, inScope: 1_000 });
  });
});

describe('a claim that is decided before its lines matter', () => {
  it('has neither lines nor basis: denied, or nobody can tell, which is said aloud', () => {
    const denied = world({ header: { providerId: 'H9' } });
    expect([denied.lines({}), denied.basis({})]).toEqual([[], undefined]);
    const release = releaseOf([tinyPack({}, {}, { when: { age: '50+' } })]);
    const member = aMember();
    const { born: _born, ...unborn } = member.enrolment!;
    const claim = { ...(aStay(0) as object), lines: [] } as never;
    expect(classifyLines(claim, { ...member, enrolment: unborn }, release, CONTEXT)).toEqual([]);
    expect(() => basisOf(claim, { ...member, enrolment: unborn }, release, CONTEXT)).toThrow('birth date');
  });

  it('has no lines to show where a line asks what nobody can tell', () => {
    const told = world({
      lines: { rules: [{ when: { age: '50+' }, selfPaid: true }] },
      member: { born: undefined },
    });
    expect(told.lines({})).toEqual([]);
    expect(() => told.basis({})).toThrow('birth date');
  });
});
