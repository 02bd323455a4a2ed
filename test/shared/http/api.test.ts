// The border of the API: what comes in wrong is refused with the right status, path and code, and nothing that was
// sent comes back or reaches the log.

import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { httpApi } from '../../../shared/http/api.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { contract, ok, route } from '../../../shared/http/route.ts';
import { NO_METER } from '../../../shared/observability/metrics-emitter.ts';
import { amountFen, date } from '../../../shared/claim/fields.ts';
import { call, type RequestParts } from '../../support/http-events.ts';

const CANARY = 'CANARY110101199003070000';
const said = { zh: '', en: '' };
const body = z.strictObject({
  name: z.string().max(5),
  amountFen,
  on: date,
  kind: z.enum(['a', 'b']).optional(),
  items: z.array(z.int()).max(2).optional(),
});
const thing = contract({
  id: 'thing',
  method: 'POST',
  path: '/v1/things/{id}',
  group: 'g',
  access: ['provider'],
  summary: said,
  params: z.object({ id: z.string().regex(/^[a-z]+$/) }),
  query: z.strictObject({ limit: z.coerce.number().int().max(10).optional() }),
  body,
  bodyBytesMax: 1_000,
  answers: [],
});

const written: string[] = [];
const log = {
  info: () => {},
  warn: () => {},
  error: (...line: unknown[]) => void written.push(JSON.stringify(line)),
};
const identify = async ({ headers }: { headers: Record<string, string | undefined> }) => {
  if (headers['authorization'] === undefined) throw new Problem('token-missing');
  return headers['authorization'] === 'Bearer ops'
    ? ({ role: 'ops' } as const)
    : ({ role: 'provider', providerId: 'H1' } as const);
};
const api = httpApi(
  [
    route(thing, async ({ body, caller, params }) => {
      if (body.name === 'boom') throw new Error(`cannot write ${CANARY}`);
      if (body.name === 'none') throw new Problem('not-found');
      return ok({ body, caller, params }, 201, { 'x-own': 'yes' });
    }),
    route(
      contract({
        id: 'open',
        method: 'GET',
        path: '/open',
        group: 'g',
        access: 'public',
        summary: said,
        answers: [],
      }),
      async ({ query }) => ok({ query }),
    ),
  ],
  { identify, log, meter: NO_METER, now: () => 0 },
);
const good = { name: 'x', amountFen: 1, on: '2026-09-01' };
const post = (sent: unknown, parts: RequestParts = {}) =>
  call(api, 'POST', '/v1/things/abc', { token: 'provider', body: sent, ...parts });

beforeEach(() => {
  written.length = 0;
});

describe('the HTTP API', () => {
  it('gives a handler what was checked, and its answer safe headers', async () => {
    const { status, json, headers } = await post(good);
    expect([status, json]).toEqual([
      201,
      { body: good, caller: { role: 'provider', providerId: 'H1' }, params: { id: 'abc' } },
    ]);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-own': 'yes',
    });
  });

  it('takes bytes as well as text, and a byte order mark', async () => {
    expect((await post(Buffer.from(`\uFEFF${JSON.stringify(good)}`))).status).toBe(201);
    expect((await post(`\uFEFF${JSON.stringify(good)}`)).status).toBe(201);
  });

  it.each<[string, unknown, RequestParts, number, string]>([
    ['cut-off JSON', `{"name": "${CANARY}`, {}, 400, 'malformed-json'],
    ['no body', '', {}, 400, 'malformed-json'],
    [
      'bytes that are not UTF-8',
      Buffer.from([0x7b, 0x22, 0xd6, 0xd0, 0x22, 0x7d]),
      {},
      400,
      'malformed-utf8',
    ],
    ['text the gateway could not decode', '{"name": "\uFFFD"}', {}, 400, 'malformed-utf8'],
    ['a long body', JSON.stringify({ ...good, name: CANARY.repeat(100) }), {}, 413, 'body-too-large'],
    ['a long body in bytes', Buffer.alloc(1_001, 0x20), {}, 413, 'body-too-large'],
    [
      'a form',
      'name=x',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported-media-type',
    ],
    [
      'GBK',
      JSON.stringify(good),
      { headers: { 'content-type': 'application/json; charset=GBK' } },
      415,
      'unsupported-media-type',
    ],
    [
      'gzip',
      JSON.stringify(good),
      { headers: { 'content-encoding': 'gzip' } },
      415,
      'unsupported-media-type',
    ],
    ['nobody', good, { token: undefined }, 401, 'token-missing'],
    ['the wrong role', good, { token: 'ops' }, 403, 'forbidden'],
    ['an unknown query', good, { query: { limt: CANARY } }, 400, 'malformed-query'],
    ['a wrong query', good, { query: { limit: '11' } }, 400, 'malformed-query'],
    ['what is not there', { ...good, name: 'none' }, {}, 404, 'not-found'],
  ])('refuses %s', async (_, sent, parts, status, code) => {
    const { headers, text, json } = await post(sent, parts);
    expect(json).toMatchObject({ status, code, type: `urn:jiesuan:problem:${code}` });
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(json.title + json.detail).toMatch(/[\u4e00-\u9fff]/);
    expect(json.titleEn + json.detailEn).not.toMatch(/[\u4e00-\u9fff]/);
    expect(text).not.toContain('CANARY');
    expect(written).toEqual([]);
  });

  it.each<[Record<string, unknown> | unknown[] | null, string, string]>([
    [{ ...good, amountFen: '1' }, 'amountFen', 'wrong-type'],
    [{ ...good, amountFen: 1.5 }, 'amountFen', 'not-an-integer'],
    [{ ...good, amountFen: -1 }, 'amountFen', 'negative-amount'],
    [{ ...good, amountFen: 1e15 }, 'amountFen', 'out-of-range'],
    [{ name: 'x', on: '2026-09-01' }, 'amountFen', 'missing'],
    [{ ...good, on: '2026-02-29' }, 'on', 'not-a-date'],
    [{ ...good, on: '1.9.2026' }, 'on', 'not-a-date'],
    [{ ...good, name: CANARY }, 'name', 'too-long'],
    [{ ...good, kind: CANARY }, 'kind', 'not-one-of'],
    [{ ...good, items: [1, 2, 3] }, 'items', 'too-many'],
    [{ ...good, items: [1, 'x'] }, 'items[1]', 'wrong-type'],
    [{ ...good, nmae: CANARY }, 'nmae', 'unknown-field'],
    [{ ...good, [CANARY]: 1 }, '', 'unknown-field'],
    [{ ...good, 张三: 1 }, '', 'unknown-field'],
    [
      JSON.parse('{"__proto__": 1, "name": "x", "amountFen": 1, "on": "2026-09-01"}'),
      '__proto__',
      'unknown-field',
    ],
    [[], '', 'wrong-type'],
    [null, '', 'wrong-type'],
  ])('says where and what: %j', async (sent, path, code) => {
    const { status, json, text } = await post(sent);
    expect([status, json.code]).toEqual([422, 'invalid-request']);
    expect(json.errors).toEqual([expect.objectContaining({ path, code })]);
    expect(text).not.toMatch(/CANARY|张三/);
  });

  it('lists a hundred errors and counts the others', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 250 }, (_, n) => [
        `f${'x'.repeat(n % 30)}${String.fromCharCode(97 + (n % 26))}${'y'.repeat(n % 7)}`,
        1,
      ]),
    );
    const { json } = await post({ ...good, ...many }, {});
    if (json.code === 'invalid-request') expect(json.errors.length).toBeLessThanOrEqual(101);
    else expect(json.code).toBe('body-too-large');
  });

  it('knows its routes and methods', async () => {
    expect((await call(api, 'GET', '/nowhere')).json).toMatchObject({ status: 404, code: 'no-such-route' });
    const { json, headers } = await call(api, 'GET', '/v1/things/abc');
    expect([json.code, headers['allow']]).toEqual(['method-not-allowed', 'POST']);
    expect((await call(api, 'POST', '/v1/things/ABC', { token: 'p', body: good })).json).toMatchObject({
      status: 404,
      code: 'not-found',
    });
    expect((await call(api, 'GET', '/open')).status).toBe(200);
  });

  it('answers a fault of ours with the request id, and logs no message, path or body', async () => {
    const { json, text } = await post({ ...good, name: 'boom' });
    expect(json).toMatchObject({ status: 500, code: 'internal', requestId: 'request-1' });
    expect(text).not.toContain('CANARY');
    expect(written).toHaveLength(1);
    expect(written[0]).toContain('POST /v1/things/{id}');
    expect(written[0]).not.toMatch(/CANARY|abc/);
  });

  it('is deaf to hostile documents', async () => {
    expect((await post(`${'['.repeat(450)}${']'.repeat(450)}`)).status).toBe(422);
    expect((await post(`{"amountFen": ${'9'.repeat(800)}}`)).json.errors).toContainEqual(
      expect.objectContaining({ path: 'amountFen' }),
    );
  });
});
