// The command line itself: help, languages, wrong usage, exit codes; nobody has to have a server for it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataDir, folder, jiesuan } from './support.ts';

describe('help', () => {
  it('lists every command and the exit codes', async () => {
    const { code, out } = await jiesuan(['--help']);
    expect(code).toBe(0);
    for (const command of [
      'start',
      'token',
      'generate',
      'post',
      'status',
      'results',
      'rejections',
      'remittance',
      'batches',
      'claim',
      'explain',
      'quote',
      'position',
      'enrol',
      'publish',
      'policy',
      'adjudicate',
    ])
      expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
    for (const exit of ['0', '1', '2', '3', '4', '5']) expect(out).toMatch(new RegExp(`^  ${exit}  `, 'm'));
  });

  it('gives every command an example', async () => {
    for (const command of [
      'start',
      'token',
      'generate',
      'post',
      'status',
      'results',
      'claim',
      'explain',
      'quote',
      'position',
      'enrol',
      'publish',
      'adjudicate',
    ]) {
      const { code, out } = await jiesuan([command, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(`jiesuan ${command}`);
      expect(out).toContain('Example:');
    }
  });

  it('speaks the language of the terminal, or the one asked for', async () => {
    expect((await jiesuan(['--help'], { env: { LANG: 'zh_CN.UTF-8' } })).out).toContain('用法：');
    expect((await jiesuan(['--help'], { env: { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' } })).out).toContain(
      'Usage:',
    );
    expect((await jiesuan(['--help', '--lang', 'zh'])).out).toContain('退出码');
    expect((await jiesuan(['--lang=en', '--help'], { env: { LANG: 'zh_CN' } })).out).toContain('Exit codes');
  });

  it('knows its version', async () => {
    expect((await jiesuan(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('wrong usage', () => {
  it.each([
    [['nonsense']],
    [['status']],
    [['status', 'A', 'B']],
    [['post', '--nope', 'x.json']],
    [['results', 'H0001.B', '--format', 'xml']],
    [['explain', 'H0001']],
    [['explain', 'H0001/A/B']],
    [['claim', 'H0001/../x']],
    [['token']],
    [['token', '--role', 'king']],
    [['token', '--provider', 'H0001', '--role', 'ops']],
    [['token', '--role', 'ops', '--ttl', 'soon']],
    [['status', 'H0001.B', '--url', 'ftp://x']],
    [['status', 'H0001.B', '--as', 'root']],
    [['batches']],
    [['start', '--port', '70000']],
    [['generate', '--members', '-3']],
    [['generate', '--from', '2025-02-30']],
    [['post', 'no-such-file.json']],
    [['policy', 'check', 'atlantis']],
    [[]],
  ])('%j ends with 2 and says why on stderr', async (args) => {
    const { code, out, err } = await jiesuan(args, { env: { JIESUAN_DATA: await dataDir() } });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).not.toBe('');
    expect(err).not.toContain('    at '); // No stack.
  });

  it.each([
    [['reverse', 'H0001/A'], '缺少必填选项 --reason <code>'],
    [['explain'], '缺少参数 claim'],
    [['explan', 'x'], '没有命令 explan'],
    [['results', 'H0001.B', '--outcome', 'lost'], '的值“lost”不可用，可用：settled, denied'],
    [['results', 'H0001.B', '--limt', '3'], '是否想用 --limit'],
    [['results', 'A', 'B', 'C'], '应为 1 个，给出 3 个'],
    [['explain', 'H0001/A', '--seq', 'abc'], '--seq 为正整数'],
  ])('%j is told in Chinese to whoever reads Chinese', async (args, said) => {
    const { code, err } = await jiesuan(args, { env: { LANG: 'zh_CN.UTF-8' } });
    expect([code, err.includes(said), /[a-z]{4,} [a-z]{3,} [a-z]{3,}/.test(err)]).toEqual([2, true, false]);
  });

  it('tells machines as a problem document, and nothing else', async () => {
    for (const args of [
      ['status', '--json'],
      ['--json', 'token', '--role', 'king'],
    ]) {
      const { code, out, err } = await jiesuan(args);
      expect(code).toBe(2);
      expect(out).toBe('');
      expect(JSON.parse(err)).toMatchObject({
        type: expect.stringMatching(/^urn:jiesuan:cli:/),
        code: expect.any(String),
        detail: expect.any(String),
        detailEn: expect.any(String),
      });
    }
  });

  it('says where a JSON file breaks, not what stands there', async () => {
    const file = join(folder(), 'batch.json');
    writeFileSync(file, '{\n "claims": [ {"memberId": "CANARY110101199003"  "x" } ]\n}');
    const { code, err } = await jiesuan(['post', file]);
    expect(code).toBe(2);
    expect(err).toContain('batch.json');
    expect(err).not.toContain('CANARY');
  });

  it('tells how to convert a file that is not UTF-8', async () => {
    const file = join(folder(), 'gbk.json');
    writeFileSync(file, Buffer.from([0x7b, 0xd6, 0xd0, 0x7d]));
    expect((await jiesuan(['post', file])).err).toContain('iconv -f GB18030');
  });
});
