// The interface as an OpenAPI 3.1 document, made from the same contracts the router checks requests by. Nothing in it
// is written twice: schemas come from zod, problems from the catalogue.

import * as z from 'zod';
import type { RouteContract } from '../../shared/http/route.ts';
import { Problem, type ProblemDocument } from '../../shared/http/problem.ts';
import { PROBLEMS, type ProblemCode } from '../../shared/http/problems.ts';
import { FieldErrorSchema, ProblemSchema } from '../../shared/http/schemas.ts';
import { INTAKE_CONTRACTS, RECORD_SCHEMAS } from '../intake/contract.ts';
import { RESULTS_CONTRACTS } from './contract.ts';

/** Every route of the interface, both functions. */
export const ALL_CONTRACTS: readonly RouteContract[] = [...INTAKE_CONTRACTS, ...RESULTS_CONTRACTS];

export const GROUPS: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  batches: { zh: '批次', en: 'Batches' },
  claims: { zh: '单据', en: 'Claims' },
  statements: { zh: '对账单与月度账', en: 'Statements and books' },
  members: { zh: '参保人', en: 'Members' },
  reference: { zh: '政策与目录', en: 'Reference data' },
  service: { zh: '服务', en: 'Service' },
};

export type JsonSchema = { readonly [key: string]: unknown };

/** Codes a route can answer with, in the order of their status. */
export function problemsOf(route: RouteContract): ProblemCode[] {
  const codes = new Set<ProblemCode>(route.problems ?? []);
  if (route.access !== 'public') {
    for (const code of [
      'token-missing',
      'token-invalid',
      'token-expired',
      'caller-unknown',
      'forbidden',
      'identity-unavailable',
    ] as const)
      codes.add(code);
  }
  if (route.params) codes.add('not-found');
  if (route.query) codes.add('malformed-query');
  if (route.body) {
    for (const code of [
      'malformed-utf8',
      'malformed-json',
      'body-too-large',
      'unsupported-media-type',
      'invalid-request',
    ] as const)
      codes.add(code);
  }
  if (route.access !== 'public') codes.add('internal');
  return [...codes].sort((a, b) => PROBLEMS[a].status - PROBLEMS[b].status);
}

let made: JsonSchema | undefined;

/** The document; made when first asked for. */
export const openapi = (): JsonSchema => (made ??= makeOpenapi());

function makeOpenapi(): JsonSchema {
  const schemas: Record<string, JsonSchema> = {};
  const schemaOf = hoisting(schemas);
  for (const [name, schema] of Object.entries(RECORD_SCHEMAS)) schemas[name] = schemaOf(schema, 'input');
  schemaOf(z.object({ problem: ProblemSchema, error: FieldErrorSchema }), 'output');
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of ALL_CONTRACTS)
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, schemaOf);
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: '结算 Jiesuan',
      version: '1',
      summary: '基本医疗保险费用结算接口 · Settlement of basic medical insurance claims',
      description:
        '金额一律为整数分（字段名以 Fen 结尾）；数量与单价为十进制字符串；日期为 YYYY-MM-DD。\n\n' +
        'Amounts are whole fen (names end in Fen); quantities and unit prices are decimal strings; dates are YYYY-MM-DD.',
    },
    servers: [{ url: '/' }],
    tags: Object.entries(GROUPS).map(([name, { zh, en }]) => ({ name, description: `${zh} ${en}` })),
    security: [{ token: [] }, { iam: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Claims: role (provider, ops, agency) and, for providers, provider',
        },
        iam: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'AWS Signature Version 4; roles jiesuan-provider-<providerId>, jiesuan-ops, jiesuan-agency',
        },
      },
    },
  };
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema;

/** Named schemas go to the components, once each; every other one stays where it is used. */
function hoisting(components: Record<string, JsonSchema>): SchemaOf {
  return (schema, io) => {
    const {
      $schema: _$schema,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>;
    for (const [name, definition] of Object.entries($defs as Record<string, JsonSchema>))
      components[name] ??= pointedAtComponents(withoutId(definition));
    const name = schema.meta()?.id;
    if (name === undefined) return pointedAtComponents(own);
    components[name] ??= pointedAtComponents(withoutId(own));
    return { $ref: `#/components/schemas/${name}` };
  };
}

const withoutId = ({ id: _id, ...schema }: JsonSchema): JsonSchema => schema;

function pointedAtComponents<T>(schema: T): T {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as T;
}

function operation(route: RouteContract, schemaOf: SchemaOf): JsonSchema {
  return {
    operationId: route.id,
    tags: [route.group],
    summary: `${route.summary.zh} · ${route.summary.en}`,
    ...(route.description ? { description: `${route.description.zh}\n\n${route.description.en}` } : {}),
    ...(route.access === 'public' ? { security: [] } : { 'x-roles': [...route.access] }),
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: schemaOf(route.body, 'input'),
                ...(route.bodyExample === undefined ? {} : { example: route.bodyExample }),
              },
            },
          },
        }
      : {}),
    responses: { ...answers(route, schemaOf), ...problemResponses(problemsOf(route)) },
  };
}

/** Parameters of a path or query schema: types as they come out, required as they go in. */
export function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): JsonSchema[] {
  if (!schema) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'output' }) as {
    properties?: Record<string, JsonSchema>;
  };
  const { required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, examples, ...type }]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && !('default' in type)),
    ...(description === undefined ? {} : { description }),
    schema: { ...type, ...(examples === undefined ? {} : { examples }) },
  }));
}

function answers({ answers: contracts }: RouteContract, schemaOf: SchemaOf): Record<string, JsonSchema> {
  return Object.fromEntries(
    contracts.map(({ status, description, content }) => [
      String(status),
      {
        description: `${description.zh} · ${description.en}`,
        content: Object.fromEntries(
          content.map(({ mediaType, schema, example }) => [
            mediaType,
            {
              schema: schema
                ? schemaOf(schema, 'output')
                : { type: mediaType === 'application/json' ? 'object' : 'string' },
              ...(example === undefined ? {} : { example }),
            },
          ]),
        ),
      },
    ]),
  );
}

/** One response per status; each of its codes is an example of the problem document. */
function problemResponses(codes: readonly ProblemCode[]): Record<string, JsonSchema> {
  return Object.fromEntries(
    [...Map.groupBy(codes, (code) => PROBLEMS[code].status)].map(([status, ofStatus]) => [
      String(status),
      {
        description: ofStatus
          .map((code) => `\`${code}\` ${PROBLEMS[code].title.zh} ${PROBLEMS[code].title.en}`)
          .join('\n\n'),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(ofStatus.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      },
    ]),
  );
}

const exampleOf = (code: ProblemCode): ProblemDocument =>
  new Problem(code, {
    facts: { bytesMax: 5_000_000, allowed: 'GET', offered: 'application/json' },
  }).document();
