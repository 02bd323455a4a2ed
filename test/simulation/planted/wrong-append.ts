// The append protocol written once more, with room for one mistake at a time. It is right when no mistake is given
// (a test says so), so that what is found is the mistake and nothing else.

import { decide, settleRecord } from '../../../functions/settle/settle-record.ts';
import { type Appended, holderOf, LedgerMoved, versionsOf } from '../../../shared/ledger/append.ts';
import { genesis, seal } from '../../../shared/ledger/codec.ts';
import type { Entry, EntryBody } from '../../../shared/ledger/entry.ts';
import { EMPTY_POSITION, type Position } from '../../../shared/ledger/position.ts';
import { AREAS } from '../reference.ts';
import type { SettleMessage } from '../../../shared/queue/messages.ts';

export interface Mistakes {
  /** Looks for the claim first and for the head afterwards: what is written in between is seen by neither. */
  readonly claimBeforeHead?: true;
  /** Takes the accumulators from memory, and only the place from the head. */
  readonly positionFromMemory?: true;
  /** Remembers its entry as the head before it is written. */
  readonly headBeforeWrite?: true;
  /** The same number with other content gets the recorded answer, and nobody hears of it. */
  readonly conflictUnreported?: true;
  /** The same claim in another batch gets the recorded answer, and that batch has no entry. */
  readonly repeatSwallowed?: true;
  /** A repeat is decided again, as if the number were free. */
  readonly contentIgnored?: true;
  /** A denied claim holds its number too. */
  readonly denialHolds?: true;
  /** After a failed condition it does not look who stands there, and gives up the record as done. */
  readonly takenIsAnswered?: true;
  /** After a failed condition it puts the same entry one place further, without deciding again. */
  readonly movesWithoutDeciding?: true;
}

/** settleRecord, with mistakes. `memory` is the container's. */
export function settleWith(
  mistakes: Mistakes,
  memory: Map<string, Position> = new Map(),
): typeof settleRecord {
  return async (message, sentAt, deps) => {
    // What is decided on the whole stream is not decided here: it has mistakes of its own (wrong-corrections.ts).
    const byDayOfService = message.stream.startsWith(AREAS[2]);
    if (message.type === 'reversal' || message.type === 'review' || byDayOfService)
      return settleRecord(message, sentAt, deps);
    const { ledger, heads, pause, release: releaseOf } = deps;
    const { stream, claimKey, batchId, batchIndex, shard } = message;
    const release = message.type === 'claim' ? await releaseOf(message.release) : undefined;
    let moved: Entry | undefined;
    for (let move = 0; move < 5; move++) {
      if (move > 0) await pause(move);
      let earlier: readonly Entry[];
      let head: Entry | undefined;
      if (mistakes.claimBeforeHead) {
        earlier = await ledger.byClaim(stream, claimKey);
        head = await ledger.head(stream);
      } else {
        head = heads.get(stream) ?? (await ledger.head(stream));
        earlier = await ledger.byClaim(stream, claimKey);
      }
      const answered = earlier.find(
        ({ place }) => place.batchId === batchId && place.batchIndex === batchIndex,
      );
      if (answered) return { outcome: 'answered', entry: answered };

      const before =
        (mistakes.positionFromMemory && memory.get(stream)) || (head?.body.position ?? EMPTY_POSITION);
      const decided = decideWrongly(message, sentAt, earlier, before, mistakes, release);
      if ('place' in decided) return { outcome: 'answered', entry: decided };
      const place = {
        stream,
        seq: (head?.place.seq ?? 0) + 1,
        claimKey,
        batchId,
        batchIndex,
        shard,
        prev: head?.hash ?? genesis(stream),
      };
      const entry = seal(place, mistakes.movesWithoutDeciding && moved ? moved.body : decided);
      if (mistakes.headBeforeWrite) heads.set(stream, entry);
      const put = await ledger.append(entry);
      if (put.outcome === 'taken') {
        heads.delete(stream);
        moved = entry;
        const taker = put.entry ?? (await ledger.get(stream, place.seq));
        if (mistakes.takenIsAnswered && taker)
          return { outcome: 'answered', entry: taker } satisfies Appended;
        if (taker?.hash !== entry.hash) continue;
      }
      heads.set(stream, entry);
      memory.set(stream, entry.body.position);
      return { outcome: 'appended', entry, moves: move };
    }
    throw new LedgerMoved('another writer came first, again and again');
  };
}

function decideWrongly(
  message: SettleMessage,
  at: number,
  earlier: readonly Entry[],
  before: Position,
  mistakes: Mistakes,
  release: Parameters<typeof decide>[4],
): EntryBody | Entry {
  const { content } = message;
  const unchanged = { at, content, position: before };
  if (message.numberHeldElsewhere)
    return { kind: 'conflict', ...unchanged, code: 'number-held-by-another-member' };
  const denied = mistakes.denialHolds ? earlier.findLast(({ body }) => body.kind === 'denial') : undefined;
  const holder = mistakes.contentIgnored ? undefined : (holderOf(earlier) ?? denied);
  if (holder !== undefined) {
    const same = holder.body.content === content;
    if (same ? mistakes.repeatSwallowed : mistakes.conflictUnreported) return holder;
    return same
      ? { kind: 'repeat', ...unchanged, of: holder.place.seq }
      : { kind: 'conflict', ...unchanged, code: 'other-content', with: holder.place.seq };
  }
  return decide(message, at, before, versionsOf(earlier) + 1, release);
}
