// Before anything of an uploaded file is sent on, the whole file is held against what was announced: its SHA-256
// and its control totals. A file that is not what it should be is refused whole, and nothing of it is settled.

import { createHash } from 'node:crypto';
import type { Manifest, SplitState } from '../../shared/batch/batch.ts';
import { rawRecords } from '../../shared/batch/raw-records.ts';
import type { RecordStore } from '../../shared/records/port.ts';

/** Why the file is refused, or undefined when it is what was announced. */
export async function checkUpload(manifest: Manifest, records: RecordStore): Promise<SplitState['refused']> {
  const hash = createHash('sha256');
  const hashing: Pick<RecordStore, 'read' | 'get'> = {
    get: (key) => records.get(key),
    async *read(key, fromByte) {
      for await (const chunk of records.read(key, fromByte)) {
        hash.update(chunk);
        yield chunk;
      }
    },
  };
  let [claimCount, billedFen, unreadable] = [0, 0, 0];
  for await (const { value } of rawRecords({ ...records, ...hashing }, manifest.raw, 0, 0)) {
    claimCount++;
    if (typeof value === 'object' && value !== null && 'reversalNo' in value) continue; // It bills nothing.
    const billed = (value as { billedFen?: unknown } | undefined)?.billedFen;
    if (typeof billed === 'number' && Number.isSafeInteger(billed + billedFen)) billedFen += billed;
    else unreadable++;
  }
  const found = { claimCount, billedFen };
  if (hash.digest('hex') !== manifest.raw.sha256) return { code: 'upload-corrupt', ...found };
  const expected = manifest.controlTotals;
  // Lines that cannot be read are rejected one by one; what they were billed cannot be known.
  const agrees =
    claimCount === expected.claimCount &&
    (unreadable > 0 ? billedFen <= expected.billedFen : billedFen === expected.billedFen);
  return agrees ? undefined : { code: 'control-totals-mismatch', ...found };
}
