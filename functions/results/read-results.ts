// The results of a batch, page by page in the order of its accepted records. A page covers a fixed stretch of
// indexes, so the same page asked for again never shifts; what is not decided yet is missing in it, and counted. A page of
// one outcome covers as many indexes as it takes.

import type { Manifest } from '../../shared/batch/batch.ts';
import type { Entry } from '../../shared/ledger/entry.ts';
import { type Decision, decisionOf, numberOfKey, type Outcome, OUTCOME_OF } from './decision-view.ts';
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

/** Records looked at for one page of one outcome, at most: such a page may hold few rows, or none, and go on. */
export const LOOKED_AT_MAX = 10_000;
const STRETCH = 1_000;

export interface ResultStretch {
  readonly rows: readonly ResultRow[];
  /** The index after the last one looked at. */
  readonly end: number;
  /** Decided records below it that are not among the rows. */
  readonly others: number;
}

/** The decided records with an index in [from, from + size), in order. */
export async function readResults(
  manifest: Pick<Manifest, 'batchId' | 'shards'>,
  from: number,
  size: number,
  ledger: ResultsDeps['ledger'],
): Promise<ResultStretch> {
  const entries = await entriesIn(manifest, from, size, ledger);
  const rows = await inTurns(entries, (entry) => toRow(entry, ledger));
  return { rows, end: from + size, others: 0 };
}

/** The next records of one outcome, at most `size` of them, among those with an index in [from, accepted). */
export async function readOutcome(
  manifest: Pick<Manifest, 'batchId' | 'shards'>,
  {
    from,
    size,
    accepted,
    outcome,
  }: {
    readonly from: number;
    readonly size: number;
    readonly accepted: number;
    readonly outcome: Outcome;
  },
  ledger: ResultsDeps['ledger'],
): Promise<ResultStretch> {
  const found: Entry[] = [];
  const last = Math.min(accepted, from + LOOKED_AT_MAX);
  let [end, others] = [from, 0];
  while (end < last && found.length < size) {
    const stretch = Math.min(STRETCH, last - end);
    for (const entry of await entriesIn(manifest, end, stretch, ledger)) {
      if (OUTCOME_OF[entry.body.kind] === outcome) found.push(entry);
      else others++;
      if (found.length === size) break;
    }
    end = found.length === size ? (found.at(-1) as Entry).place.batchIndex + 1 : end + stretch;
  }
  return { rows: await inTurns(found, (entry) => toRow(entry, ledger)), end, others };
}

async function entriesIn(
  manifest: Pick<Manifest, 'batchId' | 'shards'>,
  from: number,
  size: number,
  ledger: ResultsDeps['ledger'],
): Promise<Entry[]> {
  const perShard = Math.ceil(size / manifest.shards);
  const shards = await Promise.all(
    Array.from({ length: manifest.shards }, (_, shard) =>
      ledger.batchShard(manifest.batchId, shard, from, perShard),
    ),
  );
  return shards
    .flat()
    .filter(({ place }) => place.batchIndex < from + size)
    .sort((a, b) => a.place.batchIndex - b.place.batchIndex);
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
