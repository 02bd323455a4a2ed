// Runs a command line inside the test: streams that keep what was written, a stub of the server that keeps what it was
// asked, a data directory with development keys.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll } from 'vitest';
import { run } from '../../../infra/cli/run.ts';
import { localKeys } from '../../../infra/local/keys.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly tty?: boolean;
  readonly now?: () => number;
  /** Instead of waiting. */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** Runs a command line; nothing of this process's environment reaches it. */
export async function jiesuan(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [stdout, stderr] = [kept(options.tty), kept(options.tty)];
  const code = await run(args, {
    stdin: Object.assign(Readable.from([Buffer.from(options.stdin ?? '')]), { isTTY: options.tty === true }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: options.env ?? {},
    now: options.now ?? Date.now,
    sleep: options.sleep ?? (() => Promise.resolve()),
  });
  return { code, out: stdout.text(), err: stderr.text() };
}

function kept(isTTY = false) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns: 100 }),
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answered {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What to do when the tests of a file are over: a test that runs may add to it, which `afterAll` there does not allow. */
const atTheEnd: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const end of atTheEnd) await end();
});

/** A server that answers what the test says, and remembers what it was asked. */
export async function stub(answer: (asked: Asked, times: number) => Answered) {
  const asked: Asked[] = [];
  // A test's own mistake is an answer too: without one the command would wait for it.
  const answered = (one: Asked, times: number): Answered => {
    try {
      return answer(one, times);
    } catch (error) {
      return { status: 500, text: String(error) };
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://stub');
      const one: Asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      asked.push(one);
      const {
        status = 200,
        json,
        text,
        headers = {},
      } = answered(one, asked.filter(({ path }) => path === one.path).length);
      const type =
        json === undefined
          ? 'text/plain; charset=utf-8'
          : status >= 400
            ? 'application/problem+json; charset=utf-8'
            : 'application/json';
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(json === undefined ? (text ?? '') : JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  atTheEnd.push(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

/** A directory that is removed when the tests of the file are over. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'jiesuan-cli-'));
  atTheEnd.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A data directory with development keys. */
export async function dataDir(): Promise<string> {
  const path = folder();
  await localKeys(join(path, 'keys'));
  return path;
}
