// `npm start` on a first start, cut off by kill -9 in the middle of its sample, and started again: it ends with what
// an uninterrupted start ends with. Then a third start has it all still, and loads nothing again.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { SampleSummary } from '../../infra/local/sample/load-sample.ts';

const CLI = join(import.meta.dirname, '../../infra/cli/jiesuan.js');
const START = join(import.meta.dirname, '../../infra/local/start.ts');

describe('npm start', () => {
  const base = mkdtempSync(join(tmpdir(), 'jiesuan-pipeline-'));
  let child: ChildProcess | undefined;
  let printed = '';
  afterEach(() => {
    child?.kill('SIGKILL');
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  /** Starts it; resolves when it has printed something. */
  const start = (dir: string, text: RegExp, env: Record<string, string> = {}) => {
    const own = spawn(process.execPath, [START, '--data', join(base, dir), '--port', '0'], {
      env: { ...process.env, ...env },
    });
    child = own;
    printed = '';
    return new Promise<number>((resolve, reject) => {
      const began = Date.now();
      const heard = (chunk: Buffer) => {
        printed += chunk.toString();
        if (text.test(printed)) resolve(Date.now() - began);
      };
      own.stdout.on('data', heard);
      own.stderr.on('data', heard);
      own.on('exit', (code) => reject(new Error(`it ended with ${code}: ${printed}`)));
    });
  };
  const end = (signal: NodeJS.Signals) =>
    new Promise<number | null>((resolve) => {
      child?.removeAllListeners('exit');
      child?.once('exit', resolve);
      child?.kill(signal);
    });
  const summaryIn = (dir: string) => {
    const { state, summary } = JSON.parse(readFileSync(join(base, dir, 'sample.json'), 'utf8')) as {
      state: string;
      summary: SampleSummary;
    };
    const { milliseconds: _milliseconds, ...rest } = summary;
    return { state, ...rest };
  };
  const status = async (dir: string): Promise<unknown> => {
    const { url } = JSON.parse(readFileSync(join(base, dir, 'server.json'), 'utf8')) as { url: string };
    return (await fetch(`${url}/health`)).status;
  };

  it('serves, loads the sample, stops on a request, and leaves the data directory free', async () => {
    await start('whole', /正在服务/);
    expect(printed).toMatch(/已结算 settled +2\d\d/);
    expect(await status('whole')).toBe(200);
    expect(await end('SIGTERM')).toBe(0);
    const { state, claims, settled, denied, rejected, pended } = summaryIn('whole');
    expect(state).toBe('loaded');
    expect(settled + denied + rejected + pended).toBe(claims);
  });

  it('comes to the same after kill -9 in the middle', async () => {
    await start('cut', /结算示例单据/);
    await new Promise((resolve) => setTimeout(resolve, 700)); // Some batches are posted, some claims are settled.
    await end('SIGKILL');
    await start('cut', /正在服务/);
    expect(await end('SIGTERM')).toBe(0);
    expect(summaryIn('cut')).toEqual(summaryIn('whole'));
  });

  it('leaves a ledger that follows, record by record, from what was posted, and by whose number', () => {
    const fully = () => {
      const args = [CLI, '--data', join(base, 'cut'), '--json', 'verify', '--all', '--full'];
      const { status: exit, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      const { entries, findings } = JSON.parse(stdout) as {
        entries: number;
        findings: { code: string; detail: string }[];
      };
      return { exit, entries, told: new Set(findings.map(({ code, detail }) => `${code} ${detail}`)) };
    };
    const { exit, entries, told } = fully();
    expect([exit, told]).toEqual([0, new Set()]);
    expect(entries).toBeGreaterThan(summaryIn('cut').settled);
    // Under another key every record is about another member than the one in whose stream it stands.
    writeFileSync(join(base, 'cut', 'keys', 'pseudonym.json'), JSON.stringify({ key: 'k'.repeat(43) }));
    expect(fully()).toEqual({ exit: 1, entries, told: new Set(['raw-claim-differs member']) });
  });

  it('keeps everything, and does not load the sample twice', async () => {
    const took = await start('whole', /正在服务/);
    expect(printed).not.toContain('结算示例单据');
    expect(printed).toContain('npx jiesuan explain');
    expect(took).toBeLessThan(15_000);
    expect(await end('SIGINT')).toBe(0);
  });

  it('never talks to AWS, whatever the shell is set up for', async () => {
    await start('whole', /正在服务/, {
      AWS_PROFILE: 'production',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_SESSION_TOKEN: 'somebody',
      AWS_REGION: 'eu-west-1',
    });
    expect(await status('whole')).toBe(200);
    expect(await end('SIGTERM')).toBe(0);
  });

  it('tells a second process that the directory is in use', async () => {
    await start('whole', /正在服务/);
    const second = spawn(process.execPath, [START, '--data', join(base, 'whole'), '--port', '0']);
    let said = '';
    second.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(1);
    expect(said).toContain(`正由另一进程(${child?.pid})使用`);
    await end('SIGTERM');
  });
});
