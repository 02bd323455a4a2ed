// The append protocol: the one way an entry comes to be, and the whole proof of exactly-once.
//
//   1. read the head            (or take the one this container wrote last: a stale one only makes step 3 fail)
//   2. then look for the claim  (strongly consistent, so it sees every entry up to that head)
//   3. then put at head + 1     (succeeds only if nobody wrote in between)
//
// So when the put succeeds, the stream was exactly what was read: no duplicate existed, and the position is right.
// Any other order lets duplicates through. Retry paths, and why each ends: the place was taken (five times, then the
// queue brings the message back); the store failed (the queue again, then the dead-letter queue).

import { assert } from '../assert.ts';
import { genesis, seal } from './codec.ts';
import { type Entry, type EntryBody, type EntryPlace, isHeld, type StreamKey } from './entry.ts';
import { checkEntry } from './identities.ts';
import type { LedgerStore } from './port.ts';
import { EMPTY_POSITION, type Position } from './position.ts';

/** How often one record is decided again because somebody else wrote first, before the queue takes over. */
const MOVES_MAX = 5;

/** One record to be entered: whose, which, and how it is decided once the stream is known. */
export interface AppendRequest {
  readonly stream: StreamKey;
  readonly claimKey: string;
  readonly batchId: string;
  readonly batchIndex: number;
  readonly shard: number;
  /** Identity of the record's content. */
  readonly content: string;
  /** Epoch milliseconds the message was sent. */
  readonly at: number;
  /** Another member's stream holds this number: enter a conflict, whatever this stream says. */
  readonly numberHeldElsewhere: boolean;
  /** Decides the record on a position. Pure. `version` counts the settlements of this number so far, plus one. */
  decide(position: Position, version: number): EntryBody | 'needs-history';
  /**
   * In place of `decide`, for a record about what already stands under the number (a review, a reversal): decides on
   * the entry that holds the number, and is never a repeat or a conflict.
   */
  resolve?(holder: Entry | undefined, position: Position, version: number): EntryBody | 'needs-history';
  /**
   * For a record that touches other settlements (a reversal; a late claim where the day of service decides), or that is
   * posted again after a held denial: asked when one of the above answers `needs-history`, with the whole stream, oldest
   * first. May load releases, nothing else.
   */
  correct?(history: readonly Entry[], position: Position): Promise<EntryBody>;
}

export type Appended =
  /** Written now, or found to be our own earlier write. */
  | { readonly outcome: 'appended'; readonly entry: Entry; readonly moves: number }
  /** This record of this batch had its answer already: nothing was written. */
  | { readonly outcome: 'answered'; readonly entry: Entry };

/** Somebody else kept writing first. The queue brings the message back; nothing is lost. */
export class LedgerMoved extends Error {
  override readonly name = 'LedgerMoved';
}

/** The heads this container wrote or read last. Losing or keeping one is never wrong, only slower or faster. */
export interface Heads {
  get(stream: StreamKey): Entry | undefined;
  set(stream: StreamKey, head: Entry): void;
  delete(stream: StreamKey): void;
}

export interface AppendDeps {
  readonly ledger: LedgerStore;
  readonly heads: Heads;
  /** Waits before the nth new try, with jitter. */
  readonly pause: (move: number) => Promise<void>;
}

/** Enters one record. Throws LedgerMoved, an InvariantError, or whatever the store threw; then nothing was decided. */
export async function append(
  request: AppendRequest,
  { ledger, heads, pause }: AppendDeps,
): Promise<Appended> {
  for (let move = 0; move < MOVES_MAX; move++) {
    if (move > 0) await pause(move);

    const head = heads.get(request.stream) ?? (await ledger.head(request.stream));
    const earlier = await ledger.byClaim(request.stream, request.claimKey);

    const answered = earlier.find(
      ({ place }) => place.batchId === request.batchId && place.batchIndex === request.batchIndex,
    );
    if (answered) return { outcome: 'answered', entry: answered };

    const before = head?.body.position ?? EMPTY_POSITION;
    let body = decideWith(request, earlier, before);
    if (body === 'needs-history') {
      const history = await wholeStream(ledger, request.stream);
      if (history.at(-1)?.hash !== head?.hash) {
        heads.delete(request.stream); // The head was stale; it would fail at the put anyway.
        continue;
      }
      assert(request.correct !== undefined, 'a decision that needs the history can be made on it');
      body = await request.correct(history, before);
    }
    const entry = seal(placeAfter(head, request), body);
    checkEntry(entry, before);

    const put = await ledger.append(entry);
    if (put.outcome === 'taken') {
      heads.delete(request.stream);
      const taker = put.entry ?? (await ledger.get(request.stream, entry.place.seq));
      // The store may have applied our put and lost the answer; then the entry that stands there is ours.
      if (taker?.hash !== entry.hash) continue;
    }
    heads.set(request.stream, entry);
    return { outcome: 'appended', entry, moves: move };
  }
  throw new LedgerMoved('another writer of the same stream came first, again and again');
}

/** The place after a head, for one record. */
function placeAfter(head: Entry | undefined, request: AppendRequest): EntryPlace {
  const { stream, claimKey, batchId, batchIndex, shard } = request;
  return head === undefined
    ? { stream, seq: 1, claimKey, batchId, batchIndex, shard, prev: genesis(stream) }
    : { stream, seq: head.place.seq + 1, claimKey, batchId, batchIndex, shard, prev: head.hash };
}

/** What the record's number has come to so far says how it is decided now. */
function decideWith(
  request: AppendRequest,
  earlier: readonly Entry[],
  before: Position,
): EntryBody | 'needs-history' {
  const { at, content } = request;
  const unchanged = { at, content, position: before };
  if (request.numberHeldElsewhere)
    return { kind: 'conflict', ...unchanged, code: 'number-held-by-another-member' };
  const holder = holderOf(earlier);
  const settledBefore = versionsOf(earlier);
  if (request.resolve) return request.resolve(holder, before, settledBefore + 1);
  // Another claim's entry may have brought it to life: only the stream says whether it is still denied.
  if (holder !== undefined && isHeld(holder.body)) return 'needs-history';
  if (holder !== undefined) return heldAlready(request, at, before, holder);
  const body = request.decide(before, settledBefore + 1);
  assert(
    body === 'needs-history' || (body.content === content && body.at === at),
    'a decision is about the record it was asked about',
  );
  return body;
}

/** A record whose number is held: the same claim again, or another one under its number. */
export const heldAlready = (
  { content }: { readonly content: string },
  at: number,
  position: Position,
  { place: { seq }, body }: Entry,
): EntryBody =>
  body.content === content
    ? { kind: 'repeat', at, content, position, of: seq }
    : { kind: 'conflict', at, content, position, code: 'other-content', with: seq };

/** How many versions a number has had: settlements, held denials, and what refunds of lines put in their place. */
export const versionsOf = (entries: readonly Entry[]): number =>
  entries.filter(
    ({ body }) =>
      body.kind === 'settlement' ||
      (body.kind === 'denial' && body.held !== undefined) ||
      (body.kind === 'reversal' && body.replacement !== undefined),
  ).length;

/**
 * The entry that holds a number, if one does: a settlement, a pended claim, an enrolment, a credit, or a held denial. A
 * denied claim may be posted again, corrected or not; a held one while nothing is paid of it. Repeats and conflicts
 * never held anything.
 */
export function holderOf(earlier: readonly Entry[]): Entry | undefined {
  let holder: Entry | undefined;
  for (const entry of earlier) {
    const { kind } = entry.body;
    if (kind === 'settlement' || kind === 'pend' || kind === 'enrolment' || kind === 'account-credit')
      holder = entry;
    if (kind === 'denial') holder = isHeld(entry.body) ? entry : undefined;
    if (entry.body.kind === 'reversal') holder = entry.body.replacement ? entry : undefined;
  }
  return holder;
}

/** The whole stream, oldest first; read for corrections only. */
async function wholeStream(ledger: LedgerStore, stream: StreamKey): Promise<Entry[]> {
  const entries: Entry[] = [];
  let from: number | undefined = 1;
  while (from !== undefined) {
    const page: Awaited<ReturnType<LedgerStore['stream']>> = await ledger.stream(stream, from, 500);
    entries.push(...page.items);
    from = page.next === undefined ? undefined : Number(page.next);
  }
  return entries;
}

/** Heads kept in memory, the least recently used ones dropped. */
export function headCache(max = 10_000): Heads {
  const kept = new Map<StreamKey, Entry>();
  return {
    get: (stream) => kept.get(stream),
    set(stream, head) {
      kept.delete(stream);
      kept.set(stream, head);
      if (kept.size > max) kept.delete(kept.keys().next().value as StreamKey);
    },
    delete: (stream) => void kept.delete(stream),
  };
}
