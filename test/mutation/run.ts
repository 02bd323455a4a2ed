// Mutation testing with Stryker, in a copy of the repository: nothing of the checkout is touched.
//   node test/mutation/run.ts [money | ledger | corrections | policy | packs | tools ...] [--files GLOB] [--report FOLDER] [--concurrency N]
// Prints every mutant that survived and a table of scores; SURVIVORS.md says which of them are equivalent, and why.
// Stryker is installed on demand, from a package of its own. The exit code is Stryker's.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** Those of the policy that are quick and hold no compiled pack from one test to the next. */
const POLICY_TESTS = [
  'test/shared/policy/{adjudicate,circumstances,compile,explain,malformed-packs,pack,predicate,resolve,steps}.test.ts',
  'test/shared/policy/rules/*.test.ts',
  'test/examples/examples.test.ts',
];

/** What is mutated, and the tests that should notice. Tests that need an engine or minutes are left out. */
const TARGETS = {
  money: { mutate: ['shared/money/*.ts'], tests: ['test/shared/money/*.test.ts'] },
  ledger: {
    mutate: ['shared/ledger/*.ts'],
    tests: [
      'test/shared/ledger/{append,apply-effects,codec,corrections,credit-account,entry,identities}.test.ts',
    ],
  },
  corrections: {
    mutate: ['shared/ledger/corrections/*.ts'],
    tests: ['test/shared/ledger/{as-it-stands,claim-entry,corrections,effects,reverse}.test.ts'],
  },
  policy: { mutate: ['shared/policy/*.ts', 'shared/policy/rules/*.ts'], tests: POLICY_TESTS },
  packs: { mutate: ['shared/policy/pack/*.ts'], tests: POLICY_TESTS },
  tools: {
    mutate: ['shared/policy/tools/*.ts'],
    tests: [
      'test/shared/policy/tools/*.test.ts',
      'test/shared/policy/{explain,planted}.test.ts',
      'test/examples/examples.test.ts',
    ],
  },
} as const;
type Target = keyof typeof TARGETS;

const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '..', '..');
const STRYKER = join('@stryker-mutator', 'core', 'bin', 'stryker.js');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string' },
    report: { type: 'string' },
    concurrency: { type: 'string', default: '1' },
  },
});
const targets = (positionals.length === 0 ? ['money', 'ledger'] : positionals) as Target[];
const unknown = targets.filter((name) => !(name in TARGETS));
if (unknown.length > 0) {
  process.stderr.write(
    `no such target: ${unknown.join(', ')}. There are: ${Object.keys(TARGETS).join(', ')}\n`,
  );
  process.exit(2);
}

if (!existsSync(join(HERE, 'node_modules', STRYKER)))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: HERE, stdio: 'inherit' });

const copy = mkdtempSync(join(tmpdir(), 'jiesuan-mutation-'));
try {
  copyRepository();
  for (const target of targets) if (mutate(target) !== 0) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function copyRepository(): void {
  for (const name of ['shared', 'functions', 'infra', 'test', 'package.json', 'tsconfig.json']) {
    cpSync(join(ROOT, name), join(copy, name), {
      recursive: true,
      filter: (from) => !from.endsWith('node_modules'),
    });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  symlinkSync(join(HERE, 'node_modules'), join(copy, 'test', 'mutation', 'node_modules'));
}

function mutate(target: Target): number {
  const { mutate: all, tests } = TARGETS[target];
  const report = resolve(values.report ?? join(ROOT, 'build', 'mutation'));
  mkdirSync(report, { recursive: true });
  const config = join(copy, 'stryker.config.json');
  writeFileSync(
    config,
    JSON.stringify({
      testRunner: 'in-process',
      plugins: ['./test/mutation/in-process-runner.js', './test/mutation/assert-sentences.js'],
      ignorers: ['assert-sentences'],
      mutate: values.files === undefined ? all : values.files.split(','),
      coverageAnalysis: 'perTest',
      ignoreStatic: true,
      inPlace: true,
      concurrency: Number(values.concurrency),
      timeoutMS: 60_000, // A busy machine is no endless loop: those end at Stryker's count of hits.
      reporters: ['clear-text', 'json', 'progress-append-only'],
      clearTextReporter: { logTests: false, allowColor: false },
      jsonReporter: { fileName: join(report, `${target}.json`) },
      allowConsoleColors: false,
    }),
  );
  const stryker = join(copy, 'test', 'mutation', 'node_modules', STRYKER);
  const { status } = spawnSync(process.execPath, [stryker, 'run', config], {
    cwd: copy,
    stdio: 'inherit',
    env: { ...process.env, JIESUAN_MUTATION_TESTS: tests.join(' ') },
  });
  return status ?? 1;
}
