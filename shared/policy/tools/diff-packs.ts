// What changed between two packs, or between two days of one pack: which number, for whom, from what to what.

import { checkPackDocument } from '../pack/parse.ts';
import { resolveOn } from '../pack/resolve.ts';
import { type PolicyRow, policyRows } from './policy-rows.ts';

export interface PackDifference {
  readonly where: string;
  /** For whom; empty for everybody. */
  readonly when: string;
  /** Missing when the row is new. */
  readonly before?: string;
  /** Missing when the row is gone. */
  readonly after?: string;
}

/** The differences, in the order of the packs. Equal policies have none, whatever their dates and sources. */
export function diffPacks(
  before: unknown,
  beforeOn: string,
  after: unknown,
  afterOn: string,
): PackDifference[] {
  const old = rows(before, beforeOn);
  const now = rows(after, afterOn);
  const differences: PackDifference[] = [];
  for (const [key, row] of old) {
    const same = now.get(key);
    if (same?.value === row.value) continue;
    differences.push({
      where: row.path.join('.'),
      when: row.when,
      before: row.value,
      ...(same && { after: same.value }),
    });
  }
  for (const [key, row] of now) {
    if (!old.has(key)) differences.push({ where: row.path.join('.'), when: row.when, after: row.value });
  }
  return differences;
}

/** The differences as a person reads them, one a line. */
export const diffText = (differences: readonly PackDifference[]): string =>
  differences
    .map(
      ({ where, when, before, after }) =>
        `${where}${when === '' ? '' : ` (${when})`}: ${before ?? '—'} → ${after ?? '—'}`,
    )
    .join('\n');

function rows(document: unknown, on: string): Map<string, PolicyRow> {
  const policy = resolveOn(checkPackDocument(document), on);
  return new Map(policyRows(policy).map((row) => [`${row.path.join('.')} ${row.when}`, row]));
}
