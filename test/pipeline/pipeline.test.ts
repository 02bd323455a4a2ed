// The whole pipeline from outside: a thousand generated claims over HTTP, the process killed in the middle, and what
// must hold of the results. The same handlers as deployed, driven by real queue events.

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Generated, generate } from '../../infra/local/sample/generate.ts';
import { sampleCatalogue, SAMPLE_PROVIDERS } from '../../infra/local/sample/reference.ts';
import { loadPacks } from '../../shared/policy/packs/load-packs.ts';
import { type Answer, Installation } from './installation.ts';

const CLAIMS = 1_000;
const jiesuan = new Installation();
let sample: Generated;
const DATE = '2025-12-31';

interface Amounts {
  billedFen: number;
  selfPaidFen: number;
  overLimitFen: number;
  firstPayFen: number;
  inScopeFen: number;
  deductibleFen: number;
  fundsFen: Record<string, number>;
  accountFen: number;
  cashFen: number;
  hospitalFen: number;
}
interface Row {
  index: number;
  number: string;
  outcome: string;
  seq: number;
  entryHash: string;
  amounts?: Amounts;
  repeatOf?: Row;
}

const totalsOf = (claims: readonly { billedFen: number }[]) => ({
  claimCount: claims.length,
  billedFen: claims.reduce((sum, { billedFen }) => sum + billedFen, 0),
});

/** Posts a provider's claims as one batch. */
const post = (
  providerId: string,
  batchNo: string,
  claims: readonly { billedFen: number }[],
): Promise<Answer> =>
  jiesuan.call(providerId, 'POST', '/v1/batches', {
    providerId,
    batchNo,
    businessDate: DATE,
    controlTotals: totalsOf(claims),
    claims,
  });

const results = async (providerId: string, batchId: string): Promise<Row[]> => {
  const rows: Row[] = [];
  let path: string | undefined = `/v1/batches/${batchId}/results?format=ndjson&limit=400`;
  while (path !== undefined) {
    const answer: Answer = await jiesuan.call(providerId, 'GET', path);
    expect(answer.status).toBe(200);
    rows.push(
      ...answer.text
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Row),
    );
    const next: string | undefined = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    path = next;
  }
  return rows;
};

beforeAll(async () => {
  await jiesuan.start();
  sample = generate({
    seed: 'pipeline',
    members: 120,
    claims: CLAIMS,
    from: '2025-01-01',
    to: DATE,
    linesMax: 60,
    unreadableBasisPoints: 100,
  });
  const documents = { packs: loadPacks(), catalogue: sampleCatalogue(), providers: SAMPLE_PROVIDERS };
  const published = await jiesuan.call('agency', 'POST', '/v1/releases', {
    from: '2020-01-01T00:00:00+08:00',
    documents,
  });
  expect(published.status).toBe(201);
  const { enrolments, accountCredits } = sample;
  const enrolled = await jiesuan.call('agency', 'POST', '/v1/enrolments', {
    batchNo: 'E1',
    businessDate: DATE,
    enrolments,
    accountCredits,
  });
  expect(enrolled.json).toMatchObject({ accepted: enrolments.length + accountCredits.length, rejected: [] });
  await jiesuan.complete('ops', 'the-agency.E1');
});
afterAll(() => jiesuan.stop());

describe('the pipeline', () => {
  const posted = new Map<
    string,
    {
      batchId: string;
      accepted: number;
      rejected: number;
      claims: readonly { billedFen: number; claimNo: string }[];
    }
  >();

  it('takes a thousand claims, is killed while settling, and loses none', async () => {
    const byProvider = Map.groupBy(sample.claims, ({ providerId }) => providerId);
    for (const [providerId, list] of byProvider) {
      const claims = list.map(({ claim }) => claim) as { billedFen: number; claimNo: string }[];
      const { status, json } = await post(providerId, 'B1', claims);
      expect(status).toBe(202);
      expect(json.accepted + json.rejected.length).toBe(claims.length);
      posted.set(providerId, {
        batchId: json.batchId,
        accepted: json.accepted,
        rejected: json.rejected.length,
        claims,
      });
    }
    expect([...posted.values()].reduce((sum, { claims }) => sum + claims.length, 0)).toBe(CLAIMS);
    expect([...posted.values()].some(({ rejected }) => rejected > 0)).toBe(true);

    await new Promise((resolve) => setTimeout(resolve, 700));
    await jiesuan.kill();
    await jiesuan.start();
    for (const [providerId, { batchId, accepted, rejected }] of posted) {
      const batch = await jiesuan.complete(providerId, batchId, 120_000);
      expect(batch.counts).toMatchObject({ accepted, rejected, decided: accepted, open: 0 });
    }
  });

  it('has one entry per accepted claim, and every bill adds up', async () => {
    let settled = 0;
    for (const [providerId, { batchId, accepted, claims }] of posted) {
      const rows = await results(providerId, batchId);
      expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: accepted }, (_, n) => n));
      expect(new Set(rows.map(({ number }) => number)).size).toBe(accepted);
      expect(new Set(rows.map(({ entryHash }) => entryHash)).size).toBe(accepted);
      const billed = new Map(claims.map(({ claimNo, billedFen }) => [claimNo, billedFen]));
      const sums = { billedFen: 0, cashFen: 0, accountFen: 0, funds: 0 };
      for (const { outcome, number, amounts } of rows) {
        expect(['settled', 'denied', 'pended']).toContain(outcome);
        if (!amounts || outcome !== 'settled') continue;
        settled++;
        const funds = Object.values(amounts.fundsFen).reduce((sum, amount) => sum + amount, 0);
        expect(amounts.billedFen).toBe(billed.get(number));
        expect(amounts.billedFen).toBe(
          amounts.selfPaidFen + amounts.overLimitFen + amounts.firstPayFen + amounts.inScopeFen,
        );
        expect(amounts.billedFen).toBe(funds + amounts.accountFen + amounts.cashFen + amounts.hospitalFen);
        expect(amounts.deductibleFen).toBeLessThanOrEqual(amounts.inScopeFen);
        sums.billedFen += amounts.billedFen;
        sums.cashFen += amounts.cashFen;
        sums.accountFen += amounts.accountFen;
        sums.funds += funds;
      }
      const { money } = (await jiesuan.call(providerId, 'GET', `/v1/batches/${batchId}`)).json;
      expect(money).toMatchObject({
        billedFen: sums.billedFen,
        cashFen: sums.cashFen,
        accountFen: sums.accountFen,
      });
      expect(
        Object.values(money.fundsFen as Record<string, number>).reduce((sum, amount) => sum + amount, 0),
      ).toBe(sums.funds);
    }
    expect(settled).toBeGreaterThan(CLAIMS / 2);
  });

  it('answers the same batch the same, and refuses other content under its number', async () => {
    const [providerId, { claims, accepted, batchId }] = [...posted][0] as [
      string,
      typeof posted extends Map<string, infer V> ? V : never,
    ];
    const again = await post(providerId, 'B1', claims);
    expect([again.status, again.json.batchId, again.json.accepted]).toEqual([202, batchId, accepted]);
    const other = await post(providerId, 'B1', claims.slice(1));
    expect([other.status, other.json.code]).toEqual([409, 'batch-number-taken']);
  });

  it('settles a claim of two batches once: the second answers with the first result, as a repeat', async () => {
    const [providerId, { claims, batchId }] = [...posted][1] as [
      string,
      typeof posted extends Map<string, infer V> ? V : never,
    ];
    const first = new Map((await results(providerId, batchId)).map((row) => [row.number, row]));
    const chosen = claims.filter(({ claimNo }) => first.get(claimNo)?.outcome === 'settled').slice(0, 5);
    const [changed, ...same] = chosen as [
      {
        billedFen: number;
        claimNo: string;
        lines: { amountFen: number; unitPrice: string; quantity: string }[];
      },
    ];
    const line = { ...changed.lines[0], quantity: '1', unitPrice: '0.07', amountFen: 7 };
    const corrected = { ...changed, lines: [line], billedFen: 7 };
    const { json } = await post(providerId, 'B2', [...same, corrected]);
    await jiesuan.complete(providerId, json.batchId);
    const rows = await results(providerId, json.batchId);
    expect(rows.map(({ outcome }) => outcome)).toEqual(['repeat', 'repeat', 'repeat', 'repeat', 'conflict']);
    for (const { number, repeatOf } of rows.slice(0, 4)) {
      expect(repeatOf?.entryHash).toBe(first.get(number)?.entryHash);
      expect(repeatOf?.amounts).toEqual(first.get(number)?.amounts);
    }
    const shown = await jiesuan.call(providerId, 'GET', `/v1/claims/${providerId}/${changed.claimNo}`);
    expect(shown.status).toBe(200);
  });

  it('takes a large batch by upload, refuses one that is not as announced, and settles it alike', async () => {
    const providerId = [...posted.keys()][0] as string;
    const more = generate({
      seed: 'upload',
      members: 120,
      claims: 300,
      from: '2025-01-01',
      to: DATE,
      linesMax: 5,
      providerIds: [providerId],
    });
    const claims = more.claims.map(({ claim }) => ({ ...claim, claimNo: `U${claim.claimNo}`.slice(0, 40) }));
    const body = `${claims.map((claim) => JSON.stringify(claim)).join('\n')}\n`;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const address = await jiesuan.call(providerId, 'POST', '/v1/uploads', {
      sha256,
      contentLength: Buffer.byteLength(body),
    });
    expect(address.status).toBe(201);
    const batch = {
      providerId,
      batchNo: 'U1',
      businessDate: DATE,
      controlTotals: totalsOf(claims),
      uploadId: address.json.uploadId,
    };
    expect((await jiesuan.call(providerId, 'POST', '/v1/batches', batch)).json.code).toBe('upload-not-found');
    const put = await fetch(address.json.url, { method: 'PUT', headers: address.json.headers, body });
    expect(put.status).toBe(200);
    expect((await jiesuan.call(providerId, 'POST', '/v1/batches', batch)).status).toBe(202);
    const done = await jiesuan.complete(providerId, `${providerId}.U1`);
    expect(done.counts).toMatchObject({ accepted: 300, open: 0 });

    const wrong = { ...batch, batchNo: 'U2', controlTotals: { ...totalsOf(claims), billedFen: 1 } };
    expect((await jiesuan.call(providerId, 'POST', '/v1/batches', wrong)).status).toBe(202);
    let status = '';
    for (let tries = 0; tries < 50 && status !== 'refused'; tries++) {
      status = (await jiesuan.call(providerId, 'GET', `/v1/batches/${providerId}.U2`)).json.status;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(status).toBe('refused');
  });

  it('quotes what it then settles, and explains it from the raw claim', async () => {
    const stay = sample.claims.find(
      ({ claim }) => claim.encounter === 'inpatient',
    ) as Generated['claims'][number];
    const { providerId } = stay;
    const claim = { ...stay.claim, claimNo: 'Q1' };
    const quote = await jiesuan.call(providerId, 'POST', '/v1/quotes', { providerId, claim });
    expect(quote.status).toBe(200);
    const { json } = await post(providerId, 'Q1', [claim]);
    await jiesuan.complete(providerId, json.batchId);
    const [row] = await results(providerId, json.batchId);
    expect(row?.amounts).toEqual(quote.json.amounts);
    const explained = await jiesuan.call(providerId, 'GET', `/v1/claims/${providerId}/Q1/explanation`);
    expect(explained.status).toBe(200);
    expect(explained.json.steps.length).toBeGreaterThan(0);
  });

  it('shows nobody anything of another provider', async () => {
    const [[one, mine], [other]] = [...posted] as [[string, { batchId: string }], [string, unknown]];
    const foreign = await jiesuan.call(other, 'GET', `/v1/batches/${mine.batchId}`);
    const unknown = await jiesuan.call(other, 'GET', `/v1/batches/${one}.NEVER`);
    expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
    expect((await jiesuan.call(undefined, 'GET', `/v1/batches/${mine.batchId}`)).status).toBe(401);
    expect((await jiesuan.call('ops', 'POST', '/v1/batches', {})).status).toBe(403);
  });

  it('has printed no member number and no name', () => {
    for (const [memberId, name] of Object.entries(sample.names)) {
      expect(jiesuan.printed).not.toContain(memberId);
      expect(jiesuan.printed).not.toContain(name);
    }
    expect(jiesuan.printed).not.toMatch(/DEMO\d/);
  });
});
