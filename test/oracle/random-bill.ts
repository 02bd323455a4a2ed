// Random bills, drawn to where mistakes live: a fen before, on and after a deductible, a band's edge, the point where a
// cap is filled, half a fen of the fund's share; and, beside ordinary ones, bills whose product with a ratio passes 2^53.

import type { Chance } from './chance.ts';
import type { Bill, Outcome, Person } from './oracle.ts';
import { LEVELS, type Level, type Policy } from './policy.ts';

/** No field of a claim may carry more (AMOUNT_FEN_MAX is 10^11); times 10,000 this one passes 2^53. */
const LARGEST = 950_000_000_000;

export function randomBill(
  chance: Chance,
  policy: Policy,
  { personClass }: Person,
  history: readonly Outcome[],
): Bill {
  const level = chance.of(LEVELS);
  const year = chance.happens(90) ? '2024' : '2025';
  const inScope = BigInt(
    chance.happens(75)
      ? nearEdge(
          chance,
          edges(
            policy,
            level,
            personClass,
            history.filter((o) => o.year === year),
          ),
        )
      : chance.of([
          () => chance.between(0, 300),
          () => chance.between(0, 4_000_000),
          () => chance.between(0, 99_999_999_999),
          () => LARGEST - chance.below(20_000_000_000),
          () => chance.between(900_719_925_470, 900_719_925_480),
        ])(),
  );
  const other = () => BigInt(chance.happens(60) ? 0 : chance.between(1, 50_000));
  return { level, year, inScope, firstPay: other(), overLimit: other(), selfPaid: other() };
}

function nearEdge(chance: Chance, all: readonly bigint[]): number {
  const picked = Number(chance.of(all)) + (chance.happens(30) ? Number(chance.of(all)) : 0);
  return Math.min(LARGEST, Math.max(0, picked + chance.between(-2, 2)));
}

/** Amounts at which something changes, reckoned roughly: being near is enough. */
function edges(
  policy: Policy,
  level: Level,
  personClass: Person['personClass'],
  year: readonly Outcome[],
): bigint[] {
  const all: bigint[] = [];
  for (const [at, { deductible, bands, caps }] of policy.layers.entries()) {
    const sum = (of: (outcome: Outcome) => bigint) => year.reduce((total, each) => total + of(each), 0n);
    const line = deductible?.standard[level] ?? 0n;
    all.push(line);
    const reached = bands.per === 'year' ? sum((each) => each.layers[at]!.letIn) : 0n;
    for (const { upTo, ratio } of bands.table) {
      if (upTo !== undefined) all.push(upTo - reached, upTo - reached + line);
      for (const { amount, per, counts } of caps) {
        const used = per === 'year' ? sum(({ layers }) => layers[at]!.paid) : 0n;
        const left = amount - used;
        all.push(counts === 'fund' ? (left * 10_000n) / ratio[level][personClass] + line : left + line);
      }
    }
  }
  return all;
}
