// Besides chance, completeness: a small scenario in which every call meets every fault, one at a time, and every two
// calls every two faults. Most failures of real systems need no more than two or three events (reliability.md 1).

import { AGENCY } from '../../shared/batch/batch.ts';
import { chanceOf } from './chance.ts';
import { CALL_FAULTS, type CallFault, exactly } from './faults.ts';
import type { Parts } from './parts.ts';
import { type Run, runSeed } from './run.ts';
import { claimRecord, enrolmentRecord, type Post, reversalRecord, type Scenario } from './scenario.ts';

/** Faults of which every two are tried together; the others differ from these only in how long they last. */
const PAIRED: readonly CallFault[] = ['refused', 'lost', 'crash-before', 'crash-after', 'paused'];
const SEED = 7;

const A = 'DEMO0000000000';
const B = 'DEMO0000000001';
const chance = chanceOf(SEED);
const claim = (number: string, member: string) => claimRecord(chance, `small ${number}`, member, number);
const C1 = claim('C1', A);

/** Two members; a claim posted in two batches, a number used for two members, and a claim taken back. */
const POSTS: readonly Post[] = [
  {
    provider: AGENCY,
    batchNo: 'E0',
    records: [enrolmentRecord(chance, 'smallA', A), enrolmentRecord(chance, 'smallB', B)],
    at: [0],
  },
  { provider: 'H0001', batchNo: 'B0', records: [C1, claim('C2', A), claim('C3', B)], at: [2_000] },
  {
    provider: 'H0001',
    batchNo: 'B1',
    records: [C1, claim('C3', A), reversalRecord(chance, 'small', C1)],
    at: [2_100],
  },
];

const small = (made: Scenario): Scenario => ({
  ...made,
  posts: POSTS,
  releaseAt: 60_000,
  healAt: 12 * 60_000,
  recordsPerStretch: 2,
  shards: 2,
  consumers: 2,
});

/** One run of the small scenario with exactly these faults. */
export const runWith = (
  faults: ReadonlyMap<number, CallFault>,
  options: { readonly parts?: Parts; readonly trace?: boolean } = {},
): Promise<Run> => runSeed(SEED, { ...options, scenario: small, plan: exactly(faults) });

export interface Enumerated {
  readonly points: number;
  readonly singles: number;
  readonly pairs: number;
  /** Pairs there are altogether; fewer are run when the time is up. */
  readonly pairsOfAll: number;
  readonly findings: readonly {
    readonly faults: string;
    readonly promise: string;
    readonly message: string;
  }[];
}

export interface EnumerateOptions {
  readonly parts?: Parts;
  /** Only these faults. */
  readonly kinds?: readonly CallFault[];
  /** Also two faults at a time. */
  readonly pairs?: boolean;
  /** Only every nth single and pair, from one on: to share the work among processes. */
  readonly share?: { readonly of: number; readonly part: number };
  /** Ends early. */
  readonly until?: () => boolean;
  readonly stopAtFirst?: boolean;
  readonly progress?: (done: number, of: number) => void;
}

/** Every single fault at every call of the small scenario, and every pair if asked for. */
export async function enumerate(options: EnumerateOptions = {}): Promise<Enumerated> {
  const { parts, pairs: withPairs, share, until, stopAtFirst, progress } = options;
  const findings: Enumerated['findings'][number][] = [];
  const run = async (faults: ReadonlyMap<number, CallFault>): Promise<Run> => {
    const done = await runWith(faults, parts ? { parts } : {});
    if (done.finding) {
      const named = [...faults].map(([ordinal, fault]) => `${ordinal}:${fault}`).join(' ') || 'no fault';
      findings.push({ faults: named, ...done.finding });
    }
    return done;
  };
  const enough = (): boolean => until?.() === true || (stopAtFirst === true && findings.length > 0);

  const base = await run(new Map());
  const points = base.calls;
  const kinds = options.kinds ?? (Object.keys(CALL_FAULTS) as CallFault[]);
  const afterFirst: { ordinal: number; fault: CallFault; calls: number }[] = [];
  let [singles, pairs] = [0, 0];
  for (let ordinal = 0; ordinal < points; ordinal++) {
    for (const fault of kinds) {
      if (enough()) break;
      const done = await run(new Map([[ordinal, fault]]));
      singles++;
      if (done.met.length > 0 && PAIRED.includes(fault))
        afterFirst.push({ ordinal, fault, calls: done.calls });
    }
  }
  const all: (readonly [number, CallFault, number, CallFault])[] = [];
  if (withPairs)
    for (const { ordinal, fault, calls } of afterFirst)
      for (let second = ordinal + 1; second < calls; second++)
        for (const kind of PAIRED) all.push([ordinal, fault, second, kind]);
  // In an order that reaches everywhere early, so that a run that is cut short has seen some of everything.
  const stride = strideThrough(all.length);
  for (let n = 0, at = 0; n < all.length && !enough(); n++, at = (at + stride) % all.length) {
    if (share && n % share.of !== share.part) continue;
    const [first, fault, second, kind] = all[at] as (typeof all)[number];
    await run(
      new Map([
        [first, fault],
        [second, kind],
      ]),
    );
    pairs++;
    if (pairs % 100 === 0) progress?.(n, all.length);
  }
  return { points, singles, pairs, pairsOfAll: all.length, findings };
}

/** A step that has no factor in common with a length, so that it comes everywhere. */
function strideThrough(length: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  for (let stride = Math.floor(length * 0.618); stride > 1; stride--)
    if (common(stride, length) === 1) return stride;
  return 1;
}
