// One run: a seed, the faults it switches on, the scenario, and what came of it.

import { chanceOf } from './chance.ts';
import { coreOf, Finding, traceOf } from './core.ts';
import { type Fault, type FaultPlan, type Shrunk, swarm } from './faults.ts';
import { type Parts, PRODUCT } from './parts.ts';
import { type Scenario, scenarioOf, START, withoutEmpty } from './scenario.ts';
import { timelineFrom } from './timeline.ts';
import { worldOf } from './world.ts';

/** A run that takes more steps than this is one that never ends. */
export const STEPS_MAX = 400_000;

export interface RunOptions {
  readonly parts?: Parts;
  readonly stepsMax?: number;
  readonly trace?: boolean;
  readonly scenario?: (made: Scenario) => Scenario;
  readonly shrunk?: Shrunk;
  /** In place of the seed's own faults. */
  readonly plan?: FaultPlan;
}

export interface Run {
  readonly seed: number;
  readonly finding?: { readonly promise: string; readonly message: string; readonly step: number };
  readonly steps: number;
  readonly calls: number;
  readonly virtualMs: number;
  readonly records: number;
  readonly entries: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  /** Occasions on which something went wrong, by "fault name". */
  readonly met: readonly string[];
  readonly hash: string;
  readonly trace: readonly string[];
  readonly scenario: Scenario;
}

/** Runs one seed to its end, or to the first broken promise. Never throws. */
export async function runSeed(seed: number, options: RunOptions = {}): Promise<Run> {
  const chance = chanceOf(seed);
  const timeline = timelineFrom(START);
  const trace = traceOf(options.trace === true, timeline.now, START);
  const plan = options.plan ?? swarm(chance, options.shrunk);
  const core = coreOf(timeline, chance, plan, trace);
  const made = scenarioOf(chance);
  const scenario = withoutEmpty(options.scenario?.(made) ?? made);
  const world = worldOf(core, scenario, options.parts ?? PRODUCT);
  const stepsMax = options.stepsMax ?? STEPS_MAX;
  let finding: Run['finding'];
  try {
    world.start();
    await timeline.run({
      stepsMax,
      until: () => {
        if (core.failed) throw core.failed;
        return world.done();
      },
    });
    if (timeline.steps() >= STEPS_MAX) throw new Finding('liveness', `not done after ${STEPS_MAX} steps`);
    if (world.done()) await world.finish();
  } catch (error) {
    const isFinding = error instanceof Finding;
    const message =
      error instanceof Error ? (isFinding ? error.message : (error.stack ?? error.message)) : String(error);
    finding = { promise: isFinding ? error.promise : 'error', message, step: timeline.steps() };
    trace.note(`** ${finding.promise}: ${message}`);
  }
  return {
    seed,
    ...(finding ? { finding } : {}),
    steps: timeline.steps(),
    calls: core.calls,
    virtualMs: timeline.now() - START,
    records: scenario.posts.reduce((sum, { records }) => sum + records.length, 0),
    entries: world.auditor.entries(),
    kinds: Object.fromEntries(world.auditor.kinds),
    faults: Object.fromEntries(core.counts),
    met: core.met,
    hash: trace.hash(),
    trace: trace.lines,
    scenario,
  };
}
