// The entry under an older Node: it runs itself again under the Node that npm installed, or says what to do.

import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const LAUNCHER = join(import.meta.dirname, '../../../infra/cli/jiesuan.js');
/** Makes this Node say that it is another. */
const pretending = (version: string) => [
  '--import',
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`,
];

describe('the launcher', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jiesuan-test-'));
    mkdirSync(join(root, 'infra/cli'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    copyFileSync(LAUNCHER, join(root, 'infra/cli/jiesuan.js'));
    writeFileSync(
      join(root, 'infra/cli/main.ts'),
      `const said: string = process.argv.slice(2).join(' ');
       console.log(process.versions.node + ' ' + said);
       if (said === 'wait') { process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('ready'); }
       else process.exitCode = said === 'fail' ? 3 : 0;`,
    );
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const installNode = () => {
    mkdirSync(join(root, 'node_modules/node/bin'), { recursive: true });
    symlinkSync(process.execPath, join(root, 'node_modules/node/bin/node'));
  };
  const run = (node: string[], ...args: string[]) =>
    spawnSync(process.execPath, [...node, join(root, 'infra/cli/jiesuan.js'), ...args], {
      encoding: 'utf8',
      timeout: 15_000,
    });

  it('runs the program itself under Node 24', () => {
    mkdirSync(join(root, 'node_modules'));
    const { stdout, status } = run([], 'status', 'x');
    expect([stdout, status]).toEqual([`${process.versions.node} status x\n`, 0]);
  });

  it('runs itself again under the installed Node 24, and hands on arguments and exit code', () => {
    installNode();
    const { stdout, status } = run(pretending('20.11.0'), 'fail');
    expect([stdout, status]).toEqual([`${process.versions.node} fail\n`, 3]);
  });

  it('hands on a request to end', async () => {
    installNode();
    const child = spawn(process.execPath, [
      ...pretending('20.11.0'),
      join(root, 'infra/cli/jiesuan.js'),
      'wait',
    ]);
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (data: Buffer) => data.toString().includes('ready') && resolve());
    });
    const code = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    expect(await code).toBe(7);
  });

  it('says to run npm ci when nothing is installed, or no Node 24', () => {
    const nothing = run(pretending('20.11.0'));
    expect([nothing.status, nothing.stdout]).toEqual([1, '']);
    expect(nothing.stderr).toMatch(/npm ci[^]*npm ci/);
    mkdirSync(join(root, 'node_modules'));
    const noNode = run(pretending('20.11.0'));
    expect(noNode.status).toBe(1);
    expect(noNode.stderr).toContain('20.11.0');
  });
});
