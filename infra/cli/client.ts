// The API from a terminal: one call per contract, with its path, method and types. Answers are read leniently: a field
// that this version does not know is kept, one that it misses is shown as missing. Refusals become CliErrors.

import type * as z from 'zod';
import type { RouteContract } from '../../shared/http/route.ts';
import { CliError, cliError, EXIT, type Trouble } from './exit.ts';
import type { Who } from './identity.ts';

export interface Call {
  /** The role that the command needs; --as and --token come before it. */
  readonly as: Who;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly json?: unknown;
  /** A body that is JSON already, sent to the byte as it is. */
  readonly body?: Uint8Array;
  readonly accept?: string;
}

/** An answer as it came, with its text. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Client {
  readonly url: URL;
  /** Calls a route and gives back its JSON; T is what the contract says it answers. */
  json<T>(contract: RouteContract, call: Call): Promise<T>;
  /** Calls a route and gives back the text as it came. */
  text(contract: RouteContract, call: Call): Promise<Reply>;
  /** Asks for another page by the address in a link header. */
  follow(path: string, call: Pick<Call, 'as' | 'accept'>): Promise<Reply>;
}

/** What the contract of a route answers with first. */
export type AnswerOf<S extends z.ZodType> = z.output<S>;

/** The gateway gives up after 30 seconds; a little more, so that its own answer arrives. */
const TIMEOUT_MS = 40_000;

/** Makes a client. `token` says who asks. */
export function apiClient(url: URL, token: (need: Who) => Promise<string>): Client {
  const send = async (method: string, address: URL, { as, accept, ...call }: Call): Promise<Reply> => {
    const body = call.body ?? (call.json === undefined ? undefined : JSON.stringify(call.json));
    const headers = {
      authorization: `Bearer ${await token(as)}`,
      accept: accept ?? 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const reply = await fetched(address, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body as string }),
    });
    if (reply.status >= 400) throw refusal(reply);
    return reply;
  };
  const text: Client['text'] = (contract, call) =>
    send(contract.method, addressOf(url, contract.path, call), call);
  return {
    url,
    text,
    json: async <T>(contract: RouteContract, call: Call) => parsed(await text(contract, call)) as T,
    follow: (path, call) => {
      const next = new URL(path, url);
      if (next.origin !== url.origin) throw notUnderstood(); // Our token goes nowhere else.
      return send('GET', next, call);
    },
  };
}

/** The address of a call: values put into the path are escaped, so none of them can lead elsewhere. */
export function addressOf(
  base: URL,
  path: string,
  { params = {}, query = {} }: Pick<Call, 'params' | 'query'>,
): URL {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const address = new URL(base.pathname.replace(/\/$/, '') + filled, base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  return address;
}

/** The address of the next page, from a Link header. */
export const nextOf = ({ headers }: Pick<Reply, 'headers'>): string | undefined =>
  /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1];

/** The JSON of an answer. */
export function parsed({ text }: Pick<Reply, 'text'>): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw notUnderstood();
  }
}

async function fetched(address: URL, init: RequestInit): Promise<Reply> {
  try {
    const response = await fetch(address, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // Not text(): that would drop the byte order mark without which Excel misreads a CSV.
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    throw unreachable(address, error);
  }
}

/** Nobody listens there (any more): the trouble that waiting for a restart may cure. */
export const isGone = (error: unknown): boolean =>
  error instanceof CliError && ['connection-refused', 'connection-lost'].includes(error.trouble.code);

/** The server cannot be reached: one sentence about why, and what to do. */
export function unreachable({ origin }: URL, error: unknown): CliError {
  const code = causeOf(error);
  const title = { zh: '无法连接服务器', en: 'The server cannot be reached' };
  const fail = (name: string, zh: string, en: string) => cliError(EXIT.unreachable, name, title, { zh, en });
  if (code === 'ECONNREFUSED') {
    return fail(
      'connection-refused',
      `${origin} 没有程序在监听。服务是否已启动（npm start）？端口不同请用 --url 或 JIESUAN_URL 指定。`,
      `Nothing listens at ${origin}. Is \`npm start\` running? For another address give --url or set JIESUAN_URL.`,
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return fail(
      'unknown-host',
      `找不到主机：${origin}。请检查 --url 与网络。`,
      `The host of ${origin} cannot be found. Check --url and the network.`,
    );
  if (code === 'TimeoutError')
    return fail(
      'no-answer',
      `${origin} 在 40 秒内没有答复。请稍后重试；重复提交不会重复结算。`,
      `${origin} did not answer within 40 seconds. Try again shortly; posting twice never settles twice.`,
    );
  return fail(
    LOST.has(code) ? 'connection-lost' : 'connection-failed',
    `与 ${origin} 的连接失败（${code}）。请检查地址后重试；重复提交不会重复结算。`,
    `The connection to ${origin} failed (${code}). Check the address and try again; posting twice never settles twice.`,
  );
}

/** The server was there when the request set out. */
const LOST: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Node puts the reason into `cause`, several of them for a host with several addresses. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause, code } = error as NodeJS.ErrnoException;
  if (code !== undefined && typeof code === 'string') return code;
  if (cause instanceof AggregateError) return causeOf(cause.errors[0]);
  if (cause instanceof Error && cause !== error) return causeOf(cause);
  // fetch says some things in words only ("bad port"); words without figures and signs give nothing away.
  return error.name === 'Error' && /^[a-z ]{1,40}$/.test(error.message) ? error.message : error.name;
}

/** What the server said no with: its problem document, or one made from the bare status. */
function refusal({ status, text, headers }: Reply): CliError {
  const exit = status >= 500 ? EXIT.serverError : EXIT.refused;
  const document = (headers.get('content-type') ?? '').includes('json') ? safely(text) : undefined;
  if (isTrouble(document)) return new CliError(exit, document);
  return new CliError(exit, {
    type: 'about:blank',
    title: status >= 500 ? '服务器出错' : '服务器拒绝了请求',
    titleEn: status >= 500 ? 'The server failed' : 'The server refused the request',
    status,
    code: `http-${status}`,
    detail:
      status === 413
        ? '请求过大。较大的批次请用 NDJSON 文件提交（会自动上传）。'
        : `服务器答复 HTTP ${status}，没有说明原因。请检查 --url 是否指向结算接口。`,
    detailEn:
      status === 413
        ? 'The request is too large. Post a larger batch as an NDJSON file; it is uploaded by itself.'
        : `The server answered HTTP ${status} without saying why. Check that --url points to the Jiesuan API.`,
  });
}

function safely(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isTrouble = (value: unknown): value is Trouble =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Trouble).code === 'string' &&
  typeof (value as Trouble).detail === 'string';

/** The answer is not one of this API. */
export const notUnderstood = (): CliError =>
  cliError(
    EXIT.serverError,
    'answer-not-understood',
    { zh: '无法理解服务器的答复', en: 'The answer was not understood' },
    {
      zh: '服务器的答复不是所约定的格式。请检查 --url 是否指向结算接口，以及两端版本是否一致。',
      en: 'The answer is not in the agreed form. Check that --url points to the Jiesuan API, and that both sides are of the same version.',
    },
  );
