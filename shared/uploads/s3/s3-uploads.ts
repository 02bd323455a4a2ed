// Uploads on S3: one bucket that providers may put into, emptied by its lifecycle rule after a week.

import {
  CopyObjectCommand,
  HeadObjectCommand,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { UploadStore } from '../port.ts';

const VALID_SECONDS = 3_600;

/** Uploads to one bucket, copied to another at acceptance. */
export function s3Uploads(client: S3Client, uploadsBucket: string, recordsBucket: string): UploadStore {
  const keyOf = (providerId: string, sha256Hex: string) => `${providerId}/${sha256Hex}.ndjson`;
  return {
    async presign(providerId, sha256Hex, bytes) {
      // S3 itself refuses bytes that do not have this checksum; split checks again where an engine does not.
      const checksum = Buffer.from(sha256Hex, 'hex').toString('base64');
      const command = new PutObjectCommand({
        Bucket: uploadsBucket,
        Key: keyOf(providerId, sha256Hex),
        ContentLength: bytes,
        ContentType: 'application/x-ndjson',
        ChecksumSHA256: checksum,
      });
      const url = await getSignedUrl(client, command, {
        expiresIn: VALID_SECONDS,
        signableHeaders: new Set(['content-type', 'content-length']),
        unhoistableHeaders: new Set(['x-amz-checksum-sha256']),
      });
      return {
        url,
        headers: { 'content-type': 'application/x-ndjson', 'x-amz-checksum-sha256': checksum },
        expiresInSeconds: VALID_SECONDS,
      };
    },

    async size(providerId, sha256Hex) {
      try {
        const { ContentLength } = await client.send(
          new HeadObjectCommand({ Bucket: uploadsBucket, Key: keyOf(providerId, sha256Hex) }),
        );
        return ContentLength;
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },

    async copyToRecords(providerId, sha256Hex, key) {
      await client.send(
        new CopyObjectCommand({
          Bucket: recordsBucket,
          Key: key,
          CopySource: `${uploadsBucket}/${keyOf(providerId, sha256Hex)}`,
        }),
      );
    },
  };
}
