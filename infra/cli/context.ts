// What every command works with: language, outputs, the API client, where the data directory is. Made from the global
// options, the environment and the streams of the process; tests hand in their own.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { DATA_DIR } from '../local/data-dir.ts';
import { apiClient, type Client } from './client.ts';
import { usageError } from './exit.ts';
import { parseWho, tokens, type Who } from './identity.ts';
import { type Output, output, type Stream } from './output/terminal.ts';
import { type Progress, progress, type ProgressOptions } from './output/progress.ts';

/** What of the process a command may touch. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export type Lang = 'zh' | 'en';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly url?: string;
  readonly as?: string;
  readonly token?: string;
  readonly json?: boolean;
  readonly data?: string;
}

export interface Cli {
  readonly lang: Lang;
  /** The sentence in the chosen language. */
  readonly t: (zh: string, en: string) => string;
  /** --json: results as JSON on stdout, and nothing else there. */
  readonly json: boolean;
  readonly out: Output;
  readonly err: Output;
  readonly io: Io;
  readonly dataDir: string;
  /** Who --as names. */
  readonly as: Who | undefined;
  /** A token is given: who asks is in it, and not for us to know. */
  readonly ownToken: boolean;
  readonly client: () => Client;
  /** Prints a document as JSON. */
  readonly document: (value: unknown) => Promise<void>;
  readonly progress: (options: Omit<ProgressOptions, 'now'>) => Progress;
}

export const DEFAULT_URL = 'http://127.0.0.1:8787';

/** The language: --lang, else the locale of the terminal; Chinese for zh, English for any other. */
export function languageOf(args: readonly string[], env: Io['env']): Lang {
  const at = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const asked = at < 0 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1]);
  if (asked === 'zh' || asked === 'en') return asked;
  return /^zh/i.test(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '') ? 'zh' : 'en';
}

/** Makes the context of one command. Nothing is read or asked until the command does. */
export function cliOf(io: Io, lang: Lang, options: GlobalOptions): Cli {
  const [out, err] = [output(io.stdout, io.env), output(io.stderr, io.env)];
  const dataDir = options.data ?? (io.env['JIESUAN_DATA'] || DATA_DIR);
  const as = options.as === undefined ? undefined : parseWho(options.as);
  const ownToken = options.token ?? (io.env['JIESUAN_TOKEN'] || undefined);
  let client: Client | undefined;
  return {
    lang,
    t: (zh, en) => (lang === 'zh' ? zh : en),
    json: options.json === true,
    out,
    err,
    io,
    dataDir,
    as,
    ownToken: ownToken !== undefined,
    client: () => {
      if (client !== undefined) return client;
      const url = serverUrl(options.url ?? (io.env['JIESUAN_URL'] || runningServer(dataDir) || DEFAULT_URL));
      client = apiClient(url, tokens({ url, token: ownToken, as, dataDir, now: io.now }));
      return client;
    },
    document: (value) => out.print(JSON.stringify(value, undefined, 2)),
    progress: (about) => progress(io.stderr, { ...about, now: io.now }),
  };
}

function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '')
    return url;
  throw usageError(
    'bad-url',
    '服务地址应形如 http://127.0.0.1:8787。',
    'The address of the server looks like http://127.0.0.1:8787.',
  );
}

/** The address that `jiesuan start` wrote down, if that process is still there: it may have taken another port. */
function runningServer(dataDir: string): string | undefined {
  const file = join(dataDir, 'server.json');
  if (!existsSync(file)) return undefined;
  try {
    const { url, pid } = JSON.parse(readFileSync(file, 'utf8')) as { url?: unknown; pid?: unknown };
    if (typeof url !== 'string' || typeof pid !== 'number') return undefined;
    process.kill(pid, 0); // Only asks whether it is there.
    return url;
  } catch {
    return undefined;
  }
}
