// The engine and the oracle on the same claims, one after the other: each keeps its own books, and both must say the
// same of every bill.

import { applyEffects } from '../../shared/ledger/apply-effects.ts';
import type { Position } from '../../shared/ledger/position.ts';
import type { Fen } from '../../shared/money/fen.ts';
import { adjudicateBasis } from '../../shared/policy/adjudicate.ts';
import { compileRelease, type Release } from '../../shared/reference/release.ts';
import { chanceOf } from './chance.ts';
import { BALANCE_YEAR, type Bill, type Outcome, type Person, settle } from './oracle.ts';
import { CLASSES, packOf, type Policy } from './policy.ts';
import { randomBill } from './random-bill.ts';
import { randomPolicy } from './random-policy.ts';

export interface Mismatch {
  readonly seed: number;
  readonly policy: Policy;
  readonly person: Person;
  readonly bill: Bill;
  readonly engine: object;
  readonly oracle: object;
}

/**
 * Nine times the largest amount a claim may carry: times 10,000 it is 2^53. Beyond it the engine may refuse (it stops on
 * a broken invariant, and nothing is written); what it must never do is answer with other numbers than the oracle's.
 */
const PRODUCT_IS_EXACT = 900_719_925_474n;
const MEMBERS = 20;
const BILLS = 6;
export const CASES_PER_SEED = MEMBERS * BILLS;

/** Runs the cases of one seed: one policy, some members, some bills each. */
export function compareSeed(seed: number, limit = CASES_PER_SEED): { cases: number; mismatch?: Mismatch } {
  const chance = chanceOf(seed);
  const policy = randomPolicy(chance);
  const release = releaseOf(policy);
  let cases = 0;
  for (let member = 0; member < MEMBERS && cases < limit; member++) {
    const person: Person = { personClass: chance.of(CLASSES), born: chance.between(1935, 2023) };
    const balance = { earlier: BigInt(chance.below(60_000)), thisYear: BigInt(chance.below(60_000)) };
    const history: Outcome[] = [];
    let position = positionOf(person, balance);
    for (let i = 0; i < BILLS && cases < limit; i++) {
      const bill = randomBill(chance, policy, person, history);
      const expected = settle(policy, person, bill, history, balance);
      cases++;
      const found = decide(bill, i, position, release);
      if ('stopped' in found.amounts && billedOf(bill) > PRODUCT_IS_EXACT) continue;
      const oracle = plain(expected, bill);
      if (JSON.stringify(found.amounts) !== JSON.stringify(oracle))
        return { cases, mismatch: { seed, policy, person, bill, engine: found.amounts, oracle } };
      position = found.position;
      balance.earlier -= expected.fromEarlier;
      balance.thisYear -= expected.fromThisYear;
      history.push(expected);
    }
  }
  return { cases };
}

const billedOf = ({ inScope, firstPay, overLimit, selfPaid }: Bill): bigint =>
  inScope + firstPay + overLimit + selfPaid;

/** What both say, in one shape. */
function plain({ deductible, funds, fromEarlier, fromThisYear, cash }: Outcome, bill: Bill): object {
  const paid = Object.entries(funds)
    .filter(([, amount]) => amount !== 0n)
    .map(([fund, amount]) => [fund, Number(amount)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    billed: Number(billedOf(bill)),
    deductible: Number(deductible),
    funds: Object.fromEntries(paid),
    earlier: Number(fromEarlier),
    thisYear: Number(fromThisYear),
    cash: Number(cash),
  };
}

function decide(
  bill: Bill,
  index: number,
  position: Position,
  release: Release,
): { amounts: object; position: Position } {
  const { level, year } = bill;
  const [inScope, firstPay, overLimit, selfPaid] = [
    bill.inScope,
    bill.firstPay,
    bill.overLimit,
    bill.selfPaid,
  ].map((amount) => Number(amount) as Fen) as [Fen, Fen, Fen, Fen];
  const on = `${year}-06-15`;
  const header = {
    claimNo: `C${index}`,
    providerId: `H${level}`,
    encounter: 'inpatient',
    admittedOn: on,
    dischargedOn: on,
    billedFen: inScope + firstPay + overLimit + selfPaid,
  } as never;
  let result: ReturnType<typeof adjudicateBasis>;
  try {
    result = adjudicateBasis(header, { selfPaid, overLimit, firstPay, inScope }, position, release, {
      area: '990000',
      withoutSteps: true,
    });
  } catch (error) {
    return { amounts: { stopped: String(error) }, position };
  }
  if (result.outcome !== 'payable') return { amounts: { outcome: result.outcome }, position };
  const { billed, deductible, funds, cash } = result.amounts;
  const { earlier, thisYear } = result.effects.account ?? { earlier: 0, thisYear: 0 };
  const paid = Object.entries(funds).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    amounts: { billed, deductible, funds: Object.fromEntries(paid), earlier, thisYear, cash },
    position: applyEffects(position, result.effects),
  };
}

const releaseOf = (policy: Policy): Release =>
  compileRelease({
    id: 'oracle',
    packs: [packOf(policy)],
    catalogue: [],
    providers: ['1', '2', '3'].map((level) => ({
      id: `H${level}`,
      name: level,
      area: '990000',
      type: 'hospital',
      history: [{ from: '1990-01-01', status: 'designated', level }],
    })),
  });

const positionOf = (
  { personClass, born }: Person,
  { earlier, thisYear }: { earlier: bigint; thisYear: bigint },
): Position => ({
  years: {},
  enrolment: {
    born: `${born}-01-01` as never,
    hasAccount: true,
    coverage: [{ from: '1900-01-01' as never, scheme: '310', personClass }],
  },
  account: { year: BALANCE_YEAR, thisYear: Number(thisYear) as Fen, earlier: Number(earlier) as Fen },
});
