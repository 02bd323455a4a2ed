// Splits a batch: every readable record becomes one message, every other one is written down as rejected. It can be
// cut off at any line: everything before the saved cursor is done, everything after it is done again, and whatever
// was sent twice is settled once.

import type { Manifest, SplitState } from '../../shared/batch/batch.ts';
import { checkRecord, numberOf } from '../../shared/batch/check-record.ts';
import type { BatchStore } from '../../shared/batch/port.ts';
import { RECORD_BYTES_MAX, type RawRecord, rawRecords } from '../../shared/batch/raw-records.ts';
import { type FieldError, fieldError } from '../../shared/http/field-errors.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';
import type { CloseQueue, SettleQueue, SplitQueue } from '../../shared/queue/port.ts';
import { recordKey, type RecordStore } from '../../shared/records/port.ts';
import { checkUpload } from './check-upload.ts';
import { takeNumbers } from './claim-numbers.ts';
import { openLanes, type Pause } from './lanes.ts';
import { messageOf } from './message-of.ts';

/** Enough that saving the cursor costs little, few enough that repeating them does. */
const RECORDS_PER_STRETCH = 1_000;
/** Claim numbers are looked up so many at a time: one call. */
const NUMBERS_PER_LOOKUP = 100;
/** A stretch takes a few seconds; with less than this left, the rest goes to a continuation. */
const RESERVE_MS = 30_000;

export interface SplitDeps {
  readonly batches: BatchStore;
  readonly ledger: LedgerStore;
  readonly records: RecordStore;
  readonly settleQueue: SettleQueue;
  readonly splitQueue: SplitQueue;
  readonly closeQueue: CloseQueue;
  readonly pseudonymOf: (memberId: string) => string;
  readonly now: () => number;
  readonly remainingMs: () => number;
  /** Waits before messages the queue refused are sent again; really, when left out. */
  readonly pause?: Pause;
  /** Records between two saved cursors: what is repeated at most after a crash. */
  readonly recordsPerStretch?: number;
}

/** A record that was refused, as the provider reads it. */
export interface Rejection {
  /** Place in the batch as posted, from 0. */
  readonly index: number;
  readonly number?: string;
  readonly errors: readonly FieldError[];
}

/** What one run of split came to: how many records it sent on and refused. */
export interface SplitRun {
  readonly sent: number;
  readonly rejected: number;
  readonly ended: 'done' | 'handed-on' | 'refused';
}

/** The cursor is not where this run left it: another run is at work. The message comes back and looks again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** Splits a batch from where it stands. Throws Overtaken, or whatever a store threw; nothing is lost by either. */
export async function splitBatch(batchId: string, deps: SplitDeps): Promise<SplitRun> {
  const read = await deps.batches.read(batchId);
  if (!read) throw new Error('split: no such batch'); // Cannot be: the manifest is stored before the message is sent.
  const { manifest, progress } = read;
  let state = read.split;
  if (state?.done || state?.refused) return { sent: 0, rejected: 0, ended: 'done' };

  if (state === undefined) {
    // The first to look; from now on the close function follows the batch until it is complete.
    const refused = manifest.raw.format === 'ndjson' ? await checkUpload(manifest, deps.records) : undefined;
    const first = { ...startOf(0, deps.now()), ...(refused ? { refused } : {}) };
    if (!(await deps.batches.saveSplit(batchId, first, undefined)))
      throw new Overtaken('split: another run began');
    if (refused) return { sent: 0, rejected: 0, ended: 'refused' };
    state = first;
  }
  if (state.read === 0) await deps.closeQueue.send({ batchId }, 1);

  // Everything below every watermark is decided: a batch that is started over need not send it again.
  const decidedBelow = progress ? Math.min(...progress.watermarks) : 0;
  const lanes = openLanes(deps.settleQueue, state.run, deps.pause);
  const source = rawRecords(deps.records, manifest.raw, state.read, state.offset);
  let [sent, rejected] = [0, 0];
  for (;;) {
    const stretch = await readStretch(source, manifest, state, deps);
    for (let at = 0; at < stretch.messages.length; at += NUMBERS_PER_LOOKUP) {
      const some = stretch.messages
        .slice(at, at + NUMBERS_PER_LOOKUP)
        .filter(({ batchIndex }) => batchIndex >= decidedBelow);
      for (const message of await takeNumbers(some, deps)) await lanes.send(message);
    }
    await lanes.flush();
    if (stretch.rejections.length > 0) {
      const body = stretch.rejections.map((rejection) => `${JSON.stringify(rejection)}\n`).join('');
      await deps.records.put(recordKey.rejections(batchId, state.read), body, 'application/x-ndjson');
    }
    const next: SplitState = { ...stretch.after, updatedAt: deps.now() };
    if (!(await deps.batches.saveSplit(batchId, next, state)))
      throw new Overtaken('split: another run went on');
    sent += stretch.messages.length;
    rejected += stretch.rejections.length;
    state = next;
    if (state.done) return { sent, rejected, ended: 'done' };
    if (deps.remainingMs() < RESERVE_MS) {
      await deps.splitQueue.send({ batchId }, `${batchId}#${state.run}#${state.read}`);
      return { sent, rejected, ended: 'handed-on' };
    }
  }
}

/** The state of a batch of which nothing is read yet, in its nth run. */
export const startOf = (run: number, now: number): SplitState => ({
  read: 0,
  offset: 0,
  accepted: 0,
  rejected: 0,
  done: false,
  run,
  updatedAt: now,
});

interface Stretch {
  readonly messages: readonly SettleMessage[];
  readonly rejections: readonly Rejection[];
  readonly after: SplitState;
}

/** Reads the next records and sorts them into messages and rejections. */
async function readStretch(
  source: AsyncGenerator<RawRecord>,
  manifest: Manifest,
  from: SplitState,
  deps: SplitDeps,
): Promise<Stretch> {
  const messages: SettleMessage[] = [];
  const rejections: Rejection[] = [];
  let { read, offset, accepted, rejected, done } = from;
  const most = deps.recordsPerStretch ?? RECORDS_PER_STRETCH;
  while (read - from.read < most) {
    const next = await source.next();
    if (next.done) {
      done = true;
      break;
    }
    const record = next.value;
    const checked = record.unreadable
      ? { ok: false as const, errors: [fieldError([], record.unreadable, { bytesMax: RECORD_BYTES_MAX })] }
      : checkRecord(manifest.kind, record.value, manifest.businessDate);
    if (checked.ok) {
      messages.push(await messageOf(checked.record, manifest, accepted++, record.raw, deps));
    } else {
      const number = numberOf(record.value);
      rejections.push({ index: record.ordinal, ...(number ? { number } : {}), errors: checked.errors });
      rejected++;
    }
    read = record.ordinal + 1;
    offset = record.nextOffset;
  }
  return { messages, rejections, after: { ...from, read, offset, accepted, rejected, done } };
}
