// The HTTP API as one Lambda handler: finds the route, identifies the caller, checks what came in by the route's
// contract, and turns every refusal into a problem document. A handler behind it sees only checked values.
//
// What is logged of a request that fails: route, code and request id. Never a path, a query, a body or a message.

import httpMiddleware, { type MiddlewareObj } from '@middy/core';
import httpRouter from '@middy/http-router';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod';
import { assert } from '../assert.ts';
import type { Log } from '../observability/logger.ts';
import { METRIC } from '../observability/metrics.ts';
import type { Meter } from '../observability/metrics-emitter.ts';
import { readJson } from './body.ts';
import { type FieldPath, fieldErrors } from './field-errors.ts';
import type { HttpEvent } from './http-event.ts';
import type { Caller, Identify } from './identity.ts';
import { Problem, PROBLEM_MEDIA_TYPE } from './problem.ts';
import type { ProblemCode } from './problems.ts';
import type { Answer, ApiRequest, Route, RouteContract } from './route.ts';

export interface ApiDeps {
  readonly identify: Identify;
  readonly log: Log;
  readonly meter: Meter;
  readonly now: () => number;
}

export type HttpHandler = (event: HttpEvent, context?: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** On every answer: nothing here may be kept by a cache, guessed at by a browser, or shown in somebody's frame. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
};

/** Makes the Lambda handler of a function from its routes. */
export function httpApi(routes: readonly Route[], deps: ApiDeps): HttpHandler {
  const router = httpRouter<HttpEvent, APIGatewayProxyStructuredResultV2>({
    routes: routes.map((route) => ({
      method: route.contract.method,
      path: route.contract.path,
      handler: (event: HttpEvent) => run(route, event, deps),
    })),
    notFoundResponse: ({ path }) => {
      throw strayRequest(routes, path);
    },
  });
  // Async, so that what the router throws at once is a rejection like everything else.
  const routed = async (event: HttpEvent, context: Context) => router(event, context, undefined as never);
  const handler = httpMiddleware<HttpEvent, APIGatewayProxyStructuredResultV2>(routed as never)
    .use(metersFlushed(deps.meter))
    .use(safeHeaders)
    .use(problemAnswers(routes, deps)); // The last one is the first to see an error.
  return (event, context = {} as Context) =>
    handler(event, context, undefined as never) as unknown as Promise<APIGatewayProxyStructuredResultV2>;
}

type HttpMiddleware = MiddlewareObj<HttpEvent, APIGatewayProxyStructuredResultV2>;

const problemAnswers = (routes: readonly Route[], deps: ApiDeps): HttpMiddleware => ({
  onError: (request) => {
    request.response = refuse(request.error, request.event, routes, deps);
  },
});

const addHeaders: NonNullable<HttpMiddleware['after']> = ({ response }) => {
  if (response) response.headers = { ...HEADERS, ...response.headers };
};
const safeHeaders: HttpMiddleware = { after: addHeaders, onError: addHeaders };

const metersFlushed = (meter: Meter): HttpMiddleware => ({
  after: () => meter.flush(),
  onError: () => meter.flush(),
});

async function run(
  { contract, handle }: Route,
  event: HttpEvent,
  deps: ApiDeps,
): Promise<APIGatewayProxyStructuredResultV2> {
  const caller = contract.access === 'public' ? undefined : await admit(contract, event, deps.identify);
  return render(
    await handle(checked(contract, event, caller, deps.now()) as ApiRequest<never, never, never>),
  );
}

async function admit(contract: RouteContract, event: HttpEvent, identify: Identify): Promise<Caller> {
  const caller = await identify(event);
  if (contract.access !== 'public' && !contract.access.includes(caller.role)) throw new Problem('forbidden');
  return caller;
}

function checked(
  contract: RouteContract,
  event: HttpEvent,
  caller: Caller | undefined,
  now: number,
): ApiRequest {
  const params = contract.params?.safeParse({ ...event.pathParameters });
  if (params?.success === false) throw new Problem('not-found');
  const search = new URLSearchParams(event.rawQueryString);
  const query = contract.query && parse(contract.query, Object.fromEntries(search), 'malformed-query');
  const posted = contract.body && readJson(event, contract.bodyBytesMax);
  const body = contract.body && posted && parse(contract.body, posted.json, 'invalid-request');
  return {
    get caller() {
      assert(caller !== undefined, 'a public route does not know its caller');
      return caller;
    },
    params: params?.data,
    query,
    body,
    bodyBytes: posted?.bytes ?? new Uint8Array(),
    header: (name) => event.headers[name],
    path: event.rawPath,
    search,
    now,
    requestId: event.requestContext.requestId,
  };
}

/** Checks a value that came in by its schema, or throws a problem that lists every place. */
export function parse<S extends z.ZodType>(
  schema: S,
  value: unknown,
  code: ProblemCode,
  under: FieldPath = [],
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Problem(code, { errors: fieldErrors(parsed.error.issues, value, under) });
  return parsed.data;
}

function render(answer: Answer): APIGatewayProxyStructuredResultV2 {
  const [body, mediaType] =
    'json' in answer
      ? [JSON.stringify(answer.json), 'application/json; charset=utf-8']
      : [answer.text, answer.mediaType];
  return { statusCode: answer.status, headers: { 'content-type': mediaType, ...answer.headers }, body };
}

function refuse(
  error: unknown,
  event: HttpEvent,
  routes: readonly Route[],
  { log, meter }: ApiDeps,
): APIGatewayProxyStructuredResultV2 {
  const problem = error instanceof Problem ? error : new Problem('internal');
  const requestId = event.requestContext.requestId;
  if (problem.status >= 500) {
    meter.count(METRIC.requestsFailed);
    log.error(
      'request-failed',
      { code: problem.code, route: routeOf(routes, event), requestId, status: problem.status },
      error,
    );
  }
  return {
    statusCode: problem.status,
    headers: { 'content-type': PROBLEM_MEDIA_TYPE, ...problem.headers },
    body: JSON.stringify(problem.document(problem.code === 'internal' ? requestId : undefined)),
  };
}

/** 405 where the path exists under another method, else 404. */
function strayRequest(routes: readonly Route[], path: string): Problem {
  const allowed = routes
    .filter(({ contract }) => pathPattern(contract.path).test(path))
    .map(({ contract }) => contract.method);
  if (allowed.length === 0) return new Problem('no-such-route');
  return new Problem('method-not-allowed', {
    facts: { allowed: allowed.join(', ') },
    headers: { allow: allowed.join(', ') },
  });
}

const pathPattern = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`);

/** The route's own name for the log: "GET /v1/batches/{batchId}", never the path that was asked for. */
function routeOf(routes: readonly Route[], { requestContext: { http } }: HttpEvent): string {
  const found = routes.find(
    ({ contract }) => contract.method === http.method && pathPattern(contract.path).test(http.path),
  );
  return found ? `${found.contract.method} ${found.contract.path}` : 'none';
}
