// The small reader of settle: signed as S3 expects, at the right address in both partitions, patient with a server in
// trouble and with nothing else.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ObjectUnread, objectUrl, s3Reader, signedHeaders } from '../../../shared/records/s3/s3-get.ts';
import { startEngines, type TestEngines } from '../../support/engines.ts';

describe('a signed GET', () => {
  it('has the signature of the example in the S3 documentation', () => {
    const { authorization } = signedHeaders(
      new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
      {
        region: 'us-east-1',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      },
      new Date('2013-05-24T00:00:00Z'),
      { range: 'bytes=0-9' },
    );
    expect(authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
        'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, ' +
        'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    );
  });

  it('goes to the bucket in its partition, or to the engine that is named', () => {
    const at = (env: Record<string, string>) => objectUrl('records', 'releases/a b(1).json', env).href;
    expect(at({ AWS_REGION: 'us-east-1' })).toBe(
      'https://records.s3.us-east-1.amazonaws.com/releases/a%20b%281%29.json',
    );
    expect(at({ AWS_REGION: 'cn-north-1' })).toBe(
      'https://records.s3.cn-north-1.amazonaws.com.cn/releases/a%20b%281%29.json',
    );
    expect(at({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1/' })).toBe(
      'http://127.0.0.1:1/records/releases/a%20b%281%29.json',
    );
  });
});

describe('the reader', () => {
  let engines: TestEngines;
  beforeAll(async () => {
    engines = await startEngines();
  });
  afterAll(() => engines.stop());

  it('gets an object as it was put, and undefined when there is none', async () => {
    const { recordsBucket } = engines.names;
    const body = new TextEncoder().encode('{"目录":1}');
    await engines.s3.send(
      new PutObjectCommand({ Bucket: recordsBucket, Key: 'releases/a.json', Body: body }),
    );
    const reader = s3Reader(recordsBucket, engines.env);
    expect(await reader.get('releases/a.json')).toEqual(body);
    expect(await reader.get('releases/b.json')).toBeUndefined();
  });
});

describe('a server in trouble', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  async function answering(...statuses: number[]) {
    let asked = 0;
    server = createServer((_request, response) => {
      response.writeHead(statuses[asked++] ?? 500).end('x');
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const env = {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    };
    return { reader: s3Reader('records', env), asked: () => asked };
  }

  it('is asked again', async () => {
    const { reader, asked } = await answering(503, 500, 200);
    expect(await reader.get('k')).toEqual(new TextEncoder().encode('x'));
    expect(asked()).toBe(3);
  });

  it('is given up after three attempts; a refusal at once', async () => {
    const failing = await answering(500, 500, 500, 200);
    await expect(failing.reader.get('k')).rejects.toThrow(ObjectUnread);
    expect(failing.asked()).toBe(3);
    server?.close();
    const refusing = await answering(403, 200);
    await expect(refusing.reader.get('k')).rejects.toThrow('status 403');
    expect(refusing.asked()).toBe(1);
  });
});
