// npm run simulate: drives the real use cases through faults in virtual time and holds every write against L1 to L11.
//
//   npm run simulate                              a minute: all single faults, planted bugs, then seeds from 1 on
//   npm run simulate -- --budget-seconds 300 --part 3/12   the same in five minutes (CI), and a twelfth of all pairs
//   npm run simulate -- --seeds 1..10000          these seeds; with --twice, each must leave the same trace again
//   npm run simulate -- --seed 42 --steps 900     one seed, as far as that step, with its trace
//   npm run simulate -- --enumerate --pairs       every single fault and every pair in two small scenarios
//   npm run simulate -- --faults 'claims 40:lost 52:late'   one run of such a scenario, with its trace
//   npm run simulate -- --planted [name]          which planted bugs are found, and within how many seeds
//
// --workers N uses N threads; --json prints one JSON document. Exit code 1 when anything was found that should not be
// there, or a planted bug was not found.

import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { PLANTED, type Planted } from './planted/table.ts';
import { nameOf, namedFaults, runWith } from './enumerate.ts';
import { type Run, runSeed } from './run.ts';
import { shrink } from './shrink.ts';
import { add, type Found, type Job, nothingYet, type Tally, work } from './work.ts';

const HOUR_MS = 3_600_000;
/** Trace lines shown of a failure. */
const LINES_SHOWN = 120;
const SEEDS_PER_JOB = 25;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    steps: { type: 'string' },
    seeds: { type: 'string' },
    twice: { type: 'boolean' },
    'budget-seconds': { type: 'string' },
    planted: { type: 'boolean' },
    enumerate: { type: 'boolean' },
    pairs: { type: 'boolean' },
    part: { type: 'string' },
    faults: { type: 'string' },
    workers: { type: 'string' },
    json: { type: 'boolean' },
    quiet: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

const json = values.json === true;
const print = (line = ''): void => void (json || process.stdout.write(`${line}\n`));
const progress = (line: string): void => void (values.quiet || process.stderr.write(`${line}\n`));
const workers = Math.max(1, Number(values.workers ?? 1));
const startedAt = Date.now();
const seconds = (): number => (Date.now() - startedAt) / 1_000;

/** Jobs in turn on some threads, or right here with one; `more` answers the next job as long as there is one. */
async function share(more: () => Job | undefined, done: (tally: Tally, job: Job) => void): Promise<void> {
  if (workers === 1) {
    for (let job = more(); job !== undefined; job = more()) done(await work(job), job);
    return;
  }
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        resourceLimits: { maxYoungGenerationSizeMb: 64 },
      });
      try {
        for (let job = more(); job !== undefined; job = more()) {
          const answer = new Promise<Tally>((resolve, reject) => {
            worker.once('message', resolve);
            worker.once('error', reject);
          });
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A thread has no origin.
          worker.postMessage(job);
          done(await answer, job);
          worker.removeAllListeners('error');
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
}

/** Seeds from one to another, or until a moment. */
async function seeds(from: number, to: number, until: number): Promise<Tally> {
  const tally = nothingYet();
  let next = from;
  let saidAt = Date.now();
  await share(
    () => {
      if (next > to || Date.now() > until) return undefined;
      const twice = values.twice === true;
      const job: Job = { kind: 'seeds', from: next, to: Math.min(to, next + SEEDS_PER_JOB - 1), twice };
      next = job.to + 1;
      return job;
    },
    (more) => {
      add(tally, more);
      if (Date.now() - saidAt < 10_000) return;
      saidAt = Date.now();
      progress(`${tally.seeds} seeds, ${hours(tally)} simulated, ${tally.findings.length} findings`);
    },
  );
  return tally;
}

/** The enumeration is cut into so many jobs; a part of it is every nth of them. */
const ENUMERATION_JOBS = 240;

/** "3/12": the third of twelve parts, counted from 0. */
function partNamed(text: string): { part: number; of: number } {
  const [part, of] = text.split('/').map(Number);
  if (part === undefined || of === undefined || !(part >= 0 && part < of && ENUMERATION_JOBS % of === 0))
    throw new Error(
      `--part ${text}: as in 3/12, from 0/12 on; the second number divides ${ENUMERATION_JOBS}`,
    );
  return { part, of };
}

/** Single faults, and pairs too if asked for; the whole of it, or one part. */
async function enumerated(pairs: boolean, { part, of }: { part: number; of: number }): Promise<Tally> {
  const tally = nothingYet();
  let [next, done, saidAt] = [part, 0, Date.now()];
  await share(
    () => {
      if (next >= ENUMERATION_JOBS) return undefined;
      const job: Job = { kind: 'enumerate', pairs, share: { of: ENUMERATION_JOBS, part: next } };
      next += of;
      return job;
    },
    (more) => {
      add(tally, more);
      done++;
      if (Date.now() - saidAt < 10_000) return;
      saidAt = Date.now();
      progress(
        `${done} of ${ENUMERATION_JOBS / of} jobs: ${tally.singles} single faults, ${tally.pairs} pairs, ${tally.findings.length} findings`,
      );
    },
  );
  return tally;
}

interface PlantedFound {
  readonly name: string;
  readonly what: string;
  readonly breaks: string;
  readonly seedsMax: number;
  readonly foundIn?: number;
  readonly by?: string;
}

/** Looks for each planted bug, in its seeds. */
async function planted(which: readonly Planted[]): Promise<PlantedFound[]> {
  const found = new Map<string, Found | undefined>();
  let next = 0;
  await share(
    () => {
      const bug = which[next++];
      return bug && { kind: 'seeds', from: 1, to: bug.seedsMax, planted: bug.name, stopAtFirst: true };
    },
    ({ findings }, job) => void found.set(job.planted ?? '', findings[0]),
  );
  return which.map(({ name, what, breaks, seedsMax }) => {
    const first = found.get(name);
    const by = first && { foundIn: first.seed ?? 0, by: `${first.promise}: ${first.message.split('\n')[0]}` };
    return { name, what, breaks, seedsMax, ...by };
  });
}

const hours = ({ virtualMs }: Tally): string => `${(virtualMs / HOUR_MS).toFixed(0)} hours`;

function printTally(tally: Tally, took: number): void {
  const rate = (count: number) => `${(count / took).toFixed(1)} a second`;
  if (tally.singles > 0)
    print(
      `${tally.singles} runs with one fault and ${tally.pairs} with two, at ${tally.points} calls, ${rate(tally.singles + tally.pairs)}`,
    );
  if (tally.seeds > 0) {
    print(
      `${tally.seeds} seeds, ${rate(tally.seeds)}: ${hours(tally)} simulated, ${tally.records} records posted, ${tally.entries} entries, ${tally.calls} calls, ${tally.steps} steps`,
    );
    print(`entries  ${listed(tally.kinds)}`);
    print(`faults   ${listed(tally.faults)}`);
  }
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');

const command = (seed: number, step: number): string => `npm run simulate -- --seed ${seed} --steps ${step}`;

function printFinding({ where, seed, promise, message, step }: Found): void {
  print(`\nFOUND  ${promise}  ${where}, step ${step}\n       ${message}`);
  print(`       ${seed === undefined ? `npm run simulate -- --faults '${where}'` : command(seed, step)}`);
}

function printTrace(run: Run): void {
  for (const line of run.trace.slice(-LINES_SHOWN)) print(line);
  print(`trace ${run.hash}, ${run.steps} steps`);
}

/** One run of a small scenario with the faults that are named, with its trace. */
async function oneWith(text: string): Promise<object> {
  const { name, faults } = namedFaults(text);
  const run = await runWith(name, faults, { trace: true });
  printTrace(run);
  if (run.finding) printFinding({ where: nameOf(name, faults), ...run.finding });
  else print(`${text}: nothing found in ${run.steps} steps, ${run.entries} entries`);
  return { faults: text, steps: run.steps, hash: run.hash, ...(run.finding ? { finding: run.finding } : {}) };
}

/** One seed, with its trace; a failure is shrunk. */
async function one(seed: number, steps: number | undefined, bug: Planted | undefined): Promise<object> {
  const run = await runSeed(seed, {
    trace: true,
    ...(steps === undefined ? {} : { stepsMax: steps }),
    ...(bug ? { parts: bug.parts() } : {}),
  });
  printTrace(run);
  if (!run.finding) {
    print(`seed ${seed}: nothing found in ${run.steps} steps, ${run.entries} entries`);
    return { seed, steps: run.steps, hash: run.hash, findings: [] };
  }
  printFinding({ where: `seed ${seed}`, seed, ...run.finding });
  progress('shrinking ...');
  const small = await shrink(run, bug?.parts());
  print(
    `\nAs small as it gets (${small.tries} tries): ${small.run.records} records, ${small.faults.length} faults: ${listed(small.run.faults)}`,
  );
  printTrace(small.run);
  print(`       ${small.run.finding?.promise}: ${small.run.finding?.message}`);
  return { seed, finding: run.finding, hash: run.hash, shrunk: { ...small.run, scenario: undefined } };
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write('see the head of test/simulation/main.ts\n');
    return 0;
  }
  const names = new Set(positionals);
  const bugs = PLANTED.filter(({ name }) => names.size === 0 || names.has(name));
  if (bugs.length === 0)
    throw new Error(`no planted bug of that name; there are ${PLANTED.map(({ name }) => name).join(', ')}`);

  if (values.faults !== undefined) {
    const answer = await oneWith(values.faults);
    if (json) process.stdout.write(`${JSON.stringify(answer)}\n`);
    return 'finding' in answer ? 1 : 0;
  }
  if (values.seed !== undefined) {
    const bug = values.planted ? bugs[0] : undefined;
    const steps = values.steps === undefined ? undefined : Number(values.steps);
    const answer = await one(Number(values.seed), steps, bug);
    if (json) process.stdout.write(`${JSON.stringify(answer)}\n`);
    return 'finding' in answer ? 1 : 0;
  }

  const tally = nothingYet();
  let table: PlantedFound[] = [];
  const budget = Number(values['budget-seconds'] ?? 60);
  const asked = values.seeds !== undefined || values.enumerate === true || values.planted === true;
  if (values.seeds !== undefined) {
    const [from = 1, to = from] = values.seeds.split('..').map(Number);
    const until = values['budget-seconds'] === undefined ? Infinity : startedAt + budget * 1_000;
    const before = seconds();
    const ran = await seeds(from, to, until);
    printTally(ran, seconds() - before);
    add(tally, ran);
  }
  if (values.enumerate || !asked) {
    const before = seconds();
    const part = values.part === undefined ? { part: 0, of: 1 } : partNamed(values.part);
    // Unless asked for by name, pairs are tried only in the part that is named: all of them take their time.
    const ran = await enumerated(asked ? values.pairs === true : values.part !== undefined, part);
    printTally(ran, seconds() - before);
    add(tally, ran);
  }
  if (values.planted || !asked) {
    table = await planted(bugs);
    for (const { name, what, breaks, seedsMax, foundIn, by } of table)
      print(
        `${foundIn === undefined ? 'NOT FOUND' : `seed ${foundIn}`.padStart(9)}  of ${String(seedsMax).padStart(3)}  ${name.padEnd(24)} ${breaks.padEnd(9)} ${what}${by && names.size > 0 ? `\n             ${by}` : ''}`,
      );
  }
  if (!asked) {
    const before = seconds();
    const ran = await seeds(1, Number.MAX_SAFE_INTEGER, startedAt + budget * 1_000);
    printTally(ran, seconds() - before);
    add(tally, ran);
  }

  for (const found of tally.findings.slice(0, 20)) printFinding(found);
  const [first] = tally.findings;
  if (first?.seed !== undefined) await one(first.seed, undefined, undefined);
  const missed = table.filter(({ foundIn }) => foundIn === undefined);
  print(
    `${tally.findings.length} findings${table.length > 0 ? `, ${table.length - missed.length} of ${table.length} planted bugs found` : ''}, ${seconds().toFixed(0)} s`,
  );
  if (json) process.stdout.write(`${JSON.stringify({ ...tally, planted: table, seconds: seconds() })}\n`);
  return tally.findings.length > 0 || missed.length > 0 ? 1 : 0;
}

process.exitCode = await main();
