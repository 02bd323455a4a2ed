// The commands against a stub of the server: what they ask, what they print, which exit code they end with. That the
// stub answers as the real one does is the matter of the pipeline tests.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BatchView } from '../../../functions/results/batch-view.ts';
import { PostBatch, PostEnrolments, PostRelease } from '../../../functions/intake/contract.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { fieldError } from '../../../shared/http/field-errors.ts';
import { checkClaim } from '../../../shared/claim/check-claim.ts';
import { checkAccountCredit, checkEnrolment } from '../../../shared/claim/enrolment.ts';
import { dataDir, folder, jiesuan, stub } from './support.ts';

/** Stands for a real member's number: nothing may print it. */
const CANARY = 'CANARY1101011990';

/** What an upload is named by. */
const SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const batch = (over: Partial<BatchView> = {}): BatchView => ({
  batchId: 'H0001.B1',
  providerId: 'H0001',
  batchNo: 'B1',
  kind: 'claims',
  businessDate: '2026-09-01',
  acceptedAt: '2026-09-01T01:00:00.000Z',
  status: 'complete',
  release: 'R',
  controlTotals: { claimCount: 2, billedFen: 246_912 },
  counts: { read: 2, accepted: 2, rejected: 0, decided: 2, open: 0 },
  outcomes: {
    settled: 1,
    denied: 1,
    pended: 0,
    repeated: 0,
    conflicted: 0,
    refused: 0,
    reversed: 0,
    recorded: 0,
  },
  money: {
    billedFen: 123_456_789,
    fundsFen: { pooled: 100_000_000 },
    accountFen: 0,
    cashFen: 23_456_789,
    hospitalFen: 0,
  },
  ...over,
});

const amounts = {
  billedFen: 10_000,
  selfPaidFen: 0,
  overLimitFen: 0,
  firstPayFen: 500,
  inScopeFen: 9_500,
  deductibleFen: 0,
  fundsFen: { pooled: 8_000 },
  fundsTotalFen: 8_000,
  accountFen: 0,
  cashFen: 2_000,
  hospitalFen: 0,
};
const decision = {
  outcome: 'settled',
  seq: 3,
  batchId: 'H0001.B1',
  index: 0,
  decidedAt: '2026-09-01T01:00:01.000Z',
  entryHash: 'hash',
  servedOn: '2026-09-01',
  release: 'R',
  billedFen: 10_000,
  amounts,
};
const step = {
  rule: 'ratio',
  amountInFen: 9_500,
  amountOutFen: 8_000,
  bearsFen: {},
  zh: '支付一步',
  en: 'one step',
  citations: [{ source: 's', title: '办法', clause: '第三条', tier: 'A' }],
};

const args = async (url: string, ...words: string[]) => [...words, '--url', url, '--data', await dataDir()];
const payload = (authorization: string | undefined) =>
  JSON.parse(Buffer.from(authorization?.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;

describe('status', () => {
  it('prints counts and money per payer, in yuan', async () => {
    const server = await stub(() => ({ json: batch() }));
    const { code, out } = await jiesuan(await args(server.url, 'status', 'H0001.B1'));
    expect(code).toBe(0);
    expect(out).toContain('已完成 complete');
    expect(out).toMatch(/统筹基金 .*1,000,000\.00/);
    expect(out).toMatch(/个人现金 cash +234,567\.89/);
    expect(payload(server.asked[0]?.headers.authorization)).toMatchObject({ role: 'ops' });
  });

  it('follows until complete, over a restart of the server', async () => {
    const server = await stub((_, times) => ({
      json:
        times < 3
          ? batch({ status: 'open', counts: { read: 2, accepted: 2, rejected: 0, decided: 1, open: 1 } })
          : batch(),
    }));
    const { code, out } = await jiesuan(await args(server.url, 'status', 'H0001.B1', '--wait', '--json'));
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ status: 'complete' });
    expect(server.asked).toHaveLength(3);
  });

  it('gives up after the time-out with 1, and on a server that stays away with 3', async () => {
    let time = 0;
    const clock = { now: () => time, sleep: async (ms: number) => void (time += ms) };
    const server = await stub(() => ({ json: batch({ status: 'open' }) }));
    const late = await jiesuan(
      [...(await args(server.url, 'status', 'H0001.B1', '--wait', '--timeout', '10s')), '--token', 'a.b.c'],
      clock,
    );
    expect(late.code).toBe(1);
    expect(late.err).toContain('--wait');
    const words = [...(await args(server.url, 'status', 'H0001.B1', '--wait')), '--token', 'a.b.c'];
    const gone = await jiesuan(words, {
      ...clock,
      sleep: async (ms) => {
        time += ms;
        await server.close();
      },
    });
    expect(gone.code).toBe(3);
    expect(time).toBeGreaterThan(60_000);
  });

  it('ends with 1 when --strict finds rejections, with 4 when an upload was refused', async () => {
    const server = await stub(({ path }) => ({
      json: path.endsWith('B1')
        ? batch({ counts: { read: 2, accepted: 1, rejected: 1, decided: 1, open: 0 } })
        : batch({ status: 'refused', refusal: 'upload-corrupt' }),
    }));
    expect((await jiesuan(await args(server.url, 'status', 'H0001.B1', '--strict'))).code).toBe(1);
    expect((await jiesuan(await args(server.url, 'status', 'H0001.B1'))).code).toBe(0);
    const refused = await jiesuan(await args(server.url, 'status', 'H0001.B2', '--wait'));
    expect([refused.code, refused.err.includes('upload-corrupt')]).toEqual([4, true]);
  });
});

describe('what the server refuses', () => {
  it('is printed with every field error, in the language asked for, and ends with 4', async () => {
    const problem = new Problem('invalid-request', {
      errors: [fieldError(['claims', 3, 'billedFen'], 'missing'), fieldError([], 'nothing-to-record')],
    });
    const server = await stub(() => ({ status: 422, json: problem.document() }));
    const en = await jiesuan(await args(server.url, 'status', 'H0001.B1', '--lang', 'en'));
    expect(en.code).toBe(4);
    expect(en.out).toBe('');
    expect(en.err).toContain('422 invalid-request');
    expect(en.err).toMatch(/- claims\[3\]\.billedFen {2}\[missing\] This field/);
    expect((await jiesuan(await args(server.url, 'status', 'H0001.B1', '--lang', 'zh'))).err).toMatch(
      /\[missing\] 缺少/,
    );
    const json = await jiesuan(await args(server.url, 'status', 'H0001.B1', '--json'));
    expect(JSON.parse(json.err)).toEqual(problem.document());
  });

  it('is 5 when it is the server that failed, and 3 when nobody is there', async () => {
    const server = await stub(({ path }) =>
      path.endsWith('A')
        ? { status: 500, json: new Problem('internal').document('req-1') }
        : { status: 502, text: '<html>' },
    );
    const failed = await jiesuan(await args(server.url, 'status', 'H0001.A'));
    expect([failed.code, failed.err.includes('req-1')]).toEqual([5, true]);
    expect((await jiesuan(await args(server.url, 'status', 'H0001.B'))).code).toBe(5);
    await server.close();
    const gone = await jiesuan(await args(server.url, 'status', 'H0001.B'));
    expect(gone.code).toBe(3);
    expect(gone.err).toContain('npm start');
    expect(gone.err.trim().split('\n')).toHaveLength(2);
  });

  it('is told without a stack when the answer is something else altogether', async () => {
    const server = await stub(() => ({ text: 'hello' }));
    const { code, err } = await jiesuan(await args(server.url, 'status', 'H0001.B'));
    expect(code).toBe(5);
    expect(err).toContain('--url');
    const odd = await stub(() => ({ json: { some: 'thing' } }));
    expect((await jiesuan(await args(odd.url, 'status', 'H0001.B'))).code).toBe(5);
  });
});

describe('post', () => {
  const claim = (claimNo: string) => ({
    claimNo,
    memberId: CANARY,
    encounter: 'outpatient',
    servedOn: '2026-09-01',
    billedFen: 123_456,
    lines: [],
  });
  const file = (name: string, content: string) => {
    const path = join(folder(), name);
    writeFileSync(path, content);
    return path;
  };

  it('sends a complete document to the byte, as its provider', async () => {
    const text = `{"providerId":"H0001", "batchNo":"B1","businessDate":"2026-09-01","controlTotals":{"claimCount":1,"billedFen":123456},"claims":[${JSON.stringify(claim('A'))}]}\n`;
    const server = await stub(() => ({
      status: 202,
      json: { batchId: 'H0001.B1', accepted: 1, rejected: [] },
    }));
    const { code, out } = await jiesuan(await args(server.url, 'post', file('b.json', text)));
    expect(code).toBe(0);
    expect(server.asked[0]?.body).toBe(text);
    expect(payload(server.asked[0]?.headers.authorization)).toMatchObject({
      role: 'provider',
      provider: 'H0001',
    });
    expect(out).toBe('H0001.B1  1 accepted, 0 rejected\n');
  });

  it('makes a batch of NDJSON: count, total, today', async () => {
    const server = await stub(() => ({
      status: 202,
      json: { batchId: 'H0001.B1', accepted: 2, rejected: [] },
    }));
    const path = file('c.ndjson', `${JSON.stringify(claim('A'))}\n\n${JSON.stringify(claim('B'))}`);
    await jiesuan(await args(server.url, 'post', path, '--provider', 'H0001', '--batch-no', 'B1'), {
      now: () => Date.parse('2026-09-01T23:00:00Z'),
    });
    const posted = PostBatch.parse(JSON.parse(server.asked[0]?.body ?? ''));
    expect(posted).toMatchObject({
      businessDate: '2026-09-02',
      controlTotals: { claimCount: 2, billedFen: 246_912 },
    });
    expect(posted.claims).toHaveLength(2);
  });

  it('reads standard input', async () => {
    const server = await stub(() => ({
      status: 202,
      json: { batchId: 'H0001.B1', accepted: 2, rejected: [] },
    }));
    const stdin = `${JSON.stringify(claim('A'))}\n${JSON.stringify(claim('B'))}\n`;
    expect(
      (
        await jiesuan(await args(server.url, 'post', '-', '--provider', 'H0001', '--batch-no', 'B1'), {
          stdin,
        })
      ).code,
    ).toBe(0);
    expect((JSON.parse(server.asked[0]?.body ?? '') as { claims: unknown[] }).claims).toHaveLength(2);
  });

  it('lists what was rejected, with every error, and never who it was', async () => {
    const rejected = [
      {
        index: 1,
        number: 'B',
        errors: [fieldError(['lines'], 'missing'), fieldError(['servedOn'], 'not-a-date')],
      },
    ];
    const server = await stub(() => ({ status: 202, json: { batchId: 'H0001.B1', accepted: 1, rejected } }));
    const path = file('c.ndjson', `${JSON.stringify(claim('A'))}\n${JSON.stringify(claim('B'))}\n`);
    const words = await args(server.url, 'post', path, '--provider', 'H0001', '--batch-no', 'B1');
    const { code, out, err } = await jiesuan(words);
    expect(code).toBe(0);
    expect(out).toContain('#1  B\n  - lines  [missing]');
    expect(out).toContain('servedOn  [not-a-date]');
    expect(out + err).not.toContain(CANARY);
    expect((await jiesuan([...words, '--strict'])).code).toBe(1);
  });

  it('uploads what a body cannot hold: SHA-256, length, PUT with the headers given, then the batch', async () => {
    const lines = Array.from(
      { length: 10_001 },
      (_, at) => `${JSON.stringify({ claimNo: `C${at}`, billedFen: 1 })}\n`,
    ).join('');
    const server = await stub(({ method, path }) => {
      if (path === '/v1/uploads')
        return {
          status: 201,
          json: {
            uploadId: SHA,
            url: `${server.url}/bucket/file`,
            method: 'PUT',
            headers: { 'x-amz-checksum-sha256': 'sum' },
            expiresInSeconds: 60,
          },
        };
      if (method === 'PUT') return {};
      if (method === 'GET') return { json: batch() };
      return { status: 202, json: { batchId: 'H0001.B1' } };
    });
    const { code, out, err } = await jiesuan(
      await args(
        server.url,
        'post',
        file('big.ndjson', lines),
        '--provider',
        'H0001',
        '--batch-no',
        'B1',
        '--date',
        '2026-09-01',
        '--wait',
        '--json',
      ),
      { tty: true },
    );
    expect(code).toBe(0);
    const [asked, put, post] = server.asked;
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      sha256: createHash('sha256').update(lines).digest('hex'),
      contentLength: Buffer.byteLength(lines),
    });
    expect(put?.headers).toMatchObject({
      'x-amz-checksum-sha256': 'sum',
      'content-length': String(Buffer.byteLength(lines)),
    });
    expect(put?.headers['transfer-encoding']).toBeUndefined();
    expect(put?.headers.authorization).toBeUndefined(); // Our token is none of the store's business.
    expect(put?.body).toBe(lines);
    expect(PostBatch.parse(JSON.parse(post?.body ?? ''))).toMatchObject({
      uploadId: SHA,
      controlTotals: { claimCount: 10_001, billedFen: 10_001 },
    });
    expect(JSON.parse(out)).toMatchObject({ posted: { batchId: 'H0001.B1' }, batch: { status: 'complete' } });
    expect(err).not.toContain('{'); // The bar is on stderr, the document on stdout.
  });

  it('says so when the store refuses the upload', async () => {
    const server = await stub(({ method }) =>
      method === 'PUT'
        ? { status: 403, text: '<Error/>' }
        : {
            status: 201,
            json: { uploadId: 'u', url: `${server.url}/x`, method: 'PUT', headers: {}, expiresInSeconds: 60 },
          },
    );
    const { code, err } = await jiesuan(
      await args(
        server.url,
        'post',
        file('c.ndjson', '{"a":1}\n{"a":2}\n'),
        '--provider',
        'H0001',
        '--batch-no',
        'B1',
        '--upload',
      ),
    );
    expect(code).toBe(4);
    expect(err).toContain('upload-refused');
  });

  it('goes on after a refused file, and ends with the worst code', async () => {
    const server = await stub(({ body }) =>
      body.includes('"BAD"')
        ? { status: 409, json: new Problem('batch-number-taken').document() }
        : { status: 202, json: { batchId: 'H0001.OK', accepted: 1, rejected: [] } },
    );
    const document = (batchNo: string) =>
      JSON.stringify({ providerId: 'H0001', batchNo, claims: [claim('A')] });
    const files = [file('1.json', document('BAD')), file('2.json', document('OK'))];
    const people = await jiesuan(await args(server.url, 'post', ...files));
    expect([people.code, people.out.includes('H0001.OK'), people.err.includes('batch-number-taken')]).toEqual(
      [4, true, true],
    );
    const machine = await jiesuan(await args(server.url, 'post', ...files, '--json'));
    expect(JSON.parse(machine.out)).toMatchObject([
      { problem: { code: 'batch-number-taken' } },
      { batchId: 'H0001.OK' },
    ]);
  });

  it('does not let the command line contradict the file', async () => {
    const server = await stub(() => ({ json: {} }));
    const path = file('b.json', JSON.stringify({ providerId: 'H0001', batchNo: 'B1', claims: [] }));
    expect((await jiesuan(await args(server.url, 'post', path, '--provider', 'H0002'))).code).toBe(2);
    expect(server.asked).toHaveLength(0);
  });
});

describe('results', () => {
  const pages = () =>
    stub(({ query }) => {
      const cursor = Number(query.get('cursor') ?? 0);
      const row = { number: `C${cursor}`, ...decision, index: cursor };
      if (query.get('format') === 'csv')
        return {
          text: cursor === 0 ? '\uFEFF头\r\n0\r\n' : '1\r\n',
          headers:
            cursor === 0 ? { link: '</v1/batches/H0001.B1/results?format=csv&cursor=1>; rel="next"' } : {},
        };
      return {
        json: {
          batchId: 'H0001.B1',
          status: 'open',
          accepted: 2,
          open: 1,
          openOnThisPage: 0,
          items: [row],
          ...(cursor === 0 ? { next: 1 } : {}),
        },
      };
    });

  it('reads every page into one table, one document, one CSV file', async () => {
    const server = await pages();
    const table = await jiesuan(await args(server.url, 'results', 'H0001.B1'));
    expect(table.out.trim().split('\n')).toHaveLength(3);
    expect(table.out).toMatch(/C1 .*100\.00 +80\.00 +0\.00 +20\.00/);
    expect(table.err).toContain('1 not decided');
    const json = await jiesuan(await args(server.url, 'results', 'H0001.B1', '--json'));
    expect((JSON.parse(json.out) as { items: unknown[] }).items).toHaveLength(2);
    const out = join(folder(), 'r.csv');
    const csv = await jiesuan(await args(server.url, 'results', 'H0001.B1', '--format', 'csv', '--out', out));
    expect([csv.code, csv.out]).toEqual([0, '']);
    expect(readFileSync(out, 'utf8')).toBe('\uFEFF头\r\n0\r\n1\r\n');
  });

  it('stops at --limit', async () => {
    const server = await pages();
    await jiesuan(await args(server.url, 'results', 'H0001.B1', '--limit', '1'));
    expect(server.asked).toHaveLength(1);
  });

  it('leaves no half-written file behind', async () => {
    const server = await stub(({ query }) =>
      query.has('cursor')
        ? { status: 500, text: '' }
        : { text: 'a\n', headers: { link: '</x?cursor=1>; rel="next"' } },
    );
    const dir = folder();
    const { code } = await jiesuan(
      await args(server.url, 'results', 'H0001.B1', '--format', 'ndjson', '--out', join(dir, 'r.ndjson')),
    );
    expect(code).toBe(5);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('follows no link to another server, nor one that leads in a circle', async () => {
    for (const link of ['<https://elsewhere.invalid/x>; rel="next"', '</v1/same>; rel="next"']) {
      const server = await stub(() => ({ text: 'x\n', headers: { link } }));
      expect((await jiesuan(await args(server.url, 'results', 'H0001.B1', '--format', 'ndjson'))).code).toBe(
        5,
      );
    }
  });

  it('lists rejections and batches', async () => {
    const server = await stub(({ path }) => ({
      json: path.endsWith('rejections')
        ? {
            batchId: 'H0001.B1',
            rejected: 1,
            items: [{ index: 7, errors: [fieldError([], 'malformed-json')] }],
          }
        : { items: [batch()] },
    }));
    const rejections = await jiesuan(await args(server.url, 'rejections', 'H0001.B1', '--strict'));
    expect([rejections.code, rejections.out]).toEqual([
      1,
      '#7\n  - [malformed-json] This record is not JSON.\n',
    ]);
    const batches = await jiesuan(await args(server.url, 'batches', '--provider', 'H0001'));
    expect(batches.out).toContain('H0001.B1');
    expect(server.asked.at(-1)?.query.get('providerId')).toBe('H0001');
  });
});

describe('claim, explain, quote, position', () => {
  const explanation = {
    providerId: 'H0001',
    claimNo: 'A',
    decision,
    recomputed: { outcome: 'settled' },
    agrees: true,
    entryIntact: true,
    steps: [step, step],
    lines: [],
  };

  it('tells at once why a reversal was refused, and ends with 1', async () => {
    const refusal = { code: 'already-reversed', zh: '此前已冲正。', en: 'Reversed before.' };
    const server = await stub(({ method, path }) => ({
      json:
        method === 'POST'
          ? { batchId: 'H0001.RC-R1', accepted: 1, rejected: [] }
          : path.includes('/results')
            ? { items: [{ ...decision, outcome: 'refused', refusal }] }
            : path.includes('/claims/')
              ? { providerId: 'H0001', claimNo: 'A', status: 'reversed', history: [] }
              : batch({ outcomes: { ...batch().outcomes, settled: 0, denied: 0, refused: 1 } }),
    }));
    const command = ['reverse', 'H0001/A', '--reason', 'billed-in-error'] as const;
    const { code, err } = await jiesuan(await args(server.url, ...command));
    expect([code, err.includes('Reversed before. (already-reversed)')]).toEqual([1, true]);
  });

  it('lays an explanation out with amounts, steps and numbered sources', async () => {
    const server = await stub(() => ({ json: explanation }));
    const { code, out } = await jiesuan(await args(server.url, 'explain', 'H0001/A'));
    expect(code).toBe(0);
    expect(server.asked[0]?.path).toBe('/v1/claims/H0001/A/explanation');
    expect(out).toContain('  1. 支付一步 [1]\n     one step\n  2. 支付一步 [1]');
    expect(out).toContain('[1] 办法 第三条 (A)');
    expect(out.indexOf('办法')).toBe(out.lastIndexOf('办法'));
    expect(out).toMatch(/- 先行自付 .* 5\.00\n/);
  });

  it('ends with 1 when the books disagree with themselves', async () => {
    const server = await stub(() => ({ json: { ...explanation, agrees: false } }));
    const { code, out } = await jiesuan(await args(server.url, 'explain', 'H0001', 'A'));
    expect(code).toBe(1);
    expect(out).toContain('does NOT agree');
  });

  it('quotes as the provider; a denial is 1', async () => {
    const quote = {
      providerId: 'H0001',
      claimNo: 'A',
      outcome: 'denied',
      denial: { code: 'member-not-enrolled', zh: '未参保', en: 'not enrolled' },
      steps: [],
      lines: [],
      release: 'R',
      position: { seq: 0 },
      quotedAt: '2026-09-01T00:00:00.000Z',
      validUntil: '2026-09-01T00:30:00.000Z',
    };
    const server = await stub(({ body }) => ({
      json: body.includes('"ok"') ? { ...quote, outcome: 'settled', amounts, steps: [step] } : quote,
    }));
    const denied = await jiesuan(await args(server.url, 'quote', '-', '--provider', 'H0001'), {
      stdin: JSON.stringify({ claimNo: 'A', memberId: CANARY }),
    });
    expect(denied.code).toBe(1);
    expect(denied.out).toContain('[member-not-enrolled]');
    expect(denied.out + denied.err).not.toContain(CANARY);
    expect(payload(server.asked[0]?.headers.authorization)).toMatchObject({
      role: 'provider',
      provider: 'H0001',
    });
    const paid = await jiesuan(await args(server.url, 'quote', '-'), {
      stdin: JSON.stringify({ providerId: 'H0001', claim: { claimNo: 'ok' } }),
    });
    expect(paid.code).toBe(0);
    expect(JSON.parse(server.asked[1]?.body ?? '')).toEqual({
      providerId: 'H0001',
      claim: { claimNo: 'ok' },
    });
  });

  it('shows a position without saying whose it is', async () => {
    const server = await stub(({ path }) =>
      path.includes(CANARY)
        ? {
            json: {
              area: '130300',
              seq: 2,
              asOf: '2026-09-01T00:00:00.000Z',
              entryHash: 'h',
              enrolment: {
                born: '1990-03-07',
                sex: 'F',
                hasAccount: true,
                coverage: [{ from: '2020-01-01', scheme: '310', personClass: 'active' }],
              },
              account: { year: '2026', thisYearFen: 12_345, earlierFen: 0 },
              years: { 2026: { pooled: 5 } },
            },
          }
        : { status: 404, json: new Problem('not-found').document() },
    );
    const { code, out, err } = await jiesuan(await args(server.url, 'position', '-'), {
      stdin: `${CANARY}\n`,
    });
    expect(code).toBe(0);
    expect(out).toContain('123.45');
    for (const personal of [CANARY, '1990-03-07']) expect(out + err).not.toContain(personal);
    const missing = await jiesuan(await args(server.url, 'position', 'NOBODY0001'));
    expect([missing.code, (missing.out + missing.err).includes('NOBODY0001')]).toEqual([4, false]);
    const wrong = await jiesuan(await args(server.url, 'position', '张三'));
    expect([wrong.code, wrong.err.includes('张三')]).toEqual([2, false]);
  });

  it('shows the history of a claim', async () => {
    const server = await stub(() => ({
      json: {
        providerId: 'H0001',
        claimNo: 'A',
        status: 'settled',
        current: decision,
        history: [{ ...decision, outcome: 'denied', amounts: undefined }, decision],
      },
    }));
    const { out } = await jiesuan(await args(server.url, 'claim', 'H0001/A'));
    expect(out).toContain('历史 History');
    expect(out).toContain('拒付 denied');
  });
});

describe('enrol, publish, generate', () => {
  it('generates files that the schemas read, the same for the same seed, and others for another', async () => {
    const [one, again, other] = [folder(), folder(), folder()];
    const generate = (out: string, seed: string) =>
      jiesuan(['generate', '--seed', seed, '--members', '30', '--claims', '120', '--out', out]);
    await Promise.all([generate(one, '7'), generate(again, '7'), generate(other, '8')]);
    const files = readdirSync(one);
    expect(files).toEqual(readdirSync(again));
    for (const file of files)
      expect(readFileSync(join(one, file), 'utf8')).toBe(readFileSync(join(again, file), 'utf8'));
    let claims = 0;
    const numbers = new Set<string>();
    for (const file of files) {
      const document: unknown = JSON.parse(readFileSync(join(one, file), 'utf8'));
      if (file.startsWith('enrolments')) {
        const { enrolments, accountCredits } = PostEnrolments.parse(document);
        for (const record of enrolments) expect(checkEnrolment(record)).toMatchObject({ ok: true });
        for (const record of accountCredits) expect(checkAccountCredit(record)).toMatchObject({ ok: true });
        continue;
      }
      const posted = PostBatch.parse(document);
      claims += posted.claims?.length ?? 0;
      for (const value of posted.claims ?? []) {
        const checked = checkClaim(value, { businessDate: posted.businessDate });
        expect(checked).toMatchObject({ ok: true });
        if (checked.ok) numbers.add(checked.claim.claimNo);
      }
    }
    expect([claims, numbers.size]).toEqual([120, 120]);
    const text = (dir: string) =>
      readdirSync(dir)
        .map((file) => readFileSync(join(dir, file), 'utf8'))
        .join('');
    const idsOf = (dir: string) =>
      new Set(text(dir).match(/"(memberId|claimNo|enrolmentNo|creditNo)":"[^"]+"/g));
    expect([...idsOf(one)].filter((id) => idsOf(other).has(id))).toEqual([]);
  });

  it('cuts what is more than one post may hold, in order', async () => {
    const records = Array.from(
      { length: 10_500 },
      (_, at) => `${JSON.stringify(at % 2 === 0 ? { enrolmentNo: `E${at}` } : { creditNo: `C${at}` })}\n`,
    ).join('');
    const server = await stub(() => ({
      status: 202,
      json: { batchId: 'the-agency.X', accepted: 1, rejected: [] },
    }));
    const path = join(folder(), 'members.ndjson');
    writeFileSync(path, records);
    expect(
      (await jiesuan(await args(server.url, 'enrol', path, '--batch-no', 'X', '--date', '2026-09-01'))).code,
    ).toBe(0);
    const posts = server.asked.map(({ body }) => PostEnrolments.parse(JSON.parse(body)));
    expect(posts.map(({ batchNo }) => batchNo)).toEqual(['X-1', 'X-2']);
    expect(posts.map(({ enrolments, accountCredits }) => enrolments.length + accountCredits.length)).toEqual([
      10_000, 500,
    ]);
    expect(payload(server.asked[0]?.headers.authorization)).toMatchObject({ role: 'agency' });
  });

  it('publishes a directory of packs, catalogue and providers', async () => {
    const dir = folder();
    mkdirSync(join(dir, 'packs'));
    writeFileSync(
      join(dir, 'packs', 'employee.yaml'),
      readFileSync(new URL('../../../shared/policy/packs/qinhuangdao/employee.yaml', import.meta.url)),
    );
    writeFileSync(join(dir, 'catalogue.json'), '[]');
    writeFileSync(join(dir, 'providers.json'), '[]');
    const server = await stub(() => ({
      status: 201,
      json: { releaseId: 'R1', from: '2026-09-01T00:00:00+08:00' },
    }));
    const { code, out } = await jiesuan(
      await args(server.url, 'publish', dir, '--from', '2026-09-01T00:00:00+08:00'),
    );
    expect([code, out.includes('R1')]).toEqual([0, true]);
    expect(PostRelease.parse(JSON.parse(server.asked[0]?.body ?? '')).documents.packs).toHaveLength(1);
    writeFileSync(join(dir, 'packs', 'employee.yaml'), 'area: "1"\n');
    const wrong = await jiesuan(await args(server.url, 'publish', dir));
    expect([wrong.code, server.asked.length]).toEqual([1, 1]);
  });
});

describe('offline', () => {
  const example = new URL('../../examples/w10-beijing-elderly.yaml', import.meta.url);

  it.runIf(existsSync(example))(
    'settles a situation, and ends with 1 and the difference when it does not hold',
    async () => {
      const path = join(folder(), 's.yaml');
      const text = readFileSync(example, 'utf8');
      writeFileSync(path, text);
      expect((await jiesuan(['adjudicate', '--situation', path])).code).toBe(0);
      writeFileSync(path, text.replace('pooled: 29220', 'pooled: 29221'));
      const { code, out } = await jiesuan(['adjudicate', '--situation', path]);
      expect(code).toBe(1);
      expect(out).toContain('expected 29221.00, found 29220.00');
      writeFileSync(path, text.replace('title:', 'titel:'));
      expect((await jiesuan(['adjudicate', '--situation', path])).code).toBe(2);
    },
  );

  it('checks, shows and compares packs', async () => {
    const check = await jiesuan(['policy', 'check', 'qinhuangdao/employee', '--json']);
    expect([check.code, JSON.parse(check.out)]).toEqual([
      0,
      [expect.objectContaining({ publishable: true })],
    ]);
    const path = join(folder(), 'p.yaml');
    writeFileSync(path, 'area: [');
    expect((await jiesuan(['policy', 'check', path])).code).toBe(1);
    expect((await jiesuan(['policy', 'show', 'qinhuangdao/employee', '--on', '2025-07-01'])).out).toContain(
      '起付标准',
    );
    expect((await jiesuan(['policy', 'diff', 'qinhuangdao/employee', 'qinhuangdao/employee'])).code).toBe(0);
    expect(
      (
        await jiesuan([
          'policy',
          'diff',
          'qinhuangdao/employee',
          'qinhuangdao/resident',
          '--on',
          '2025-07-01',
        ])
      ).code,
    ).toBe(1);
  });
});
