// The identity of a record's content: the same number with other content is a conflict, with the same a repeat.
// Who the member is does not enter: another member is another stream.

import { sha256 } from '../ledger/codec.ts';

/**
 * First 128 bits of SHA-256 over the record with its keys in order, base64url (22 characters). Spelled any way,
 * the same content has the same hash; `name` fields count too, since they are what was billed.
 */
export function contentHash(record: object): string {
  return sha256(canonicalJson(record)).slice(0, 22);
}

/** JSON with the keys of every object in order and no white space: equal contents are equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
