// A token issuer for development: makes a key pair and signs tokens, so that the local runner and `jiesuan token`
// need no identity provider. No deployed function imports this.

import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { Role } from './identity.ts';

export const DEV_ISSUER = 'https://jiesuan.local/dev-issuer';
export const DEV_AUDIENCE = 'jiesuan';

/** Plain data: the local runner keeps it in a file that only its user can read. */
export interface DevKeys {
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

/** Makes an Ed25519 key pair. */
export async function generateDevKeys(): Promise<DevKeys> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const kid = `dev-${(await exportJWK(publicKey)).x?.slice(0, 8)}`;
  const describe = async (key: typeof privateKey): Promise<JWK> => ({
    ...(await exportJWK(key)),
    kid,
    alg: 'EdDSA',
    use: 'sig',
  });
  return { privateJwk: await describe(privateKey), publicJwk: await describe(publicKey) };
}

/** The value of AUTH_JWKS for these keys. */
export const devJwks = ({ publicJwk }: DevKeys): string => JSON.stringify({ keys: [publicJwk] });

export interface DevToken {
  readonly role: Role;
  /** Number of the provider, with role `provider`. */
  readonly provider?: string;
  /** Who uses the token; for the access log of later. */
  readonly sub?: string;
  /** Moment it ends, in seconds of the epoch. */
  readonly exp: number;
  readonly issuer?: string;
  readonly audience?: string;
}

/** Signs a token with the private key. */
export async function signDevToken({ privateJwk }: DevKeys, token: DevToken): Promise<string> {
  const { role, provider, sub, exp, issuer = DEV_ISSUER, audience = DEV_AUDIENCE } = token;
  return new SignJWT({ role, ...(provider === undefined ? {} : { provider }) })
    .setProtectedHeader({ alg: 'EdDSA', ...(privateJwk.kid === undefined ? {} : { kid: privateJwk.kid }) })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(sub ?? `dev:${provider ?? role}`)
    .setExpirationTime(exp)
    .sign(await importJWK(privateJwk, 'EdDSA'));
}
