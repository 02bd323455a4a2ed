// Reads one object with a signed GET, and nothing else: all that settle needs of S3. The S3 client would be a third
// of its bundle, and cold starts pay for every byte. Whoever else touches records uses s3-records.ts.
// Credentials and region come from the environment, as Lambda and the local runner set them.

import { createHash, createHmac } from 'node:crypto';
import type { RecordStore } from '../port.ts';

const ATTEMPTS_MAX = 3;
/** A release is a few hundred KB; three attempts fit settle's 15 s. */
const ATTEMPT_MS_MAX = 4_000;
const EMPTY_HASH = createHash('sha256').digest('hex');

/** Records in one bucket, read-only. */
export function s3Reader(bucket: string, env: NodeJS.ProcessEnv = process.env): Pick<RecordStore, 'get'> {
  return {
    async get(key) {
      const url = objectUrl(bucket, key, env);
      for (let attempt = 1; ; attempt++) {
        try {
          const response = await fetch(url, {
            headers: signedHeaders(url, signingOf(env), new Date()),
            redirect: 'error',
            signal: AbortSignal.timeout(ATTEMPT_MS_MAX),
          });
          if (response.status === 404) return undefined;
          if (response.ok) return new Uint8Array(await response.arrayBuffer());
          throw new ObjectUnread(response.status);
        } catch (error) {
          // A refusal (403) stays one; a server in trouble, a broken connection or silence may pass.
          const passing = !(error instanceof ObjectUnread) || error.status >= 500 || error.status === 429;
          if (!passing || attempt === ATTEMPTS_MAX) throw error;
          await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt * (0.5 + Math.random())));
        }
      }
    },
  };
}

/** S3 answered, but not with the object. */
export class ObjectUnread extends Error {
  override readonly name = 'ObjectUnread';
  readonly status: number;
  constructor(status: number) {
    super(`the records bucket answered with status ${status}`);
    this.status = status;
  }
}

/** Virtual-hosted on AWS, in either partition; by path on an engine of our own. */
export function objectUrl(bucket: string, key: string, env: NodeJS.ProcessEnv): URL {
  const path = key.split('/').map(encodeRfc3986).join('/');
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  if (endpoint) return new URL(`${endpoint.replace(/\/$/, '')}/${bucket}/${path}`);
  const region = required(env, 'AWS_REGION');
  return new URL(
    `https://${bucket}.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/${path}`,
  );
}

export interface Signing {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Headers of a GET under Signature Version 4 (checked against the example in the S3 documentation). */
export function signedHeaders(
  url: URL,
  { region, accessKeyId, secretAccessKey, sessionToken }: Signing,
  now: Date,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const moment = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${moment.slice(0, 8)}/${region}/s3/aws4_request`;
  const headers: Record<string, string> = {
    ...more,
    'x-amz-content-sha256': EMPTY_HASH,
    'x-amz-date': moment,
    ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}),
  };
  const signed = Object.entries({ ...headers, host: url.host }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    'GET',
    url.pathname,
    '',
    ...signed.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    EMPTY_HASH,
  ];
  const text = [
    'AWS4-HMAC-SHA256',
    moment,
    scope,
    createHash('sha256').update(canonical.join('\n')).digest('hex'),
  ];
  const key = scope
    .split('/')
    .reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, text.join('\n')).toString('hex');
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return headers;
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const encodeRfc3986 = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function signingOf(env: NodeJS.ProcessEnv): Signing {
  const sessionToken = env['AWS_SESSION_TOKEN'];
  return {
    region: required(env, 'AWS_REGION'),
    accessKeyId: required(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: required(env, 'AWS_SECRET_ACCESS_KEY'),
    ...(sessionToken ? { sessionToken } : {}),
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`environment: missing variable ${name}`);
  return value;
}
