// Who a command asks as. A token that is given is used as it is; otherwise, towards a server on this machine, one is
// signed with the local installation's development keys, for the role that the command needs or that --as names.

import { signDevToken } from '../../shared/http/dev-issuer.ts';
import { readIssuerKeys } from '../local/keys.ts';
import { cliError, EXIT, usageError } from './exit.ts';

/** A role, and with `provider` which. */
export type Who =
  | { readonly role: 'ops' | 'agency'; readonly provider?: undefined }
  | { readonly role: 'provider'; readonly provider: string };

const PROVIDER_ID = /^[A-Za-z0-9]{1,20}$/;

/** Reads --as: ops, agency, provider:H0001. */
export function parseWho(text: string): Who {
  if (text === 'ops' || text === 'agency') return { role: text };
  const provider = /^provider:(.+)$/.exec(text)?.[1];
  if (provider !== undefined && PROVIDER_ID.test(provider)) return { role: 'provider', provider };
  throw usageError(
    'bad-identity',
    '身份应为 ops、agency 或 provider:机构编号（如 provider:H0001）。',
    'An identity is ops, agency or provider:ID, such as provider:H0001.',
  );
}

/** A provider's number as given on the command line. */
export function parseProvider(text: string): string {
  if (PROVIDER_ID.test(text)) return text;
  throw usageError(
    'bad-provider',
    '机构编号为 1 至 20 位字母或数字，如 H0001。',
    'A provider number is 1 to 20 letters or digits, such as H0001.',
  );
}

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Reads a length of time in seconds: 90s, 15m, 1h, 7d. */
export function parseDuration(text: string): number {
  const [, amount = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(amount) * (UNITS[unit as keyof typeof UNITS] ?? 0);
  if (seconds > 0) return seconds;
  throw usageError(
    'bad-duration',
    '时长形如 90s、15m、1h、7d。',
    'A length of time looks like 90s, 15m, 1h or 7d.',
  );
}

/** Signs a token of the local development issuer. */
export async function mintToken(
  who: Who,
  seconds: number,
  dataDir: string,
  now: number,
): Promise<{ token: string; exp: number }> {
  const keys = readIssuerKeys(dataDir);
  if (keys === undefined) {
    throw usageError(
      'no-development-keys',
      '没有本地开发签发密钥。先运行一次 npm start（会在数据目录中生成密钥），或用 --data 指定数据目录；对其他服务器请用 --token 或 JIESUAN_TOKEN。',
      'There are no local development keys. Run npm start once (it makes them in its data directory), or name that directory with --data; for any other server give --token or JIESUAN_TOKEN.',
    );
  }
  const exp = Math.floor(now / 1_000) + seconds;
  const { role, provider } = who;
  return {
    token: await signDevToken(keys, { role, ...(provider === undefined ? {} : { provider }), exp }),
    exp,
  };
}

/** A request needs a token good for minutes only. */
const TOKEN_SECONDS = 15 * 60;

export interface IdentityOptions {
  readonly url: URL;
  /** Given by --token or JIESUAN_TOKEN. */
  readonly token?: string | undefined;
  /** Given by --as. */
  readonly as?: Who | undefined;
  readonly dataDir: string;
  readonly now: () => number;
}

/** Answers the token for what a command needs; signs each identity's once, and again when it is about to end. */
export function tokens({ url, token, as, dataDir, now }: IdentityOptions): (need: Who) => Promise<string> {
  if (token !== undefined) return () => Promise.resolve(token);
  const signed = new Map<string, { token: string; exp: number }>();
  return async (need) => {
    const who = as ?? need;
    if (!isLoopback(url)) throw tokenNeeded();
    const key = `${who.role}:${who.provider ?? ''}`;
    const kept = signed.get(key);
    if (kept !== undefined && kept.exp - 60 > now() / 1_000) return kept.token;
    const fresh = await mintToken(who, TOKEN_SECONDS, dataDir, now());
    signed.set(key, fresh);
    return fresh.token;
  };
}

const tokenNeeded = () =>
  cliError(
    EXIT.usage,
    'token-needed',
    { zh: '缺少身份凭证', en: 'A token is needed' },
    {
      zh: '服务器不在本机，不会使用本地开发令牌。请用 --token 或环境变量 JIESUAN_TOKEN 提供令牌。',
      en: 'The server is not on this machine, and no development token is sent elsewhere. Give --token or set JIESUAN_TOKEN.',
    },
  );

const isLoopback = ({ hostname }: URL): boolean => /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname);
