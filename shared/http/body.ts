// From the bytes of a request to a JSON document, or to a problem that says why not. The parser's own messages quote
// the source (`..."1234","x":}`), so they are never passed on nor logged.

import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from './problem.ts';

/**
 * Largest body of any route. A Lambda event is at most 6 MB with the body as an escaped string inside it, and a
 * fifth of a claim's characters are quotes that grow by a backslash: 5,000,000 bytes is what gets through.
 */
export const BODY_BYTES_MAX = 5_000_000;

/** What of an event carries the body. */
export type BodyEvent = Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> & {
  readonly headers: Readonly<Record<string, string | undefined>>;
};

export interface JsonBody {
  /** The body exactly as it came: what is stored and hashed. */
  readonly bytes: Uint8Array;
  readonly json: unknown;
}

/** Reads the body as JSON in UTF-8. Throws 413, 415, `malformed-utf8` or `malformed-json`. */
export function readJson(event: BodyEvent, bytesMax: number = BODY_BYTES_MAX): JsonBody {
  checkMediaType(event.headers);
  const bytes = readBytes(event, bytesMax);
  const text = decodeUtf8(bytes, event.isBase64Encoded);
  try {
    return { bytes, json: JSON.parse(text) as unknown };
  } catch {
    throw new Problem('malformed-json');
  }
}

function checkMediaType(headers: BodyEvent['headers']): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  const encoding = (headers['content-encoding'] ?? 'identity').toLowerCase();
  const isJson = type === 'application/json' || /^application\/[a-z0-9.-]+\+json$/.test(type);
  // A compressed body could unfold to any size; nothing here needs one.
  if (
    !isJson ||
    encoding !== 'identity' ||
    (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
  ) {
    throw new Problem('unsupported-media-type', { headers: { accept: 'application/json' } });
  }
}

function readBytes({ body = '', isBase64Encoded }: BodyEvent, bytesMax: number): Uint8Array {
  // The lengths are compared before anything is copied.
  const tooLarge = isBase64Encoded ? body.length * 0.75 > bytesMax + 2 : body.length > bytesMax;
  const bytes = tooLarge ? undefined : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes === undefined || bytes.length > bytesMax)
    throw new Problem('body-too-large', { facts: { bytesMax } });
  return bytes;
}

function decodeUtf8(bytes: Uint8Array, wasBytes: boolean): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes); // Also drops a byte order mark.
  } catch {
    throw new Problem('malformed-utf8');
  }
  // Where the gateway hands over text instead of bytes, what it could not decode has already become U+FFFD.
  if (!wasBytes && text.includes('\uFFFD')) throw new Problem('malformed-utf8');
  return text;
}
