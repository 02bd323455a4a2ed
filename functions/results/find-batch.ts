// A batch that the caller may see, or 404. Whose a batch is stands in its id, so a foreign one is refused before
// anything is read: the answer, and the time it takes, are those of a batch that does not exist.

import { providerOfBatch } from '../../shared/batch/batch.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import type { StoredBatch } from '../../shared/batch/status.ts';
import { type Caller, requireReadable } from '../../shared/http/identity.ts';
import { Problem } from '../../shared/http/problem.ts';

/** Reads a batch for a caller. */
export async function findBatch(
  batchId: string,
  caller: Caller,
  batches: Pick<BatchStore, 'read'>,
): Promise<StoredBatch> {
  requireReadable(caller, providerOfBatch(batchId));
  const stored = await batches.read(batchId);
  if (!stored) throw new Problem('not-found');
  return stored;
}
