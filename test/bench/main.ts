// The bench: figures with their goals.  npm run bench [-- section ...] [--quick] [--json]
// --json prints JSON alone on stdout; --quick is for CI: fewer rounds, wider spread. README.md explains every row.
// The exit code is 0 whenever it could measure: goals are for people to read, and machines differ.

import { parseArgs } from 'node:util';
import { withDatabase } from './database.ts';
import { machine, type Row, tableOf } from './report.ts';

const SECTIONS: Readonly<Record<string, (quick: boolean) => Promise<Row[]>>> = {
  compute: async (quick) => (await import('./compute.ts')).compute(quick),
  capacity: async (quick) => {
    const { capacity } = await import('./capacity.ts');
    return withDatabase((database) => capacity(database, quick));
  },
  'side-by-side': async (quick) => {
    const { sideBySide } = await import('./side-by-side.ts');
    return withDatabase((database) => sideBySide(database, quick));
  },
  growth: async (quick) => {
    const { growth } = await import('./growth.ts');
    return withDatabase((database) => growth(database, quick));
  },
};

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
