// The key of the members' pseudonyms: from the secret whose ARN is configured, or, locally, the configured key itself.

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Reads the key once per cold start. Rotating it would give every member a new stream: it must never change. */
export async function pseudonymKey(configured: string): Promise<string> {
  if (!configured.startsWith('arn:')) return configured;
  const client = new SecretsManagerClient({
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: configured }));
  if (!SecretString) throw new Error('pseudonym key: the secret is empty');
  return SecretString;
}
