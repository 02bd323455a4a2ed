// Who is let in: only who proves it, and only as who they are.

import { beforeAll, describe, expect, it } from 'vitest';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import {
  type DevKeys,
  type DevToken,
  DEV_AUDIENCE,
  DEV_ISSUER,
  devJwks,
  generateDevKeys,
  signDevToken,
} from '../../../shared/http/dev-issuer.ts';
import { type Identify, identification } from '../../../shared/http/identity.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { httpEvent } from '../../support/http-events.ts';

const NOW = Date.parse('2026-09-01T00:00:00Z');
const HOUR = NOW / 1000 + 3600;
const settings = { AUTH_MODE: 'jwt', AUTH_ISSUER: DEV_ISSUER, AUTH_AUDIENCE: DEV_AUDIENCE } as const;

let keys: DevKeys;
let identify: Identify;
beforeAll(async () => {
  keys = await generateDevKeys();
  identify = identification({ ...settings, AUTH_JWKS: devJwks(keys) }, () => NOW);
});

/** Who a token is, or the status, code and challenge it is refused with. */
async function answer(token: string | undefined, who: Identify = identify): Promise<unknown> {
  try {
    return await who(httpEvent('GET', '/', { token }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return [error.status, error.code];
  }
}

describe('tokens', () => {
  it('say who asks', async () => {
    expect(
      await answer(await signDevToken(keys, { role: 'provider', provider: 'H0001', exp: HOUR })),
    ).toEqual({ role: 'provider', providerId: 'H0001' });
    expect(await answer(await signDevToken(keys, { role: 'ops', exp: HOUR }))).toEqual({ role: 'ops' });
    expect(await answer(await signDevToken(keys, { role: 'agency', provider: 'H0001', exp: HOUR }))).toEqual({
      role: 'agency',
    });
  });

  it('are refused when they are missing, expired, for somebody else, or by somebody else', async () => {
    const provider = { role: 'provider', provider: 'H0001', exp: HOUR } as const;
    const others = await generateDevKeys();
    expect(await answer(undefined)).toEqual([401, 'token-missing']);
    expect(await answer('x')).toEqual([401, 'token-invalid']);
    expect(await answer(await signDevToken(keys, { ...provider, exp: NOW / 1000 - 60 }))).toEqual([
      401,
      'token-expired',
    ]);
    expect(await answer(await signDevToken(keys, { ...provider, audience: 'somebody-else' }))).toEqual([
      401,
      'token-invalid',
    ]);
    expect(await answer(await signDevToken(keys, { ...provider, issuer: 'https://elsewhere' }))).toEqual([
      401,
      'token-invalid',
    ]);
    expect(await answer(await signDevToken(others, provider))).toEqual([401, 'token-invalid']);
    // Another key under our key's name.
    const forged = { ...others, privateJwk: { ...others.privateJwk, kid: keys.publicJwk.kid as string } };
    expect(await answer(await signDevToken(forged, provider))).toEqual([401, 'token-invalid']);
  });

  it('are refused unsigned, with alg none, or signed with the public key as a shared secret', async () => {
    const claims = { role: 'ops' };
    const unsigned = new UnsecuredJWT(claims)
      .setIssuer(DEV_ISSUER)
      .setAudience(DEV_AUDIENCE)
      .setExpirationTime(HOUR)
      .encode();
    expect(await answer(unsigned)).toEqual([401, 'token-invalid']);
    const good = await signDevToken(keys, { role: 'ops', exp: HOUR });
    expect(await answer(`${good.split('.').slice(0, 2).join('.')}.`)).toEqual([401, 'token-invalid']);
    const secret = new TextEncoder().encode(JSON.stringify(keys.publicJwk));
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(DEV_ISSUER)
      .setAudience(DEV_AUDIENCE)
      .setExpirationTime(HOUR)
      .sign(secret);
    expect(await answer(confused)).toEqual([401, 'token-invalid']);
  });

  it('are refused with any single bit flipped', async () => {
    const good = await signDevToken(keys, { role: 'provider', provider: 'H0001', exp: HOUR });
    const parts = good.split('.').map((part) => Buffer.from(part, 'base64url'));
    let flipped = 0;
    for (const [which, bytes] of parts.entries()) {
      for (let bit = 0; bit < bytes.length * 8; bit += 7) {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const token = parts
          .map((part, at) => (at === which ? changed : part).toString('base64url'))
          .join('.');
        expect(await answer(token)).toEqual([401, 'token-invalid']);
        flipped++;
      }
    }
    expect(flipped).toBeGreaterThan(150);
  });

  it('need an end', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
    const own = identification({ ...settings, AUTH_JWKS: jwks }, () => NOW);
    const endless = new SignJWT({ role: 'ops' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(DEV_ISSUER)
      .setAudience(DEV_AUDIENCE);
    expect(await answer(await endless.sign(privateKey), own)).toEqual([401, 'token-invalid']);
    expect(await answer(await endless.setExpirationTime(HOUR).sign(privateKey), own)).toEqual({
      role: 'ops',
    });
  });

  it('with a role or a provider number we do not know are 403, not somebody', async () => {
    for (const claims of [
      { role: 'provider' },
      { role: 'provider', provider: 'H1/../H2' },
      { role: 'provider', provider: 'the-agency' },
      { role: 'root' },
    ]) {
      expect(await answer(await signDevToken(keys, { ...claims, exp: HOUR } as DevToken))).toEqual([
        403,
        'caller-unknown',
      ]);
    }
  });

  it('cannot be checked without the keys: that is 503, and nobody’s fault', async () => {
    const far = identification({ ...settings, AUTH_JWKS: 'https://127.0.0.1:9/jwks.json' }, () => NOW);
    expect(await answer(await signDevToken(keys, { role: 'ops', exp: HOUR }), far)).toEqual([
      503,
      'identity-unavailable',
    ]);
  });

  it('need an issuer, an audience and keys at the start, by name', () => {
    expect(() => identification({ ...settings, AUTH_JWKS: '' })).toThrow('AUTH_JWKS');
    expect(() => identification({ ...settings, AUTH_JWKS: devJwks(keys), AUTH_ISSUER: '' })).toThrow(
      'AUTH_ISSUER',
    );
    expect(() => identification({ ...settings, AUTH_JWKS: '{"keys":' })).toThrow('AUTH_JWKS');
    expect(() => identification({ ...settings, AUTH_JWKS: 'http://insecure.example/jwks' })).toThrow(
      'AUTH_JWKS',
    );
  });
});

describe('IAM roles', () => {
  const iam = identification({ ...settings, AUTH_MODE: 'iam', AUTH_JWKS: '' });
  const as = async (userArn?: string): Promise<unknown> => {
    try {
      return await iam(
        httpEvent('GET', '/', userArn === undefined ? {} : { authorizer: { iam: { userArn } } }),
      );
    } catch (error) {
      return (error as Problem).code;
    }
  };

  it('say who asks, in every partition', async () => {
    for (const partition of ['aws', 'aws-cn']) {
      expect(
        await as(`arn:${partition}:sts::123456789012:assumed-role/jiesuan-provider-H0001/session`),
      ).toEqual({ role: 'provider', providerId: 'H0001' });
      expect(await as(`arn:${partition}:iam::123456789012:role/people/jiesuan-ops`)).toEqual({ role: 'ops' });
      expect(await as(`arn:${partition}:sts::123456789012:assumed-role/jiesuan-agency/x@y`)).toEqual({
        role: 'agency',
      });
    }
  });

  it('of another account, or of another name, are nobody', async () => {
    for (const arn of [
      'arn:aws:sts::999999999999:assumed-role/jiesuan-ops/session',
      'arn:aws:sts::123456789012:assumed-role/jiesuan-provider-/session',
      'arn:aws:sts::123456789012:assumed-role/not-jiesuan-ops/session',
      'arn:aws:sts::123456789012:assumed-role/jiesuan-ops-2/session',
      'arn:aws:iam::123456789012:user/jiesuan-ops',
      'arn:aws:sts::123456789012:assumed-role/other/jiesuan-ops',
    ])
      expect(await as(arn)).toBe('caller-unknown');
    expect(await as()).toBe('token-missing');
  });
});
