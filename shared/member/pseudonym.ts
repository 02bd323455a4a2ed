// How a member is named everywhere inside: not by number, but by a keyed pseudonym of it. The same number gives the
// same pseudonym for ever; without the key nobody can go back, nor try numbers out. Stream keys, queue groups and
// logs carry only this (PIPL art. 28; table keys appear in metrics, traces and exceptions).

import { createHmac, createSecretKey } from 'node:crypto';
import { assert } from '../assert.ts';
import type { StreamKey } from '../ledger/entry.ts';

/** A shorter key could be searched for by whoever holds one member's number and one stream key. */
export const PSEUDONYM_KEY_BYTES_MIN = 16;

/** Sixteen bytes: two of a billion members meet by chance about once in 10^20 installations. */
const PSEUDONYM_BYTES = 16;

/** 22 characters of base64url. */
export type Pseudonym = string;

/** Member's number -> pseudonym, under a key that never leaves the functions which need it. */
export type Pseudonymise = (memberId: string) => Pseudonym;

/** Makes the pseudonym function for a key: the first 16 bytes of HMAC-SHA256 over the number, as base64url. */
export function pseudonymiser(key: string | Uint8Array): Pseudonymise {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : Buffer.from(key);
  assert(
    bytes.length >= PSEUDONYM_KEY_BYTES_MIN,
    `a pseudonym key has at least ${PSEUDONYM_KEY_BYTES_MIN} bytes`,
  );
  const secret = createSecretKey(bytes);
  return (memberId) =>
    createHmac('sha256', secret)
      .update(memberId, 'utf8')
      .digest()
      .subarray(0, PSEUDONYM_BYTES)
      .toString('base64url');
}

/** Area and pseudonym -> the member's stream: "130300#Qx3...". */
export const streamKey = (area: string, pseudonym: Pseudonym): StreamKey => `${area}#${pseudonym}`;
