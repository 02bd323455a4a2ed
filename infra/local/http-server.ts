// The local stand-in for the HTTP API (payload format 2.0): a request becomes the event that API Gateway would make,
// the function's answer becomes the response. Which function: the same list of routes as the stack's.

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ROUTES, type Route } from '../routes.ts';
import { LOOPBACK } from './engines.ts';
import { invoke, type LocalFunction } from './invoke.ts';

/** An HTTP API takes at most 10 MB; an event for a function, body and all, at most 6 MB, and an answer as much. */
const REQUEST_BYTES_MAX = 10 * 1024 * 1024;
const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024 + 100 * 1024;
/** A body that is too long is read to its end up to here: a caller who is still writing would not see the answer. */
const DISCARD_BYTES_MAX = 64 * 1024 * 1024;

export interface HttpServerOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly functions: Readonly<Record<Route['to'], LocalFunction>>;
  readonly onError?: (error: unknown) => void;
}

export interface LocalHttpServer {
  readonly url: string;
  readonly port: number;
  /** Takes no more connections, lets answers under way finish (a few seconds at most). */
  stop(): Promise<void>;
}

/** Somebody else listens on the port. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
  readonly port: number;
  constructor(port: number) {
    super(
      `端口 ${port} 已被占用。请先停止占用它的程序,或换一个端口:npm start -- --port ${port + 1}\n` +
        `Port ${port} is in use. Stop the program that uses it, or take another: npm start -- --port ${port + 1}`,
    );
    this.port = port;
  }
}

/** Starts listening on the loopback interface. */
export async function startHttpServer(options: HttpServerOptions): Promise<LocalHttpServer> {
  const server = createServer((request, response) => {
    void answer(request, response, options);
  });
  server.keepAliveTimeout = 30_000;
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${LOOPBACK}:${port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // A connection becomes idle when its answer is out; callers keep it open, we do not.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const all = setTimeout(() => server.closeAllConnections(), 3_000);
      await closed;
      clearInterval(idle);
      clearTimeout(all);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUse(port) : error);
    });
    server.listen(port, LOOPBACK, resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions,
): Promise<void> {
  response.on('error', () => {}); // The caller hung up: nothing left to do.
  try {
    // A page in the browser may reach loopback under a name of its own making (DNS rebinding); we know ours.
    if (!isLocalHost(request.headers.host)) return gatewayAnswer(response, 403, 'Forbidden');
    const route = routeFor(request.method ?? 'GET', pathOf(request));
    const body = await bodyOf(request);
    if (body === undefined) return gatewayAnswer(response, 413, 'Request Entity Too Large', true);
    if (route === undefined) return gatewayAnswer(response, 404, 'Not Found');
    const event = eventOf(request, route, body);
    if (body.length > 1_000_000 && Buffer.byteLength(JSON.stringify(event)) > PAYLOAD_BYTES_MAX)
      return gatewayAnswer(response, 413, 'Request Entity Too Large', true);
    send(response, (await invoke(options.functions[route.to], event)) as APIGatewayProxyStructuredResultV2);
  } catch (error) {
    if (request.destroyed && !request.complete) return; // The caller hung up.
    options.onError?.(error);
    gatewayAnswer(response, 500, 'Internal Server Error');
  }
}

const isLocalHost = (host: string | undefined): boolean =>
  host === undefined || /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);

/** The route a request falls under: a path spelled out before one with {names}, and {proxy+} last, as the gateway chooses. */
export function routeFor(method: string, path: string): Route | undefined {
  const fitting = ROUTES.filter((route) => route.method === method && patternOf(route.path).test(path));
  return fitting.sort((a, b) => generality(a.path) - generality(b.path))[0];
}

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replaceAll('.', '\\.')
      .replace('{proxy+}', '.+')
      .replaceAll(/\{\w+\}/g, '[^/]+')}$`,
  );

const generality = (path: string): number => (path.includes('{proxy+}') ? 2 : path.includes('{') ? 1 : 0);

const pathOf = ({ url = '/' }: IncomingMessage): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};

/** The whole body, or undefined when it is longer than the gateway lets through. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > DISCARD_BYTES_MAX) return undefined;
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= REQUEST_BYTES_MAX) chunks.push(chunk);
    else chunks = [];
    if (length > DISCARD_BYTES_MAX) return undefined;
  }
  return length > REQUEST_BYTES_MAX ? undefined : Buffer.concat(chunks);
}

/** The event that API Gateway makes of a request, payload format 2.0. */
export function eventOf(request: IncomingMessage, route: Route, body: Buffer): APIGatewayProxyEventV2 {
  const url = request.url ?? '/';
  const rawPath = pathOf(request);
  const rawQueryString = url.length > rawPath.length ? url.slice(rawPath.length + 1) : '';
  const headers = headersOf(request);
  const cookies = request.headers.cookie?.split('; ');
  const query = queryOf(rawQueryString);
  const text = textOf(body);
  const now = new Date();
  return {
    version: '2.0',
    routeKey: `${route.method} ${route.path}`,
    rawPath,
    rawQueryString,
    ...(cookies === undefined ? {} : { cookies }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(route.path.endsWith('{proxy+}')
      ? { pathParameters: { proxy: rawPath.slice(route.path.length - '{proxy+}'.length) } }
      : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? LOOPBACK,
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? LOOPBACK,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: `${route.method} ${route.path}`,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: text ?? body.toString('base64') }),
    isBase64Encoded: body.length > 0 && text === undefined,
  };
}

/** Names in lower case, several values of one name joined by commas; cookies travel apart. */
const headersOf = ({ headersDistinct }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headersDistinct)
      .filter(([name]) => name !== 'cookie')
      .map(([name, values]) => [name, (values ?? []).join(',')]),
  );

function queryOf(raw: string): Record<string, string> | undefined {
  if (raw === '') return undefined;
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URLSearchParams(raw)) {
    query[name] = name in query ? `${query[name]},${value}` : value;
  }
  return { ...query };
}

/** The body as text; undefined when it is not UTF-8, and then travels as base64. A byte order mark stays. */
function textOf(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void {
  const { statusCode = 200, headers = {}, cookies, body = '', isBase64Encoded } = result;
  const bytes = Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
  if (bytes.length > PAYLOAD_BYTES_MAX) throw new Error('the answer is longer than a function may give');
  response.statusCode = statusCode;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies !== undefined && cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.setHeader('content-length', bytes.length);
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

/** What the gateway itself answers, before or instead of a function. */
function gatewayAnswer(response: ServerResponse, status: number, message: string, close = false): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  // What is left of a body that is too long is not read: the connection cannot be used again.
  if (close) response.setHeader('connection', 'close');
  response.end(JSON.stringify({ message }));
}
