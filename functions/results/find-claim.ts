// Everything the ledger says about one claim number: the register says whose stream holds it, the stream says what
// became of it. A number of another provider is refused before anything is read.

import { claimKeyOf } from '../../shared/batch/batch.ts';
import type { NumberHolder } from '../../shared/batch/port.ts';
import { type Caller, requireReadable } from '../../shared/http/identity.ts';
import { Problem } from '../../shared/http/problem.ts';
import { holderOf } from '../../shared/ledger/append.ts';
import { type Adjustment, adjustmentsOf, type Entry, isHeld } from '../../shared/ledger/entry.ts';
import type { ResultsDeps } from './deps.ts';

export interface FoundClaim {
  readonly providerId: string;
  readonly claimNo: string;
  readonly holder: NumberHolder;
  /** Every entry under the number, oldest first; empty while the first is still to come. */
  readonly entries: readonly Entry[];
  /** Records of other members that were refused this number: conflicts in other streams, as far as remembered. */
  readonly refused: readonly Entry[];
  /** The entry that counts: what holds the number, else the last decision. */
  readonly current?: Entry;
  /** What it comes to now, where another claim's entry has changed that. */
  readonly adjusted?: Adjusted;
}

/** What a claim that stands comes to now, and the newest correction that made it so. */
export interface Adjusted extends Pick<Adjustment, 'amounts' | 'denial'> {
  readonly by: Entry;
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
    holderOf(entries) ??
    entries.findLast(({ body }) => body.kind === 'denial' || body.kind === 'reversal') ??
    entries.at(-1);
  const [adjusted, refused] = await Promise.all([
    current && adjustedSince(current, ledger),
    conflictsElsewhere(claimKey, holder, { batches, ledger }),
  ]);
  return {
    providerId,
    claimNo,
    holder,
    entries,
    refused,
    ...(current ? { current } : {}),
    ...(adjusted ? { adjusted } : {}),
  };
}

/** The conflicts of the records that the register remembers as refused: one look each, by batch and index. */
async function conflictsElsewhere(
  claimKey: string,
  { refused = [] }: NumberHolder,
  { batches, ledger }: Pick<ResultsDeps, 'batches' | 'ledger'>,
): Promise<Entry[]> {
  const found = await Promise.all(
    refused.map(async ([batchId, index]) => {
      const manifest = await batches.manifest(batchId);
      const shard = manifest && (await ledger.batchShard(batchId, index % manifest.shards, index, 1));
      return shard?.find(
        ({ place, body }) =>
          place.batchIndex === index && place.claimKey === claimKey && body.kind === 'conflict',
      );
    }),
  );
  return found.filter((entry) => entry !== undefined); // One that is not decided yet is missing for a moment.
}

/** The newest adjustment of a settlement or a held denial by a later entry of its stream; reads the stream from there on. */
async function adjustedSince(
  { place, body }: Entry,
  ledger: Pick<ResultsDeps['ledger'], 'stream'>,
): Promise<Adjusted | undefined> {
  if (body.kind !== 'settlement' && body.kind !== 'reversal' && !isHeld(body)) return undefined;
  let newest: Adjusted | undefined;
  let from: number | undefined = place.seq + 1;
  while (from !== undefined) {
    const page: Awaited<ReturnType<typeof ledger.stream>> = await ledger.stream(place.stream, from, 200);
    for (const each of page.items) {
      const adjustment = adjustmentsOf(each.body).find(({ of }) => of === place.seq);
      if (adjustment) newest = { ...adjustment, by: each };
    }
    from = page.next === undefined ? undefined : Number(page.next);
  }
  return newest;
}
