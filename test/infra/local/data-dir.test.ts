// The data directory: ours or not, one process at a time, and nothing of anybody else's is ever deleted.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataDir, Refused } from '../../../infra/local/data-dir.ts';
import { localKeys, readIssuerKeys } from '../../../infra/local/keys.ts';

describe('the data directory', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'jiesuan-test-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  it('is made on a first start, and is known on the next', () => {
    const path = join(base, 'data');
    const first = openDataDir(path);
    expect(first.isNew).toBe(true);
    first.writeNote('sample', { state: 'loaded' });
    first.release();
    const second = openDataDir(path);
    expect(second.isNew).toBe(false);
    expect(second.readNote('sample')).toEqual({ state: 'loaded' });
    expect(second.readNote('another')).toBeUndefined();
    second.release();
  });

  it('serves one process at a time', () => {
    const held = openDataDir(base);
    expect(() => openDataDir(base)).toThrow(Refused);
    expect(() => openDataDir(base)).toThrow(String(process.pid));
    held.release();
    openDataDir(base).release();
  });

  it('is taken over from a process that was killed, also when its number is in use again', () => {
    const { pid: gone } = spawnSync(process.execPath, ['--version']);
    openDataDir(base).release();
    writeFileSync(join(base, 'lock'), JSON.stringify({ pid: gone }));
    openDataDir(base).release();
    writeFileSync(join(base, 'lock'), JSON.stringify({ pid: process.pid, began: '1' }));
    if (existsSync('/proc/self/stat')) openDataDir(base).release();
    writeFileSync(join(base, 'lock'), '{"pi'); // The crash was while the lock was written.
    openDataDir(base).release();
  });

  it('starts over when asked to, inside itself only', () => {
    writeFileSync(join(base, 'beside'), 'stays');
    const path = join(base, 'data');
    const first = openDataDir(path);
    mkdirSync(first.tables);
    writeFileSync(join(first.tables, 'x'), 'x');
    first.release();
    const second = openDataDir(path, { fresh: true });
    expect(second.isNew).toBe(true);
    expect(readdirSync(path).sort()).toEqual(['jiesuan-data.json', 'lock']);
    expect(readFileSync(join(base, 'beside'), 'utf8')).toBe('stays');
    second.release();
  });

  it('does not start over under a process that works in it', () => {
    const held = openDataDir(base);
    held.writeNote('sample', {});
    expect(() => openDataDir(base, { fresh: true })).toThrow(Refused);
    expect(held.readNote('sample')).toEqual({});
    held.release();
  });

  it.for([{ fresh: false }, { fresh: true }])('leaves a directory of somebody else alone (%o)', (options) => {
    writeFileSync(join(base, 'thesis.txt'), 'years of work');
    expect(() => openDataDir(base, options)).toThrow(Refused);
    expect(readdirSync(base)).toEqual(['thesis.txt']);
  });

  it('keeps its keys where only their owner can read them, and makes them once', async () => {
    const dir = openDataDir(join(base, 'data'));
    const made = await localKeys(dir.keys);
    expect(await localKeys(dir.keys)).toEqual(made);
    expect(readIssuerKeys(dir.path)).toEqual(made.issuer);
    expect(Buffer.from(made.pseudonym, 'base64url')).toHaveLength(32);
    expect(statSync(dir.keys).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(dir.keys)) expect(statSync(join(dir.keys, name)).mode & 0o777).toBe(0o600);
    dir.release();
  });
});
