// Requests as API Gateway hands them over (HTTP API, payload 2.0), and the answers read back.

import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpHandler } from '../../shared/http/api.ts';
import type { HttpEvent } from '../../shared/http/http-event.ts';

export interface RequestParts {
  readonly token?: string | undefined;
  /** A value is sent as JSON; a text or bytes as they are. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorizer?: HttpEvent['requestContext']['authorizer'];
}

/** The event of one request. */
export function httpEvent(
  method: string,
  path: string,
  { token, body, query = {}, headers = {}, authorizer }: RequestParts = {},
): HttpEvent {
  const sent = body === undefined ? {} : payload(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'api.test',
      domainPrefix: 'api',
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      ...(authorizer ? { authorizer } : {}),
    },
    isBase64Encoded: false,
    ...sent,
  };
}

const payload = (body: unknown) =>
  body instanceof Uint8Array
    ? { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }
    : { body: typeof body === 'string' ? body : JSON.stringify(body) };

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // A test reads whatever it expects to be there.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

/** Sends one request to a handler. */
export async function call(
  handler: HttpHandler,
  method: string,
  path: string,
  parts: RequestParts = {},
): Promise<Reply> {
  const {
    statusCode = 0,
    headers = {},
    body = '',
  }: APIGatewayProxyStructuredResultV2 = await handler(httpEvent(method, path, parts));
  const isJson = /^application\/(problem\+)?json/.test(String(headers['content-type']));
  return {
    status: statusCode,
    headers: headers as Record<string, string>,
    text: body,
    json: isJson ? JSON.parse(body) : undefined,
  };
}
