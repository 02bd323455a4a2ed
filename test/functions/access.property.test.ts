// Who sees what, over random triples of caller, route and object: no foreign byte in any answer, a foreign object
// answers exactly like one that does not exist, and a role does only what its row of the matrix says.

import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../infra/local/sample/generate.ts';
import { clearMonths } from '../../functions/clear/clear-months.ts';
import { RESULTS_CONTRACTS } from '../../functions/results/contract.ts';
import { INTAKE_CONTRACTS } from '../../functions/intake/contract.ts';
import { httpApi } from '../../shared/http/api.ts';
import { DEV_AUDIENCE, DEV_ISSUER, devJwks } from '../../shared/http/dev-issuer.ts';
import { identification } from '../../shared/http/identity.ts';
import { ok, type Route } from '../../shared/http/route.ts';
import { SILENT } from '../../shared/observability/logger.ts';
import { NO_METER } from '../../shared/observability/metrics-emitter.ts';
import { call, type Reply } from '../support/http-events.ts';
import { type MemoryInstallation, memoryInstallation, NOW } from '../support/memory-installation.ts';

const PROVIDERS = ['H0001', 'H0002', 'H0011', 'P0001'] as const;
type Provider = (typeof PROVIDERS)[number];

/** Every provider's claims carry its own mark in every text it posts, so that a foreign byte can be seen. */
const mark = (providerId: Provider): string => `MARK${providerId}MARK`;
const sample = generate({
  seed: 'access',
  members: 10,
  claims: 80,
  from: '2026-01-05',
  to: '2026-08-30',
  linesMax: 4,
  providerIds: [...PROVIDERS],
});
const claimsOf = (providerId: Provider) =>
  sample.claims
    .filter((claim) => claim.providerId === providerId)
    .map(({ claim }, n) => ({
      ...claim,
      claimNo: `${mark(providerId)}-${n % 3}`, // Numbers meet across providers, and repeat within one.
      lines: claim.lines.map((line) => ({ ...line, itemName: mark(providerId) })),
    }));

let installation: MemoryInstallation;
const tokens = new Map<string, string>();
/** What may never be in an answer to anybody. */
const personal = [
  ...sample.enrolments.map(({ memberId }) => memberId),
  ...Object.values(sample.names),
  'CANARY',
];

beforeAll(async () => {
  installation = await memoryInstallation();
  await installation.enrol('E1', sample.enrolments, sample.accountCredits);
  for (const providerId of PROVIDERS) {
    tokens.set(providerId, await installation.tokenOf(providerId));
    const claims = claimsOf(providerId);
    const spoiled = {
      ...claims[0],
      claimNo: `${mark(providerId)}-bad`,
      memberId: 'CANARY 110101199003070000',
      [mark(providerId)]: 'CANARY',
    };
    await installation.postClaims(providerId, 'B1', [...claims.slice(0, 10), spoiled], { shards: 3 });
    await installation.postClaims(providerId, `B${mark(providerId)}`, claims.slice(0, 4), {
      format: 'ndjson',
    });
    await installation.postClaims(
      providerId,
      'B3',
      claims.slice(0, 2).map((claim) => ({ ...claim, claimNo: `${mark(providerId)}-open` })),
      { until: 'split' },
    );
  }
  await clearMonths({ ...installation, segments: 2, lateAfterMinutes: 60 });
  tokens.set('ops', installation.ops);
  tokens.set('agency', installation.agency);
});

const callers = fc.constantFrom(...PROVIDERS, 'ops', 'agency', 'nobody');
const provider = fc.constantFrom<Provider>(...PROVIDERS);
const suffix = fc.constantFrom(
  '',
  '/results',
  '/results?format=ndjson',
  '/results?format=csv',
  '/results?limit=3&cursor=2',
  '/rejections',
  '/rejections?format=ndjson',
  '/remittance',
);
const batchOf = provider.chain((owner) =>
  fc.tuple(fc.constant(owner), fc.constantFrom('B1', `B${mark(owner)}`, 'B3', 'NONE'), suffix),
);
const claimOf = provider.chain((owner) =>
  fc.tuple(
    fc.constant(owner),
    fc.oneof(
      fc.constantFrom('0', '1', '2', 'open', 'bad', 'none').map((n) => `${mark(owner)}-${n}`),
      fc.constantFrom(...PROVIDERS).map((other) => `${mark(other)}-0`),
    ),
    fc.constantFrom('', '/explanation', '/explanation?format=text', '/explanation?seq=1'),
  ),
);
/** Of a provider that has none of it too: what is not one's own is 404 before anybody looks. */
const statement = fc
  .tuple(provider, fc.constantFrom('', '/2026-09', '/2026-09?view=full', '/2026-09?format=csv', '/2026-08'))
  .map(([owner, rest]) => ({ owner, path: `/v1/statements/${owner}${rest}` }));
const object = fc.oneof(
  batchOf.map(([owner, batchNo, rest]) => ({ owner, path: `/v1/batches/${owner}.${batchNo}${rest}` })),
  claimOf.map(([owner, claimNo, rest]) => ({ owner, path: `/v1/claims/${owner}/${claimNo}${rest}` })),
  provider.map((owner) => ({ owner, path: `/v1/batches?providerId=${owner}` })),
);

function get(caller: string, path: string): Promise<Reply> {
  const [pathname = '', search = ''] = path.split('?');
  return call(installation.handler, 'GET', pathname, {
    token: tokens.get(caller),
    query: Object.fromEntries(new URLSearchParams(search)),
  });
}

const isProvider = (caller: string): caller is Provider => (PROVIDERS as readonly string[]).includes(caller);

describe('reading', () => {
  it('shows nobody a byte of anybody else', async () => {
    const seen = { own: 0, refused: 0, full: 0 };
    await fc.assert(
      fc.asyncProperty(callers, fc.oneof(object, object, statement), async (caller, { owner, path }) => {
        const reply = await get(caller, path);
        for (const secret of personal) expect(reply.text).not.toContain(secret);
        if (caller === 'nobody') {
          expect([reply.status, reply.json.code]).toEqual([401, 'token-missing']);
        } else if (isProvider(caller) && caller !== owner) {
          seen.refused++;
          expect([403, 404]).toContain(reply.status);
          for (const other of PROVIDERS) expect(reply.text).not.toContain(mark(other));
        } else {
          if (reply.status === 200) seen[isProvider(caller) ? 'own' : 'full']++;
          for (const other of PROVIDERS)
            if (other !== owner) expect(reply.text.replaceAll(path, '')).not.toContain(mark(other));
          expect(reply.status).toBeLessThan(500);
        }
        expect(JSON.stringify(reply.headers)).not.toMatch(/CANARY/);
      }),
      { numRuns: 1_500, seed: 20260901 },
    );
    expect(Math.min(seen.own, seen.refused, seen.full)).toBeGreaterThan(50); // Each kind was really tried.
    expect(installation.logged).toEqual([]);
  });

  it('answers a foreign object exactly like one that does not exist, header for header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PROVIDERS), object, async (caller, { owner, path }) => {
        fc.pre(caller !== owner && !path.includes('?providerId='));
        const nowhere = path.replace(/\.B[^/?]*|\/MARK[^/?]*/, (part) => `${part[0]}NEVERWAS`);
        const [foreign, missing, ownMissing] = await Promise.all([
          get(caller, path),
          get(caller, nowhere),
          get(caller, nowhere.replace(owner, caller)),
        ]);
        expect(foreign).toEqual(missing);
        expect(foreign).toEqual(ownMissing);
        expect(foreign.status).toBe(404);
      }),
      { numRuns: 500, seed: 20260902 },
    );
  });

  it('quotes under the caller’s own number, whatever the body says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PROVIDERS),
        provider,
        fc.nat({ max: 40 }),
        async (caller, named, n) => {
          const claims = claimsOf(named);
          const body = { providerId: named, claim: claims[n % claims.length] };
          const reply = await call(installation.handler, 'POST', '/v1/quotes', {
            token: tokens.get(caller),
            body,
          });
          if (caller === named) {
            expect(reply.status).toBe(200);
            expect(reply.json.providerId).toBe(caller);
          } else {
            expect([reply.status, reply.json.code]).toEqual([403, 'provider-mismatch']);
            expect(reply.text).not.toContain('MARK');
          }
          for (const secret of personal) expect(reply.text).not.toContain(secret);
        },
      ),
      { numRuns: 150, seed: 20260903 },
    );
  });
});

/** What each role may do; "-" is 403. Objects of others are another question, answered above. */
const MATRIX: Readonly<Record<string, string>> = {
  postBatch: 'provider - -',
  postUpload: 'provider - -',
  postEnrolments: '- - agency',
  postReview: '- - agency',
  postReversal: 'provider - agency',
  postRelease: '- - agency',
  postQuote: 'provider ops agency',
  getPosition: '- ops agency',
  listBatches: 'provider ops agency',
  getBatch: 'provider ops agency',
  getResults: 'provider ops agency',
  getRejections: 'provider ops agency',
  getRemittance: 'provider ops agency',
  getClaim: 'provider ops agency',
  getExplanation: 'provider ops agency',
  listStatements: 'provider ops agency',
  getStatement: 'provider ops agency',
  listBooks: '- ops agency',
};

describe('the matrix of roles and routes', () => {
  const all = [...INTAKE_CONTRACTS, ...RESULTS_CONTRACTS];

  it('has a row for every route that asks who you are', () => {
    expect(
      all
        .filter(({ access }) => access !== 'public')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(Object.keys(MATRIX).sort());
  });

  it('holds: 403 where it has a dash, before anything of the request is looked at', async () => {
    const identify = identification(
      {
        AUTH_MODE: 'jwt',
        AUTH_ISSUER: DEV_ISSUER,
        AUTH_AUDIENCE: DEV_AUDIENCE,
        AUTH_JWKS: devJwks(installation.keys),
      },
      () => NOW,
    );
    const routes = all.map((contract): Route => ({ contract, handle: async () => ok('reached') }));
    const api = httpApi(routes, { identify, log: SILENT, meter: NO_METER, now: () => NOW });
    for (const { id, method, path, access } of all) {
      if (access === 'public') continue;
      for (const [at, role] of ['provider', 'ops', 'agency'].entries()) {
        const token = tokens.get(role === 'provider' ? 'H0001' : role);
        const reply = await call(api, method, path.replace(/\{\w+\}/g, 'H0001'), { token });
        const allowed = MATRIX[id]?.split(' ')[at] === role;
        if (allowed) expect(reply.json?.code, `${role} ${id}`).not.toBe('forbidden');
        else expect([reply.status, reply.json.code], `${role} ${id}`).toEqual([403, 'forbidden']);
        expect((await call(api, method, path.replace(/\{\w+\}/g, 'H0001'))).status).toBe(401);
      }
    }
  });

  it('lets ops change nothing', () => {
    const opsPosts = all.filter(
      ({ method, access }) =>
        method === 'POST' && access !== 'public' && (access as readonly string[]).includes('ops'),
    );
    expect(opsPosts.map(({ id }) => id)).toEqual(['postQuote']); // Which writes nothing.
  });
});
