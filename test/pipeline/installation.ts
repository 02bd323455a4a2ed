// Drives an installation from outside, as a provider system would: over HTTP, and with kill -9.

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint: answers are looked into freely by tests
  readonly json: any; // oxlint-disable-line typescript/no-explicit-any
}

export class Installation {
  readonly dir = mkdtempSync(join(tmpdir(), 'jiesuan-pipeline-'));
  #child: ChildProcess | undefined;
  #url = '';
  #tokens: Record<string, string> = {};
  /** Everything the process printed: searched for personal data at the end. */
  printed = '';

  async start(): Promise<void> {
    const child = fork(join(import.meta.dirname, 'server.ts'), [this.dir], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.printed += chunk.toString();
    });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) =>
        reject(new Error(`the installation ended with ${code}: ${this.printed.slice(-2_000)}`)),
      );
      lines.on('line', (line) => {
        this.printed += `${line}\n`;
        if (!line.startsWith('{"url"')) return;
        const { url, tokens } = JSON.parse(line) as { url: string; tokens: Record<string, string> };
        this.#url = url;
        this.#tokens = tokens;
        resolve();
      });
    });
  }

  async #token(who: string): Promise<string> {
    const known = this.#tokens[who];
    if (known) return known;
    const answer = new Promise<string>((resolve) =>
      this.#child?.once('message', (message: { token: string }) => resolve(message.token)),
    );
    this.#child?.send(who);
    const token = await answer;
    this.#tokens[who] = token;
    return token;
  }

  /** `who`: "ops", "agency", a provider's number, or nobody. */
  async call(
    who: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(who === undefined ? {} : { authorization: `Bearer ${await this.#token(who)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : {
            body:
              typeof body === 'string' || body instanceof Uint8Array
                ? (body as string)
                : JSON.stringify(body),
          }),
    });
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: response.status, headers: response.headers, text, json };
  }

  /** Waits until a batch is complete. */
  async complete(who: string, batchId: string, withinMs = 60_000): Promise<Answer['json']> {
    const until = Date.now() + withinMs;
    for (;;) {
      const { json, status } = await this.call(who, 'GET', `/v1/batches/${batchId}`);
      if (status === 200 && (json as { status: string }).status === 'complete') return json;
      if (Date.now() > until) throw new Error(`${batchId} is not complete: ${JSON.stringify(json)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Has the day sealed, as the nightly schedule would. */
  async seal(): Promise<{ readonly entries: number }> {
    const answer = new Promise<{ readonly entries: number }>((resolve) => {
      this.#child?.once('message', (message: { sealed: { entries: number } }) => resolve(message.sealed));
    });
    this.#child?.send('seal');
    return answer;
  }

  /** Has months cleared and statements written, as the nightly schedule would. */
  async clear(): Promise<{ readonly cleared: readonly string[]; readonly open: readonly string[] }> {
    const answer = new Promise<{ readonly cleared: readonly string[]; readonly open: readonly string[] }>(
      (resolve) => {
        this.#child?.once('message', (message: { months: { cleared: string[]; open: string[] } }) =>
          resolve(message.months),
        );
      },
    );
    this.#child?.send('clear');
    return answer;
  }

  /** Kills the process as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    this.#child = undefined;
  }
}
