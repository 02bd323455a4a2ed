// Besides chance, completeness: two small scenarios in which every call meets every fault, one at a time, and every two
// calls every two faults. Most failures of real systems need no more than two or three events (reliability.md 1). They
// are small so that all pairs can really be run: `--enumerate --pairs` runs every one, CI a share that its day picks.

import { AGENCY } from '../../shared/batch/batch.ts';
import { chanceOf } from './chance.ts';
import { CALL_FAULTS, type CallFault, exactly, type FaultPlan } from './faults.ts';
import type { Parts } from './parts.ts';
import { type Run, runSeed } from './run.ts';
import {
  claimRecord,
  enrolmentRecord,
  type Post,
  reversalRecord,
  reviewPost,
  reviewRecord,
  type Scenario,
} from './scenario.ts';

/**
 * Faults of which every two are tried together. The others only make a call slower, or fail later. A read changes
 * nothing, so that it is all one whether it was applied before it failed, or before its process died: three are left.
 */
const PAIRED_AT_WRITES: ReadonlySet<CallFault> = new Set([
  'refused',
  'lost',
  'repeated',
  'late',
  'paused',
  'crash-before',
  'crash-after',
]);
const PAIRED_AT_READS: ReadonlySet<CallFault> = new Set(['refused', 'paused', 'crash-before']);
const SEED = 7;

const A = 'DEMO0000000000';
const PROVIDER = 'H0001';
const chance = chanceOf(SEED);
const enrolled: Post = {
  provider: AGENCY,
  batchNo: 'E0',
  records: [enrolmentRecord(chance, 'smallA', A)],
  at: [0],
};
const claim = (number: string) => claimRecord(chance, `small ${number}`, A, number);
const [C1, C2] = [claim('C1'), claim('C2')];
const T1 = { ...C1, number: 'T1', value: { ...C1.value, claimNo: 'T1', encounter: 'trauma-inpatient' } };
const batch = (batchNo: string, records: Post['records'], at: number): Post => ({
  provider: PROVIDER,
  batchNo,
  records,
  at: [at],
});

/** What the scenario is about begins here; everything before goes well. */
const BEGINS = 30_000;

interface Small extends Partial<Scenario> {
  /** In the name of the first call that a fault is put at. */
  readonly from: string;
}

/** Small enough that every pair of faults can really be run: some 50,000 of them each. */
export const SMALL = {
  /** Two claims of one member, the first again, and taken back; a second writer beside the queue. */
  claims: {
    from: `${PROVIDER}.B0`,
    posts: [enrolled, batch('B0', [C1, C2, C1, reversalRecord(chance, 'small', C1, 'whole')], BEGINS)],
    officeAt: [BEGINS],
  },
  /** A claim that waits for a reviewer, and two who decide it at almost the same time. */
  reviews: {
    from: 'RV-V1',
    posts: [
      enrolled,
      batch('B0', [T1], 10_000),
      reviewPost(reviewRecord(chance, 'V1', PROVIDER, T1, 'reduce'), [BEGINS]),
      reviewPost(reviewRecord(chance, 'V2', PROVIDER, T1, 'deny'), [BEGINS + 150]),
    ],
  },
} as const satisfies Record<string, Small>;
export type SmallName = keyof typeof SMALL;

const small =
  (name: SmallName) =>
  (made: Scenario): Scenario => ({
    ...made,
    ...SMALL[name],
    releaseAt: 60_000,
    healAt: 12 * 60_000,
    recordsPerStretch: 1_000,
    shards: 1,
    consumers: 2,
  });

type Options = { readonly parts?: Parts; readonly trace?: boolean };
type Faults = ReadonlyMap<number, CallFault>;

/** Which faults can meet a call at all, and which of them are tried together with others. */
interface Meets {
  readonly alone: (fault: CallFault) => boolean;
  readonly paired: (fault: CallFault) => boolean;
}

/** One run of a small scenario with exactly these faults, by the ordinals of calls. */
export const runWith = (name: SmallName, faults: Faults, options: Options = {}): Promise<Run> =>
  runPlanned(name, exactly(faults), options);

const runPlanned = (name: SmallName, plan: FaultPlan, options: Options): Promise<Run> =>
  runSeed(SEED, { ...options, scenario: small(name), plan });

/** The same, and what can go wrong at each of its calls from the first one that counts. */
async function noted(name: SmallName, faults: Faults, options: Options) {
  const calls = new Map<number, Meets>();
  let begun = false;
  const plan = exactly(faults);
  const run = await runPlanned(
    name,
    {
      ...plan,
      atCall(call) {
        begun ||= call.name.includes(SMALL[name].from);
        const { writes, never, ordinal } = call;
        const alone = (fault: CallFault) => !never?.has(fault) && (writes || fault !== 'repeated');
        const pairs = writes ? PAIRED_AT_WRITES : PAIRED_AT_READS;
        if (begun) calls.set(ordinal, { alone, paired: (fault) => alone(fault) && pairs.has(fault) });
        return plan.atCall(call);
      },
    },
    options,
  );
  return { run, calls };
}

/** "claims 40:lost 52:late", as a finding names its faults and `--faults` takes them. */
export const nameOf = (name: SmallName, faults: Faults): string =>
  [name, ...[...faults].map(([ordinal, fault]) => `${ordinal}:${fault}`)].join(' ');

/** Reads such a name. Throws when it is none. */
export function namedFaults(text: string): { readonly name: SmallName; readonly faults: Faults } {
  const [name = '', ...faults] = text.trim().split(/\s+/);
  if (!(name in SMALL))
    throw new Error(`no small scenario "${name}"; there are ${Object.keys(SMALL).join()}`);
  const pairs = faults.map((each) => {
    const [ordinal = '', fault = ''] = each.split(':');
    if (!/^\d+$/.test(ordinal) || !(fault in CALL_FAULTS))
      throw new Error(`"${each}" is not the number of a call and a fault, as in 40:lost`);
    return [Number(ordinal), fault as CallFault] as const;
  });
  return { name: name as SmallName, faults: new Map(pairs) };
}

export interface Enumerated {
  /** Calls that a fault is put at. */
  readonly points: number;
  readonly singles: number;
  readonly pairs: number;
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
  /** Only one of so many shares of the work: every nth first fault, with all that may come second. */
  readonly share?: { readonly of: number; readonly part: number };
  /** Ends early. */
  readonly until?: () => boolean;
  readonly stopAtFirst?: boolean;
}

/** Every single fault at every call of the small scenarios, and every pair if asked for. */
export async function enumerate(options: EnumerateOptions = {}): Promise<Enumerated> {
  const { parts, pairs: withPairs, share = { of: 1, part: 0 }, until, stopAtFirst } = options;
  const given = parts ? { parts } : {};
  const kinds = options.kinds ?? (Object.keys(CALL_FAULTS) as CallFault[]);
  const findings: Enumerated['findings'][number][] = [];
  const see = (name: SmallName, faults: Faults, { finding }: Run): void => {
    if (finding) findings.push({ faults: nameOf(name, faults), ...finding });
  };
  const enough = (): boolean => until?.() === true || (stopAtFirst === true && findings.length > 0);
  let [points, singles, pairs, unit] = [0, 0, 0, 0];

  for (const name of Object.keys(SMALL) as SmallName[]) {
    const base = await noted(name, new Map(), given);
    see(name, new Map(), base.run);
    points += base.calls.size;
    for (const [ordinal, meets] of base.calls) {
      for (const fault of kinds.filter(meets.alone)) {
        if (unit++ % share.of !== share.part) continue;
        if (enough()) break;
        const first = new Map([[ordinal, fault]]);
        const { run, calls } = await noted(name, first, given);
        see(name, first, run);
        singles++;
        if (!withPairs || !meets.paired(fault)) continue;
        for (const [second, { paired }] of calls) {
          if (second <= ordinal) continue;
          for (const other of kinds.filter(paired)) {
            if (enough()) break;
            const both = new Map([...first, [second, other]]);
            see(name, both, await runWith(name, both, given));
            pairs++;
          }
        }
      }
    }
  }
  return { points, singles, pairs, findings };
}
