// How large the functions are as deployed, and how long the runtime takes to load one: a fresh process each time,
// with the function's own environment, until its module is there.

import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { bundleFunction } from '../../infra/bundle.ts';
import { FUNCTIONS } from '../../infra/stages.ts';
import { median } from './measure.ts';
import { type Row, rowsOf } from './report.ts';

const ENVIRONMENT = {
  AWS_REGION: 'cn-north-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_EC2_METADATA_DISABLED: 'true',
  JIESUAN_STAGE: 'bench',
  JIESUAN_AREA: '130300',
  LEDGER_TABLE: 'none',
  BATCHES_TABLE: 'none',
  RECORDS_BUCKET: 'none',
  SEALED_BUCKET: 'none',
  UPLOADS_BUCKET: 'none',
  SPLIT_QUEUE_URL: 'http://127.0.0.1:9/none',
  SETTLE_QUEUE_URL: 'http://127.0.0.1:9/none',
  CLOSE_QUEUE_URL: 'http://127.0.0.1:9/none',
  PSEUDONYM_KEY: 'a-key-for-the-bench-only',
  AUTH_MODE: 'iam',
};

export function bundles(quick: boolean): Row[] {
  const row = rowsOf('bundles');
  const starts = quick ? 3 : 9;
  return FUNCTIONS.flatMap((name) => {
    const { bytes, file, metafile } = bundleFunction(name);
    const kilobytes = bytes / 1_024;
    const times = Array.from({ length: starts }, () => importTime(file));
    return [
      row(`${name}: bundle`, kilobytes, 'KB', {
        ...(name === 'settle' ? { goal: { atMost: 500 } } : {}),
        note: `largest: ${largest(metafile.outputs)}`,
      }),
      row(`${name}: import in a fresh process`, median(times), 'ms', {
        spread: `${starts} starts: ${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}`,
      }),
    ];
  });
}

function importTime(file: string): number {
  const code = `const began = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(String(performance.now() - began)); process.exit(0);`;
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    env: ENVIRONMENT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
  });
  return Number(out);
}

/** The packages that take most of a bundle. */
function largest(outputs: ReturnType<typeof bundleFunction>['metafile']['outputs']): string {
  const sums = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'our own';
      sums.set(owner, (sums.get(owner) ?? 0) + bytesInOutput);
    }
  }
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 4)
    .map(([owner, bytes]) => `${owner} ${Math.round(bytes / 1_024)}`)
    .join(', ');
}
