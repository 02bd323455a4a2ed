// The OpenAPI document: valid in structure, complete, and in step with the router and the gateway's list of routes.

import { describe, expect, it } from 'vitest';
import { docsPage } from '../../../functions/results/docs-page.ts';
import { meaningOf } from '../../../functions/results/docs-terms.ts';
import { ALL_CONTRACTS, openapi } from '../../../functions/results/openapi.ts';
import { resultsRoutes } from '../../../functions/results/routes.ts';
import { RESULTS_CONTRACTS } from '../../../functions/results/contract.ts';
import { INTAKE_CONTRACTS } from '../../../functions/intake/contract.ts';
import { ROUTES } from '../../../infra/routes.ts';
import { checkClaim } from '../../../shared/claim/check-claim.ts';
import { checkAccountCredit, checkEnrolment } from '../../../shared/claim/enrolment.ts';
import { localDate } from '../../../shared/time/dates.ts';

type Json = Record<string, unknown>;
const document = openapi() as {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        parameters: { name: string; in: string; required: boolean; schema: Json }[];
        responses: Record<string, { description: string; content: Record<string, Json> }>;
        security?: unknown[];
        tags: string[];
      }
    >
  >;
  components: { schemas: Record<string, Json>; securitySchemes: Record<string, Json> };
  tags: { name: string }[];
  security: Record<string, unknown>[];
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Every object of a document, with where it stands. */
function* objects(value: unknown, at = '#'): Generator<[string, Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Json];
  for (const [key, member] of Object.entries(value))
    yield* objects(member, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

const resolve = (pointer: string): unknown =>
  pointer
    .slice(2)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, step) => (value as Json | undefined)?.[step], document);

describe('the OpenAPI document', () => {
  it('is version 3.1, and JSON through and through', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('resolves every reference, and keeps none that only zod knows', () => {
    let references = 0;
    for (const [at, { $ref }] of objects(document)) {
      if (typeof $ref !== 'string') continue;
      references++;
      expect($ref, at).toMatch(/^#\/components\/schemas\/\w+$/);
      expect(resolve($ref), `${at} -> ${$ref}`).toBeDefined();
    }
    expect(references).toBeGreaterThan(50);
    expect(JSON.stringify(document)).not.toContain('$defs');
  });

  it('uses each named schema somewhere', () => {
    const text = JSON.stringify(document);
    for (const name of Object.keys(document.components.schemas))
      expect(text, name).toContain(`"#/components/schemas/${name}"`);
  });

  it('declares every parameter of every path, and no other', () => {
    for (const { path, operation } of operations) {
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path');
      expect(declared.map(({ name }) => name).sort()).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort(),
      );
      for (const parameter of operation.parameters) {
        expect(parameter.schema, `${path} ${parameter.name}`).toBeTypeOf('object');
        expect(['path', 'query']).toContain(parameter.in);
        if (parameter.in === 'path') expect(parameter.required).toBe(true);
      }
    }
  });

  it('gives every operation a name of its own, a known group, and answers with a body', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    for (const { operation } of operations) {
      for (const tag of operation.tags) expect(tags).toContain(tag);
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/);
        expect(description).not.toBe('');
        expect(Object.keys(content).length).toBeGreaterThan(0);
      }
    }
    for (const requirement of document.security)
      for (const name of Object.keys(requirement))
        expect(document.components.securitySchemes).toHaveProperty(name);
  });

  it('has exactly the routes of the routers', () => {
    const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort();
    const routed = [...resultsRoutes({} as never).map(({ contract }) => contract), ...INTAKE_CONTRACTS]
      .map(({ method, path }) => `${method} ${path}`)
      .sort();
    expect(documented).toEqual(routed);
    expect(ALL_CONTRACTS).toHaveLength(documented.length);
  });

  it('has exactly what the gateway lets through, to the function whose contract it is', () => {
    const owner = (
      contracts: readonly { method: string; path: string }[],
      route: { method: string; path: string },
    ) =>
      contracts.filter(
        ({ method, path }) =>
          method === route.method &&
          (route.path.endsWith('/{proxy+}')
            ? path.startsWith(route.path.slice(0, -'{proxy+}'.length))
            : path === route.path),
      );
    for (const route of ROUTES)
      expect(
        owner(route.to === 'intake' ? INTAKE_CONTRACTS : RESULTS_CONTRACTS, route),
        `${route.method} ${route.path}`,
      ).not.toHaveLength(0);
    for (const { method, path } of ALL_CONTRACTS)
      expect(
        ROUTES.some((route) => owner([{ method, path }], route).length > 0),
        `${method} ${path}`,
      ).toBe(true);
  });

  it('asks for an identity everywhere but in three places that show nothing of anybody', () => {
    expect(
      operations
        .filter(({ operation }) => operation.security?.length === 0)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['/docs', '/health', '/openapi.json']);
    const open = ROUTES.filter((route) => route.open === true).map(({ path }) => path);
    expect(open.sort()).toEqual(['/docs', '/health', '/openapi.json']);
  });

  it('shows examples that its own contracts accept', () => {
    for (const contract of ALL_CONTRACTS) {
      if (contract.body === undefined || contract.bodyExample === undefined) continue;
      expect(contract.body.safeParse(contract.bodyExample).success, contract.id).toBe(true);
      const {
        claims = [],
        claim,
        enrolments = [],
        accountCredits = [],
      } = contract.bodyExample as Record<string, unknown[]>;
      const businessDate = localDate('2026-09-01');
      for (const each of [...claims, ...(claim ? [claim] : [])])
        expect(checkClaim(each, { businessDate })).toMatchObject({ ok: true });
      for (const each of enrolments) expect(checkEnrolment(each)).toMatchObject({ ok: true });
      for (const each of accountCredits) expect(checkAccountCredit(each)).toMatchObject({ ok: true });
    }
  });
});

describe('the /docs page', () => {
  const page = docsPage();

  it('is Chinese first, and fetches nothing', () => {
    expect(page).toContain('<html lang="zh-CN">');
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    expect(
      [...page.matchAll(/href="([^"]*)"/g)].every(
        ([, href]) => href === '/openapi.json' || href?.startsWith('#'),
      ),
    ).toBe(true);
  });

  it('links only to what is on it', () => {
    const ids = new Set([...page.matchAll(/id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids, target).toContain(target);
    expect([...page.matchAll(/id="([^"]+)"/g)]).toHaveLength(ids.size);
  });

  it('has a Chinese term for every field of every schema', () => {
    const fields = Object.values(document.components.schemas).flatMap(({ properties = {} }) =>
      Object.keys(properties as Json),
    );
    expect([...new Set(fields)].filter((field) => meaningOf(field) === undefined)).toEqual([]);
  });

  it('says what every conflict and refusal means', () => {
    for (const code of [
      'other-content',
      'number-held-by-another-member',
      'refund-does-not-fit',
      'already-reversed',
    ])
      expect(page).toContain(`id="correction-${code}"`);
  });

  it('lists every route, and leaves nothing unsaid', () => {
    for (const { id } of ALL_CONTRACTS) expect(page).toContain(`<article id="${id}">`);
    expect(page).not.toMatch(/undefined|\[object Object\]/);
  });
});
