// Decisions made on what stood when somebody looked, not on what stands: reviews, refunds and quotes.

import { settleRecord } from '../../../functions/settle/settle-record.ts';
import { madeFrom } from '../../../shared/ledger/corrections/standing.ts';
import type { LedgerStore } from '../../../shared/ledger/port.ts';
import type { SettleMessage } from '../../../shared/queue/messages.ts';
import type { LedgerTable } from '../stores.ts';

type Settle = typeof settleRecord;

/** Decides a review on the entries up to the pended one; its own answer it still finds. */
export const reviewOfWhatWasPended: Settle = (message, sentAt, deps) => {
  const { pendedSeq } = message.type === 'review' ? message : {};
  if (pendedSeq === undefined) return settleRecord(message, sentAt, deps);
  const own = ({ place }: { place: { batchId: string; batchIndex: number } }) =>
    place.batchId === message.batchId && place.batchIndex === message.batchIndex;
  const byClaim: LedgerStore['byClaim'] = async (...args) =>
    (await deps.ledger.byClaim(...args)).filter((entry) => entry.place.seq <= pendedSeq || own(entry));
  return settleRecord(message, sentAt, { ...deps, ledger: { ...deps.ledger, byClaim } });
};

/** Lets every refund say that it was made from what stands. */
export const refundOfWhatStood: Settle = async (message, sentAt, deps) => {
  if (message.type !== 'reversal' || !message.refund) return settleRecord(message, sentAt, deps);
  const entries = await deps.ledger.byClaim(message.stream, message.claimKey);
  const stands = entries.findLast(
    ({ body }) => body.kind === 'settlement' || (body.kind === 'reversal' && body.replacement),
  );
  const refund = { ...message.refund, ...(stands ? { of: madeFrom(stands) } : {}) };
  return settleRecord({ ...message, refund }, sentAt, deps);
};

/** Settles a claim at whatever it comes to. */
export const quoteIgnored: Settle = (message, sentAt, deps) => {
  if (message.type !== 'claim') return settleRecord(message, sentAt, deps);
  const { quoteId: _forgotten, ...claim } = message;
  return settleRecord(claim, sentAt, deps);
};

/** The claim as if the reviewer had refused nothing: his self-paid lines are covered again. */
export const withoutReductions = (message: SettleMessage): SettleMessage => {
  if (message.type !== 'review' || !message.claim) return message;
  const lines = message.claim.lines.map(({ approval: _refused, ...line }) => line);
  return { ...message, claim: { ...message.claim, lines } };
};

/** A ledger whose heads carry the position of the entry before. */
export const olderPosition = (table: LedgerTable): LedgerStore =>
  ({
    head: async (stream: string) => {
      const head = table.head(stream);
      const before = head && table.get(stream, head.place.seq - 1);
      return head && before && { ...head, body: { ...head.body, position: before.body.position } };
    },
    byClaim: async (stream: string, claimKey: string) => table.byClaim(stream, claimKey),
  }) as unknown as LedgerStore;
