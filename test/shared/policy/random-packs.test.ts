// Packs nobody would write: random combinations of the switches, random claims one after the other. Whatever the
// combination, every fen is borne by somebody, nobody bears less than nothing, and a reversal undoes a settlement.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEffects, undoEffects } from '../../../shared/ledger/apply-effects.ts';
import { checkAmounts } from '../../../shared/ledger/identities.ts';
import { adjudicateBasis } from '../../../shared/policy/adjudicate.ts';
import { PARTS } from '../../../shared/policy/pack/schema.ts';
import { checkPack } from '../../../shared/policy/tools/check-pack.ts';
import { aBasis, aMember, aStay, releaseOf, tinyPack } from './support.ts';

const yuan = fc.integer({ min: 1, max: 20_000 });
const percent = fc
  .integer({ min: 0, max: 10_000 })
  .map((bp) => `${Math.trunc(bp / 100)}.${String(bp % 100).padStart(2, '0')}%`);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const period = fc.constantFrom('claim', 'month', 'quarter', 'year');

const deductible = fc.record(
  {
    per: fc.constantFrom('stay', 'month', 'year'),
    each: fc.constant(['provider']),
    standard: yuan,
    adjust: fc.constantFrom(
      [{ when: { ordinal: '2+' }, times: '50%' }],
      [{ when: { ordinal: '2+' }, lessEach: 100, atLeast: 50 }],
      [{ when: { level: '1' }, waive: true }],
    ),
    yearlyMax: yuan,
    everyDays: fc.constant(3),
    deducts: fc.boolean(),
  },
  { requiredKeys: ['standard'] },
);
const bands = fc.record({
  per: fc.constantFrom('stay', 'month', 'year'),
  thresholds: fc.constantFrom('gross', 'above-deductible'),
  table: fc
    .tuple(yuan, yuan, percent, percent, percent, fc.boolean())
    .map(([a, b, one, two, three, open]) => [
      { upTo: a, ratio: one },
      { upTo: a + b, ratio: two },
      ...(open ? [{ ratio: three }] : []),
    ]),
});
const cap = fc.record({
  per: period,
  amount: yuan,
  counts: fc.constantFrom(
    ['fund'],
    ['fund', 'share'],
    ['fund', 'share', 'deductible'],
    ['fund', 'deductible'],
    ['fund', 'share', 'deductible', 'first-share'],
  ),
});
const ratioOrBands = fc.oneof(
  percent.map((ratio) => ({ ratio })),
  bands.map((b) => ({ bands: b })),
);
const adjust = fc.constantFrom(
  [{ when: { class: 'retired' }, selfPayTimes: '60%' }],
  [{ points: '-15%' }],
  [{ points: '+30%', atMost: '95%' }],
  [{ pointsPerYearOfAge: '0.2%' }],
);
const first = fc
  .tuple(
    ratioOrBands,
    fc.record({
      deductible: maybe(deductible),
      firstShare: maybe(percent),
      adjust: maybe(adjust),
      caps: maybe(fc.uniqueArray(cap, { maxLength: 2, selector: ({ per }) => per })),
    }),
  )
  .map(([how, rest]) => ({ id: 'pooled', fund: 'pooled', ...how, ...rest }));
const above = fc
  .tuple(
    ratioOrBands,
    fc.record({
      fund: fc.constantFrom('large', 'critical', 'relief', 'hospital'),
      base: fc.uniqueArray(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 }),
      deductible: maybe(deductible),
      caps: maybe(fc.array(cap, { maxLength: 1 })),
    }),
  )
  .map(([how, rest]) => ({ ...how, ...rest }));
const benefit = fc.record(
  {
    layers: fc
      .tuple(first, fc.array(above, { maxLength: 3 }))
      .map(([one, more]) => [one, ...more.map((layer, i) => ({ id: `above-${i}`, ...layer }))]),
    merge: fc.record({
      interim: fc.boolean(),
      transfer: fc.constant({ up: 'difference', down: 'none' }),
      differenceOf: fc.constantFrom('paid', 'standard'),
      withinDays: fc.constant(30),
    }),
    total: fc.record({ atMost: percent, of: fc.constantFrom('billed', 'in-scope') }),
    account: fc.constant({
      use: 'always',
      order: [
        { balance: 'earlier', pays: ['deductible'] },
        { balance: 'this-year', pays: ['share', 'deductible', 'above-cap'] },
      ],
    }),
  },
  { requiredKeys: ['layers'] },
);
const rounding = fc.record({
  mode: fc.constantFrom('half-up', 'down', 'up'),
  digits: fc.constantFrom(0, 1, 2),
  each: fc.constantFrom('fund', 'band'),
});
const claim = fc.record({
  inScope: fc.integer({ min: 0, max: 6_000_000 }),
  selfPaid: fc.nat(100_000),
  firstPay: fc.nat(100_000),
  level: fc.constantFrom('1', '2', '3'),
  day: fc.integer({ min: 1, max: 28 }),
  month: fc.integer({ min: 1, max: 12 }),
  more: fc.constantFrom(
    {},
    { interim: true },
    { referral: { direction: 'up', filed: true } },
    { referral: { direction: 'down', filed: true } },
  ),
});
/** Removes keys that are there but undefined: in YAML they could not be. */
const clean = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('any combination of the switches', () => {
  it('keeps the identities of every bill, and every reversal restores the position', () => {
    let payable = 0;
    fc.assert(
      fc.property(
        benefit,
        rounding,
        fc.array(claim, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('active', 'retired'),
        (parts, round, claims, personClass) => {
          const pack = clean(
            tinyPack({}, { rounding: round, levels: { '1': 'one', '2': 'two', '3': 'three' } }, parts),
          );
          const release = releaseOf([pack]);
          let position = aMember('310', personClass, {
            account: { year: '2024', thisYear: 30_000, earlier: 7_000 } as never,
          });
          for (const [i, { inScope, selfPaid, firstPay, level, day, month, more }] of claims.entries()) {
            const on = `2024-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
            const header = aStay(inScope + selfPaid + firstPay, on, level, { claimNo: `C${i}`, ...more });
            const result = adjudicateBasis(header, aBasis(inScope, selfPaid, firstPay), position, release, {
              area: '990000',
            });
            if (result.outcome !== 'payable') throw new Error(result.outcome);
            payable++;
            checkAmounts(result.amounts);
            const after = applyEffects(position, result.effects);
            // Of the stays only the newest few are remembered; a reversal does not bring forgotten ones back.
            expect({ ...undoEffects(after, result.effects), stays: [] }).toEqual({ ...position, stays: [] });
            position = after;
          }
        },
      ),
      { numRuns: 1_500 },
    );
    expect(payable).toBeGreaterThan(1_500);
  });

  it('may round up in two funds at one fen: the bill grows by one, the funds by two, and the person bears one less', () => {
    const table = [{ upTo: 2, ratio: '0%' }]; // What is above 2.00 is above the cap.
    const layers = [
      {
        id: 'pooled',
        fund: 'pooled',
        firstShare: '22.12%',
        bands: { per: 'stay', thresholds: 'gross', table },
      },
      {
        id: 'one',
        fund: 'large',
        ratio: '23.46%',
        base: ['above-cap', 'first-share'],
        deductible: { standard: 6026 },
      },
      { id: 'two', fund: 'large', ratio: '30.34%', base: ['first-share'], deductible: { standard: 1 } },
    ];
    const release = releaseOf([tinyPack({}, {}, { layers })]);
    const paid = [5_999_988, 5_999_989].map((amount) => {
      const result = adjudicateBasis(aStay(amount), aBasis(amount), aMember(), release, { area: '990000' });
      return result.outcome === 'payable' && [result.amounts.funds, result.amounts.cash];
    });
    // 23.46 % of 53,971.88 is 12,661.803, of one fen more 12,661.805; 30.34 % of 13,270.97, the first share of 22.12 %
    // less 1.00, is 4,026.412, of one fen more 4,026.415.
    expect(paid).toEqual([
      [{ large: 1_266_180 + 402_641 }, 4_331_167],
      [{ large: 1_266_181 + 402_642 }, 4_331_166],
    ]);
  });

  it('is monotone wherever the check says so: what it finds by its few edges, no sample refutes', () => {
    let monotone = 0;
    fc.assert(
      fc.property(
        benefit,
        fc.integer({ min: 1, max: 6_000_000 }),
        fc.integer({ min: 1, max: 500_000 }),
        fc.boolean(),
        (parts, inScope, more, near) => {
          const { account: _account, ...rest } = parts;
          const pack = clean(tinyPack({}, {}, rest));
          if (checkPack(pack).some(({ kind }) => kind === 'fund-pays-less' || kind === 'person-pays-less'))
            return;
          const release = releaseOf([pack]);
          const paid = (amount: number) => {
            const result = adjudicateBasis(aStay(amount), aBasis(amount), aMember(), release, {
              area: '990000',
            });
            if (result.outcome !== 'payable') throw new Error(result.outcome);
            const funds = Object.values(result.amounts.funds).reduce((sum, fund) => sum + fund, 0);
            return { funds, person: result.amounts.cash };
          };
          monotone++;
          const [less, larger] = [inScope, inScope + (near ? 1 : more)];
          const [before, after] = [paid(less), paid(larger)];
          expect(after.funds).toBeGreaterThanOrEqual(before.funds);
          // Every fund rounds by itself, and the person bears what is left: all of them may round up at one fen.
          const roundings = parts.layers.length + (parts.total ? 1 : 0);
          expect(after.person).toBeGreaterThanOrEqual(before.person - (roundings - 1));
        },
      ),
      { numRuns: 300 },
    );
    expect(monotone).toBeGreaterThan(50);
  });
});
