// The secrets of a local installation, made once and kept where only their owner can read them: the development
// issuer's key pair and the key of the members' pseudonyms.

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DevKeys, generateDevKeys } from '../../shared/http/dev-issuer.ts';
import { DATA_DIR, readJson, writeSafely } from './data-dir.ts';

export interface LocalKeys {
  readonly issuer: DevKeys;
  /** 32 random bytes in base64url. Losing it would orphan every member's stream. */
  readonly pseudonym: string;
}

const ISSUER = 'issuer.json';
const PSEUDONYM = 'pseudonym.json';

/** Reads the keys, or makes those that are missing. */
export async function localKeys(dir: string): Promise<LocalKeys> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  const issuer =
    (readJson(join(dir, ISSUER)) as DevKeys | undefined) ?? keep(join(dir, ISSUER), await generateDevKeys());
  const pseudonym =
    (readJson(join(dir, PSEUDONYM)) as { key: string } | undefined) ??
    keep(join(dir, PSEUDONYM), { key: randomBytes(32).toString('base64url') });
  return { issuer, pseudonym: pseudonym.key };
}

/** The issuer's keys of an installation that has been started before; `jiesuan token` signs with them. */
export const readIssuerKeys = (dataDir: string = DATA_DIR): DevKeys | undefined =>
  readJson(join(dataDir, 'keys', ISSUER)) as DevKeys | undefined;

function keep<T>(file: string, value: T): T {
  writeSafely(file, JSON.stringify(value));
  return value;
}
