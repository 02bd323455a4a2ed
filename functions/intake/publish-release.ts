// Publishes a reference release: compiled whole before anything is stored, stored under the hash of its content, and
// put in force by a dated pointer. A release that does not compile changes nothing.

import * as z from 'zod';
import { type FieldError, fieldError, fieldErrors, limited } from '../../shared/http/field-errors.ts';
import { Problem } from '../../shared/http/problem.ts';
import { PackError, type PackIssue } from '../../shared/policy/pack/pack-error.ts';
import { FOR_PEOPLE, readableIssues } from '../../shared/policy/pack/readable-issues.ts';
import { Pack } from '../../shared/policy/pack/schema.ts';
import type { RecordStore } from '../../shared/records/port.ts';
import type { Release } from '../../shared/reference/release.ts';
import { type Documents, type ReleasePointers, storeRelease } from '../../shared/reference/releases.ts';
import type { PostRelease } from './contract.ts';

/** Publishes, or throws `release-invalid` (with every fault) or `release-taken` (that moment is another release's). */
export async function publishRelease(
  { from, documents }: PostRelease,
  { records, pointers }: { records: RecordStore; pointers: ReleasePointers },
): Promise<{ releaseId: string; from: string }> {
  const release = await stored(documents as Documents, records);
  if (!(await pointers.point(new Date(from).toISOString(), release.id))) throw new Problem('release-taken');
  return { releaseId: release.id, from };
}

async function stored(documents: Documents, records: RecordStore): Promise<Release> {
  try {
    return await storeRelease(records, documents);
  } catch (error) {
    const errors = faultsOf(error, documents);
    if (errors === undefined) throw error;
    throw new Problem('release-invalid', { errors });
  }
}

/** What keeps the documents from compiling; undefined when it was something else that failed. */
function faultsOf(error: unknown, documents: Documents): FieldError[] | undefined {
  if (error instanceof PackError) {
    const at = documents.packs.findIndex(
      ({ area, scheme }) => area === error.area && scheme === error.scheme,
    );
    return limited(error.issues.map((issue) => faultOfPack(`documents.packs[${at}]: `, issue)));
  }
  if (!(error instanceof z.ZodError)) return undefined;
  const others = error.issues.filter(({ path }) => path[0] !== 'packs');
  return limited([...faultsOfPacks(documents.packs), ...fieldErrors(others, documents, ['documents'])]);
}

/** Packs that are not written as the format asks: the sentences of the format tell an analyst more than a code. */
const faultsOfPacks = (packs: readonly unknown[]): FieldError[] =>
  packs.flatMap((pack, i) => {
    const { error } = Pack.safeParse(pack, FOR_PEOPLE);
    const issues = error === undefined ? [] : readableIssues(error);
    return issues.map((issue) => faultOfPack(`documents.packs[${i}]${issue.path === '' ? '' : '.'}`, issue));
  });

const faultOfPack = (before: string, { path, message }: PackIssue): FieldError => ({
  ...fieldError([], 'does-not-compile', { message }),
  path: before + path,
});
