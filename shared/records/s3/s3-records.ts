// The records bucket on S3.

import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import type { RecordStore } from '../port.ts';

/** Records in one bucket; encryption and versioning are the bucket's own. */
export function s3Records(client: S3Client, bucket: string): RecordStore {
  return {
    async put(key, body, contentType) {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }),
      );
    },

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

    async write(key, chunks, contentType) {
      await new Upload({
        client,
        params: { Bucket: bucket, Key: key, Body: Readable.from(chunks), ContentType: contentType },
      }).done();
    },

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
