// Everything the ledger says about one claim number: the register says whose stream holds it, the stream says what
// became of it. A number of another provider is refused before anything is read.

import { claimKeyOf } from '../../shared/batch/batch.ts';
import type { NumberHolder } from '../../shared/batch/port.ts';
import { type Caller, requireReadable } from '../../shared/http/identity.ts';
import { Problem } from '../../shared/http/problem.ts';
import { holderOf } from '../../shared/ledger/append.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import type { ResultsDeps } from './deps.ts';

export interface FoundClaim {
  readonly providerId: string;
  readonly claimNo: string;
  readonly holder: NumberHolder;
  /** Every entry under the number, oldest first; empty while the first is still to come. */
  readonly entries: readonly Entry[];
  /** The entry that counts: what holds the number, else the last decision. */
  readonly current?: Entry;
}

/** Finds a claim number for a caller, or answers 404. */
export async function findClaim(
  { providerId, claimNo }: { readonly providerId: string; readonly claimNo: string },
  caller: Caller,
  { batches, ledger }: Pick<ResultsDeps, 'batches' | 'ledger'>,
): Promise<FoundClaim> {
  requireReadable(caller, providerId);
  const claimKey = claimKeyOf(providerId, claimNo);
  const holder = (await batches.holders([claimKey])).get(claimKey);
  if (!holder) throw new Problem('not-found');
  const entries = await ledger.byClaim(holder.stream, claimKey);
  const current =
    holderOf(entries) ?? entries.findLast(({ body }) => body.kind === 'denial') ?? entries.at(-1);
  return { providerId, claimNo, holder, entries, ...(current ? { current } : {}) };
}
