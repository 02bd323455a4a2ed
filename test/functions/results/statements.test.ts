// Statements and books over HTTP: a cleared month and an open one, in both views and three formats, page by page, and
// nobody sees another provider's.

import * as z from 'zod';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Cleared, clearMonths } from '../../../functions/clear/clear-months.ts';
import {
  BookList,
  StatementList,
  StatementPage,
  StatementRowView,
} from '../../../functions/results/statement-view.ts';
import { generate } from '../../../infra/local/sample/generate.ts';
import { call, type RequestParts } from '../../support/http-events.ts';
import { type MemoryInstallation, memoryInstallation } from '../../support/memory-installation.ts';

const sample = generate({
  seed: 'statements',
  members: 12,
  claims: 60,
  from: '2026-01-05',
  to: '2026-08-30',
  linesMax: 6,
  providerIds: ['H0001', 'H0011'],
  unreadableBasisPoints: 0,
});
const claimsOf = (providerId: string) =>
  sample.claims.filter((claim) => claim.providerId === providerId).map(({ claim }) => claim);
const mine = claimsOf('H0001');

let jiesuan: MemoryInstallation;
let token: string;
const get = (path: string, parts: RequestParts = {}) =>
  call(jiesuan.handler, 'GET', path, { token, ...parts });
const clear = (now: string): Promise<Cleared> => {
  jiesuan.travelTo(now);
  return clearMonths({ ...jiesuan, segments: 2, lateAfterMinutes: 60 });
};

beforeAll(async () => {
  jiesuan = await memoryInstallation({
    adapt: (pack) => ({ ...pack, corrections: { later: 'resettle', order: 'arrival' } }),
  });
  token = await jiesuan.tokenOf('H0001');
  await jiesuan.enrol('E1', sample.enrolments, sample.accountCredits);
  await jiesuan.postClaims('H0001', 'B1', mine);
  await jiesuan.postClaims('H0011', 'B1', claimsOf('H0011'));
  await clear('2026-10-01T01:30:00+08:00');
  const last = mine.at(-1)!;
  jiesuan.travelTo('2026-10-08T12:00:00+08:00');
  const before = await get(`/v1/claims/H0001/${last.claimNo}`);
  expect(before.json.status).toBe('settled');
  await jiesuan.postClaims('H0001', 'B2', [], {
    reversals: [
      { reversalNo: 'R1', claimNo: last.claimNo, memberId: last.memberId, reason: 'billed-in-error' },
    ],
  });
  jiesuan.travelTo('2026-10-31T20:00:00+08:00');
  await jiesuan.postClaims('H0011', 'STUCK', [{ ...claimsOf('H0011')[0], claimNo: 'STUCK1' }], {
    until: 'split',
  });
  await clear('2026-11-02T01:30:00+08:00');
});

describe('the months of a provider', () => {
  it('are listed newest first, with what they came to and whether they are final', async () => {
    const { status, json } = await get('/v1/statements/H0001');
    expect(status).toBe(200);
    expect(z.strictObject(StatementList.shape).parse(json).items).toMatchObject([
      { month: '2026-10', state: 'open', asOf: '2026-11-01T17:30:00.000Z', totals: { reversed: 1 } },
      { month: '2026-09', state: 'cleared', clearedAt: '2026-09-30T17:30:00.000Z' },
    ]);
    const [october, september] = json.items;
    const settled = (await get('/v1/batches/H0001.B1')).json;
    expect(september.totals.settled).toBe(settled.outcomes.settled);
    expect(september.totals.amounts).toMatchObject(settled.money);
    expect(october.totals.amounts).toMatchObject((await get('/v1/batches/H0001.B2')).json.money);
  });

  it('are paged', async () => {
    const first = await get('/v1/statements/H0001', { query: { limit: '1' } });
    expect(first.json).toMatchObject({ items: [{ month: '2026-10' }], next: '2026-10' });
    expect(first.headers['link']).toBe('</v1/statements/H0001?limit=1&cursor=2026-10>; rel="next"');
    const second = await get('/v1/statements/H0001', { query: { limit: '1', cursor: first.json.next } });
    expect(second.json.items).toMatchObject([{ month: '2026-09' }]);
    expect(second.json.next).toBeUndefined();
  });

  it('are none where nothing is booked', async () => {
    const { status, json } = await get('/v1/statements/H0031', { token: await jiesuan.tokenOf('H0031') });
    expect([status, json]).toEqual([200, { providerId: 'H0031', items: [] }]);
  });
});

describe('a statement', () => {
  it('has the same sums in both views, and pages that put together are the whole', async () => {
    for (const view of ['difference', 'full']) {
      const items: z.infer<typeof StatementRowView>[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const query = { view, limit: '4', ...(cursor === undefined ? {} : { cursor }) };
        const { status, json } = await get('/v1/statements/H0001/2026-09', { query });
        expect(status).toBe(200);
        expect(z.strictObject(StatementPage.shape).parse(json)).toMatchObject({ view, state: 'cleared' });
        for (const item of json.items) items.push(z.strictObject(StatementRowView.shape).parse(item));
        cursor = json.next;
        pages++;
      } while (cursor !== undefined);
      const whole = await get('/v1/statements/H0001/2026-09', { query: { view, limit: '1000' } });
      expect(pages).toBe(Math.ceil(items.length / 4));
      expect(items).toEqual(whole.json.items);
      expect(items).toHaveLength(whole.json.totals.rows[view]);
      for (const part of ['billedFen', 'cashFen', 'fundsTotalFen', 'accountFen', 'deductibleFen'] as const)
        expect(items.reduce((sum, { amounts }) => sum + amounts[part], 0)).toBe(
          whole.json.totals.amounts[part],
        );
    }
  });

  it('says in the full view what was taken out, and what a correction corrects', async () => {
    const { json } = await get('/v1/statements/H0001/2026-10', { query: { view: 'full' } });
    expect(json.items[0]).toMatchObject({
      posting: 'reversal',
      side: 'out',
      corrects: '2026-09',
      batchId: 'H0001.B2',
    });
    expect(json.items[0].amounts.billedFen).toBeLessThan(0);
  });

  it('comes as NDJSON and as CSV in yuan with signs; later pages have no header', async () => {
    const { json } = await get('/v1/statements/H0001/2026-10');
    const lines = await get('/v1/statements/H0001/2026-10', { query: { format: 'ndjson' } });
    expect(lines.text).toBe(json.items.map((item: unknown) => `${JSON.stringify(item)}\n`).join(''));
    expect(lines.headers['x-jiesuan-state']).toBe('open');
    const csv = await get('/v1/statements/H0001/2026-10', { query: { format: 'csv' } });
    expect(csv.headers['content-disposition']).toContain('H0001.2026-10.difference.csv');
    const [head = '', row = ''] = csv.text.replace('\uFEFF', '').split('\r\n');
    const cell = (name: string) => row.split(',')[head.split(',').indexOf(name)];
    const { billedFen } = json.items[0].amounts;
    expect(cell('总费用 Billed')).toBe(
      `-${Math.trunc(-billedFen / 100)}.${String(-billedFen % 100).padStart(2, '0')}`,
    );
    expect(cell('更正的月份 Corrects')).toBe('"=""2026-09"""'); // Or a spreadsheet makes a day of it.
    const first = await get('/v1/statements/H0001/2026-09', { query: { format: 'csv', limit: '2' } });
    const next = new URL(/<([^>]+)>/.exec(first.headers['link'] ?? '')![1]!, 'http://x').searchParams;
    const second = await get('/v1/statements/H0001/2026-09', { query: Object.fromEntries(next) });
    expect(second.text.startsWith('\uFEFF')).toBe(false);
    expect(second.text.split('\r\n')).toHaveLength(3);
  });

  it('is nobody else’s: the same 404 as for a provider that does not exist', async () => {
    for (const path of [
      '/v1/statements/H0011',
      '/v1/statements/H0011/2026-09',
      '/v1/statements/H9999/2026-09',
    ])
      expect((await get(path)).json).toMatchObject({ status: 404, code: 'not-found' });
    expect((await get('/v1/statements/H0011/2026-09', { token: jiesuan.ops })).status).toBe(200);
  });

  it('says what is wrong with a month, a cursor, or a statement that was replaced meanwhile', async () => {
    const code = async (path: string, query: Record<string, string> = {}) => {
      const { status, json } = await get(path, { query });
      return [status, json.code];
    };
    for (const month of ['2026-9', '2026-13', 'september', '202609'])
      expect(await code(`/v1/statements/H0001/${month}`)).toEqual([400, 'bad-month']);
    expect(await code('/v1/statements/H0001/2026-08')).toEqual([404, 'no-statement']);
    expect(await code('/v1/statements/H0001/2026-09', { cursor: 'x' })).toEqual([400, 'malformed-query']);
    for (const cursor of ['3', '700', '99999999'])
      expect(await code('/v1/statements/H0001/2026-09', { cursor }), cursor).toEqual([
        400,
        'malformed-query',
      ]);
    expect(await code('/v1/statements/H0001/2026-09', { view: 'both' })).toEqual([400, 'malformed-query']);
    expect(await code('/v1/statements/H0001/2026-10', { cursor: '700-1' })).toEqual([
      409,
      'statement-replaced',
    ]);
    expect(await code('/v1/statements/H0001', { cursor: '2026-99' })).toEqual([400, 'malformed-query']);
  });
});

describe('the books of all', () => {
  it('show ops and agency which batches keep a month open', async () => {
    const { status, json } = await get('/v1/books', { token: jiesuan.ops });
    expect(status).toBe(200);
    expect(z.strictObject(BookList.shape).parse(json).items).toMatchObject([
      {
        month: '2026-10',
        state: 'open',
        blockedBy: { count: 1, batches: [{ batchId: 'H0011.STUCK', status: 'late' }] },
      },
      { month: '2026-09', state: 'cleared', providers: 2 },
    ]);
    expect((await get('/v1/books', { token: jiesuan.agency, query: { limit: '1' } })).json.next).toBe(
      '2026-10',
    );
    expect((await get('/v1/books')).json).toMatchObject({ status: 403, code: 'forbidden' });
  });
});
