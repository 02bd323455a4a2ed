// Full replay: the record as it was posted goes again the way it went then, through split's and settle's own functions,
// on the stream as it stood before the entry. What it comes to has to be the entry, byte by byte. So it sees what quick
// replay takes from the entry itself: the header, what the lines came to, what a reviewer refused, what was refunded,
// what was said of a member, and which release and (with the key) which member it was.

import { InvariantError } from '../../shared/assert.ts';
import type { Manifest } from '../../shared/batch/batch.ts';
import { checkRecord, type PostedRecord } from '../../shared/batch/check-record.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import { rawRecords, recordAt } from '../../shared/batch/raw-records.ts';
import type { Heads } from '../../shared/ledger/append.ts';
import type { Entry, RefusalEntry } from '../../shared/ledger/entry.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import type { Pseudonymise } from '../../shared/member/pseudonym.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { Before, ReleaseOf } from '../../shared/reconciliation/decide-entry-again.ts';
import { differing } from '../../shared/reconciliation/differing.ts';
import type { Finding } from '../../shared/reconciliation/findings.ts';
import type { RecordReader } from '../../shared/records/port.ts';
import { settleRecord } from '../settle/settle-record.ts';
import { messageOf } from '../split/message-of.ts';

export interface FullReplayDeps {
  readonly batches: Pick<BatchStore, 'manifest'>;
  readonly records: RecordReader;
  readonly releaseOf: ReleaseOf;
  /** Left out: that a record is about the member in whose stream it stands is believed. */
  readonly pseudonymOf?: Pseudonymise | undefined;
}

/** JSON batches kept parsed at a time: a document is at most 6 MB. */
const DOCUMENTS_KEPT = 8;
const MANIFESTS_KEPT = 10_000;

/**
 * Refusals that tell of a moment between splitting and settling, which nobody kept. That the record was posted is looked
 * at, and no more; they change nothing.
 */
const OF_THE_MOMENT: ReadonlySet<RefusalEntry['code']> = new Set([
  'nothing-pended',
  'claim-changed-meanwhile',
]);

/** What settling raw records again says against entries; undefined where it agrees. */
export function fullReplay(
  deps: FullReplayDeps,
): (entry: Entry, before: Before) => Promise<Finding | undefined> {
  const posted = postedRecords(deps);
  return async (entry, before) => {
    const { place, body } = entry;
    const finding = (code: Finding['code'], detail: string): Finding => ({
      stream: place.stream,
      seq: place.seq,
      code,
      detail,
    });
    try {
      const message = await posted(entry, before);
      if (message === 'no-place') return undefined;
      if (message === undefined) return finding('replay-impossible', `raw record of ${place.batchId}`);
      if (message.claimKey !== place.claimKey) return finding('raw-claim-differs', 'claimKey');
      if (message.stream !== place.stream) return finding('raw-claim-differs', 'member');
      if (body.kind === 'refusal' && OF_THE_MOMENT.has(body.code)) return undefined;
      const again = await settleRecord(message, body.at, {
        ledger: asItStood(before),
        heads: NO_HEADS,
        release: async (id) => deps.releaseOf(id),
        pause: async () => {},
      });
      const { text } = again.entry;
      return text === entry.text ? undefined : finding('raw-claim-differs', differing(text, entry.text));
    } catch (error) {
      if (error instanceof InvariantError) return finding('raw-claim-differs', error.message);
      return finding('replay-impossible', `raw record of ${place.batchId}, or its release`);
    }
  };
}

/** Nothing is remembered between two entries. */
const NO_HEADS: Heads = { get: () => undefined, set: () => {}, delete: () => {} };

/** The ledger of one member, up to an entry. What is put is taken, and forgotten. */
function asItStood({ history, sameKey }: Before): LedgerStore {
  return {
    head: async () => history.at(-1),
    byClaim: async () => sameKey,
    get: async (_stream, seq) => history[seq - 1],
    stream: async (_stream, fromSeq) => ({ items: history.slice(fromSeq - 1) }),
    append: async () => ({ outcome: 'appended' }),
    batchShard: () => Promise.reject(new Error('replay reads no batches from the ledger')),
  };
}

/**
 * Finds the record of an entry where it was posted, and makes its message as split did. Repeats and conflicts keep no
 * place in a newline-delimited batch, which may have a million lines; they move nothing.
 */
function postedRecords({
  batches,
  records,
  pseudonymOf,
}: FullReplayDeps): (entry: Entry, before: Before) => Promise<SettleMessage | 'no-place' | undefined> {
  const manifestOf = remembered(MANIFESTS_KEPT, (batchId) => batches.manifest(batchId));
  const accepted = remembered(DOCUMENTS_KEPT, async (batchId) =>
    acceptedOf((await manifestOf(batchId)) as Manifest, records),
  );
  return async ({ place, body }, before) => {
    const { batchId, batchIndex, stream } = place;
    const { raw } = body;
    const manifest = await manifestOf(batchId);
    if (manifest === undefined) return undefined;
    if (manifest.raw.format === 'ndjson' && !raw) return 'no-place';
    const record = raw
      ? recordOf(await recordAt(records, manifest, { raw, matches: () => true }), manifest)
      : (await accepted(batchId))[batchIndex];
    if (record === undefined) return undefined;
    const message = await messageOf(record, manifest, batchIndex, raw, {
      // What a claim's number comes to is in the stream; of one that is not decided nothing stands to be refunded.
      batches: { manifest: manifestOf, holders: async () => new Map() },
      ledger: { byClaim: async () => before.sameKey },
      records,
      pseudonymOf: pseudonymOf ?? (() => stream.slice(stream.indexOf('#') + 1)),
    });
    const elsewhere = body.kind === 'conflict' && body.code === 'number-held-by-another-member';
    return elsewhere ? { ...message, numberHeldElsewhere: true } : message;
  };
}

const recordOf = (value: unknown, { kind, businessDate }: Manifest): PostedRecord | undefined => {
  const checked = checkRecord(kind, value, businessDate);
  return checked.ok ? checked.record : undefined;
};

/** The records of a JSON batch that split accepts, in order: the nth has the index n. */
async function acceptedOf(manifest: Manifest, records: RecordReader): Promise<readonly PostedRecord[]> {
  const accepted: PostedRecord[] = [];
  for await (const { value } of rawRecords(records, manifest.raw, 0, 0)) {
    const record = recordOf(value, manifest);
    if (record) accepted.push(record);
  }
  return accepted;
}

/** Remembers so many answers, the least recently asked for dropped. */
function remembered<T>(max: number, read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const kept = new Map<string, Promise<T>>();
  return (key) => {
    const known = kept.get(key) ?? read(key);
    kept.delete(key);
    kept.set(key, known);
    if (kept.size > max) kept.delete(kept.keys().next().value as string);
    return known;
  };
}
