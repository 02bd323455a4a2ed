// A piece of the work of a simulation: some seeds in a row, or a share of the enumeration; and sums of such pieces.

import { enumerate } from './enumerate.ts';
import type { Fault } from './faults.ts';
import { PLANTED } from './planted/table.ts';
import type { Parts } from './parts.ts';
import { type Run, runSeed } from './run.ts';

export type Job =
  | {
      readonly kind: 'seeds';
      readonly from: number;
      readonly to: number;
      /** Name of a planted bug; the product as it is, when left out. */
      readonly planted?: string;
      readonly stopAtFirst?: boolean;
      /** Runs each seed a second time, and holds the two traces against each other. */
      readonly twice?: boolean;
    }
  | {
      readonly kind: 'enumerate';
      readonly pairs: boolean;
      readonly share: { readonly of: number; readonly part: number };
      /** Ends at this moment (epoch milliseconds). */
      readonly until?: number;
      readonly planted?: string;
    };

export interface Found {
  /** A seed, or the small scenario and the faults that were put at its calls. */
  readonly where: string;
  readonly seed?: number;
  readonly promise: string;
  readonly message: string;
  readonly step: number;
}

export interface Tally {
  seeds: number;
  /** Runs with one fault, and with two. */
  singles: number;
  pairs: number;
  /** Calls that faults were put at. */
  points: number;
  steps: number;
  calls: number;
  virtualMs: number;
  records: number;
  entries: number;
  kinds: Record<string, number>;
  faults: Partial<Record<Fault, number>>;
  findings: Found[];
}

export const nothingYet = (): Tally => ({
  seeds: 0,
  singles: 0,
  pairs: 0,
  points: 0,
  steps: 0,
  calls: 0,
  virtualMs: 0,
  records: 0,
  entries: 0,
  kinds: {},
  faults: {},
  findings: [],
});

const addUp = (into: Record<string, number>, more: Readonly<Record<string, number>>): void => {
  for (const [name, count] of Object.entries(more)) into[name] = (into[name] ?? 0) + count;
};

/** Adds one tally to another. */
export function add(into: Tally, more: Tally): void {
  into.seeds += more.seeds;
  into.singles += more.singles;
  into.pairs += more.pairs;
  into.points = Math.max(into.points, more.points);
  into.steps += more.steps;
  into.calls += more.calls;
  into.virtualMs += more.virtualMs;
  into.records += more.records;
  into.entries += more.entries;
  addUp(into.kinds, more.kinds);
  addUp(into.faults, more.faults);
  into.findings.push(...more.findings);
}

const partsOf = (planted: string | undefined) => PLANTED.find(({ name }) => name === planted)?.parts;

/** Does a job. */
export async function work(job: Job): Promise<Tally> {
  const tally = nothingYet();
  const parts = partsOf(job.planted);
  if (job.kind === 'enumerate') {
    const { until } = job;
    const done = await enumerate({
      pairs: job.pairs,
      share: job.share,
      ...(parts ? { parts: parts() } : {}),
      ...(until === undefined ? {} : { until: () => Date.now() > until }),
    });
    tally.singles = done.singles;
    tally.pairs = done.pairs;
    tally.points = done.points;
    tally.findings = done.findings.map(({ faults, promise, message }) => ({
      where: faults,
      promise,
      message,
      step: 0,
    }));
    return tally;
  }
  for (let seed = job.from; seed <= job.to; seed++) {
    const run = await runSeed(seed, parts ? { parts: parts() } : {});
    const { steps, calls, virtualMs, records, entries, kinds, faults, finding } = run;
    const one = { steps, calls, virtualMs, records, entries, kinds: { ...kinds }, faults: { ...faults } };
    const findings: Found[] = finding ? [{ where: `seed ${seed}`, seed, ...finding }] : [];
    if (job.twice) findings.push(...(await otherwise(run, parts ? { parts: parts() } : {})));
    add(tally, { ...nothingYet(), ...one, seeds: 1, findings });
    if (finding && job.stopAtFirst) break;
  }
  return tally;
}

/** A finding when a seed does not do the same again. */
async function otherwise(run: Run, options: { readonly parts?: Parts }): Promise<Found[]> {
  const { seed, hash, steps } = run;
  const again = await runSeed(seed, options);
  if (again.hash === hash && again.steps === steps) return [];
  const message = `${steps} steps, trace ${hash}; again: ${again.steps} steps, trace ${again.hash}`;
  return [{ where: `seed ${seed}`, seed, promise: 'determinism', message, step: steps }];
}
