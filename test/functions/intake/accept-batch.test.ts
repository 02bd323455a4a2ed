// Posting a batch: what is taken in, what is sent back, and that asking twice is asking once. From the request to the
// stored manifest, on memory stores.

import { beforeEach, describe, expect, it } from 'vitest';
import type { IntakeDeps } from '../../../functions/intake/accept-batch.ts';
import { intakeRoutes } from '../../../functions/intake/routes.ts';
import { memoryBatches } from '../../../shared/batch/memory/memory-batches.ts';
import { httpApi } from '../../../shared/http/api.ts';
import { SILENT } from '../../../shared/observability/logger.ts';
import { NO_METER } from '../../../shared/observability/metrics-emitter.ts';
import { memoryRecords } from '../../../shared/records/memory/memory-records.ts';
import { aClaim, claims } from '../../support/claims.ts';
import { call, type RequestParts } from '../../support/http-events.ts';

const NOW = Date.parse('2026-09-01T04:00:00Z');
const SHA = 'ab'.repeat(32);
const told: string[] = [];
let deps: IntakeDeps & { readonly records: ReturnType<typeof memoryRecords> };
let api: ReturnType<typeof httpApi>;

beforeEach(() => {
  told.length = 0;
  deps = {
    batches: memoryBatches(),
    records: memoryRecords(),
    uploads: {
      presign: async () => ({ url: 'https://uploads.test/x', headers: {}, expiresInSeconds: 900 }),
      size: async (providerId) => (providerId === 'H0001' ? 1_000 : undefined),
      copyToRecords: async () => {},
    },
    splitQueue: { send: async ({ batchId }) => void told.push(batchId) },
    releaseInForce: async () => 'release-1',
    areaOf: async () => '130300',
    homeArea: '130300',
  };
  const identify = async ({ headers }: { headers: Record<string, string | undefined> }) => {
    const name = headers['authorization']?.slice('Bearer '.length) ?? '';
    return name === 'agency' || name === 'ops'
      ? ({ role: name } as const)
      : ({ role: 'provider', providerId: name } as const);
  };
  const pointers = { inForce: async () => 'release-1', point: async () => true };
  api = httpApi(intakeRoutes({ ...deps, pointers, meter: NO_METER }), {
    identify,
    log: SILENT,
    meter: NO_METER,
    now: () => NOW,
  });
});

const batch = (list: readonly Record<string, unknown>[], over: object = {}) => ({
  providerId: 'H0001',
  batchNo: 'B1',
  businessDate: '2026-09-01',
  controlTotals: {
    claimCount: list.length,
    billedFen: list.reduce((sum, { billedFen }) => sum + (typeof billedFen === 'number' ? billedFen : 0), 0),
  },
  claims: list,
  ...over,
});
const post = (body: unknown, parts: RequestParts = {}) =>
  call(api, 'POST', '/v1/batches', { token: 'H0001', body, ...parts });

describe('a batch', () => {
  it('is stored as posted before it is answered, and split is told', async () => {
    const body = batch(claims(3));
    const { status, json } = await post(body);
    expect([status, json]).toEqual([202, { batchId: 'H0001.B1', accepted: 3, rejected: [] }]);
    expect(told).toEqual(['H0001.B1']);
    const manifest = await deps.batches.manifest('H0001.B1');
    expect(manifest).toMatchObject({
      providerId: 'H0001',
      releaseId: 'release-1',
      acceptedAt: NOW,
      raw: { format: 'json' },
    });
    expect(new TextDecoder().decode(deps.records.objects.get(manifest?.raw.key ?? ''))).toBe(
      JSON.stringify(body),
    );
  });

  it('goes through for its valid claims, and names every error of the others', async () => {
    const list = [
      aClaim({ claimNo: 'C0' }),
      aClaim({ claimNo: 'C1', memberId: 'CANARY王小明', servedOn: 'x' }),
      aClaim({ claimNo: 'C2' }),
    ];
    const { status, json, text } = await post(batch(list));
    expect([status, json.accepted]).toEqual([202, 2]);
    expect(json.rejected).toMatchObject([
      {
        index: 1,
        number: 'C1',
        errors: [
          { path: 'memberId', code: 'malformed' },
          { path: 'servedOn', code: 'not-a-date' },
        ],
      },
    ]);
    expect(text).not.toMatch(/CANARY|王小明/);
  });

  it('asked for twice is the same batch; other content under its number is refused', async () => {
    const first = await post(batch(claims(3)));
    expect((await post(batch(claims(3)))).text).toBe(first.text);
    // Members of objects in another order, other white space: the same content.
    const turned = Object.fromEntries(Object.entries(batch(claims(3))).reverse());
    expect((await post(JSON.stringify(turned, undefined, 2))).text).toBe(first.text);
    expect((await post(batch(claims(2)))).json).toMatchObject({ status: 409, code: 'batch-number-taken' });
  });

  it('belongs to who posts it, whatever it says', async () => {
    expect((await post(batch(claims(1)), { token: 'H0002' })).json).toMatchObject({
      status: 403,
      code: 'provider-mismatch',
    });
    for (const token of ['ops', 'agency'])
      expect((await post(batch(claims(1)), { token })).json).toMatchObject({
        status: 403,
        code: 'forbidden',
      });
    expect(await deps.batches.manifest('H0001.B1')).toBeUndefined();
  });

  it.each<[string, object, string, string]>([
    [
      'a wrong count',
      { controlTotals: { claimCount: 4, billedFen: 3_702 } },
      'controlTotals.claimCount',
      'claim-count-differs',
    ],
    [
      'a wrong sum',
      { controlTotals: { claimCount: 3, billedFen: 3_701 } },
      'controlTotals.billedFen',
      'billed-total-differs',
    ],
    ['claims and an upload', { uploadId: SHA }, 'claims', 'claims-or-upload'],
    ['neither', { claims: undefined }, 'claims', 'claims-or-upload'],
    ['no claim', { claims: [] }, 'claims', 'too-few'],
    ['too many claims', { claims: Array.from({ length: 10_001 }, () => 0) }, 'claims', 'too-many'],
    ['a number with a dot', { batchNo: 'a.b' }, 'batchNo', 'malformed'],
    ['a misspelt field', { busnessDate: '2026-09-01' }, 'busnessDate', 'unknown-field'],
    ['an impossible day', { businessDate: '2026-02-30' }, 'businessDate', 'not-a-date'],
  ])('is refused whole with %s', async (_, over, path, code) => {
    const { status, json } = await post(batch(claims(3), over));
    expect(status).toBe(422);
    expect(json.errors).toContainEqual(expect.objectContaining({ path, code }));
    expect(told).toEqual([]);
  });

  it('answers within what a function may return, however much is wrong with it', async () => {
    const hopeless = Array.from({ length: 3_000 }, (_, n) => ({ claimNo: `C${n}`, billedFen: 0 }));
    const { status, text, json } = await post(batch(hopeless));
    expect(status).toBe(202);
    expect(JSON.stringify(text).length).toBeLessThan(6_000_000);
    expect(json.rejected.length + (json.notListed ?? 0)).toBe(3_000);
  });

  it('may come by an upload, which has to be there and one’s own', async () => {
    const { claims: _claims, ...announced } = batch(claims(1));
    expect((await post({ ...announced, uploadId: SHA })).json).toEqual({ batchId: 'H0001.B1' });
    expect(
      (await post({ ...announced, providerId: 'H0002', uploadId: SHA }, { token: 'H0002' })).json,
    ).toMatchObject({ status: 422, code: 'upload-not-found' });
    const { status, json } = await call(api, 'POST', '/v1/uploads', {
      token: 'H0001',
      body: { sha256: SHA, contentLength: 10 },
    });
    expect([status, json.uploadId, json.method]).toEqual([201, SHA, 'PUT']);
  });
});

describe('enrolments', () => {
  it('are the agency’s', async () => {
    const body = {
      batchNo: 'E1',
      businessDate: '2026-09-01',
      enrolments: [],
      accountCredits: [
        { creditNo: 'A1', memberId: 'DEMO0000000001', amountFen: 1, creditedOn: '2026-09-01' },
      ],
    };
    const enrol = (token: string, sent: unknown = body) =>
      call(api, 'POST', '/v1/enrolments', { token, body: sent });
    expect((await enrol('agency')).json).toEqual({ batchId: 'the-agency.E1', accepted: 1, rejected: [] });
    expect((await enrol('H0001')).json).toMatchObject({ code: 'forbidden' });
    expect((await enrol('agency', { ...body, accountCredits: [] })).json.errors).toMatchObject([
      { path: 'enrolments', code: 'nothing-to-record' },
    ]);
  });
});
