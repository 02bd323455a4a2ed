// The results of a batch, page by page in the order of its accepted records. A page covers a fixed stretch of
// indexes, so the same page asked for again never shifts; what is not decided yet is missing in it, and counted.

import type { Manifest } from '../../shared/batch/batch.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import { type Decision, decisionOf, numberOfKey } from './decision-view.ts';
import type { ResultsDeps } from './deps.ts';

/** One record's result. */
export interface ResultRow extends Decision {
  /** The record's own number: claim, enrolment or credit number. */
  readonly number: string;
  /** For a repeat: the decision that stands. */
  readonly repeatOf?: Decision;
}

/** Original decisions of repeats are read so many at a time. */
const LOOKUPS_AT_ONCE = 32;

/** The decided records with an index in [from, from + size), in order. */
export async function readResults(
  manifest: Pick<Manifest, 'batchId' | 'shards'>,
  from: number,
  size: number,
  ledger: ResultsDeps['ledger'],
): Promise<ResultRow[]> {
  const perShard = Math.ceil(size / manifest.shards);
  const shards = await Promise.all(
    Array.from({ length: manifest.shards }, (_, shard) =>
      ledger.batchShard(manifest.batchId, shard, from, perShard),
    ),
  );
  const entries = shards
    .flat()
    .filter(({ place }) => place.batchIndex < from + size)
    .sort((a, b) => a.place.batchIndex - b.place.batchIndex);
  return inTurns(entries, (entry) => toRow(entry, ledger));
}

async function toRow(entry: Entry, ledger: ResultsDeps['ledger']): Promise<ResultRow> {
  const { place, body } = entry;
  const row = { number: numberOfKey(place.claimKey), ...(await decisionOf(entry, ledger)) };
  if (body.kind !== 'repeat') return row;
  const original = await ledger.get(place.stream, body.of);
  return original ? { ...row, repeatOf: await decisionOf(original, ledger) } : row;
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += LOOKUPS_AT_ONCE) {
    done.push(...(await Promise.all(items.slice(at, at + LOOKUPS_AT_ONCE).map(work))));
  }
  return done;
}
