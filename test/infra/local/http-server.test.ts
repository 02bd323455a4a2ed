// The local HTTP server: requests become the events that the gateway makes, answers become responses.

import { connect, createServer } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type LocalHttpServer,
  PortInUse,
  routeFor,
  startHttpServer,
} from '../../../infra/local/http-server.ts';
import type { LocalFunction } from '../../../infra/local/invoke.ts';
import { listeners } from '../../support/sockets.ts';

describe('the local HTTP server', () => {
  let server: LocalHttpServer;
  const seen: { name: string; event: APIGatewayProxyEventV2 }[] = [];
  const errors: unknown[] = [];
  const recording = (name: string): LocalFunction => ({
    name,
    timeoutSeconds: 0.5,
    handler: async (event: APIGatewayProxyEventV2) => {
      seen.push({ name, event });
      if (event.rawPath === '/v1/slow') await new Promise((resolve) => setTimeout(resolve, 150));
      if (event.rawPath === '/v1/hangs') await new Promise(() => {});
      if (event.rawPath === '/v1/breaks') throw new Error('broken');
      if (event.rawPath === '/v1/huge') return { statusCode: 200, body: 'x'.repeat(7_000_000) };
      if (event.rawPath === '/v1/binary') return { statusCode: 200, body: 'AP9C', isBase64Encoded: true };
      return {
        statusCode: 202,
        headers: { 'content-type': 'application/json; charset=utf-8', 'x-answer': name },
        cookies: ['a=1', 'b=2'],
        body: '{"城":"秦皇岛"}',
      };
    },
  });
  const last = () => seen.at(-1)!.event;

  beforeAll(async () => {
    server = await startHttpServer({
      port: 0,
      functions: { intake: recording('intake'), results: recording('results') },
      onError: (error) => errors.push(error),
    });
  });
  afterAll(() => server.stop());

  it.skipIf(listeners() === undefined)('listens on the loopback interface only', () => {
    expect(listeners()?.find(({ port }) => port === server.port)?.address).toBe('127.0.0.1');
  });

  it('makes a payload 2.0 event: path, query, headers, body as text', async () => {
    const response = await fetch(`${server.url}/v1/batches?a=1&b=%E7%A7%A6&a=2`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Mixed-Case': 'Kept', Authorization: 'Bearer x.y.z' },
      body: '{"名":"示例"}',
    });
    expect([response.status, response.headers.get('x-answer'), await response.text()]).toEqual([
      202,
      'intake',
      '{"城":"秦皇岛"}',
    ]);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(last()).toMatchObject({
      version: '2.0',
      routeKey: 'POST /v1/batches',
      rawPath: '/v1/batches',
      rawQueryString: 'a=1&b=%E7%A7%A6&a=2',
      queryStringParameters: { a: '1,2', b: '秦' },
      headers: { 'content-type': 'application/json', 'x-mixed-case': 'Kept', authorization: 'Bearer x.y.z' },
      requestContext: {
        http: { method: 'POST', path: '/v1/batches', sourceIp: '127.0.0.1' },
        stage: '$default',
      },
      body: '{"名":"示例"}',
      isBase64Encoded: false,
    });
  });

  it('hands on what is not UTF-8 as base64, and keeps a byte order mark', async () => {
    await fetch(`${server.url}/v1/batches`, { method: 'POST', body: Buffer.from([0x7b, 0xff, 0x7d]) });
    expect(last()).toMatchObject({
      isBase64Encoded: true,
      body: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'),
    });
    await fetch(`${server.url}/v1/batches`, { method: 'POST', body: '\uFEFF{}' });
    expect(last()).toMatchObject({ isBase64Encoded: false, body: '\uFEFF{}' });
  });

  it('sends each route to its function, and no other route to any', async () => {
    const answered = async (method: string, path: string) => {
      const response = await fetch(server.url + path, {
        method,
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
      await response.arrayBuffer();
      return response.headers.get('x-answer') ?? response.status;
    };
    expect(await answered('POST', '/v1/enrolments')).toBe('intake');
    expect(await answered('POST', '/v1/quotes')).toBe('results');
    expect(await answered('GET', '/v1/claims/H0001/C1/explanation')).toBe('results');
    expect(last()).toMatchObject({
      routeKey: 'GET /v1/{proxy+}',
      pathParameters: { proxy: 'claims/H0001/C1/explanation' },
    });
    expect(await answered('GET', '/health')).toBe('results');
    expect(await answered('GET', '/')).toBe(404);
    expect(await answered('DELETE', '/v1/batches')).toBe(404);
    expect(routeFor('GET', '/v1/')).toBeUndefined();
  });

  it('refuses a body above the payload limits with 413, as the gateway does', async () => {
    const before = seen.length;
    for (const size of [6_500_000, 11_000_000]) {
      const response = await fetch(`${server.url}/v1/batches`, {
        method: 'POST',
        body: Buffer.alloc(size, 'x'),
      });
      expect([response.status, await response.json()]).toEqual([
        413,
        { message: 'Request Entity Too Large' },
      ]);
    }
    // Quotes and Chinese count as they are written into the event.
    const quotes = await fetch(`${server.url}/v1/batches`, { method: 'POST', body: '"'.repeat(3_500_000) });
    expect(quotes.status).toBe(413);
    expect(seen.length).toBe(before);
    const fits = await fetch(`${server.url}/v1/batches`, {
      method: 'POST',
      body: Buffer.alloc(5_000_000, 'x'),
    });
    expect(fits.status).toBe(202);
  });

  it.for(['/v1/breaks', '/v1/hangs', '/v1/huge'])('answers 500 without details for %s', async (path) => {
    const before = errors.length;
    const response = await fetch(server.url + path);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(errors.length).toBe(before + 1);
  });

  it('gives binary answers back as bytes', async () => {
    const response = await fetch(`${server.url}/v1/binary`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([0x00, 0xff, 0x42]));
  });

  it('turns away a request under a foreign name, so that no web page can rebind one to this port', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write('GET /health HTTP/1.1\r\nHost: evil.example:8787\r\nConnection: close\r\n\r\n');
      });
      socket.once('data', (data) => resolve(data.toString()));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('outlives a caller who hangs up', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write('POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
        setTimeout(() => socket.resetAndDestroy(), 20);
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
    const before = errors.length;
    expect((await fetch(`${server.url}/health`)).status).toBe(202);
    expect(errors.length).toBe(before);
  });

  it('says which port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const starting = startHttpServer({
      port,
      functions: { intake: recording('i'), results: recording('r') },
    });
    await expect(starting).rejects.toThrow(PortInUse);
    await expect(starting).rejects.toThrow(`端口 ${port} 已被占用`);
    other.close();
  });

  it('lets an answer under way finish when it stops', async () => {
    const own = await startHttpServer({
      port: 0,
      functions: { intake: recording('i'), results: recording('r') },
    });
    const pending = fetch(`${own.url}/v1/slow`);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await own.stop();
    expect((await pending).status).toBe(202);
    await expect(fetch(`${own.url}/health`)).rejects.toThrow();
  });
});
