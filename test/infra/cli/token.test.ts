// Tokens: signed with the local keys, for whom it is asked, good for so long; never sent to another machine.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localKeys, readIssuerKeys } from '../../../infra/local/keys.ts';
import { DEV_AUDIENCE, DEV_ISSUER, devJwks } from '../../../shared/http/dev-issuer.ts';
import { identification } from '../../../shared/http/identity.ts';
import { dataDir, folder, jiesuan } from './support.ts';

const HOUR = 3_600_000;

async function callerOf(token: string, dir: string, now = Date.now()) {
  const keys = readIssuerKeys(dir) ?? (await localKeys(join(dir, 'keys'))).issuer;
  const identify = identification(
    { AUTH_MODE: 'jwt', AUTH_ISSUER: DEV_ISSUER, AUTH_AUDIENCE: DEV_AUDIENCE, AUTH_JWKS: devJwks(keys) },
    () => now,
  );
  return identify({ headers: { authorization: `Bearer ${token}` } } as never);
}

describe('jiesuan token', () => {
  it('prints a token alone, which the API takes for the caller asked for', async () => {
    const data = await dataDir();
    for (const [args, caller] of [
      [['--provider', 'H0001'], { role: 'provider', providerId: 'H0001' }],
      [['--role', 'ops'], { role: 'ops' }],
      [['--role', 'agency'], { role: 'agency' }],
      [['--role', 'provider:P1'], { role: 'provider', providerId: 'P1' }],
      [['--as', 'provider:H2'], { role: 'provider', providerId: 'H2' }],
    ] as const) {
      const { code, out, err } = await jiesuan(['token', ...args, '--data', data]);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      expect(await callerOf(out.trim(), data)).toEqual(caller);
    }
  });

  it('is good for as long as it was asked for', async () => {
    const data = await dataDir();
    const { out } = await jiesuan(['token', '--role', 'ops', '--ttl', '2h', '--data', data]);
    await expect(callerOf(out.trim(), data, Date.now() + HOUR)).resolves.toEqual({ role: 'ops' });
    await expect(callerOf(out.trim(), data, Date.now() + 3 * HOUR)).rejects.toMatchObject({
      code: 'token-expired',
    });
  });

  it('says what it is good for with --json', async () => {
    const data = await dataDir();
    const { out } = await jiesuan(['token', '--provider', 'H0001', '--json', '--data', data], {
      now: () => Date.parse('2026-09-01T00:00:00Z'),
    });
    expect(JSON.parse(out)).toMatchObject({
      role: 'provider',
      provider: 'H0001',
      expiresAt: '2026-09-01T01:00:00.000Z',
    });
  });

  it('says what to do where there are no keys', async () => {
    const { code, err } = await jiesuan(['token', '--role', 'ops', '--data', folder()]);
    expect(code).toBe(2);
    expect(err).toContain('npm start');
  });
});

describe('a token of this machine', () => {
  it('is not sent to another one', async () => {
    const { code, err } = await jiesuan([
      'status',
      'H0001.B',
      '--url',
      'https://jiesuan.invalid',
      '--data',
      await dataDir(),
    ]);
    expect(code).toBe(2);
    expect(err).toContain('JIESUAN_TOKEN');
  });
});
