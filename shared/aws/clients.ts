// One way to make a client. The SDK's own defaults wait for ever on a silent connection; these really time out,
// and their retries fit the time-outs of the functions. Endpoints come from the environment (AWS_ENDPOINT_URL_*).

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Without throwOnRequestTimeout the SDK only logs a warning and goes on waiting. */
const timing = (connectionMs: number, requestMs: number) => ({
  requestHandler: { connectionTimeout: connectionMs, requestTimeout: requestMs, throwOnRequestTimeout: true },
  maxAttempts: 3,
});

/** Worst case per call: 3 attempts of 2 s and the back-off between them, well inside settle's 15 s. */
export const dynamoClient = () => new DynamoDBClient({ ...timing(1_000, 2_000), cacheMiddleware: true });

export const queueClient = () => new SQSClient({ ...timing(1_000, 5_000), cacheMiddleware: true });

/** Objects may be long; the time-out is for silence between bytes, not for the whole transfer. */
export const objectClient = () =>
  new S3Client({
    ...timing(1_000, 15_000),
    forcePathStyle:
      process.env['AWS_ENDPOINT_URL_S3'] !== undefined || process.env['AWS_ENDPOINT_URL'] !== undefined,
  });
