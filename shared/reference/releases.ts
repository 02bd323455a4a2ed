// Where reference releases rest and which one is in force. A release is one immutable document named by the hash of
// its content; a dated pointer, never overwritten, says from when it is in force.

import { canonicalJson } from '../claim/content-hash.ts';
import { sha256 } from '../ledger/codec.ts';
import { recordKey, type RecordStore } from '../records/port.ts';
import { compileRelease, type Release, type ReleaseDocuments } from './release.ts';

/** The documents of a release as published: their name is made from them. */
export type Documents = Omit<ReleaseDocuments, 'id'>;

/** Which release is in force from when. */
export interface ReleasePointers {
  /** The newest pointer that is not after a moment (ISO 8601, UTC). */
  inForce(at: string): Promise<string | undefined>;
  /** Adds a pointer; false when that moment has one already that names another release. */
  point(from: string, releaseId: string): Promise<boolean>;
}

/** Name of a release: 16 characters (96 bits) of the hash of its documents. */
export const releaseIdOf = (documents: Documents): string => sha256(canonicalJson(documents)).slice(0, 16);

/** Stores documents under their own hash. Storing the same again changes nothing. */
export async function storeRelease(records: RecordStore, documents: Documents): Promise<Release> {
  const id = releaseIdOf(documents);
  const release = compileRelease({ ...documents, id });
  await records.put(recordKey.release(id), canonicalJson(documents), 'application/json');
  return release;
}

/** Loads releases by id, each once. A document whose content is not what its name says is refused. */
export function releaseLoader(records: Pick<RecordStore, 'get'>): (id: string) => Promise<Release> {
  const kept = new Map<string, Promise<Release>>();
  return (id) => {
    const known = kept.get(id);
    if (known) return known;
    const loading = load(records, id);
    kept.set(id, loading);
    loading.catch(() => kept.delete(id)); // A failed read is tried again by the next record.
    return loading;
  };
}

/** A release that cannot be used: it was never stored, or its content is not what its name says. */
export class ReleaseUnusable extends Error {
  override readonly name = 'ReleaseUnusable';
  readonly code: 'release-missing' | 'release-spoiled';
  readonly releaseId: string;

  constructor(code: ReleaseUnusable['code'], releaseId: string) {
    const what =
      code === 'release-missing' ? 'not in the records bucket' : 'its content is not what its name says';
    super(`reference release ${releaseId}: ${what}`);
    this.code = code;
    this.releaseId = releaseId;
  }
}

async function load(records: Pick<RecordStore, 'get'>, id: string): Promise<Release> {
  const bytes = await records.get(recordKey.release(id));
  if (!bytes) throw new ReleaseUnusable('release-missing', id);
  const documents = JSON.parse(new TextDecoder().decode(bytes)) as Documents;
  if (releaseIdOf(documents) !== id) throw new ReleaseUnusable('release-spoiled', id);
  return compileRelease({ ...documents, id });
}
