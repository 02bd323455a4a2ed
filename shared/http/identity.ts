// Who asks. Two ways, chosen per stage: a signed token that is verified here (`jwt`), or an IAM identity that the
// gateway has already verified (`iam`, SigV4). The provider's number comes from here and from nowhere else.

import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { HttpEvent } from './http-event.ts';
import { Problem } from './problem.ts';

export type Role = 'provider' | 'ops' | 'agency';

/** Who asks, as far as rights go. */
export type Caller =
  | { readonly role: 'provider'; readonly providerId: string }
  | { readonly role: 'ops' }
  | { readonly role: 'agency' };

/** Says who sent a request, or throws 401, 403 `caller-unknown`, or 503 `identity-unavailable`. */
export type Identify = (event: HttpEvent) => Promise<Caller>;

/** The variables of functions/env.ts that decide it. */
export interface AuthSettings {
  readonly AUTH_MODE: 'jwt' | 'iam';
  readonly AUTH_ISSUER: string;
  readonly AUTH_AUDIENCE: string;
  readonly AUTH_JWKS: string;
}

const PROVIDER_ID = /^[A-Za-z0-9]{1,20}$/;

/** Whether a caller may see what belongs to a provider. */
export const mayReadProvider = (caller: Caller, providerId: string): boolean =>
  caller.role !== 'provider' || caller.providerId === providerId;

/** Throws the same 404 for what belongs to somebody else as for what does not exist. */
export function requireReadable(caller: Caller, providerId: string): void {
  if (!mayReadProvider(caller, providerId)) throw new Problem('not-found');
}

/** Makes the identification of a stage; a setting that is missing stops the function at its start, by name. */
export function identification(settings: AuthSettings, now: () => number = Date.now): Identify {
  return settings.AUTH_MODE === 'iam' ? byIam : byToken(settings, now);
}

// ---- jwt

/** Asymmetric only: a shared secret would let every verifier sign. */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'RS256'];
/** Clocks of providers differ by a little. */
const CLOCK_TOLERANCE_SECONDS = 30;
const JWKS_TIMEOUT_MS = 2_000;
/** Far above any honest token; verifying costs time. */
const TOKEN_CHARACTERS_MAX = 8_192;

function byToken({ AUTH_JWKS, AUTH_ISSUER, AUTH_AUDIENCE }: AuthSettings, now: () => number): Identify {
  for (const [name, value] of Object.entries({ AUTH_JWKS, AUTH_ISSUER, AUTH_AUDIENCE })) {
    if (value === '') throw new Error(`environment: AUTH_MODE jwt needs ${name}`);
  }
  const keys = keysFrom(AUTH_JWKS);
  return async ({ headers }) => {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(headers['authorization']?.trim() ?? '')?.[1];
    if (token === undefined) {
      throw headers['authorization'] === undefined
        ? unauthenticated('token-missing')
        : unauthenticated('token-invalid');
    }
    if (token.length > TOKEN_CHARACTERS_MAX) throw unauthenticated('token-invalid');
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        issuer: AUTH_ISSUER,
        audience: AUTH_AUDIENCE,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(now()),
      });
      return callerOfClaims(payload);
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

/** A key set given as JSON, or by its https address (fetched when first needed, then cached by jose). */
function keysFrom(setting: string): JWTVerifyGetKey {
  if (setting.trimStart().startsWith('{')) {
    try {
      return createLocalJWKSet(JSON.parse(setting) as JSONWebKeySet);
    } catch {
      throw new Error('environment: AUTH_JWKS is not a JSON Web Key Set');
    }
  }
  if (!setting.startsWith('https://'))
    throw new Error('environment: AUTH_JWKS is neither a key set nor an https address');
  const remote = createRemoteJWKSet(new URL(setting), { timeoutDuration: JWKS_TIMEOUT_MS });
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      // No key for this token is the token's fault; that the keys cannot be fetched is not.
      const tokensFault =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      throw tokensFault ? error : new Problem('identity-unavailable', { headers: { 'retry-after': '5' } });
    }
  };
}

function callerOfClaims({ role, provider }: JWTPayload): Caller {
  if (role === 'ops' || role === 'agency') return { role };
  if (role === 'provider' && typeof provider === 'string' && PROVIDER_ID.test(provider))
    return { role, providerId: provider };
  throw new Problem('caller-unknown');
}

/** Whatever jose does not like about a token is the token's fault; the keys' own troubles have become Problems before. */
function refusalOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const outOfTime =
    error instanceof errors.JWTExpired ||
    (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf');
  return unauthenticated(outOfTime ? 'token-expired' : 'token-invalid');
}

function unauthenticated(code: 'token-missing' | 'token-invalid' | 'token-expired'): Problem {
  const reason = {
    'token-missing': '',
    'token-invalid': ', error="invalid_token"',
    'token-expired': ', error="invalid_token", error_description="expired"',
  }[code];
  return new Problem(code, { headers: { 'www-authenticate': `Bearer realm="jiesuan"${reason}` } });
}

// ---- iam

/** arn:aws(-cn):sts::<account>:assumed-role/<role>/<session>, or arn:aws:iam::<account>:role/<path>/<role>. */
const ROLE_ARN =
  /^arn:aws[a-z-]*:(?:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[^/]+|iam::(\d{12}):role\/(?:[^/]+\/)*([\w+=,.@-]+))$/;

const byIam: Identify = ({ requestContext }) => {
  const iam = requestContext.authorizer?.iam;
  if (iam?.userArn === undefined) {
    return Promise.reject(
      new Problem('token-missing', { headers: { 'www-authenticate': 'AWS4-HMAC-SHA256' } }),
    );
  }
  const [, stsAccount, assumedRole, iamAccount, role] = ROLE_ARN.exec(iam.userArn) ?? [];
  // A role of the right name in somebody else's account is somebody else.
  const ours = (stsAccount ?? iamAccount) === requestContext.accountId;
  const caller = ours ? callerOfRole(assumedRole ?? role ?? '') : undefined;
  return caller === undefined ? Promise.reject(new Problem('caller-unknown')) : Promise.resolve(caller);
};

function callerOfRole(role: string): Caller | undefined {
  if (role === 'jiesuan-ops') return { role: 'ops' };
  if (role === 'jiesuan-agency') return { role: 'agency' };
  const providerId = /^jiesuan-provider-([A-Za-z0-9]{1,20})$/.exec(role)?.[1];
  return providerId === undefined ? undefined : { role: 'provider', providerId };
}
