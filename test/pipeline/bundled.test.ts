// The artefacts that are deployed, not the sources: every function of this installation is its bundle. One enrolment,
// one batch, a kill in the middle, and what a provider reads at the end. Every call to AWS on the way is held against
// the rights that the stack gives.

import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../infra/bundle.ts';
import { type Generated, generate } from '../../infra/local/sample/generate.ts';
import { sampleCatalogue, SAMPLE_PROVIDERS } from '../../infra/local/sample/reference.ts';
import { FUNCTIONS } from '../../infra/stages.ts';
import { loadPacks } from '../../shared/policy/packs/load-packs.ts';
import { mayDo, synthesise } from '../infra/support/templates.ts';
import { Installation } from './installation.ts';

const DATE = '2025-12-31';
const jiesuan = new Installation();
const calls = `${jiesuan.dir}.calls`;
let sample: Generated;

beforeAll(async () => {
  for (const name of FUNCTIONS) bundleFunction(name);
  process.env['JIESUAN_TEST_BUNDLED'] = '1';
  process.env['JIESUAN_TEST_CALLS'] = calls;
  const recorder = pathToFileURL(join(import.meta.dirname, '../infra/support/record-calls.ts'));
  process.env['NODE_OPTIONS'] = `--import=${recorder.href}`;
  await jiesuan.start();
  sample = generate({
    seed: 'bundled',
    members: 20,
    claims: 120,
    from: '2025-01-01',
    to: DATE,
    linesMax: 20,
    unreadableBasisPoints: 0,
  });
  const documents = { packs: loadPacks(), catalogue: sampleCatalogue(), providers: SAMPLE_PROVIDERS };
  const published = await jiesuan.call('agency', 'POST', '/v1/releases', {
    from: '2020-01-01T00:00:00+08:00',
    documents,
  });
  expect(published.status).toBe(201);
  const { enrolments, accountCredits } = sample;
  const body = { batchNo: 'E1', businessDate: DATE, enrolments, accountCredits };
  expect((await jiesuan.call('agency', 'POST', '/v1/enrolments', body)).status).toBe(202);
  await jiesuan.complete('ops', 'the-agency.E1');
}, 180_000);
afterAll(async () => {
  for (const name of ['JIESUAN_TEST_BUNDLED', 'JIESUAN_TEST_CALLS', 'NODE_OPTIONS']) delete process.env[name];
  await jiesuan.stop();
  rmSync(calls, { force: true });
});

describe('the bundles', () => {
  it('settle a batch, killed in the middle, from the post to the remittance', async () => {
    const byProvider = [...Map.groupBy(sample.claims, (each) => each.providerId)];
    const [providerId, list] = byProvider.toSorted(([, a], [, b]) => b.length - a.length)[0] ?? ['', []];
    const claims = list.map(({ claim }) => claim) as { billedFen: number }[];
    const controlTotals = {
      claimCount: claims.length,
      billedFen: claims.reduce((sum, { billedFen }) => sum + billedFen, 0),
    };
    const body = { providerId, batchNo: 'B1', businessDate: DATE, controlTotals, claims };
    const { status, json } = await jiesuan.call(providerId, 'POST', '/v1/batches', body);
    expect([status, json.accepted]).toEqual([202, claims.length]);

    await jiesuan.kill();
    await jiesuan.start();
    const batch = await jiesuan.complete(providerId, json.batchId);
    expect(batch.counts).toMatchObject({ accepted: claims.length, decided: claims.length, open: 0 });
    const remittance = await jiesuan.call(providerId, 'GET', `/v1/batches/${json.batchId}/remittance`);
    expect(remittance.status).toBe(200);
    expect(remittance.text.trim().split('\n')).toHaveLength(claims.length + 2); // A header, a trailer.
  });

  it('make no call that the stack gives them no right to', async () => {
    // What the first test has not asked for: an upload with a line that is rejected, and everything that is read.
    const [one] = sample.claims;
    const providerId = one?.providerId ?? '';
    const claim = one?.claim as { claimNo: string; billedFen: number };
    const lines = [
      { ...claim, claimNo: 'U1' },
      { claimNo: 'U2', billedFen: 0 },
    ]
      .map((each) => JSON.stringify(each))
      .join('\n');
    const sha256 = createHash('sha256').update(lines).digest('hex');
    const contentLength = Buffer.byteLength(lines);
    const upload = await jiesuan.call(providerId, 'POST', '/v1/uploads', { sha256, contentLength });
    expect(upload.status).toBe(201);
    const put = await fetch(upload.json.url, { method: 'PUT', headers: upload.json.headers, body: lines });
    expect(put.ok).toBe(true);
    const controlTotals = { claimCount: 2, billedFen: claim.billedFen };
    const body = {
      providerId,
      batchNo: 'U1',
      businessDate: DATE,
      controlTotals,
      uploadId: upload.json.uploadId,
    };
    const { status, json } = await jiesuan.call(providerId, 'POST', '/v1/batches', body);
    expect(status).toBe(202);
    await jiesuan.complete(providerId, json.batchId);
    const read = [
      '/v1/batches',
      `/v1/batches/${json.batchId}/results`,
      `/v1/batches/${json.batchId}/rejections`,
      `/v1/batches/${json.batchId}/remittance`,
      `/v1/claims/${providerId}/U1`,
      `/v1/claims/${providerId}/U1/explanation`,
    ];
    expect((await jiesuan.clear()).open).toHaveLength(1);
    const { items } = (await jiesuan.call(providerId, 'GET', `/v1/statements/${providerId}`)).json;
    expect(items).toHaveLength(1);
    read.push(`/v1/statements/${providerId}/${items[0].month}?view=full&format=csv`);
    for (const path of read) expect((await jiesuan.call(providerId, 'GET', path)).status, path).toBe(200);

    expect((await jiesuan.seal()).entries).toBeGreaterThan(2);

    const made = readFileSync(calls, 'utf8').trim().split('\n');
    const callers = new Set(made.map((call) => call.split(' ')[0]));
    expect(callers).toEqual(new Set(FUNCTIONS));
    const { app } = synthesise('us-east-1');
    const refused = made.filter((call) => {
      const [name, action, resource] = call.split(' ') as [(typeof FUNCTIONS)[number], string, string];
      return !mayDo(app, name, action, resource);
    });
    expect(refused).toEqual([]);
  });
});
