// Stands in, inside the bundles alone, for the SDK's chain of credential providers (profiles, single sign-on, web
// identity, instance metadata: 130 KB that a function never uses). Lambda hands credentials over in the environment.

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Same name and shape as in @aws-sdk/credential-provider-node. */
export const defaultProvider = () => (): Promise<Credentials> => {
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = process.env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = process.env['AWS_SESSION_TOKEN'];
  if (!accessKeyId || !secretAccessKey) {
    return Promise.reject(
      new Error(
        'environment: no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; a bundled function reads no profile',
      ),
    );
  }
  return Promise.resolve({ accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) });
};
