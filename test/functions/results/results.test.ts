// What can be asked after a batch: from the request to the answer, on real decisions of the sample policies.

import { beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../../infra/local/sample/generate.ts';
import { encodeBody, unseal } from '../../../shared/ledger/codec.ts';
import type { EntryPlace } from '../../../shared/ledger/entry.ts';
import { fen } from '../../../shared/money/fen.ts';
import { call, type RequestParts } from '../../support/http-events.ts';
import { type MemoryInstallation, memoryInstallation } from '../../support/memory-installation.ts';

const sample = generate({
  seed: 'results',
  members: 12,
  claims: 60,
  from: '2026-01-05',
  to: '2026-08-30',
  linesMax: 12,
  providerIds: ['H0001', 'H0011'],
});
const claimsOf = (providerId: string) =>
  sample.claims.filter((claim) => claim.providerId === providerId).map(({ claim }) => claim);
const mine = claimsOf('H0001');

let installation: MemoryInstallation;
let token: string;
const get = (path: string, parts: RequestParts = {}) =>
  call(installation.handler, 'GET', path, { token, ...parts });

beforeAll(async () => {
  installation = await memoryInstallation();
  token = await installation.tokenOf('H0001');
  await installation.enrol('E1', sample.enrolments, sample.accountCredits);
  await installation.postClaims('H0001', 'B1', mine);
  await installation.postClaims('H0011', 'B1', claimsOf('H0011'), { format: 'ndjson' });
});

describe('batches', () => {
  it('shows counts and money per payer that add up', async () => {
    const { status, json } = await get('/v1/batches/H0001.B1');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      status: 'complete',
      counts: { accepted: mine.length, rejected: 0, decided: mine.length, open: 0 },
    });
    const { billedFen, fundsFen, accountFen, cashFen, hospitalFen } = json.money;
    const funds = Object.values(fundsFen as Record<string, number>).reduce((a, b) => a + b, 0);
    expect(funds + accountFen + cashFen + hospitalFen).toBe(billedFen);
    expect(json.outcomes.settled).toBeGreaterThan(0);
  });

  it('lists the newest first, page by page', async () => {
    for (let n = 0; n < 5; n++)
      await installation.postClaims('H0002', `B${n}`, [mine[n]], { until: 'accepted' });
    const h2 = await installation.tokenOf('H0002');
    const seen: string[] = [];
    let query: Record<string, string> | undefined = { limit: '2' };
    while (query) {
      const { json, headers } = await get('/v1/batches', { token: h2, query });
      seen.push(...json.items.map(({ batchNo }: { batchNo: string }) => batchNo));
      expect(headers['link'] === undefined).toBe(json.next === undefined);
      query = json.next === undefined ? undefined : { limit: '2', cursor: json.next };
    }
    expect(new Set(seen)).toEqual(new Set(['B0', 'B1', 'B2', 'B3', 'B4']));
  });

  it('lets ops list only the batches of a provider they name', async () => {
    expect((await get('/v1/batches', { token: installation.ops })).json).toMatchObject({
      code: 'malformed-query',
      errors: [{ path: 'providerId', code: 'missing' }],
    });
    expect(
      (await get('/v1/batches', { token: installation.ops, query: { providerId: 'H0001' } })).json.items,
    ).toHaveLength(1);
    expect(
      (await get('/v1/batches', { token: installation.agency, query: { providerId: 'the-agency' } })).json
        .items,
    ).toHaveLength(1);
    expect((await get('/v1/batches', { query: { providerId: 'H0011' } })).json).toMatchObject({
      status: 403,
      code: 'provider-mismatch',
    });
  });

  it('says receiving, open and late as time goes by', async () => {
    const id = await installation.postClaims('H0001', 'B-receiving', [{ ...mine[0], claimNo: 'R1' }], {
      until: 'accepted',
    });
    expect((await get(`/v1/batches/${id}`)).json.status).toBe('receiving');
    const open = await installation.postClaims('H0001', 'B-open', [{ ...mine[0], claimNo: 'R2' }], {
      until: 'split',
    });
    expect((await get(`/v1/batches/${open}`)).json).toMatchObject({
      status: 'open',
      counts: { accepted: 1, open: 1 },
    });
  });
});

describe('results of a batch', () => {
  it('comes in pages that cover every record once, in the order posted', async () => {
    const numbers: string[] = [];
    let cursor: string | undefined = '0';
    while (cursor !== undefined) {
      const { json } = await get('/v1/batches/H0001.B1/results', { query: { limit: '7', cursor } });
      expect(json).toMatchObject({ accepted: mine.length, open: 0, openOnThisPage: 0 });
      numbers.push(...json.items.map(({ number }: { number: string }) => number));
      cursor = json.next === undefined ? undefined : String(json.next);
    }
    expect(numbers).toEqual(mine.map(({ claimNo }) => claimNo));
  });

  it('shows every amount under our names and under the national ones', async () => {
    const { json } = await get('/v1/batches/H0001.B1/results', { query: { limit: '1000' } });
    const settled = json.items.filter(({ outcome }: { outcome: string }) => outcome === 'settled');
    expect(settled.length).toBeGreaterThan(5);
    for (const { amounts: a, national } of settled) {
      expect(a.billedFen).toBe(a.selfPaidFen + a.overLimitFen + a.firstPayFen + a.inScopeFen);
      expect(a.billedFen).toBe(a.fundsTotalFen + a.accountFen + a.cashFen + a.hospitalFen);
      expect(Number(national.medfee_sumamt.replace('.', ''))).toBe(a.billedFen);
      expect(Number(national.fund_pay_sumamt.replace('.', ''))).toBe(a.fundsTotalFen);
      expect(Number(national.psn_part_amt.replace('.', ''))).toBe(a.accountFen + a.cashFen);
    }
  });

  it('lists what is decided and says how much is still open', async () => {
    const ten = mine.slice(0, 10).map((claim, n) => ({ ...claim, claimNo: `OPEN${n}` }));
    const id = await installation.postClaims('H0001', 'B-half', ten, { until: 'split', shards: 3 });
    await installation.settle(id, 4);
    const { json } = await get(`/v1/batches/${id}/results`, { query: { limit: '6' } });
    expect(json).toMatchObject({ status: 'open', accepted: 10, openOnThisPage: 2, next: 6 });
    expect(json.items.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3]);
  });

  it('marks a repeat, and shows the decision that stands', async () => {
    const id = await installation.postClaims('H0001', 'B-repeat', [
      mine.find(({ claimNo }) => claimNo === mine[0]?.claimNo),
    ]);
    const first = (await get('/v1/batches/H0001.B1/results', { query: { limit: '1' } })).json.items[0];
    const [row] = (await get(`/v1/batches/${id}/results`)).json.items;
    if (first.outcome === 'settled')
      expect(row).toMatchObject({
        outcome: 'repeat',
        repeatOf: { entryHash: first.entryHash, amounts: first.amounts },
      });
    else expect(row.outcome).toBe(first.outcome);
  });

  it('speaks NDJSON when asked by Accept or by format', async () => {
    for (const parts of [{ headers: { accept: 'application/x-ndjson' } }, { query: { format: 'ndjson' } }]) {
      const { headers, text } = await get('/v1/batches/H0001.B1/results', parts);
      expect(headers['content-type']).toContain('application/x-ndjson');
      expect(
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).number),
      ).toEqual(mine.map(({ claimNo }) => claimNo));
    }
    expect(
      (await get('/v1/batches/H0001.B1/results', { headers: { accept: 'image/png' } })).json,
    ).toMatchObject({ status: 406, code: 'not-acceptable' });
    expect((await get('/v1/batches/H0001.B1/results', { query: { format: 'xml' } })).json).toMatchObject({
      code: 'malformed-query',
      errors: [{ path: 'format', code: 'not-one-of' }],
    });
  });

  it('makes a CSV that a spreadsheet opens rightly', async () => {
    const { headers, text } = await get('/v1/batches/H0001.B1/results', { headers: { accept: 'text/csv' } });
    expect(headers['content-type']).toMatch(/^text\/csv; charset=utf-8/);
    expect(headers['content-disposition']).toContain('H0001.B1.results.csv');
    expect(text.startsWith('\uFEFF序号 Index,单据号 Number,结果 Outcome,')).toBe(true);
    const rows = text.slice(1).split('\r\n').slice(0, -1);
    expect(rows).toHaveLength(mine.length + 1);
    const { json } = await get('/v1/batches/H0001.B1/results', { query: { limit: '1000' } });
    const columns = (rows[0] as string).split(',');
    for (const [at, row] of json.items.entries()) {
      const cells = (rows[at + 1] as string)
        .match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)!
        .map((cell) => cell.replace(/,$/, ''));
      expect(cells[columns.indexOf('总费用 Billed')]).toBe(
        `${String(row.billedFen).slice(0, -2)}.${String(row.billedFen).slice(-2)}`,
      );
    }
  });

  it('continues a CSV without a second header', async () => {
    const { text } = await get('/v1/batches/H0001.B1/results', {
      query: { format: 'csv', cursor: '1', limit: '1' },
    });
    expect(text).toMatch(/^1,/);
    expect(text.trim().split('\r\n')).toHaveLength(1);
  });
});

describe('rejections', () => {
  it('lists what could not be read, with place, path and code, and never the value', async () => {
    const bad = Array.from({ length: 5 }, (_, n) => ({
      ...mine[0],
      claimNo: `BAD${n}`,
      memberId: 'CANARY王小明110101199003070000',
      billedFen: '12',
    }));
    const id = await installation.postClaims('H0001', 'B-bad', [mine[1], ...bad]);
    const first = await get(`/v1/batches/${id}/rejections`, { query: { limit: '3' } });
    expect(first.json).toMatchObject({ rejected: 5, next: 4 });
    expect(first.json.items[0]).toMatchObject({
      index: 1,
      number: 'BAD0',
      errors: [
        { path: 'memberId', code: 'malformed' },
        { path: 'billedFen', code: 'wrong-type' },
      ],
    });
    const rest = await get(`/v1/batches/${id}/rejections`, {
      query: { limit: '3', cursor: '4', format: 'ndjson' },
    });
    expect(
      rest.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).index),
    ).toEqual([4, 5]);
    expect(first.text + rest.text).not.toMatch(/CANARY|王小明|110101/);
  });
});

describe('remittance', () => {
  it('is there when the batch is complete, and a 409 before', async () => {
    const { status, text, headers } = await get('/v1/batches/H0001.B1/remittance');
    expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(mine.length + 2);
    const id = await installation.postClaims('H0001', 'B-not-yet', [{ ...mine[0], claimNo: 'NOTYET' }], {
      until: 'split',
    });
    expect((await get(`/v1/batches/${id}/remittance`)).json).toMatchObject({
      status: 409,
      code: 'not-complete',
    });
    expect((await get('/v1/batches/H0001.B1/remittance', { query: { cursor: '5' } })).json).toMatchObject({
      code: 'malformed-query',
    });
    expect((await get('/v1/batches/H0001.B1/remittance', { query: { cursor: '99999999' } })).status).toBe(
      400,
    );
  });
});

describe('one claim', () => {
  it('shows the decision that counts and the history', async () => {
    const { json } = await get(`/v1/claims/H0001/${mine[2]?.claimNo}`);
    expect(json).toMatchObject({
      providerId: 'H0001',
      claimNo: mine[2]?.claimNo,
      history: [{ batchId: 'H0001.B1', index: 2 }],
    });
    expect(json.current.entryHash).toBe(json.history[0].entryHash);
  });

  it('is open while its first decision is still to come, and unknown before', async () => {
    await installation.postClaims('H0001', 'B-waiting', [{ ...mine[0], claimNo: 'WAITING' }], {
      until: 'split',
    });
    expect((await get('/v1/claims/H0001/WAITING')).json).toMatchObject({ status: 'open', history: [] });
    expect((await get('/v1/claims/H0001/WAITING/explanation')).json).toMatchObject({
      status: 409,
      code: 'not-decided',
    });
    expect((await get('/v1/claims/H0001/NEVER')).json).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('is explained by computing it again, which comes to what is recorded: every claim, from either kind of batch', async () => {
    const h11 = await installation.tokenOf('H0011');
    for (const { providerId, claim } of sample.claims) {
      const { status, json } = await get(`/v1/claims/${providerId}/${claim.claimNo}/explanation`, {
        token: providerId === 'H0001' ? token : h11,
      });
      expect(status).toBe(200);
      expect(json).toMatchObject({ agrees: true, entryIntact: true });
      if (json.decision.outcome === 'settled') {
        if (claim.encounter === 'inpatient') expect(json.steps.length).toBeGreaterThan(0);
        expect(json.lines).toHaveLength(claim.lines.length);
        for (const step of json.steps) expect(step.zh + step.en).not.toContain('undefined');
      }
    }
  });

  it('is explained as text, Chinese first', async () => {
    const settled = (await get('/v1/batches/H0001.B1/results', { query: { limit: '1000' } })).json.items.find(
      (row: { outcome: string }) => row.outcome === 'settled',
    );
    const { headers, text } = await get(`/v1/claims/H0001/${settled.number}/explanation`, {
      headers: { accept: 'text/plain' },
    });
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text).toMatch(/^结算说明 Explanation {2}H0001\//);
    expect(text).toContain('结果与记录一致');
    for (const { memberId } of sample.enrolments) expect(text).not.toContain(memberId);
  });

  it('says so when the books are not what the policy gives', async () => {
    const settled = (await get('/v1/batches/H0001.B1/results', { query: { limit: '1000' } })).json.items.find(
      (row: { outcome: string }) => row.outcome === 'settled',
    );
    const key = `H0001/${settled.number}`;
    const holder = (await installation.batches.holders([key])).get(key);
    const rows = installation.ledger.streams.get(holder?.stream ?? '') as {
      place: EntryPlace;
      text: string;
      hash: string;
    }[];
    const at = rows.findIndex(({ hash }) => hash === settled.entryHash);
    const row = rows[at] as (typeof rows)[number];
    const { body } = unseal(row.place, row.text, row.hash);
    if (body.kind !== 'settlement') throw new Error('the test wants a settlement');
    const moved = {
      ...body.amounts,
      inScope: fen(body.amounts.inScope + 1),
      billed: fen(body.amounts.billed + 1),
      cash: fen(body.amounts.cash + 1),
    };
    rows[at] = { ...row, text: encodeBody({ ...body, amounts: moved }) };
    expect((await get(`/v1/claims/${key}/explanation`)).json).toMatchObject({
      entryIntact: false,
      agrees: false,
    });
    rows[at] = row;
    expect((await get(`/v1/claims/${key}/explanation`)).json).toMatchObject({
      entryIntact: true,
      agrees: true,
    });
  });
});

describe('quotes', () => {
  const quote = (body: unknown, parts: RequestParts = {}) =>
    call(installation.handler, 'POST', '/v1/quotes', { token, body, ...parts });
  const fresh = {
    ...(mine.find(({ encounter }) => encounter === 'inpatient') ?? mine[0]),
    claimNo: 'QUOTE1',
  };

  it('gives what posting the claim would give, and writes nothing', async () => {
    const before = [...installation.ledger.streams.values()].flat().length;
    const { status, json } = await quote({ claim: fresh });
    expect(status).toBe(200);
    expect([...installation.ledger.streams.values()].flat()).toHaveLength(before);
    const id = await installation.postClaims('H0001', 'B-quoted', [fresh]);
    const [row] = (await get(`/v1/batches/${id}/results`)).json.items;
    expect([row.outcome, row.amounts, row.release]).toEqual([json.outcome, json.amounts, json.release]);
    expect(row.seq).toBe(json.position.seq + 1);
    expect(Date.parse(json.validUntil) - Date.parse(json.quotedAt)).toBe(30 * 60_000);
  });

  it('says that a number is taken', async () => {
    const [row] = (await get('/v1/batches/H0001.B-quoted/results')).json.items;
    if (row.outcome !== 'settled') return;
    expect((await quote({ claim: fresh })).json).toMatchObject({
      outcome: 'repeat',
      repeatOf: { entryHash: row.entryHash },
    });
    expect((await quote({ claim: { ...fresh, diagnoses: ['Z00.000'] } })).json).toMatchObject({
      outcome: 'conflict',
      conflict: { code: 'other-content' },
    });
    const other = sample.enrolments.find(({ memberId }) => memberId !== fresh.memberId)?.memberId;
    expect((await quote({ claim: { ...fresh, memberId: other } })).json).toMatchObject({
      outcome: 'conflict',
      conflict: { code: 'number-held-by-another-member' },
    });
  });

  it('denies a member nobody knows, with a code', async () => {
    expect(
      (await quote({ claim: { ...fresh, claimNo: 'QUOTE2', memberId: 'NOBODY0001' } })).json,
    ).toMatchObject({ outcome: 'denied', denial: { code: 'member-not-enrolled' } });
  });

  it('takes the provider from the identity', async () => {
    expect((await quote({ providerId: 'H0011', claim: fresh })).json).toMatchObject({
      status: 403,
      code: 'provider-mismatch',
    });
    expect((await quote({ claim: fresh }, { token: installation.ops })).json).toMatchObject({
      code: 'invalid-request',
      errors: [{ path: 'providerId', code: 'missing' }],
    });
    expect(
      (
        await quote(
          { providerId: 'H0001', claim: { ...fresh, claimNo: 'QUOTE3' } },
          { token: installation.agency },
        )
      ).status,
    ).toBe(200);
  });

  it('says what is wrong with a claim, and where', async () => {
    const { status, json } = await quote({ claim: { ...fresh, billedFen: -1, lines: [] } });
    expect([status, json.code]).toEqual([422, 'invalid-request']);
    expect(json.errors.map(({ path, code }: { path: string; code: string }) => [path, code])).toEqual([
      ['claim.billedFen', 'negative-amount'],
      ['claim.lines', 'too-few'],
    ]);
  });
});

describe('positions', () => {
  it('shows what the next decision starts from, to ops and agency only', async () => {
    const path = `/v1/members/${mine[0]?.memberId}/position`;
    const { status, json, text } = await get(path, { token: installation.ops });
    expect(status).toBe(200);
    expect(json).toMatchObject({ area: '130300', enrolment: { hasAccount: expect.any(Boolean) } });
    expect(text).not.toContain(String(mine[0]?.memberId));
    expect((await get(path, { token: installation.agency })).status).toBe(200);
    expect((await get(path)).json).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await get('/v1/members/NOBODY0001/position', { token: installation.ops })).json).toMatchObject({
      status: 404,
    });
  });
});

describe('service', () => {
  it('answers /health, /openapi.json and /docs to anybody', async () => {
    for (const path of ['/health', '/openapi.json', '/docs'])
      expect((await call(installation.handler, 'GET', path)).status).toBe(200);
  });
});
