// What must hold for every claim under every pack that is shipped: conservation, mirror images, replay from a basis,
// monotonicity, splitting and order.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEffects, undoEffects } from '../../../shared/ledger/apply-effects.ts';
import { checkAmounts } from '../../../shared/ledger/identities.ts';
import type { Position } from '../../../shared/ledger/position.ts';
import { adjudicate, adjudicateBasis, basisOf } from '../../../shared/policy/adjudicate.ts';
import type { Payable } from '../../../shared/policy/adjudication.ts';
import { loadPacks } from '../../../shared/policy/packs/load-packs.ts';
import { aBasis, aMember, aStay, releaseOf, shippedPack } from './support.ts';

const packs = loadPacks();
const release = releaseOf(packs);
const money = fc.integer({ min: 0, max: 200_000_000 });
const levels = fc.constantFrom('1', '2', '3');
const situation = fc.record({
  pack: fc.constantFrom(...packs),
  on: fc.constantFrom('2023-05-01', '2024-03-10', '2025-12-31'),
  level: levels,
  classAt: fc.nat(3),
  age: fc.integer({ min: 0, max: 100 }),
  inScope: money,
  selfPaid: money,
  stays: fc.nat(4),
  used: money,
  fact: fc.constantFrom('none', 'poor'),
  account: money,
  useAccount: fc.boolean(),
});
type Sample = typeof situation extends fc.Arbitrary<infer T> ? T : never;

function memberOf({ pack, on, classAt, age, stays, used, fact, account }: Sample): Position {
  const classes = Object.keys(pack.classes);
  const year = on.slice(0, 4);
  const member = aMember(pack.scheme, classes[classAt % classes.length]);
  return {
    ...member,
    enrolment: {
      ...member.enrolment!,
      born: `${Number(year) - age}-01-01` as never,
      facts: [{ fact, from: '1990-01-01' as never }],
    },
    account: { year, thisYear: account as never, earlier: 500 as never },
    years: withoutZeros({ [year]: { stays, 'inpatient.pooled': used } }),
  };
}

function settled(sample: Sample): Payable | undefined {
  const basis = aBasis(sample.inScope, sample.selfPaid);
  const header = aStay(sample.inScope + sample.selfPaid, sample.on, sample.level, {
    useAccount: sample.useAccount,
  });
  const result = adjudicateBasis(header, basis, memberOf(sample), release, { area: sample.pack.area });
  return result.outcome === 'payable' ? result : undefined;
}

describe('every claim under every pack', () => {
  it('is borne by somebody, to the fen', () => {
    let payable = 0;
    fc.assert(
      fc.property(situation, (sample) => {
        const result = settled(sample);
        if (result === undefined) return;
        payable++;
        checkAmounts(result.amounts);
        expect(result.amounts.deductible).toBeLessThanOrEqual(result.amounts.inScope);
      }),
      { numRuns: 2_000 },
    );
    expect(payable).toBeGreaterThan(500);
  });

  it('moves the position by its effects, and its reversal moves it back', () => {
    fc.assert(
      fc.property(situation, (sample) => {
        const result = settled(sample);
        if (result === undefined) return;
        const before = memberOf(sample);
        const after = applyEffects(before, result.effects);
        expect(undoEffects(after, result.effects)).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('pays the same without its steps', () => {
    fc.assert(
      fc.property(situation, (sample) => {
        const header = aStay(sample.inScope, sample.on, sample.level);
        const run = (more: object) =>
          adjudicateBasis(header, aBasis(sample.inScope), memberOf(sample), release, {
            area: sample.pack.area,
            ...more,
          });
        expect({ ...run({ withoutSteps: true }), steps: [] }).toEqual({ ...run({}), steps: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('is the same from its recorded basis as from its lines', () => {
    const line = fc.record({ itemCode: fc.constantFrom('A', 'B', 'C', 'X'), amountFen: fc.nat(5_000_000) });
    fc.assert(
      fc.property(situation, fc.array(line, { minLength: 1, maxLength: 20 }), (sample, lines) => {
        const claim = {
          ...(aStay(
            lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
            sample.on,
            sample.level,
          ) as object),
          lines: lines.map((each, i) => ({
            ...each,
            lineNo: i + 1,
            quantity: '1',
            unitPrice: '1',
            servedOn: sample.on,
          })),
        } as never;
        const context = { area: sample.pack.area };
        const whole = adjudicate(claim, memberOf(sample), release, context);
        const { lines: _, ...header } = claim as { lines: unknown };
        const basis = basisOf(claim, memberOf(sample), release, context);
        expect(adjudicateBasis(header as never, basis, memberOf(sample), release, context)).toEqual(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('pays no less for a larger in-scope amount, and the person pays no less either', () => {
    // The threshold of Ulanqab's relief makes the person pay less just above it; its pack says so.
    const promising = packs.filter(({ area, scheme }) => `${area}${scheme}` !== '150900390');
    fc.assert(
      fc.property(situation, fc.constantFrom(...promising), fc.nat(1_000_000), (sample, pack, more) => {
        const less = settled({ ...sample, pack, useAccount: false });
        const larger = settled({ ...sample, pack, useAccount: false, inScope: sample.inScope + more });
        if (less === undefined || larger === undefined) return;
        const funds = (result: Payable) =>
          Object.values(result.amounts.funds).reduce((sum, amount) => sum + amount, 0);
        expect(funds(larger)).toBeGreaterThanOrEqual(funds(less));
        expect(larger.amounts.cash).toBeGreaterThanOrEqual(less.amounts.cash);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('claims of one year under a yearly deductible and yearly bands (Beijing, outpatient)', () => {
  const beijing = releaseOf([shippedPack('beijing/employee')]);
  const visit = (position: Position, inScope: number, claimNo: string) => {
    const header = {
      claimNo,
      providerId: 'H3',
      encounter: 'outpatient',
      servedOn: '2024-03-10',
      billedFen: inScope,
    } as never;
    const result = adjudicateBasis(header, aBasis(inScope), position, beijing, { area: '110000' });
    if (result.outcome !== 'payable') throw new Error(result.outcome);
    return {
      paid: Object.values(result.amounts.funds).reduce((sum, amount) => sum + amount, 0),
      position: applyEffects(position, result.effects),
    };
  };
  const run = (amounts: readonly number[]) => {
    let position = aMember();
    let paid = 0;
    amounts.forEach((amount, i) => {
      const result = visit(position, amount, `V${i}`);
      position = result.position;
      paid += result.paid;
    });
    return { paid, years: position.years };
  };
  const outpatient = fc.integer({ min: 1, max: 3_000_000 });

  it('splitting a bill gains nothing but the rounding of a fen a visit and band', () => {
    fc.assert(
      fc.property(outpatient, outpatient, (a, b) => {
        expect(Math.abs(run([a + b]).paid - run([a, b]).paid)).toBeLessThanOrEqual(4);
      }),
    );
  });

  it('their order does not matter', () => {
    fc.assert(
      fc.property(outpatient, outpatient, (a, b) => {
        const [one, other] = [run([a, b]), run([b, a])];
        expect(Math.abs(one.paid - other.paid)).toBeLessThanOrEqual(4);
        expect(one.years['2024']!['ded-op']).toBe(other.years['2024']!['ded-op']);
      }),
    );
  });
});

const withoutZeros = (years: Position['years']): Position['years'] =>
  Object.fromEntries(
    Object.entries(years)
      .map(
        ([year, counters]) =>
          [year, Object.fromEntries(Object.entries(counters).filter(([, value]) => value !== 0))] as const,
      )
      .filter(([, counters]) => Object.keys(counters).length > 0),
  );
