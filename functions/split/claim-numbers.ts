// A claim number belongs to one member at a time, across all streams. A stream's own duplicate check cannot see
// another stream; this register does. One provider's batches are split one after the other (the split queue's
// message group is the provider), so reading and then writing the register has no race to lose.

import type { BatchStore, NumberHolder, RecordPlace } from '../../shared/batch/port.ts';
import { holderOf } from '../../shared/ledger/append.ts';
import type { LedgerStore } from '../../shared/ledger/port.ts';
import type { SettleMessage } from '../../shared/queue/messages.ts';

/** Marks the messages whose number another member's stream holds, and takes the other numbers for their streams. */
export async function takeNumbers(
  messages: readonly SettleMessage[],
  { batches, ledger }: { batches: BatchStore; ledger: LedgerStore },
): Promise<SettleMessage[]> {
  const register = new Map(await batches.holders(messages.map(({ claimKey }) => claimKey)));
  const taken = new Map<string, NumberHolder>();
  const marked: SettleMessage[] = [];
  for (const message of messages) {
    if (message.type === 'review' || message.type === 'reversal') {
      marked.push(message); // It is about a number that stands; it takes none.
      continue;
    }
    const { claimKey, stream, batchId, batchIndex } = message;
    const holder = register.get(claimKey);
    const elsewhere =
      holder !== undefined && holder.stream !== stream && !(await isFree(claimKey, holder, ledger));
    if (elsewhere) {
      marked.push({ ...message, numberHeldElsewhere: true });
      const noted = withRefused(holder, [batchId, batchIndex]);
      register.set(claimKey, noted);
      taken.set(claimKey, noted);
      continue;
    }
    if (holder?.stream !== stream || holder.batchId !== batchId || holder.batchIndex !== batchIndex) {
      const next = { stream, batchId, batchIndex, ...(holder?.refused ? { refused: holder.refused } : {}) };
      register.set(claimKey, next);
      taken.set(claimKey, next);
    }
    marked.push(message);
  }
  if (taken.size > 0) await batches.hold(taken);
  return marked;
}

/** Conflicts of a number that are remembered with it; older ones are found in the results of their batches. */
const REFUSED_KEPT = 8;

/** The holder with one more record that was refused its number; once, however often the record is split. */
function withRefused(holder: NumberHolder, place: RecordPlace): NumberHolder {
  const others = (holder.refused ?? []).filter(
    ([batchId, batchIndex]) => batchId !== place[0] || batchIndex !== place[1],
  );
  return { ...holder, refused: [...others, place].slice(-REFUSED_KEPT) };
}

/**
 * A number is free again when its last use is decided and holds nothing: the claim was denied (a mistyped member
 * number is denied as not insured, and comes again with the right one) or reversed.
 */
async function isFree(claimKey: string, holder: NumberHolder, ledger: LedgerStore): Promise<boolean> {
  const entries = await ledger.byClaim(holder.stream, claimKey);
  const lastUse = entries.some(
    ({ place }) => place.batchId === holder.batchId && place.batchIndex === holder.batchIndex,
  );
  return lastUse && holderOf(entries) === undefined;
}
