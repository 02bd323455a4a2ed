// The bench: figures with their goals.  npm run bench [-- section ...] [--quick] [--json]
// --json prints JSON alone on stdout; --quick is for CI: fewer rounds, wider spread. README.md explains every row.
// The exit code is 0 whenever it could measure: goals are for people to read, and machines differ.

import { parseArgs } from 'node:util';
import { type Database, withDatabase } from './database.ts';
import { machine, type Row, tableOf } from './report.ts';

const SECTIONS: Readonly<Record<string, (quick: boolean) => Promise<Row[]>>> = {
  compute: async (quick) => (await import('./compute.ts')).compute(quick),
  verification: async (quick) => (await import('./verification.ts')).verification(quick),
  capacity: onDatabase(async () => (await import('./capacity.ts')).capacity),
  'client-cpu': onDatabase(async () => (await import('./client-cpu.ts')).clientCpu),
  'side-by-side': onDatabase(async () => (await import('./side-by-side.ts')).sideBySide),
  growth: onDatabase(async () => (await import('./growth.ts')).growth),
  pipeline: async (quick) => (await import('./pipeline.ts')).pipeline(quick),
  bundles: async (quick) => (await import('./bundles.ts')).bundles(quick),
};

type OnDatabase = (database: Database, quick: boolean) => Promise<Row[]>;
function onDatabase(load: () => Promise<OnDatabase>) {
  return async (quick: boolean): Promise<Row[]> => {
    const measure = await load();
    return withDatabase((database) => measure(database, quick));
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !(name in SECTIONS));
if (unknown.length > 0) {
  process.stderr.write(
    `no such section: ${unknown.join(', ')}. There are: ${Object.keys(SECTIONS).join(', ')}\n`,
  );
  process.exit(2);
}

const say = (text: string) => void (values.json ? process.stderr : process.stdout).write(text);
const about = { ...machine(), quick: values.quick };
say(
  `${about.cpu}, ${about.cores} cores, Node ${about.node}, ${about.platform}${about.quick ? ', quick' : ''}\n\n`,
);

const rows: Row[] = [];
for (const [name, measure] of Object.entries(SECTIONS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const found = await measure(values.quick);
  rows.push(...found);
  say(`${tableOf(name, found)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ machine: about, rows }, undefined, 2)}\n`);
const goals = rows.filter(({ met }) => met !== undefined);
say(`${goals.filter(({ met }) => met).length} of ${goals.length} goals met\n`);
