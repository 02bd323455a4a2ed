// The records bucket on S3.

import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import type { RecordStore } from '../port.ts';

/** S3 refuses the put of an object under a key that has one. */
const IF_FREE = { IfNoneMatch: '*' };

/** Records in one bucket; encryption and versioning are the bucket's own. */
export function s3Records(client: S3Client, bucket: string): RecordStore {
  const put = async (
    key: string,
    body: string | Uint8Array,
    contentType: string,
    condition: Partial<typeof IF_FREE> = {},
  ): Promise<void> => {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType, ...condition }),
    );
  };
  const write = async (
    key: string,
    chunks: AsyncIterable<string>,
    contentType: string,
    condition: Partial<typeof IF_FREE> = {},
  ): Promise<void> => {
    // Of a long object the condition is asked when the last part is there (lib-storage hands it on).
    const Body = Readable.from(chunks);
    const params = { Bucket: bucket, Key: key, Body, ContentType: contentType, ...condition };
    await new Upload({ client, params }).done();
  };

  return {
    put: (key, body, contentType) => put(key, body, contentType),
    putNew: (key, body, contentType) => ifFree(put(key, body, contentType, IF_FREE)),

    async get(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    async *read(key, fromByte) {
      const range = fromByte > 0 ? { Range: `bytes=${fromByte}-` } : {};
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...range }));
      if (Body) yield* Body as AsyncIterable<Uint8Array>;
    },

    async range(key, fromByte, bytes) {
      const { Body } = await client.send(
        new GetObjectCommand({
          Bucket: bucket,
          Key: key,
          Range: `bytes=${fromByte}-${fromByte + bytes - 1}`,
        }),
      );
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },

    write: (key, chunks, contentType) => write(key, chunks, contentType),
    writeNew: (key, chunks, contentType) => ifFree(write(key, chunks, contentType, IF_FREE)),

    async list(prefix) {
      const keys: string[] = [];
      let from: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix,
            ...(from ? { ContinuationToken: from } : {}),
          }),
        );
        for (const { Key } of page.Contents ?? []) if (Key) keys.push(Key);
        from = page.NextContinuationToken;
      } while (from);
      return keys.sort();
    },
  };
}

/** true when it was put; false when the key was taken. Two at once may also be answered 409: that is an error, try again. */
async function ifFree(putting: Promise<void>): Promise<boolean> {
  try {
    await putting;
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412) return false;
    throw error;
  }
}
