// The same rule in our adjudicator, in @gorules/zen-engine and in json-rules-engine, side by side in one run:
// node test/bench/rules-engines/run.ts [--json] [--quick]. The engines are installed into this folder when missing.
// First all must pay the same to the fen (exit 1 if not), then they are timed in turns. ../README.md has the table.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { basisOf, classifyLines } from '../../../shared/policy/adjudicate.ts';
import { claimsWithLines, release, type Situation } from '../fixtures.ts';
import { quantile, ratio, type Timing } from '../measure.ts';
import { machine, type Row, rowsOf, tableOf } from '../report.ts';
import { jsonRules, type JsonRulesModule } from './json-rules.ts';
import {
  CONTEXT,
  type Facts,
  type FactsOfLines,
  type FundShare,
  type Level,
  memberWith,
  ours,
  oursOfLines,
  type OurInput,
  stayOf,
} from './rule.ts';
import { zenRule, type ZenModule } from './zen.ts';

/** A claim as each of the contestants takes it. */
interface Case {
  readonly text: string;
  readonly facts: Facts;
  readonly ofLines: FactsOfLines;
  readonly ours: OurInput & { readonly lines: readonly number[] };
}

type Contestants = ReturnType<typeof contestants>;

function contestants() {
  const load = createRequire(import.meta.url);
  return {
    zen: zenRule(load('@gorules/zen-engine') as ZenModule),
    json: jsonRules(load('json-rules-engine') as JsonRulesModule),
  };
}

/** `npm ci` in this folder, once. */
function install(): void {
  const here = import.meta.dirname;
  const present = ['@gorules/zen-engine', 'json-rules-engine'].every((name) =>
    existsSync(join(here, 'node_modules', name, 'package.json')),
  );
  if (present) return;
  const { status } = spawnSync('npm', ['ci'], { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error('npm ci did not install the two engines');
}

// ---- The same to the fen

/** Repeatable numbers from 0 to below `n`: mulberry32. */
function chance(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

const EDGES = [0, 65_000, 130_000, 3_000_000, 4_000_000, 10_000_000, 50_000_000, 57_000_000];
const SIZES = [200_000, 3_500_000, 12_000_000, 80_000_000, 100_000_000_000];

function randomFacts(next: (n: number) => number): Facts {
  const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T;
  const nearEdge = (): number => Math.max(0, pick(EDGES) + next(7) - 3);
  return {
    level: pick(['1', '2', '3'] as const),
    ordinal: 1 + next(4),
    inScope: next(3) === 0 ? nearEdge() : next(pick(SIZES)),
    usedPooled: pick([0, next(10_000_001), 10_000_000 - next(100_000), 10_000_000]),
    usedLarge: pick([0, 0, next(40_000_001), 40_000_000 - next(100_000)]),
  };
}

async function sayTheSame({ zen, json }: Contestants, all: readonly Case[], random: number): Promise<number> {
  const next = chance(20_260_101);
  let compared = 0;
  let capped = 0;
  const compare = async (facts: Facts, lines: readonly number[], own: OurInput): Promise<void> => {
    const { inScope: _, ...others } = facts;
    const ofLines = { ...others, lines };
    const expected = ours(own);
    const answers: Record<string, FundShare> = {
      'ours, lines': oursOfLines({ ...own, lines }),
      'zen, total': await zen.ofTotal(facts),
      'zen, lines': await zen.ofLines(ofLines),
      'json-rules by band, total': await json.byBand(facts),
      'json-rules by band, lines': await json.byBand(ofLines),
      'json-rules by level, total': await json.byLevel(facts),
      'json-rules by level, lines': await json.byLevel(ofLines),
    };
    for (const [who, { pooled, large }] of Object.entries(answers))
      if (pooled !== expected.pooled || large !== expected.large)
        throw new Error(
          `${who}: pooled ${pooled}, large ${large}; ours ${expected.pooled}, ${expected.large}; ${JSON.stringify(facts)}`,
        );
    compared++;
    if (expected.pooled > 0 && expected.pooled === 10_000_000 - facts.usedPooled) capped++;
  };
  for (let i = 0; i < random; i++) {
    const facts = randomFacts(next);
    const first = next(facts.inScope + 1);
    await compare(facts, [first, facts.inScope - first], stayOf(facts));
  }
  for (const { facts, ofLines, ours } of all) await compare(facts, ofLines.lines, ours);
  if (capped < random / 50) throw new Error('the comparison hardly ever reached the cap of the pool');
  return compared;
}

// ---- Times

/** The claims of the bench under Beijing's pack, each with a year behind it: some of the stays meet the cap. */
function cases(lines: number): Case[] {
  const found = claimsWithLines(lines, lines > 50 ? 32 : 64);
  return found.flatMap((situation, at) => caseOf(situation, at) ?? []);
}

function caseOf({ message }: Situation, at: number): Case | undefined {
  const claim = message.claim as never;
  const { lines: _, ...header } = message.claim;
  const year = { ordinal: 1 + (at % 3), usedPooled: (at % 4) * 3_300_000, usedLarge: (at % 2) * 1_000_000 };
  const position = memberWith(year);
  const basis = basisOf(claim, position, release, CONTEXT);
  const on = release.provider(header.providerId)?.on(header.dischargedOn as string);
  if (basis === undefined || basis.earlierYear !== undefined || on === undefined) return undefined;
  const amounts = classifyLines(claim, position, release, CONTEXT).map(({ inScope }): number => inScope);
  const level = on.level as Level;
  return {
    text: JSON.stringify(message),
    facts: { level, ...year, inScope: basis.inScope },
    ofLines: { level, ...year, lines: amounts },
    ours: { header, basis, position, lines: amounts },
  };
}

interface Stage {
  readonly name: string;
  readonly note?: string;
  /** Works on all claims of a round, made anew for it. */
  readonly run: (all: readonly Case[]) => void | Promise<void>;
}

/** Whatever a contestant answers ends here. */
let sink = 0;
const consume = ({ pooled, large }: FundShare): void => void (sink += pooled + large);

function each<T>(pick: (one: Case) => T, evaluate: (input: T) => FundShare): Stage['run'] {
  return (all) => {
    for (const one of all) consume(evaluate(pick(one)));
  };
}
function eachAwaited<T>(pick: (one: Case) => T, evaluate: (input: T) => Promise<FundShare>): Stage['run'] {
  return async (all) => {
    for (const one of all) consume(await evaluate(pick(one)));
  };
}
function atOnce<T>(pick: (one: Case) => T, evaluate: (input: T) => Promise<FundShare>): Stage['run'] {
  return async (all) => {
    for (const paid of await Promise.all(all.map((one) => evaluate(pick(one))))) consume(paid);
  };
}

function stagesOf({ zen, json }: Contestants): Stage[] {
  const total = ({ facts }: Case) => facts;
  const lines = ({ ofLines }: Case) => ofLines;
  const own = (one: Case) => one.ours;
  const { byBand, byLevel } = json.rules;
  return [
    {
      name: 'JSON.parse of the settle message',
      run: (all) => {
        for (const { text } of all) if (JSON.parse(text) !== null) sink++;
      },
    },
    { name: 'total: ours', run: each(own, ours), note: 'with all of its answer' },
    { name: 'total: zen', run: eachAwaited(total, zen.ofTotal) },
    { name: 'total: zen, all at once', run: atOnce(total, zen.ofTotal), note: 'on its own threads too' },
    {
      name: 'zen, an empty decision',
      run: async (all) => {
        for (const { facts } of all) if ((await zen.nothing(facts)) !== undefined) sink++;
      },
      note: 'the way in and back',
    },
    { name: 'total: json-rules', run: eachAwaited(total, json.byBand), note: `${byBand} rules` },
    { name: 'total: json-rules, lean', run: eachAwaited(total, json.byLevel), note: `${byLevel} rules` },
    { name: 'lines: ours', run: each(own, oursOfLines) },
    { name: 'lines: zen', run: eachAwaited(lines, zen.ofLines) },
    { name: 'lines: zen, all at once', run: atOnce(lines, zen.ofLines) },
    { name: 'lines: json-rules', run: eachAwaited(lines, json.byBand) },
    { name: 'lines: json-rules, lean', run: eachAwaited(lines, json.byLevel) },
  ];
}

async function timed(stages: readonly Stage[], all: readonly Case[], rounds: number, warmUp: number) {
  const times = stages.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [at, { run }] of stages.entries()) {
      const fresh = structuredClone(all);
      const began = process.hrtime.bigint();
      const done = run(fresh);
      if (done !== undefined) await done;
      const micros = Number(process.hrtime.bigint() - began) / 1_000 / all.length;
      if (round >= 0) times[at]?.push(micros);
    }
  }
  return times.map(
    (rounds): Timing => ({
      median: quantile(rounds, 0.5),
      best: Math.min(...rounds),
      worst: quantile(rounds, 0.9),
      rounds,
    }),
  );
}

async function rowsAt(lines: number, all: readonly Case[], stages: readonly Stage[], quick: boolean) {
  const timings = await timed(stages, all, quick ? 60 : 200, quick ? 30 : 60);
  if (sink === 0) throw new Error('nothing was measured');
  const row = rowsOf(`${lines} lines`);
  const parse = timings[0] as Timing;
  const own = (name: string) => timings[stages.findIndex((each) => each.name === `${name}: ours`)];
  return stages.map(({ name, note }, at): Row => {
    const timing = timings[at] as Timing;
    const base = own(name.split(':')[0] as string);
    const over = [`${ratio(timing, parse).toPrecision(3)} x parse`];
    if (base !== undefined && base !== timing) over.push(`${ratio(timing, base).toPrecision(3)} x ours`);
    return row(name, timing.median, 'us', {
      spread: `best ${timing.best.toFixed(2)}, p90 ${timing.worst.toFixed(2)}; ${over.join(', ')}`,
      ...(note === undefined ? {} : { note }),
    });
  });
}

async function ownClockOfZen({ zen }: Contestants, lines: number, all: readonly Case[]): Promise<Row> {
  const times: number[] = [];
  for (let round = 0; round < 20; round++) for (const { facts } of all) times.push(await zen.ownClock(facts));
  return rowsOf(`${lines} lines`)('total: zen by its own clock', quantile(times, 0.5), 'us', {
    spread: `best ${Math.min(...times).toFixed(2)}, p90 ${quantile(times, 0.9).toFixed(2)}`,
    note: 'as its answers state it',
  });
}

// ---- The run

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
});
const say = (text: string) => void (values.json ? process.stderr : process.stdout).write(text);

async function main(): Promise<void> {
  install();
  const about = { ...machine(), quick: values.quick };
  say(`${about.cpu}, ${about.cores} cores, Node ${about.node}, ${about.platform}\n\n`);
  const engines = contestants();
  const samples = [10, 200].map((lines) => ({ lines, all: cases(lines) }));
  const compared = await sayTheSame(
    engines,
    samples.flatMap(({ all }) => all),
    values.quick ? 2_000 : 5_000,
  );
  say(`the same to the fen: ${compared} claims\n\n`);
  const stages = stagesOf(engines);
  const rows: Row[] = [];
  for (const { lines, all } of samples) {
    const found = await rowsAt(lines, all, stages, values.quick);
    found.push(await ownClockOfZen(engines, lines, all));
    rows.push(...found);
    say(`${tableOf(`${lines} lines (${all.length} claims)`, found)}\n`);
  }
  if (values.json)
    process.stdout.write(`${JSON.stringify({ machine: about, compared, rows }, undefined, 2)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
