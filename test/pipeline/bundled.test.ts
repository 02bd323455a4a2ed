// The artefacts that are deployed, not the sources: every function of this installation is its bundle. One enrolment,
// one batch, a kill in the middle, and what a provider reads at the end.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../infra/bundle.ts';
import { type Generated, generate } from '../../infra/local/sample/generate.ts';
import { sampleCatalogue, SAMPLE_PROVIDERS } from '../../infra/local/sample/reference.ts';
import { FUNCTIONS } from '../../infra/stages.ts';
import { loadPacks } from '../../shared/policy/packs/load-packs.ts';
import { Installation } from './installation.ts';

const DATE = '2025-12-31';
const jiesuan = new Installation();
let sample: Generated;

beforeAll(async () => {
  for (const name of FUNCTIONS) bundleFunction(name);
  process.env['JIESUAN_TEST_BUNDLED'] = '1';
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
});
afterAll(async () => {
  delete process.env['JIESUAN_TEST_BUNDLED'];
  await jiesuan.stop();
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
});
