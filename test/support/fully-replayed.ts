// Every record that an installation in memory was sent, settled again on what stood before it: what was found.

import { fullReplay } from '../../functions/replay/full-replay.ts';
import { pseudonymiser } from '../../shared/member/pseudonym.ts';
import type { Finding } from '../../shared/reconciliation/findings.ts';
import { verifyStream } from '../../shared/reconciliation/verify-stream.ts';
import { KEY, type MemoryInstallation } from './memory-installation.ts';

/** Findings of all streams; none when every entry is what its raw record comes to. */
export async function fullyReplayed({
  ledger,
  batches,
  records,
  deps,
}: MemoryInstallation): Promise<Finding[]> {
  const releaseOf = deps.release;
  const againstRaw = fullReplay({ batches, records, releaseOf, pseudonymOf: pseudonymiser(KEY) });
  const found: Finding[] = [];
  for (const [stream, rows] of ledger.streams)
    found.push(...(await verifyStream(stream, rows, { releaseOf, againstRaw })));
  return found;
}
