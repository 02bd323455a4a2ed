// A route is a contract (method, path, who may, what goes in and out) and a handler. The contract alone is data: the
// router checks requests by it, and the OpenAPI document and the /docs page are made from it, so they cannot disagree.

import type * as z from 'zod';
import type { Caller, Role } from './identity.ts';
import type { Bilingual, ProblemCode } from './problems.ts';

/** One representation of an answer. */
export interface Representation {
  readonly mediaType: string;
  /** JSON only; for NDJSON the schema of one line. */
  readonly schema?: z.ZodType;
  readonly example?: unknown;
}

export interface AnswerContract {
  readonly status: number;
  readonly description: Bilingual;
  readonly content: readonly Representation[];
}

/** What a route promises. `params`, `query` and `body` are checked before the handler is called. */
export interface RouteContract<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
> {
  /** operationId, and the name in logs. */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  readonly path: `/${string}`;
  readonly group: string;
  readonly access: 'public' | readonly Role[];
  readonly summary: Bilingual;
  readonly description?: Bilingual;
  /** A path that does not fit is 404: such a thing cannot exist. */
  readonly params?: P;
  /** Query values are strings; use `z.coerce` for numbers. */
  readonly query?: Q;
  readonly body?: B;
  readonly bodyBytesMax?: number;
  readonly bodyExample?: unknown;
  readonly answers: readonly AnswerContract[];
  /** Codes this route can answer with, besides those every route can. */
  readonly problems?: readonly ProblemCode[];
}

/** States a contract, and lets TypeScript infer its schemas. */
export const contract = <
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(
  route: RouteContract<P, Q, B>,
): RouteContract<P, Q, B> => route;

/** A checked request. */
export interface ApiRequest<P = unknown, Q = unknown, B = unknown> {
  /** Who asks. Reading it in a public route is a bug. */
  readonly caller: Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The body exactly as it came; empty where the contract has none. */
  readonly bodyBytes: Uint8Array;
  /** A header, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** The path and query as asked, for links to the next page. */
  readonly path: string;
  readonly search: URLSearchParams;
  /** When the request came, epoch milliseconds. */
  readonly now: number;
  readonly requestId: string;
}

/** What a handler answers: JSON, or text of a media type. */
export type Answer = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } & (
  | { readonly json: unknown }
  | { readonly text: string; readonly mediaType: string }
);

/** 200 (or another status) with a JSON document. */
export const ok = (json: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  json,
  headers,
});
/** 200 with text. */
export const okText = (
  text: string,
  mediaType: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status: 200, text, mediaType, headers });

/** A contract with its handler: what httpApi() takes. */
export interface Route {
  readonly contract: RouteContract;
  readonly handle: (request: ApiRequest<never, never, never>) => Promise<Answer>;
}

/** Joins a contract and its handler; the handler's request has the types of the contract's schemas. */
export const route = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  routeContract: RouteContract<P, Q, B>,
  handle: (request: ApiRequest<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Answer>,
): Route => ({ contract: routeContract, handle });
