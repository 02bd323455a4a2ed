// What every part of a simulated world shares: time, chance, the plan of faults, the trace, and names for calls.

import type { Chance } from './chance.ts';
import type { Fault, FaultPlan, OtherFault } from './faults.ts';
import type { Timeline } from './timeline.ts';

/** A promise of the system was broken. The run ends here. */
export class Finding extends Error {
  override readonly name = 'Finding';
  /** L1 to L11, or the name of another check. */
  readonly promise: string;

  constructor(promise: string, message: string) {
    super(message);
    this.promise = promise;
  }
}

/** What happened, in order: a hash always, the lines when somebody will read them. */
export interface Trace {
  note(line: string): void;
  readonly lines: readonly string[];
  hash(): string;
}

export function traceOf(keepLines: boolean, now: () => number, start: number): Trace {
  let [high, low] = [0x811c9dc5, 0x2545f491];
  const lines: string[] = [];
  return {
    lines,
    note(line) {
      const at = now() - start;
      for (let i = 0; i < line.length; i++) {
        high = Math.imul(high ^ line.charCodeAt(i), 0x01000193);
        low = Math.imul(low ^ line.charCodeAt(i), 0x5bd1e995) ^ (low >>> 15);
      }
      high = Math.imul(high ^ Math.floor(at * 1_000), 0x01000193);
      if (keepLines) lines.push(`${(at / 1_000).toFixed(3).padStart(10)} s  ${line}`);
    },
    hash: () => (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0'),
  };
}

export interface Core {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly counts: Map<Fault, number>;
  /** Occasions on which a fault happened, by "fault name": what shrinking may take away one by one. */
  readonly met: string[];
  /** Number of calls so far. */
  calls: number;
  /** From now on nothing goes wrong any more. */
  healed: boolean;
  /** What ended the run, when it was found where nothing can be thrown. */
  failed: Error | undefined;
  readonly plan: FaultPlan;
  /** The same words with how often they were said: a name that is unique in the run and stays when others go. */
  nth(words: string): string;
  /** Whether a fault of the surroundings happens now; counts it when it does. */
  happens(fault: OtherFault, words: string): boolean;
  count(fault: Fault, name: string): void;
}

export function coreOf(timeline: Timeline, chance: Chance, plan: FaultPlan, trace: Trace): Core {
  const said = new Map<string, number>();
  const core: Core = {
    timeline,
    chance,
    trace,
    plan,
    counts: new Map(),
    met: [],
    calls: 0,
    healed: false,
    failed: undefined,
    nth(words) {
      const times = (said.get(words) ?? 0) + 1;
      said.set(words, times);
      return times === 1 ? words : `${words} ${times}`;
    },
    happens(fault, words) {
      if (core.healed || !plan.on(fault)) return false;
      const name = core.nth(`${fault}? ${words}`);
      const does = plan.happens(fault, name);
      if (does) core.count(fault, name);
      return does;
    },
    count(fault, name) {
      core.counts.set(fault, (core.counts.get(fault) ?? 0) + 1);
      core.met.push(`${fault} ${name}`);
      trace.note(`!! ${fault}: ${name}`);
    },
  };
  return core;
}
