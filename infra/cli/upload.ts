// Puts a file to a pre-signed address. Not with fetch: a stream would be sent in chunks, which S3 does not take, and
// nothing would say how far it has come.

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unreachable } from './client.ts';
import { cliError, EXIT } from './exit.ts';
import type { Source } from './files.ts';

export interface UploadTo {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Silence for so long means that the connection is lost. */
const SILENCE_MS = 60_000;

/** Uploads; `onBytes` is told how far it has come. */
export async function upload(source: Source, to: UploadTo, onBytes: (bytes: number) => void): Promise<void> {
  const address = new URL(to.url);
  const status = await put(source, address, to.headers, onBytes).catch((error: unknown) => {
    throw unreachable(address, error);
  });
  if (status >= 200 && status < 300) return;
  throw cliError(
    status >= 500 ? EXIT.serverError : EXIT.refused,
    'upload-refused',
    { zh: '文件存储拒绝了上传', en: 'The store refused the upload' },
    {
      zh: `上传得到 HTTP ${status}。地址可能已过期，或文件在上传中被改动；请重新运行同一命令。`,
      en: `The upload was answered with HTTP ${status}. Its address may have expired, or the file changed meanwhile; run the same command again.`,
    },
  );
}

async function put(
  source: Source,
  address: URL,
  headers: UploadTo['headers'],
  onBytes: (bytes: number) => void,
): Promise<number> {
  const request = (address.protocol === 'https:' ? httpsRequest : httpRequest)(address, {
    method: 'PUT',
    headers: { ...headers, 'content-length': source.bytes },
  });
  request.setTimeout(SILENCE_MS, () =>
    request.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })),
  );
  const answered = new Promise<number>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
  });
  answered.catch(() => {}); // Awaited below, once the body is through.
  let sent = 0;
  const counting = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      sent += chunk.length;
      onBytes(sent);
      done(null, chunk);
    },
  });
  // Whatever goes wrong here fails the request too, and a server that has heard enough answers before the end.
  await pipeline(source.open(), counting, request).catch(() => {});
  return answered;
}
