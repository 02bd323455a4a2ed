// A DynamoDB client that loses answers to puts after the server has applied them: the connection is gone, and the
// caller cannot know whether it wrote. The fault sits below the SDK's retries, so those meet it too.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TestEngines } from './engines.ts';

/** A client of the engines' database; `isLost` is asked once for every put that was answered. */
export function losingAnswers(
  { endpoints, region }: TestEngines,
  maxAttempts: number,
  isLost: () => boolean,
): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint: endpoints.dynamodb,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts,
  });
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const answer = await handle(request, options);
    const isPut = request.headers['x-amz-target']?.endsWith('.PutItem') === true;
    if (isPut && answer.response.statusCode === 200 && isLost()) {
      (answer.response.body as { resume?: () => void }).resume?.();
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'Error' });
    }
    return answer;
  };
  return client;
}
