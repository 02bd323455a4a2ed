// Creates the buckets on an engine.

import { CreateBucketCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Names } from './names.ts';

/** Creates the buckets that are missing; existing ones keep their objects. */
export async function createBuckets(
  client: S3Client,
  names: Pick<Names, 'recordsBucket' | 'sealedBucket' | 'uploadsBucket'>,
): Promise<void> {
  for (const bucket of [names.recordsBucket, names.sealedBucket, names.uploadsBucket]) {
    if (!(await exists(client, bucket))) await client.send(new CreateBucketCommand({ Bucket: bucket }));
  }
}

async function exists(client: S3Client, bucket: string): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404)
      return false;
    throw error;
  }
}
