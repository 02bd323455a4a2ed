// node test/oracle/main.ts [--cases 1000000] [--seed 1]: the engine against the oracle. Prints the rate and every
// mismatch with the seed that repeats it; exit 1 when there is one.

import { parseArgs } from 'node:util';
import { compareSeed } from './compare.ts';

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const wanted = Number(values.cases);
const first = Number(values.seed);
if (!Number.isSafeInteger(wanted) || wanted < 1 || !Number.isSafeInteger(first)) {
  process.stderr.write('--cases and --seed are whole numbers\n');
  process.exit(2);
}

const SHOWN = 5;
const began = performance.now();
let cases = 0;
let mismatches = 0;
for (let seed = first; cases < wanted; seed++) {
  const { cases: run, mismatch } = compareSeed(seed, wanted - cases);
  cases += run;
  if (mismatch === undefined) continue;
  mismatches++;
  if (mismatches <= SHOWN)
    process.stdout.write(
      `${JSON.stringify(mismatch, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))}\n\n`,
    );
}
const seconds = (performance.now() - began) / 1_000;
process.stdout.write(
  `${cases} cases in ${seconds.toFixed(1)} s, ${Math.round(cases / seconds)} a second: ${mismatches} mismatches\n`,
);
process.exitCode = mismatches === 0 ? 0 : 1;
